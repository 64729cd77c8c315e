"""A change is made everywhere or nowhere: the file here, the running service, the repository."""

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config import Settings
from errors import StorageError
from facts_files import read_facts
from monitoring import diff_engine
from monitoring.apply import ChangeDesk, change_desk_from
from monitoring.change_error import ChangeError
from monitoring.edit import Edit
from monitoring.gitea import ConflictError, Gitea
from monitoring.live_service import Live
from monitoring.local_git import LocalGit
from monitoring.targets import Targets
from pseudonyms import Kind
from tests.fakes.clock import FakeClock
from tests.fakes.gitea_server import REPO, TOKEN, GiteaServer
from tests.monitoring.changes import BLOCKED, HOURS, closes, copied, files_of, phrase


class Phone:
    """The phone service, as the desk asks it."""

    def __init__(self) -> None:
        self.says: Live = "taken"
        self.seen: list[bytes] = []
        self.waits: asyncio.Event | None = None

    async def taken(self, edit: Edit) -> Live:
        self.seen.append(edit.path.read_bytes())
        if self.waits:
            await self.waits.wait()
        return self.says


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the guard thinks of a change is tested in test_diff_engine; here it would cost a second each."""
    monkeypatch.setattr("monitoring.change_checks._check_guard", lambda *_: ())
    monkeypatch.setattr("monitoring.change_checks._no_more_fitting", lambda *_: ())


@pytest.fixture
def targets(tmp_path: Path) -> Targets:
    return copied(tmp_path / "repo", FakeClock())


@pytest.fixture
async def gitea(targets: Targets) -> AsyncIterator[GiteaServer]:
    async with GiteaServer(files_of(targets)) as server:
        yield server


@pytest.fixture
def phone() -> Phone:
    return Phone()


def desk_of(targets: Targets, server: GiteaServer, phone: Phone, *, pull_request: bool = False) -> ChangeDesk:
    repository = Gitea(server.url, TOKEN, REPO, pull_request=pull_request, timeout_sec=0.5)
    journal = targets.facts_dir.parents[2] / "monitoring" / "changes.jsonl"
    return ChangeDesk(targets, repository, journal, targets.clock, phone.taken)


@pytest.fixture
async def desk(targets: Targets, gitea: GiteaServer, phone: Phone) -> AsyncIterator[ChangeDesk]:
    made = desk_of(targets, gitea, phone)
    yield made
    await made.aclose()


@pytest.fixture
async def pulls(targets: Targets, gitea: GiteaServer, phone: Phone) -> AsyncIterator[ChangeDesk]:
    made = desk_of(targets, gitea, phone, pull_request=True)
    yield made
    await made.aclose()


def kendall(targets: Targets) -> str:
    return str(read_facts(targets.facts_dir).hours[0].closes)


async def refused(desk: ChangeDesk, targets: Targets, gitea: GiteaServer) -> ChangeError:
    """The error of a change that must leave nothing behind."""
    here, there = files_of(targets), dict(gitea.branches["main"][-1].files)
    with pytest.raises(ChangeError) as caught:
        await desk.apply(closes(), by="ana", why="")
    assert files_of(targets) == here
    assert gitea.branches["main"][-1].files == there
    assert desk.history() == ()
    return caught.value


async def test_a_change_is_in_the_file_the_service_and_the_repository(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer, phone: Phone
) -> None:
    done = await desk.apply(closes(), by="ana", why="AVA said five, Jane Doe was told six.")
    assert kendall(targets) == "18:00:00"
    assert phone.seen == [targets.read(HOURS)], "the service was asked when the file was there"
    assert gitea.read(HOURS) == targets.read(HOURS)
    commit = gitea.branches["main"][-1]
    assert commit.author == {"name": "AVC dashboard", "email": "dashboard@avc.invalid"}
    assert commit.message.splitlines()[0] == "Change closes of hours-kendall-weekday"
    assert "Jane" not in commit.message, "the reason stays on the box"
    assert (done.by, done.live, done.where, done.commit) == ("ana", "taken", "main", commit.sha)
    assert json.loads(done.new_line)["closes"] == "18:00"
    assert desk.history() == (done,)


async def test_the_token_goes_to_gitea_alone_and_every_request_is_of_the_one_file(
    desk: ChangeDesk, gitea: GiteaServer, tmp_path: Path
) -> None:
    await desk.apply(closes(), by="ana", why="")
    assert {path.partition("?")[0] for _, path, _ in gitea.requests} == {f"/api/v1/repos/{REPO}/contents/{HOURS}"}
    assert TOKEN not in (tmp_path / "monitoring" / "changes.jsonl").read_text()


async def test_mode_and_owner_of_the_file_stay_and_the_journal_is_private(
    desk: ChangeDesk, targets: Targets, tmp_path: Path
) -> None:
    path = targets.path(HOURS)
    path.chmod(0o664)
    owner = (4711, 4712) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(path, *owner)
    await desk.apply(closes(), by="ana", why="")
    status = path.stat()
    assert (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid) == (0o664, *owner)
    assert stat.S_IMODE((tmp_path / "monitoring" / "changes.jsonl").stat().st_mode) == 0o600


async def test_a_service_that_is_away_takes_it_later_and_the_change_says_so(desk: ChangeDesk, phone: Phone) -> None:
    phone.says = "away"
    assert (await desk.apply(closes(), by="ana", why="")).live == "service-away"


async def test_a_service_that_refuses_leaves_everything_as_it_was(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer, phone: Phone
) -> None:
    phone.says = "refused"
    error = await refused(desk, targets, gitea)
    assert error.code == "service-refused"
    assert not [method for method, *_ in gitea.requests if method == "PUT"]


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        (401, "gitea-401", "GITEA_TOKEN"), (403, "gitea-403", "GITEA_PULL_REQUEST"), (404, "gitea-404", "GITEA_BRANCH"),
        (423, "gitea-423", "archived"), (500, "gitea-500", "500"), (503, "gitea-503", "503"),
        ("refuse", "gitea-unreachable", "cannot be reached"), ("slow", "gitea-timeout", "in time"),
        ("html", "gitea-nonsense", "no Gitea"), (307, "gitea-307", "307"), (422, "gitea-422", "422"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("methods", [("GET",), ("PUT",)])
async def test_when_gitea_fails_nothing_has_happened_and_staff_learn_why(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer, fault: str | int, code: str, says: str,
    methods: tuple[str, ...],
) -> None:  # fmt: skip
    gitea.fail(fault, methods=methods)
    error = await refused(desk, targets, gitea)
    assert error.code == code
    assert says in str(error)
    assert TOKEN not in str(error)
    gitea.fail(None)
    await desk.apply(closes(), by="ana", why="")
    assert gitea.read(HOURS) == targets.read(HOURS)


async def test_gitea_s_file_may_say_other_things_elsewhere(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    elsewhere = gitea.read(HOURS).replace(b'"kendall"]', b'"kendall", "new"]').replace(b"8:30 AM", b"8:45 AM")
    gitea.push(HOURS, elsewhere)
    await desk.apply(closes(), by="ana", why="")
    made = gitea.read(HOURS)
    assert made == elsewhere.replace(
        elsewhere.split(b"\n")[0],
        elsewhere.split(b"\n")[0].replace(b'"17:00"', b'"18:00"').replace(b"5:00 PM", b"6:00 PM"),
    )
    assert b"8:45 AM" not in targets.read(HOURS), "what others changed there is not brought here"


async def test_the_same_record_must_say_the_same_in_gitea(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    gitea.push(HOURS, gitea.read(HOURS).replace(b'"closes": "17:00"', b'"closes": "16:00"', 1))
    error = await refused(desk, targets, gitea)
    assert error.code == "differs-there"
    assert "closes of hours-kendall-weekday is '16:00'" in str(error)
    shown = await desk.preview(closes())
    assert shown.edit is not None
    assert shown.problem == str(error)


async def test_somebody_who_changes_another_record_meanwhile_does_not_stand_in_the_way(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    def faster() -> None:
        gitea.before_put = None
        gitea.push(HOURS, gitea.read(HOURS).replace(b"8:30 AM", b"8:45 AM"))

    gitea.before_put = faster
    await desk.apply(closes(), by="ana", why="")
    assert b"8:45 AM" in gitea.read(HOURS)
    assert b'"closes": "18:00"' in gitea.read(HOURS)


async def test_somebody_who_changes_the_same_record_meanwhile_is_not_overwritten_and_the_new_diff_is_offered(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    def faster() -> None:
        gitea.before_put = None
        gitea.push(HOURS, gitea.read(HOURS).replace(b'["hours", "kendall"]', b'["hours"]', 1))

    gitea.before_put = faster
    here = files_of(targets)
    with pytest.raises(ConflictError) as caught:
        await desk.apply(closes(), by="ana", why="")
    assert files_of(targets) == here
    offer = caught.value.offer
    assert json.loads(offer.old_line)["tags"] == ["hours"]
    assert (json.loads(offer.new_line)["tags"], json.loads(offer.new_line)["closes"]) == (["hours"], "18:00")
    await desk.apply(closes(), by="ana", why="")
    assert offer.new_line.encode() in gitea.read(HOURS)


async def test_a_commit_whose_answer_is_lost_is_found(desk: ChangeDesk, targets: Targets, gitea: GiteaServer) -> None:
    gitea.fail("lost", methods=("PUT",), times=1)
    done = await desk.apply(closes(), by="ana", why="")
    assert done.commit == gitea.branches["main"][-1].sha
    assert gitea.read(HOURS) == targets.read(HOURS)
    assert len(gitea.branches["main"]) == 2


async def test_what_nobody_knows_is_taken_back_there_as_soon_as_gitea_answers(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    before = files_of(targets)

    def away_from_now_on() -> None:
        gitea.before_put = None
        gitea.fail("refuse")

    gitea.fail("lost", methods=("PUT",), times=1)
    gitea.before_put = away_from_now_on
    with pytest.raises(ChangeError) as caught:
        await desk.apply(closes(), by="ana", why="")
    assert caught.value.code == "gitea-unreachable"
    assert files_of(targets) == before, "AVA goes on with what she said"
    assert gitea.read(HOURS) != before[HOURS], "but Gitea has it"
    with pytest.raises(ChangeError, match="not finished yet") as again:
        await desk.apply(phrase(), by="ana", why="")
    assert again.value.code == "half-way"
    gitea.fail(None)
    await desk.apply(phrase(), by="ana", why="")
    assert gitea.read(HOURS) == before[HOURS]
    assert gitea.read(BLOCKED) == targets.read(BLOCKED)
    assert [one.file for one in desk.history()] == [BLOCKED]


async def test_a_pull_request_in_place_of_a_commit(pulls: ChangeDesk, targets: Targets, gitea: GiteaServer) -> None:
    before = gitea.read(HOURS)
    done = await pulls.apply(closes(), by="ana", why="Jane Doe")
    (pull,) = gitea.pulls
    assert (pull.state, pull.base, pull.title) == ("open", "main", "Change closes of hours-kendall-weekday")
    assert done.where.endswith("/pulls/1")
    assert gitea.read(HOURS, pull.head) == targets.read(HOURS)
    assert gitea.read(HOURS) == before
    assert "Jane" not in f"{pull.title} {pull.body} {pull.head}"
    assert kendall(targets) == "18:00:00"


async def test_taking_back_an_open_pull_request_closes_it(
    pulls: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    before = files_of(targets)
    done = await pulls.apply(closes(), by="ana", why="")
    await pulls.undo(done.id, by="ben")
    assert files_of(targets) == before
    assert [pull.state for pull in gitea.pulls] == ["closed"]
    assert list(gitea.branches) == ["main"]


async def test_taking_back_a_merged_one_asks_for_another(
    pulls: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    before = files_of(targets)
    done = await pulls.apply(closes(), by="ana", why="")
    gitea.merge(1)
    await pulls.undo(done.id, by="ben")
    assert files_of(targets) == before
    assert [pull.state for pull in gitea.pulls] == ["closed", "open"]
    assert gitea.read(HOURS, gitea.pulls[1].head) == before[HOURS]


async def test_a_pull_request_that_cannot_be_opened_leaves_no_branch(
    pulls: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    gitea.fail(403, methods=("POST",))
    assert (await refused(pulls, targets, gitea)).code == "gitea-403"
    assert list(gitea.branches) == ["main"]


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_pull_request_whose_answer_is_lost_is_found(pulls: ChangeDesk, gitea: GiteaServer, method: str) -> None:
    gitea.fail("lost", methods=(method,), times=1)
    done = await pulls.apply(closes(), by="ana", why="")
    assert done.where.endswith("/pulls/1")
    assert len(gitea.pulls) == 1


async def test_undo_is_the_reverse_by_the_same_way(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer, phone: Phone
) -> None:
    before = files_of(targets)
    done = await desk.apply(closes(), by="ana", why="")
    back = await desk.undo(done.id, by="ben")
    assert files_of(targets) == before
    assert gitea.read(HOURS) == before[HOURS]
    assert len(phone.seen) == 2
    assert back.undoes == done.id
    assert gitea.branches["main"][-1].message.startswith("Take back: change closes of hours-kendall-weekday\n")
    assert [(one.id, one.undone_by) for one in desk.history()] == [(back.id, None), (done.id, back.id)]
    with pytest.raises(ChangeError) as caught:
        await desk.undo(done.id, by="ben")
    assert caught.value.code == "already-undone"
    again = await desk.undo(back.id, by="ben")
    assert again.undoes == back.id
    assert kendall(targets) == "18:00:00"


async def test_undo_is_refused_where_the_text_was_changed_since(desk: ChangeDesk, targets: Targets) -> None:
    done = await desk.apply(closes(), by="ana", why="")
    await desk.apply(closes("18:00", "19:00"), by="ana", why="")
    with pytest.raises(ChangeError, match="closes of hours-kendall-weekday is '19:00'") as caught:
        await desk.undo(done.id, by="ben")
    assert caught.value.code == "changed-since"
    assert kendall(targets) == "19:00:00"


async def test_undo_leaves_what_others_changed_beside_it(desk: ChangeDesk, targets: Targets) -> None:
    done = await desk.apply(closes(), by="ana", why="")
    await desk.apply(closes("13:00", "14:00", "hours-kendall-saturday"), by="ana", why="")
    await desk.undo(done.id, by="ben")
    first, second = read_facts(targets.facts_dir).hours[:2]
    assert (str(first.closes), str(second.closes)) == ("17:00:00", "14:00:00")


async def test_there_is_nothing_to_undo_in_a_change_that_nobody_made(desk: ChangeDesk) -> None:
    with pytest.raises(ChangeError) as caught:
        await desk.undo("nobody", by="ben")
    assert caught.value.code == "no-such-change"


async def test_of_two_who_apply_the_same_at_once_one_does_and_the_other_learns_it(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer, phone: Phone
) -> None:
    beside = desk_of(targets, gitea, phone)  # the same desk in another process, as far as the lock is concerned
    results = await asyncio.gather(
        desk.apply(closes(), by="ana", why=""), beside.apply(closes(), by="ben", why=""),
        desk.apply(closes(), by="cyn", why=""), return_exceptions=True,
    )  # fmt: skip
    await beside.aclose()
    errors = [one for one in results if isinstance(one, ChangeError)]
    assert [error.code for error in errors] == ["already-applied", "already-applied"]
    assert len(gitea.branches["main"]) == 2
    assert len(desk.history()) == 1


async def test_a_browser_that_goes_away_does_not_stop_a_change_in_the_middle(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer, phone: Phone
) -> None:
    phone.waits = asyncio.Event()
    asking = asyncio.create_task(desk.apply(closes(), by="ana", why=""))
    async with asyncio.timeout(5):
        while not phone.seen:
            await asyncio.sleep(0.01)
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()
    phone.waits.set()
    await desk.aclose()
    assert len(desk.history()) == 1
    assert gitea.read(HOURS) == targets.read(HOURS)


async def test_a_file_that_cannot_be_written_is_told_with_what_to_do(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("monitoring.target_file.write_atomically", denied)
    error = await refused(desk, targets, gitea)
    assert error.code == "not-written"
    assert "has to belong to the user of the dashboard" in str(error)


async def test_without_a_journal_nothing_happens(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer, tmp_path: Path
) -> None:
    before = files_of(targets)
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "changes.jsonl").mkdir()
    with pytest.raises(StorageError):
        await desk.apply(closes(), by="ana", why="")
    assert files_of(targets) == before
    assert len(gitea.branches["main"]) == 1


async def test_an_edit_by_hand_in_between_is_not_overwritten(
    desk: ChangeDesk, targets: Targets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def planned(*args: object, **how: object) -> Edit:
        edit = diff_engine.plan(*args, **how)  # type: ignore[arg-type]
        edit.path.write_bytes(edit.before.replace(b'["hours", "hialeah"]', b'["by-hand"]'))
        return edit

    monkeypatch.setattr("monitoring.apply.plan", planned)
    with pytest.raises(ChangeError) as caught:
        await desk.apply(closes(), by="ana", why="")
    assert caught.value.code == "old-text-gone"
    assert b"by-hand" in targets.read(HOURS)
    assert kendall(targets) == "17:00:00"


async def test_a_refused_change_does_not_take_an_edit_by_hand_with_it(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer, phone: Phone
) -> None:
    async def edited_meanwhile(edit: Edit) -> Live:
        path = edit.path
        path.write_bytes(path.read_bytes().replace(b'["hours", "hialeah"]', b'["by-hand"]'))
        return "refused"

    desk._taken = edited_meanwhile
    with pytest.raises(ChangeError):
        await desk.apply(closes(), by="ana", why="")
    assert b"by-hand" in targets.read(HOURS)
    assert kendall(targets) == "17:00:00"


async def test_a_phrase_of_the_blocklist_goes_the_same_way(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    done = await desk.apply(phrase(), by="ana", why="")
    assert gitea.read(BLOCKED) == targets.read(BLOCKED) == gitea.files[BLOCKED] + b"have a blessed day\n"
    assert gitea.branches["main"][-1].message.startswith("Add a line of blocklist.txt")
    await desk.undo(done.id, by="ana")
    assert gitea.read(BLOCKED) == targets.read(BLOCKED) == gitea.files[BLOCKED]


def test_the_settings_say_where_changes_are_kept(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, facts_dir=tmp_path / "facts")
    assert isinstance(change_desk_from(settings, FakeClock()).repository, LocalGit)
    with_token = Settings(_env_file=None, data_dir=tmp_path, gitea_token="gitea-555-0100", gitea_pull_request=True)
    desk = change_desk_from(with_token, FakeClock())
    assert desk.repository.name == "Gitea, tocmo0nlord/avc-phone-ai, pull requests to main"
    assert desk.history() == ()
    assert list(tmp_path.iterdir()) == []


async def test_the_door_is_shut_for_what_is_known_of_the_caller(
    desk: ChangeDesk, targets: Targets, gitea: GiteaServer
) -> None:
    known = {Kind.NAME: ["Jane Doe"]}
    shown = await desk.preview(phrase("tell Jane about it"), known=known)
    assert (shown.edit, shown.code) == (None, "says-who-called")
    with pytest.raises(ChangeError):
        await desk.apply(phrase("tell Jane about it"), by="ana", why="", known=known)
    assert gitea.requests == []
