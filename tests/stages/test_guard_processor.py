from pipecat.frames.frames import Frame, LLMFullResponseEndFrame, LLMFullResponseStartFrame
from pipecat.tests.utils import run_test

from dialogue.guard.verdict import Said, Verdict
from dialogue.reply import Reply
from stages.call_log import CallLog
from stages.frames import SentenceFrame, TransferRequestFrame
from stages.guard_processor import GuardProcessor
from tests.fakes.store import FakeStore

SAID = Said(caller_said=("hello",))
SAFE = "I do not have that information."


class NoFigures:
    """Blocks every sentence with a figure in it."""

    def __init__(self) -> None:
        self.given: list[tuple[str, Said, tuple[str, ...]]] = []

    def check(self, sentence: str, said: Said, record_ids: tuple[str, ...] = ()) -> Verdict:
        self.given.append((sentence, said, record_ids))
        figure = any(char.isdigit() for char in sentence)
        return Verdict(False, "facts", "a figure") if figure else Verdict(True)


async def frames_after(
    call_log: CallLog,
    *sentences: SentenceFrame,
    guard: NoFigures | None = None,
    handoff: Reply | None = None,
    ends_there: bool = False,
) -> tuple[list[Frame], list[Verdict]]:
    """What comes out of the stage for one answer, and the verdicts on what was kept back."""
    kept_back: list[Verdict] = []

    def blocked(verdict: Verdict) -> bool:
        kept_back.append(verdict)
        return ends_there

    stage = GuardProcessor(
        guard=guard or NoFigures(),
        call_log=call_log,
        said=lambda: SAID,
        replacement=lambda _: SAFE,
        blocked=blocked,
        handoff=lambda: handoff,
    )
    frames = [LLMFullResponseStartFrame(), *sentences, LLMFullResponseEndFrame()]
    down, _ = await run_test(stage, frames_to_send=frames)
    return list(down), kept_back


async def spoken(call_log: CallLog, *sentences: SentenceFrame, guard: NoFigures | None = None) -> tuple[list[str], int]:
    """The sentences that come out of the stage for one answer, and how many were kept back."""
    down, kept_back = await frames_after(call_log, *sentences, guard=guard)
    return [frame.text for frame in down if isinstance(frame, SentenceFrame)], len(kept_back)


def model(text: str) -> SentenceFrame:
    return SentenceFrame(text, by_model=True)


async def test_what_is_borne_out_goes_through_as_it_is(call_log: CallLog) -> None:
    assert await spoken(call_log, model("Sure."), model("Which office?")) == (["Sure.", "Which office?"], 0)


async def test_the_first_invented_sentence_is_replaced_and_the_others_are_left_out(call_log: CallLog) -> None:
    said, kept_back = await spoken(call_log, model("Sure."), model("We open at 5."), model("Or 6."), model("Bye now."))
    assert said == ["Sure.", SAFE, "Bye now."]
    assert kept_back == 2


async def test_a_template_of_the_rules_is_spoken_and_the_doubt_is_kept(call_log: CallLog, store: FakeStore) -> None:
    frame = SentenceFrame("We open at 8.", record_ids=("hours-kendall",))
    assert await spoken(call_log, frame) == (["We open at 8."], 0)
    (ledger,) = store.all("verdict")
    assert (ledger["verdict"], ledger["rule"], ledger["record_ids"]) == ("note", "facts", ["hours-kendall"])


async def test_every_sentence_stands_in_the_record_with_its_verdict(call_log: CallLog, store: FakeStore) -> None:
    await spoken(call_log, model("Sure."), model("We open at 5."))
    ledger = [(line["text"], line["verdict"], line["by_model"]) for line in store.all("verdict")]
    assert ledger == [("Sure.", "allow", True), ("We open at 5.", "block", True)]


async def test_the_guard_is_given_what_the_caller_said_and_the_sources(call_log: CallLog) -> None:
    guard = NoFigures()
    await spoken(call_log, SentenceFrame("Sure.", record_ids=("faq-1",)), guard=guard)
    assert guard.given == [("Sure.", SAID, ("faq-1",))]


async def test_a_handoff_that_is_due_follows_the_answer_and_moves_the_call(call_log: CallLog) -> None:
    handoff = Reply(("I am connecting you with our staff now.",), then="transfer", reason="blocklist")
    down, kept_back = await frames_after(
        call_log, model("We open at 5."), model("Which office?"), handoff=handoff, ends_there=True
    )
    texts = [frame.text for frame in down if isinstance(frame, SentenceFrame)]
    assert texts == [SAFE, "I am connecting you with our staff now."], "nothing more is asked of a caller who is moved"
    assert [type(frame) for frame in down][-2:] == [LLMFullResponseEndFrame, TransferRequestFrame]
    assert sum(isinstance(frame, LLMFullResponseStartFrame) for frame in down) == 1
    assert down[-1].reason == "blocklist"  # type: ignore[attr-defined]
    assert [verdict.rule for verdict in kept_back] == ["facts"]


async def test_an_answer_without_a_handoff_ends_as_it_came(call_log: CallLog) -> None:
    down, _ = await frames_after(call_log, model("Sure."))
    assert not any(isinstance(frame, TransferRequestFrame) for frame in down)
    assert isinstance(down[-1], LLMFullResponseEndFrame)
