"""Dialogues with a calendar: what is offered, chosen, held, changed and let go."""

import datetime as dt
from collections.abc import Callable, Collection

import pytest

from call import Opening
from dialogue.guard import BLOCKLIST, Guard
from dialogue.guard.verdict import Said
from dialogue.receptionist import Receptionist
from dialogue.reply import Reply
from facts import PracticeFacts
from tests.dialogue.conftest import MONDAY_TEN
from tests.dialogue.diary import opening, weeks

Make = Callable[..., Receptionist]
BEFORE_TIMES = ("an eye exam at kendall", "first time", "maria lopez", "yes", "no insurance")
OFFICES = frozenset({"kendall", "austin"})


class Desk:
    """A receptionist whose calendar answers at once: invented free times, of which some are just taken."""

    def __init__(
        self,
        make: Make,
        *,
        free: tuple[Opening, ...] | None = None,
        taken: Collection[Opening] = (),
        away: bool = False,
    ) -> None:
        self.ava = make(calendars=OFFICES)
        self.free = weeks() if free is None else free
        self.taken, self.away = list(taken), away
        self.heard: list[str] = []
        self.replies: list[Reply] = []

    def says(self, *lines: str) -> str:
        """AVA's answer to the last of these lines."""
        for line in lines:
            self.heard.append(line)
            reply = self.ava.hear(line)
            while waits := self.ava.awaits:
                reply = self._hold() if waits == "hold" else self._look()
            self.replies.append(reply)
        return self.replies[-1].text

    def _look(self) -> Reply:
        wish = self.ava.wish
        assert wish is not None
        there = tuple(one for one in self.free if one.location == wish.location)
        return self.ava.with_openings(wish, None if self.away else there)

    def _hold(self) -> Reply:
        choice = self.ava.visit.choice
        return self.ava.with_hold(None if self.away else choice not in self.taken)

    @property
    def held(self) -> str | None:
        held = self.ava.visit.held
        return f"{held.local:%a %d %H:%M}" if held else None


@pytest.fixture
def desk(make: Make) -> Callable[..., Desk]:
    def build(*lines: str, **more: object) -> Desk:
        made = Desk(make, **more)  # type: ignore[arg-type]
        made.says(*BEFORE_TIMES, *lines)
        return made

    return build


def test_as_soon_as_possible_is_offered_three_times_the_chosen_one_is_held_and_read_back(
    desk: Callable[..., Desk],
) -> None:
    here = desk()
    assert here.says("as soon as possible") == (
        "I have Tuesday, November 24 at 9:00 AM or at 2:30 PM, or Wednesday, November 25 at 9:00 AM. "
        "Which of these would you like?"
    )
    said = here.says("the second one")
    assert "on Tuesday, November 24 at 2:30 PM" in said
    assert "Kendall" in said
    assert "our staff will confirm it" in said
    assert here.held == "Tue 24 14:30"
    assert "tentative" in here.says("yes")
    known = here.ava.slots
    assert known.confirmed
    assert known.opening_start == dt.datetime(2026, 11, 24, 19, 30, tzinfo=dt.UTC)
    assert known.opening_key == opening(11, 24, 14, 30).key
    [window] = known.windows
    assert (window.day, window.time) == (dt.date(2026, 11, 24), "14:30")


def test_a_day_and_time_that_are_free_are_held_without_another_question(desk: Callable[..., Desk]) -> None:
    here = desk()
    assert "on Tuesday, December 1 at 10:00 AM" in here.says("next tuesday at ten")
    assert here.held == "Tue 01 10:00"


@pytest.mark.parametrize(
    ("wish", "lines", "held"),
    [
        ("next tuesday", ["two thirty"], "Tue 01 14:30"),
        ("next tuesday", ["the morning one"], "Tue 01 09:00"),
        ("any morning but monday", ["the last one"], "Tue 01 09:00"),
        ("any morning but monday", ["something later", "the first one"], "Tue 01 10:00"),
        ("next tuesday", ["the earliest on friday", "yes"], "Fri 04 09:00"),
        ("as soon as possible", ["what else do you have", "the first one"], "Tue 24 10:00"),
        ("as soon as possible", ["tuesday", "the afternoon one"], "Tue 24 14:30"),
        ("as soon as possible", ["do you have anything on december second", "nine"], "Wed 02 09:00"),
        ("as soon as possible", ["december second at three"], "Wed 02 15:00"),
        ("next week", ["friday", "the second"], "Fri 04 14:30"),
        ("next tuesday after two", ["yes please"], "Tue 01 14:30"),
        ("next tuesday at noon", ["the second one"], "Tue 01 10:00"),
        ("next tuesday", ["no", "wednesday in the morning", "yes"], "Wed 25 09:00"),
        ("next tuesday", ["what are your hours", "the first one"], "Tue 01 09:00"),
        ("next tuesday", ["do you take v s p", "the first one"], "Tue 01 09:00"),
    ],
)
def test_choices_lead_to_the_time_that_was_meant(
    desk: Callable[..., Desk], wish: str, lines: list[str], held: str
) -> None:
    here = desk(wish, *lines)
    assert here.held == held, [reply.text for reply in here.replies[-3:]]


def test_nothing_that_fits_is_said_and_the_nearest_times_are_offered(desk: Callable[..., Desk]) -> None:
    said = desk().says("thanksgiving")  # the office is closed
    assert "closed" in said
    here = desk(free=(opening(12, 3, 9), opening(12, 4, 15)))
    assert here.says("next tuesday at ten") == (
        "I have no opening at that time. The nearest I have is Thursday, December 3 at 9:00 AM, or "
        "Friday, December 4 at 3:00 PM. Which of these would you like?"
    )


def test_a_service_longer_than_any_gap_leaves_the_wish_to_staff(desk: Callable[..., Desk]) -> None:
    here = desk(free=())
    said = here.says("next tuesday at ten")
    assert "I see no opening there in that period. Our staff will confirm the time." in said
    assert "on Tuesday, December 1 at 10:00 AM" in said
    assert here.held is None
    here.says("yes")
    assert here.ava.slots.confirmed
    assert here.ava.slots.opening_key is None


def test_a_calendar_that_is_away_leaves_preferred_windows(desk: Callable[..., Desk]) -> None:
    here = desk(away=True)
    assert here.says("next tuesday") == "What time would you like on Tuesday, December 1?"
    assert "I cannot see our calendar right now. Our staff will confirm the time. Is that right?" in here.says("ten")


def test_a_calendar_that_fails_at_the_hold_leaves_the_chosen_time_as_a_wish(desk: Callable[..., Desk]) -> None:
    here = desk("next tuesday")
    here.away = True
    assert "Our staff will confirm the time" in here.says("the second one")
    assert (here.held, here.ava.slots.opening_key) == (None, None)
    assert here.ava.slots.windows[0].time == "14:30"


def test_a_time_that_was_just_taken_is_said_so_and_the_next_ones_follow(desk: Callable[..., Desk]) -> None:
    here = desk("next tuesday", taken=[opening(12, 1, 9)])
    said = here.says("the first one")
    assert said.startswith("That time was just taken. I have Tuesday, December 1 at 10:00 AM or at 2:30 PM.")
    here.says("the first one")
    assert here.held == "Tue 01 10:00"


def test_another_day_after_the_hold_lets_it_go_and_offers_again(desk: Callable[..., Desk]) -> None:
    here = desk("next tuesday at ten")
    assert here.says("no wait, friday in the afternoon") == "I have Friday, December 4 at 2:30 PM. Would that suit you?"
    assert (here.held, here.ava.slots.opening_key, here.ava.slots.opening_start) == (None, None, None)
    assert here.says("yes").startswith("That is now Friday, December 4 at 2:30 PM. I am holding that time")
    here.says("yes")
    assert here.ava.slots.confirmed


def test_another_office_is_looked_up_only_when_the_caller_asks(desk: Callable[..., Desk]) -> None:
    here = desk("next tuesday at ten", free=(*weeks(), opening(12, 1, 11, place="austin")))
    assert "Austin" not in " ".join(reply.text for reply in here.replies)
    said = here.says("i'd rather go to your austin office")
    assert "Tuesday, December 1 at 11:00 AM" in said
    assert here.held is None


def test_a_request_that_is_dropped_lets_its_time_go(desk: Callable[..., Desk]) -> None:
    here = desk("next tuesday at ten")
    here.says("cancel that")
    assert (here.held, here.ava.slots.opening_key) == (None, None)


def test_a_doctor_who_is_not_wanted_is_not_offered(desk: Callable[..., Desk], facts: PracticeFacts) -> None:
    unwanted, other = facts.providers[0], facts.providers[1]
    free = (opening(12, 1, 9, by=unwanted.id), opening(12, 2, 9, by=other.id), opening(12, 2, 15, by=unwanted.id))
    here = desk("as soon as possible", free=free)
    said = here.says(f"not with doctor {unwanted.name.split()[1].lower()}")
    assert said == "I have Wednesday, December 2 at 9:00 AM. Would that suit you?"


def test_nothing_later_is_said_and_what_was_offered_stands(desk: Callable[..., Desk]) -> None:
    here = desk("as soon as possible", free=(opening(12, 1, 9), opening(12, 2, 9)))
    assert here.says("something later").startswith(
        "I have nothing later than that. I have Tuesday, December 1 at 9:00 AM"
    )
    here.says("the second one")
    assert here.held == "Wed 02 09:00"


def test_an_emergency_ends_the_offering(desk: Callable[..., Desk]) -> None:
    here = desk("as soon as possible")
    here.says("i just got bleach in my eye")
    assert here.ava.slots.urgency == "emergent"
    assert here.ava.wish is None


def test_an_office_without_a_calendar_takes_preferred_windows(make: Make) -> None:
    ava = make(calendars=frozenset({"austin"}))
    for line in (*BEFORE_TIMES, "next tuesday at ten"):
        reply = ava.hear(line)
    assert ava.wish is None
    assert "holding" not in reply.text
    assert "on Tuesday, December 1 at 10:00 AM" in reply.text


def test_what_is_awaited_is_forgotten_when_a_key_is_pressed(make: Make) -> None:
    ava = make(calendars=OFFICES, handoff="always")
    for line in (*BEFORE_TIMES, "next tuesday at ten"):
        ava.hear(line)
    assert ava.awaits == "openings"
    assert ava.keypad("0").then == "transfer"
    assert ava.awaits is None


def test_a_choice_whose_hold_was_cut_short_is_tried_again_for_a_please(desk: Callable[..., Desk]) -> None:
    here = desk("next tuesday")
    here.ava.hear("the second one")  # the caller spoke on before the calendar had answered
    assert here.ava.awaits == "hold"
    here.says("please")
    assert here.held == "Tue 01 14:30"


def test_sentences_about_times_are_never_worded_by_a_model_and_pass_the_guard(
    desk: Callable[..., Desk], facts: PracticeFacts
) -> None:
    guard = Guard(facts, BLOCKLIST.current, lambda: MONDAY_TEN).for_call()
    lines = ("as soon as possible", "um what", "something later", "none of those", "next week", "friday",
             "the first one", "no, next tuesday", "the second one")  # fmt: skip
    here = desk(taken=[opening(12, 4, 9)])
    for line in lines:
        here.says(line)
        said = Said(tuple(here.heard), here.ava.slots.location, here.ava.visit.shown, here.ava.slots, "+13055550123")
        refused = [sentence for sentence in here.replies[-1].sentences if not guard.check(sentence, said).allowed]
        assert not refused, line
        if here.ava.visit.offered or here.ava.visit.held:
            assert here.ava.wording_is_fixed, line


def test_every_time_that_ava_names_is_one_of_the_openings(desk: Callable[..., Desk]) -> None:
    here = desk()
    for line in ("friday", "later", "sooner", "what else", "not on tuesday", "any afternoon", "the first one", "yes"):
        here.says(line)
    free = {one.start for one in here.free}
    assert here.ava.visit.shown
    assert set(here.ava.visit.shown) <= free


def test_more_weeks_are_looked_at_when_the_first_two_are_full(make: Make) -> None:
    far = opening(12, 22, 9)
    here = Desk(make, free=())
    here.says(*BEFORE_TIMES)
    lasts = []
    reply = here.ava.hear("as soon as possible")
    while here.ava.awaits:
        wish = here.ava.wish
        assert wish is not None
        lasts.append((wish.last - wish.first).days)
        reply = here.ava.with_openings(wish, [far] if wish.last >= far.local.date() else [])
    assert lasts == [13, 41]
    assert reply.text == "I have Tuesday, December 22 at 9:00 AM. Would that suit you?"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("yes but do you have anything later", "I have Wednesday, December 2 at 9:00 AM or at 2:30 PM"),
        ("actually something earlier would be better", "I have Tuesday, November 24 at 9:00 AM"),
        ("do you have another time", "What day and time would you like?"),
    ],
)
def test_another_time_asked_for_at_the_read_back_lets_the_held_one_go(
    desk: Callable[..., Desk], line: str, said: str
) -> None:
    here = desk("next tuesday at three")
    assert here.held == "Tue 01 15:00"
    assert here.says(line).startswith(said)
    assert (here.held, here.ava.slots.opening_key) == (None, None)
    here.says("wednesday at nine")
    assert here.held
    assert here.held.endswith("09:00")


def test_a_time_that_was_taken_is_held_with_another_doctor_who_is_free_then(desk: Callable[..., Desk]) -> None:
    one, other = opening(12, 1, 9, by="prov-a"), opening(12, 1, 9, by="prov-b")
    here = desk("next tuesday", free=(one, other, opening(12, 1, 15, by="prov-a")), taken=[one])
    assert "on Tuesday, December 1 at 9:00 AM" in here.says("the first one")
    assert here.ava.visit.held == other
