"""What stands in front of every route: sessions, CSRF, hosts, headers, sizes, and what is told of a crash."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import Depends, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from config import Settings
from errors import StorageError
from monitoring.dashboard import sessions, web
from monitoring.dashboard.security import MAX_BODY_BYTES
from monitoring.dashboard.site import Site
from monitoring.desk import Desk
from monitoring.users import User
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.site import PAGE, PASSWORD, Browser, app_of, make_desk

SID = "CA" + "0" * 32
OPEN = {("GET", "/health"), ("GET", "/login"), ("POST", "/login")}


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of the app, with values in the place of parameters."""
    found = []
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            continue
        path = re.sub(r"\{call_sid\}|\{sid\}", SID, str(route.path))
        path = re.sub(r"\{[^}]+\}", "x1", path)
        found += [(method, path) for method in sorted(route.methods or ()) if method not in ("HEAD", "OPTIONS")]
    return found


async def test_every_route_but_the_open_ones_needs_a_session(app: FastAPI, browser: Browser) -> None:
    routes = [route for route in routes_of(app) if route not in OPEN]
    assert {("GET", "/"), ("POST", "/logout"), ("GET", f"/calls/{SID}/audio")} <= set(routes)
    for method, path in routes:
        asked_by_script = await browser.request(method, path)
        assert (asked_by_script.status_code, asked_by_script.json()["code"]) == (401, "log-in"), (method, path)
        asked_by_person = await browser.request(method, path, headers=PAGE)
        assert asked_by_person.status_code == 303, (method, path)
        assert asked_by_person.headers["location"].startswith("/login"), (method, path)


async def test_every_change_needs_the_csrf_token(app: FastAPI, admin: Browser) -> None:
    changing = [route for route in routes_of(app) if route[0] != "GET" and route not in OPEN]
    assert ("POST", "/logout") in changing
    for method, path in changing:
        for headers in ({}, {"x-csrf-token": "x" * 43}, {"x-csrf-token": ""}):
            answer = await admin.request(method, path, json={}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "wrong-csrf-token"), (method, path)


async def test_every_change_has_to_come_from_a_page_of_ours(app: FastAPI, admin: Browser) -> None:
    token = {"x-csrf-token": admin.csrf}
    for method, path in [route for route in routes_of(app) if route[0] != "GET"]:
        for foreign in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": "http://127.0.0.1:9999"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:8201"},
            {"sec-fetch-site": "none"},
        ):
            answer = await admin.request(method, path, json={}, headers={**token, **foreign})
            assert (answer.status_code, answer.json()["code"]) == (403, "wrong-origin"), (method, path, foreign)


async def test_the_csrf_token_of_another_session_does_not_help(staff: Browser, admin: Browser) -> None:
    answer = await staff.post("/logout", headers={"x-csrf-token": admin.csrf})
    assert answer.status_code == 403


async def test_a_form_brings_its_token_as_a_field(staff: Browser) -> None:
    sent = {"sec-fetch-site": "same-origin", "origin": "null"}  # as browsers send forms under no-referrer
    assert (await staff.post("/logout", data={"csrf": "wrong"}, headers=sent)).status_code == 403
    assert (await staff.post("/logout", data={"csrf": staff.csrf}, headers=sent)).status_code == 303


async def test_a_token_in_a_body_that_is_no_form_does_not_count(staff: Browser) -> None:
    answer = await staff.post("/logout", content=f"csrf={staff.csrf}", headers={"content-type": "text/plain"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8201",
        "localhost.evil.example",
        "10.0.0.1",
        "",
        "[bad",
        "x@localhost",
        "127.0.0.1/static/?",
        "localhost:8201#",
    ],
)
async def test_a_host_that_is_none_of_ours_is_not_answered(browser: Browser, host: str) -> None:
    for path in ("/", "/login", "/health", "/static/app.css"):
        assert (await browser.get(path, headers={"host": host})).status_code == 421, path


@pytest.mark.parametrize("host", ["localhost:8201", "127.0.0.1:8201", "[::1]:9000", "LOCALHOST"])
async def test_this_machine_is_answered_under_its_loopback_names(browser: Browser, host: str) -> None:
    assert (await browser.get("/health", headers={"host": host})).status_code == 200


def test_the_public_host_is_answered_and_names_like_it_are_not() -> None:
    site = Site("Monitor.example", "10.0.0.5")
    known = ("monitor.example", "monitor.example:443", "MONITOR.EXAMPLE", "10.0.0.5:8201", "localhost")
    assert all(site.knows(host) for host in known)
    foreign = ("monitor.example:8443", "monitor.example.evil.example", "xmonitor.example", "10.0.0.6", "0.0.0.0")
    assert not any(site.knows(host) for host in foreign)


async def test_behind_tls_a_page_that_came_without_it_is_foreign(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, settings=Settings(data_dir=tmp_path, dashboard_public_host="monitor.example"))
    desk.users.add("sofia", "staff", PASSWORD)
    async with Browser(app_of(desk), "https://monitor.example") as browser:
        await browser.login("sofia")
        for origin, status in (("http://monitor.example", 403), ("https://monitor.example", 303)):
            sent = {"origin": origin, "x-csrf-token": browser.csrf}
            assert (await browser.post("/logout", headers=sent)).status_code == status, origin


def test_a_name_to_listen_on_is_no_host_that_is_answered() -> None:
    assert not Site(None, "some.name").knows("some.name")
    assert not Site(None, "0.0.0.0").knows("0.0.0.0")


async def test_every_answer_carries_the_security_headers(browser: Browser, staff: Browser) -> None:
    answers = [
        await browser.get("/", headers=PAGE),
        await browser.get("/login", headers=PAGE),
        await browser.get("/health"),
        await browser.get("/static/app.css"),
        await browser.get("/health", headers={"host": "evil.example"}),
        await staff.get("/nothing-there", headers=PAGE),
        await staff.post("/logout"),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert answer.headers["cache-control"] == ("no-cache" if "app.css" in str(answer.url) else "no-store")
        assert "strict-transport-security" not in answer.headers, "this is plain HTTP on loopback"


async def test_static_files_lead_nowhere_else(browser: Browser) -> None:
    for path in ("/static/../web.py", "/static/%2e%2e/web.py", "/static//etc/passwd", "/static/..%2f..%2fusers.py"):
        answer = await browser.get(path)
        assert answer.status_code in (401, 404), path
        assert "import" not in answer.text


async def test_paths_with_tricks_do_not_pass_the_gate(browser: Browser) -> None:
    for path in ("//calls", "/./calls", "/login/../calls", "/LOGIN", "/health/", "/health/../calls", "/static"):
        assert (await browser.get(path)).status_code == 401, path


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(staff: Browser) -> None:
    answer = await staff.post("/logout", content=b"x" * (MAX_BODY_BYTES + 1), headers={"x-csrf-token": staff.csrf})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


async def test_a_body_that_does_not_say_how_large_it_is_is_bounded_too(staff: Browser) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += 64 * 1024
            yield b"x" * 64 * 1024

    answer = await staff.post("/logout", content=endless(), headers={"x-csrf-token": staff.csrf})
    assert answer.status_code == 413
    assert given <= MAX_BODY_BYTES + 2 * 64 * 1024


async def test_an_idle_session_is_logged_off(staff: Browser, clock: FakeClock) -> None:
    clock.pass_time(29 * 60)
    assert (await staff.get("/nothing-there")).status_code == 404
    clock.pass_time(29 * 60)
    assert (await staff.get("/nothing-there")).status_code == 404
    clock.pass_time(30 * 60)
    assert (await staff.get("/nothing-there")).status_code == 401


async def test_what_a_page_asks_by_itself_keeps_nobody_logged_in(staff: Browser, clock: FakeClock) -> None:
    for _ in range(3):
        clock.pass_time(9 * 60)
        assert (await staff.get("/nothing-there", headers={"x-background": "1"})).status_code == 404
    clock.pass_time(3 * 60)
    assert (await staff.get("/nothing-there")).status_code == 401


async def test_an_idle_page_leaves_the_screen(staff: Browser, browser: Browser) -> None:
    page = await staff.get("/nothing-there", headers=PAGE)
    assert page.headers["refresh"] == "1805; url=/login?next=%2Fnothing-there"
    assert "refresh" not in (await browser.get("/login", headers=PAGE)).headers
    assert "refresh" not in (await staff.get("/nothing-there")).headers


async def test_a_session_ends_after_twelve_hours_however_busy(staff: Browser, clock: FakeClock) -> None:
    for _ in range(int(sessions.LONGEST_SEC // 1200) - 1):
        clock.pass_time(1200)
        assert (await staff.get("/nothing-there")).status_code == 404
    clock.pass_time(1200)
    assert (await staff.get("/nothing-there")).status_code == 401


async def test_a_user_who_is_removed_is_logged_off_everywhere(desk: Desk, app: FastAPI, staff: Browser) -> None:
    async with Browser(app) as second:
        await second.login("sofia")
        desk.users.remove("sofia")
        assert (await staff.get("/")).status_code == (await second.get("/")).status_code == 401
    desk.users.add("sofia", "admin", PASSWORD)
    assert (await staff.get("/")).status_code == 401, "another user of the same name"


async def test_a_new_password_logs_off_everywhere(desk: Desk, app: FastAPI, staff: Browser, admin: Browser) -> None:
    desk.users.set_password("sofia", "seven brown otters swim")
    assert (await staff.get("/nothing-there")).status_code == 401
    assert (await admin.get("/nothing-there")).status_code == 404


async def test_the_sessions_of_one_user_are_few(app: FastAPI) -> None:
    opened = [Browser(app) for _ in range(11)]
    for browser in opened:
        await browser.login("sofia")
    codes = [(await browser.get("/nothing-there")).status_code for browser in opened]
    assert codes == [401] + [404] * 10


async def test_what_is_not_there_is_a_page_for_people_and_json_for_scripts(staff: Browser) -> None:
    page = await staff.get("/<script>alert(1)</script>", headers=PAGE)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<script>alert" not in page.text
    told = await staff.get("/nothing-there")
    assert (told.status_code, told.json()) == (404, {"code": "not-found", "message": "There is no such page."})
    assert (await staff.act("/health")).status_code == 405


async def test_a_crash_tells_neither_trace_nor_words(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from loguru import logger

    desk = make_desk(tmp_path)
    app = app_of(desk)
    desk.users.add("sofia", "staff", PASSWORD)

    @app.get("/crash")
    async def crash() -> None:
        raise RuntimeError("Maria Lopez said 305 555 0123")

    @app.get("/storage")
    async def storage() -> None:
        raise StorageError("the index cannot be read", code="index-unreadable")

    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(message.record["extra"]["line"] + str(message)))
    try:
        async with Browser(app) as browser:
            await browser.login("sofia")
            told = await browser.get("/crash")
            page = await browser.get("/crash", headers=PAGE)
            ours = await browser.get("/storage")
    finally:
        logger.remove(sink)
    assert (told.status_code, told.json()["code"]) == (500, "failed")
    assert page.status_code == 500
    assert "content-security-policy" in page.headers
    assert (ours.status_code, ours.json()) == (503, {"code": "index-unreadable", "message": "the index cannot be read"})
    seen = told.text + page.text + "".join(lines) + "".join(capfd.readouterr())
    assert "Lopez" not in seen
    assert "Traceback" not in seen
    assert any(line.startswith("dashboard_crash error=RuntimeError at=test_security.py:") for line in lines)


async def test_a_websocket_is_not_taken(app: FastAPI) -> None:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await app({"type": "websocket", "path": "/", "headers": []}, receive, send)  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]


async def test_staff_do_not_see_what_only_admins_may(app: FastAPI, staff: Browser, admin: Browser) -> None:
    @app.get("/for-admins")
    async def page(who: User = Depends(web.require("admin"))) -> str:  # noqa: B008
        return who.name

    assert (await staff.get("/for-admins")).status_code == 403
    assert (await admin.get("/for-admins")).json() == "adam"
    assert "/audit" not in [item.path for item in web.navigation("/", User("sofia", "staff"))]
    assert "/audit" in [item.path for item in web.navigation("/", User("adam", "admin"))]


async def test_health_says_that_it_is_alive_and_nothing_else(browser: Browser, clock: FakeClock) -> None:
    clock.pass_time(12.5)
    answer = await browser.get("/health")
    assert answer.status_code == 200
    assert set(answer.json()) == {"status", "version", "uptime_sec"}
    assert answer.json()["uptime_sec"] == 12.5


def test_the_settings_say_which_names_are_ours() -> None:
    assert Site.of(Settings(dashboard_public_host="monitor.example")) == Site("monitor.example", "127.0.0.1")


async def test_a_line_with_half_a_character_or_an_odd_year_takes_no_page_away(desk: Desk, admin: Browser) -> None:
    with (desk.settings.monitoring_dir / "audit.jsonl").open("a") as stream:
        stream.write('{"at": "0001-01-01T00:00:00+00:00", "user": "\\ud800", "action": "play"}\n')
        stream.write('{"at": "9999-12-31T23:59:59-05:00", "user": "sofia", "action": "play"}\n')
    answer = await admin.get("/audit", headers=PAGE)
    assert answer.status_code == 200
    assert answer.text.count("Listened to a call") >= 2
