"""Users and their passwords: who may be made, what is kept, and the command."""

import io
import json
import stat
import threading
from pathlib import Path

import pytest

from errors import StorageError
from monitoring import users
from monitoring.passwords import Hashes, problem_of
from monitoring.users import User, UserBook, UserError

PASSWORD = "three grey herons wade"
OTHER = "seven brown otters swim"
QUICK = Hashes(rounds=1, memory_kib=64)


@pytest.fixture
def book(tmp_path: Path) -> UserBook:
    return UserBook(tmp_path / "monitoring" / "users.json", QUICK)


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(users.passwords, "Hashes", lambda: QUICK)
    return tmp_path


def test_a_user_is_known_by_the_right_password_only(book: UserBook) -> None:
    made = book.add("sofia", "staff", PASSWORD)
    assert book.check("sofia", PASSWORD) == made == book.get("sofia")
    assert book.check("sofia", PASSWORD + " ") is None
    assert book.check("Sofia", PASSWORD) is None
    assert book.check("nobody", PASSWORD) is None
    assert book.check("", "") is None


def test_the_file_holds_argon2id_hashes_and_is_readable_by_its_owner_alone(book: UserBook) -> None:
    book.add("sofia", "staff", PASSWORD)
    book.add("adam", "admin", PASSWORD)
    assert stat.S_IMODE(book.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(book.path.parent.stat().st_mode) == 0o700
    kept = json.loads(book.path.read_text())["users"]
    assert all(user["hash"].startswith("$argon2id$v=19$") for user in kept)
    assert len({user["hash"] for user in kept}) == 2, "each with a salt of its own"
    assert PASSWORD not in book.path.read_text()


def test_the_costs_are_those_of_the_rfc() -> None:
    """RFC 9106, section 4, second recommendation: 3 rounds over 64 MiB; one lane, since calls need the other cores."""
    assert "$m=65536,t=3,p=1$" in Hashes().make(PASSWORD)


def test_another_process_that_changes_the_file_is_noticed(book: UserBook) -> None:
    book.add("sofia", "staff", PASSWORD)
    other = UserBook(book.path, QUICK)
    assert other.get("sofia") is not None
    book.remove("sofia")
    assert other.get("sofia") is None
    book.path.unlink()
    assert other.all() == ()


def test_a_new_password_changes_the_stamp_and_keeps_the_role(book: UserBook) -> None:
    before = book.add("adam", "admin", PASSWORD)
    after = book.set_password("adam", OTHER)
    assert (after.role, after.stamp != before.stamp) == ("admin", True)
    assert book.check("adam", PASSWORD) is None
    assert book.check("adam", OTHER) == after


@pytest.mark.parametrize("name", ["", "a", "Sofia", "so fia", "../x", "-sofia", "s" * 33, "sofía", "sofia\n"])
def test_a_name_that_is_none_is_refused(book: UserBook, name: str) -> None:
    with pytest.raises(UserError) as refused:
        book.add(name, "staff", PASSWORD)
    assert refused.value.code == "bad-name"


def test_a_name_is_taken_once(book: UserBook) -> None:
    book.add("sofia", "staff", PASSWORD)
    with pytest.raises(UserError, match="there is a user sofia already"):
        book.add("sofia", "admin", OTHER)
    assert book.get("sofia") == book.check("sofia", PASSWORD)


def test_a_user_who_is_not_there_can_be_neither_removed_nor_changed(book: UserBook) -> None:
    for change in (lambda: book.remove("nobody"), lambda: book.set_password("nobody", PASSWORD)):
        with pytest.raises(UserError) as refused:
            change()
        assert refused.value.code == "no-such-user"


def test_users_made_at_one_moment_are_all_kept(book: UserBook) -> None:
    threads = [
        threading.Thread(target=UserBook(book.path, QUICK).add, args=(f"user{n}", "staff", PASSWORD)) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(book.all()) == 8


@pytest.mark.parametrize("content", ["{", "[]", '{"users": [{"name": "x"}]}', ""])
def test_a_file_that_cannot_be_read_is_no_empty_one(book: UserBook, content: str) -> None:
    book.path.parent.mkdir(parents=True)
    book.path.write_text(content)
    with pytest.raises(StorageError) as failed:
        book.check("sofia", PASSWORD)
    assert failed.value.code == "users-unreadable"
    with pytest.raises(StorageError):
        book.add("sofia", "staff", PASSWORD)
    assert book.path.read_text() == content, "what stands there is not written over"


def test_an_admin_may_do_what_staff_may() -> None:
    assert User("a", "admin").may("staff")
    assert User("a", "admin").may("admin")
    assert User("s", "staff").may("staff")
    assert not User("s", "staff").may("admin")


@pytest.mark.parametrize(
    "password",
    [
        "tiny",
        "elevenchars",
        "password1234",
        "Password123!",
        "P@ssw0rd2026",
        "Welcome2AVC2026",
        "qwertyuiop12",
        "123456789012",
        "abcabcabcabc",
        "aaaaaaaaaaaaaaaa",
        "letmeinletmein",
        "sofiasofia12",
        "Summer2026!!!!",
        "advancedvision",
        "iloveyou2026!",
        "asdfghjkl;123",
        "x" * 300,
    ],
)
def test_a_password_that_is_short_or_guessed_first_is_refused(book: UserBook, password: str) -> None:
    with pytest.raises(UserError) as refused:
        book.add("sofia", "staff", password)
    assert refused.value.code == "weak-password"
    assert password not in str(refused.value)
    assert book.all() == ()


@pytest.mark.parametrize(
    "password",
    [PASSWORD, OTHER, "x7#K!9$p@2&w", "correct horse battery staple", "Zwölf Boxkämpfer jagen", "vKq93mZrTb0L"],
)
def test_a_password_that_nobody_guesses_is_taken(password: str) -> None:
    assert problem_of(password, "sofia") is None


def test_the_command_asks_twice_and_notes_what_it_did(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    assert users.main(["add", "sofia", "--role", "admin"], ask) == 0
    assert len(asked) == 2
    assert users.main(["list"], ask) == 0
    assert capsys.readouterr().out.split("\n")[1].split() == ["sofia", "admin"]
    assert users.main(["password", "sofia"], lambda _: OTHER) == 0
    assert users.main(["remove", "sofia"], ask) == 0
    lines = (data_dir / "monitoring" / "audit.jsonl").read_text()
    noted = [json.loads(line) for line in lines.splitlines()]
    assert [(line["action"], line["detail"]) for line in noted] == [
        ("user-added-admin", "sofia"),
        ("user-password", "sofia"),
        ("user-removed", "sofia"),
    ]
    assert PASSWORD not in lines


def test_the_command_refuses_two_passwords_that_differ(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter([PASSWORD, OTHER])
    assert users.main(["add", "sofia"], lambda _: next(answers)) == 1
    assert "differ" in capsys.readouterr().err
    assert not (data_dir / "monitoring" / "users.json").exists()


def test_the_command_reads_a_password_from_standard_input(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert users.main(["add", "sofia", "--password-stdin"], lambda _: pytest.fail("asked")) == 0
    assert UserBook(data_dir / "monitoring" / "users.json").check("sofia", PASSWORD) is not None


def test_a_password_is_never_an_argument(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        users.main(["add", "sofia", "--password", PASSWORD], lambda _: PASSWORD)
    assert ended.value.code == 2
    capsys.readouterr()


def test_a_wrong_setting_ends_the_command_with_two(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DASHBOARD_PORT", "many")
    assert users.main(["list"]) == 2
    assert "DASHBOARD_PORT" in capsys.readouterr().err
