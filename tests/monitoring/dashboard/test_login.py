"""Logging in and off: tokens, cookies, throttling, and that a wrong name looks like a wrong password."""

import re
import statistics
import time
from pathlib import Path

import pytest
from fastapi import FastAPI

from config import Settings
from monitoring.dashboard.login import Door
from monitoring.dashboard.sessions import Sessions
from monitoring.dashboard.site import Site
from monitoring.dashboard.throttle import FREE, Throttle
from monitoring.desk import Desk
from monitoring.passwords import Hashes
from monitoring.users import UserBook
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.site import PAGE, PASSWORD, Browser, app_of, audit_of, form_token, make_desk


async def test_the_right_password_leads_to_the_page_that_was_asked_for(browser: Browser) -> None:
    asked = await browser.get("/calls?page=2", headers=PAGE)
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=%2Fcalls%3Fpage%3D2")
    answer = await browser.login("sofia", back="/calls?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/calls?page=2")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_a_login_leads_to_pages_of_ours_only(browser: Browser, back: str) -> None:
    assert (await browser.login("sofia", back=back)).headers["location"] == "/"


async def test_the_session_cookie_is_for_this_host_and_not_for_scripts(browser: Browser) -> None:
    answer = await browser.login("sofia")
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("ava-session="))
    assert {"httponly", "path=/", "samesite=strict"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()


async def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, dashboard_public_host="monitor.example")
    desk = make_desk(tmp_path, settings=settings)
    desk.users.add("sofia", "staff", PASSWORD)
    async with Browser(app_of(desk), "https://monitor.example") as browser:
        answer = await browser.login("sofia")
        cookie = next(v for v in answer.headers.get_list("set-cookie") if v.startswith("__Host-ava-session="))
        assert {"secure", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
        assert "max-age" in answer.headers["strict-transport-security"]


async def test_only_the_hash_of_a_token_is_kept(app: FastAPI, staff: Browser) -> None:
    token = staff.cookies["ava-session"]
    assert len(token) >= 43  # 256 bits
    assert token not in repr(app.state.door.sessions.__dict__)


async def test_a_token_that_was_planted_in_the_browser_is_not_taken_over(app: FastAPI) -> None:
    async with Browser(app) as browser:
        browser.plant("ava-session", "planted-by-somebody-else")
        assert (await browser.login("sofia")).status_code == 303
        assert browser.cookies["ava-session"] != "planted-by-somebody-else"
        assert app.state.door.sessions.find("planted-by-somebody-else") is None


async def test_a_session_that_was_planted_in_the_browser_ends_at_the_login(app: FastAPI, staff: Browser) -> None:
    planted = staff.cookies["ava-session"]
    async with Browser(app) as browser:
        form = {"name": "adam", "password": PASSWORD, "csrf": form_token(await browser.get("/login"))}
        browser.plant("ava-session", planted)
        answer = await browser.post("/login", data=form, headers={"x-csrf-token": staff.csrf})
        assert answer.status_code == 303
        assert browser.cookies["ava-session"] != planted
    assert app.state.door.sessions.find(planted) is None


async def test_a_wrong_name_and_a_wrong_password_are_answered_alike(browser: Browser) -> None:
    wrong_password = await browser.login("sofia", "four grey herons wade")
    wrong_name = await browser.login("nobody", "four grey herons wade")
    assert wrong_password.status_code == wrong_name.status_code == 401
    bodies = [re.sub(r'value="[^"]*"', "", answer.text) for answer in (wrong_password, wrong_name)]
    assert bodies[0] == bodies[1]
    assert "Name or password is wrong." in bodies[0]


def test_a_wrong_name_takes_as_long_as_a_wrong_password(tmp_path: Path) -> None:
    book = UserBook(tmp_path / "users.json", Hashes(rounds=2, memory_kib=16 * 1024))
    book.add("sofia", "staff", PASSWORD)

    def middle_ms(name: str) -> float:
        times = []
        for _ in range(7):
            begin = time.thread_time()
            assert book.check(name, "four grey herons wade") is None
            times.append((time.thread_time() - begin) * 1000)
        return statistics.median(times)

    known, unknown = middle_ms("sofia"), middle_ms("nobody")
    assert 0.5 < known / unknown < 2.0


async def test_failures_are_throttled_with_a_growing_wait(browser: Browser, clock: FakeClock) -> None:
    for _ in range(FREE):
        assert (await browser.login("sofia", "wrong")).status_code == 401
    waits = []
    for _ in range(4):
        refused = await browser.login("sofia", "wrong")
        assert refused.status_code == 429
        waits.append(int(refused.headers["retry-after"]))
        clock.pass_time(waits[-1])
        assert (await browser.login("sofia", "wrong")).status_code == 401
    assert waits == [2, 4, 8, 16]


async def test_the_right_password_does_not_help_while_one_has_to_wait(browser: Browser, clock: FakeClock) -> None:
    for _ in range(FREE):
        await browser.login("sofia", "wrong")
    assert (await browser.login("sofia")).status_code == 429
    clock.pass_time(2)
    assert (await browser.login("sofia")).status_code == 303


async def test_a_name_that_is_no_users_is_throttled_alike(app: FastAPI) -> None:
    for number in range(FREE):
        async with Browser(app, address=f"10.0.0.{number}") as browser:
            assert (await browser.login("nobody", "wrong")).status_code == 401
    async with Browser(app, address="10.0.0.99") as browser:
        assert (await browser.login("nobody", "wrong")).status_code == 429


async def test_many_names_from_one_address_are_throttled(app: FastAPI) -> None:
    async with Browser(app, address="10.0.0.7") as browser:
        answers = [(await browser.login(f"name{number}", "wrong")).status_code for number in range(FREE + 1)]
        assert answers == [401] * FREE + [429]
    async with Browser(app, address="10.0.0.8") as other:
        assert (await other.login("sofia")).status_code == 303


async def test_a_right_password_between_guesses_does_not_free_the_address(app: FastAPI) -> None:
    async with Browser(app, address="10.0.0.7") as browser:
        for number in range(FREE - 1):
            await browser.login(f"name{number}", "wrong")
        assert (await browser.login("sofia")).status_code == 303
    async with Browser(app, address="10.0.0.7") as browser:
        assert (await browser.login("adam", "wrong")).status_code == 401
        assert (await browser.login("adam", "wrong")).status_code == 429


async def test_behind_the_proxy_the_address_is_the_one_that_the_proxy_wrote(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, dashboard_public_host="monitor.example")
    desk = make_desk(tmp_path, settings=settings)
    app = app_of(desk)
    codes = []
    for number in range(FREE + 1):
        async with Browser(app, "https://monitor.example") as browser:
            browser.headers["x-forwarded-for"] = f"192.0.2.{number}, 198.51.100.7"
            codes.append((await browser.login(f"name{number}", "wrong")).status_code)
    assert codes == [401] * FREE + [429], "what the client wrote before it does not count"


async def test_without_a_proxy_a_forwarded_address_is_not_believed(app: FastAPI) -> None:
    codes = []
    for number in range(FREE + 1):
        async with Browser(app) as browser:
            browser.headers["x-forwarded-for"] = f"192.0.2.{number}"
            codes.append((await browser.login(f"name{number}", "wrong")).status_code)
    assert codes[-1] == 429


async def test_the_login_form_has_a_token_of_its_own(browser: Browser, app: FastAPI) -> None:
    answer = await browser.post("/login", data={"name": "sofia", "password": PASSWORD}, headers=PAGE)
    assert answer.status_code == 403
    async with Browser(app) as other:
        foreign = form_token(await other.get("/login"))
    await browser.get("/login")
    answer = await browser.post("/login", data={"name": "sofia", "password": PASSWORD, "csrf": foreign})
    assert answer.status_code == 403
    assert "ava-session" not in browser.cookies


async def test_logging_off_ends_the_session_for_everybody_who_has_the_token(app: FastAPI, staff: Browser) -> None:
    token = staff.cookies["ava-session"]
    answer = await staff.post("/logout", data={"csrf": staff.csrf}, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert app.state.door.sessions.find(token) is None
    other = Browser(app)
    other.cookies.set("ava-session", token)
    assert (await other.get("/calls")).status_code == 401


async def test_logins_stand_in_the_audit_log_and_what_was_typed_does_not(desk: Desk, browser: Browser) -> None:
    await browser.login("sofia", "wrong")
    await browser.login("my secret passphrase", "wrong")
    await browser.login("sofia")
    await browser.post("/logout", data={"csrf": browser.csrf})
    assert audit_of(desk) == [
        ("sofia", "login-failed", None, None),
        (None, "login-failed", None, None),
        ("sofia", "login", None, None),
        ("sofia", "logout", None, None),
    ]
    assert "secret" not in (desk.settings.monitoring_dir / "audit.jsonl").read_text()


async def test_nobody_logs_in_when_the_audit_log_cannot_be_written(desk: Desk, browser: Browser) -> None:
    (desk.settings.monitoring_dir / "audit.jsonl").mkdir()
    answer = await browser.login("sofia")
    assert answer.status_code == 503
    assert "ava-session" not in browser.cookies


async def test_with_no_user_the_form_says_which_command_makes_one(tmp_path: Path) -> None:
    async with Browser(app_of(make_desk(tmp_path))) as browser:
        page = await browser.get("/login", headers=PAGE)
        assert page.status_code == 200
        assert "python -m monitoring.users add NAME --role admin" in page.text


async def test_a_users_file_that_cannot_be_read_lets_nobody_in(desk: Desk, staff: Browser) -> None:
    desk.users.path.write_text("{")
    assert (await staff.get("/calls")).status_code == 503
    assert (await staff.get("/login", headers=PAGE)).status_code == 503


async def test_passwords_are_compared_one_at_a_time_and_only_a_few_wait(tmp_path: Path, clock: FakeClock) -> None:
    desk = make_desk(tmp_path, clock)
    door = Door(Site(None, "127.0.0.1"), Sessions(desk.users, clock, idle_sec=60), Throttle(clock), desk.users)
    assert not door.is_crowded
    door._waiting = 8
    assert door.is_crowded


async def test_who_has_to_wait_cannot_fill_the_audit_log(desk: Desk, browser: Browser) -> None:
    for _ in range(FREE):
        await browser.login("sofia", "wrong")
    for _ in range(20):
        assert (await browser.login("sofia", "wrong")).status_code == 429
    assert [action for _, action, _, _ in audit_of(desk)] == ["login-failed"] * FREE + ["login-throttled"]


@pytest.mark.parametrize("field", ["name", "password", "next", "csrf"])
async def test_half_a_character_in_a_form_is_a_wrong_login(browser: Browser, field: str) -> None:
    token = form_token(await browser.get("/login"))
    values = {"name": "sofia", "password": "wrong", "next": "/", "csrf": token, field: "\\ud800"}
    parts = (f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n' for key, text in values.items())
    kind = {"content-type": "multipart/form-data; boundary=x; charset=unicode_escape"}
    answer = await browser.post("/login", content="".join(parts) + "--x--\r\n", headers=kind)
    assert answer.status_code == (403 if field == "csrf" else 401)
