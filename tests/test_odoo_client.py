"""The contract of `OdooClient`, against the stand-in and, if ODOO_TEST_URL, ODOO_TEST_DB, ODOO_TEST_USER and
ODOO_TEST_API_KEY name one, a real Odoo; then everything that goes wrong, against the stand-in."""

import asyncio
import shutil
import ssl
import subprocess
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from call import TRANSFER_NOT_ANSWERED, Lead, Paper, Window
from config import Settings
from errors import ConfigError, CrmError
from odoo_client import OdooClient, odoo_from
from practice import load_facts
from tests.fakes.odoo_server import API_KEY, LOGIN, OdooServer
from tests.odoo.helpers import REAL, a_lead, of_real_odoo, read, settings_for, somebody_new, staff
from tests.recording.helpers import the_log


@asynccontextmanager
async def client_of(settings: Settings, **options: Any) -> AsyncIterator[OdooClient]:
    client = OdooClient(settings, **{"timeout_sec": 0.4, **options})
    try:
        yield client
    finally:
        await client.aclose()


@pytest.fixture
def odoo() -> Iterator[OdooServer]:
    with OdooServer() as server:
        yield server


@pytest.fixture(params=["stand-in", *(["real"] if REAL["URL"] else [])])
def account(request: pytest.FixtureRequest) -> Iterator[Settings]:
    """The settings of an Odoo that works."""
    if request.param == "stand-in":
        with OdooServer() as server:
            yield settings_for(server.url)
    else:
        yield of_real_odoo()


FIELDS = ["name", "type", "contact_name", "phone", "priority", "referred", "description", "user_id"]


def leads_of(settings: Settings, lead: Lead) -> list[dict[str, Any]]:
    return read(settings, "crm.lead", [["referred", "=", lead.call_sid]], FIELDS)


async def test_a_lead_gets_to_odoo_with_what_staff_need(account: Settings) -> None:
    lead = a_lead(**somebody_new(), urgency="urgent", reason="red eye since Monday")
    async with client_of(account, timeout_sec=15.0, facts=load_facts) as client:
        await client.check()
        number = await client.save(lead)
    [found] = leads_of(account, lead)
    assert number == str(found["id"])
    assert found["name"] == "URGENT: Comprehensive eye exam – Coral Gables – Rosa Ortega (tentative)"
    assert (found["type"], found["priority"], found["user_id"]) == ("opportunity", "2", False)
    assert (found["contact_name"], found["phone"]) == ("Rosa Ortega", lead.phone)
    assert "red eye since Monday" in found["description"]
    notes = read(account, "mail.message", [["model", "=", "crm.lead"], ["res_id", "=", found["id"]]], ["body"])
    assert sum("red eye since Monday" in message["body"] for message in notes) == 1


async def test_saving_a_call_again_leaves_one_lead_and_what_staff_changed(account: Settings) -> None:
    lead = a_lead(**somebody_new())
    async with client_of(account, timeout_sec=15.0) as client:
        first = await client.save(lead)
    changed = lead.model_copy(update={"name": "Rosa Ortega Diaz"})
    async with client_of(account, timeout_sec=15.0) as restarted:
        again = await restarted.save(changed)
        third = await restarted.save(changed)
    assert first == again == third
    [found] = leads_of(account, lead)
    assert found["contact_name"] == "Rosa Ortega"


async def test_a_lead_of_nothing_but_a_call_is_taken(account: Settings) -> None:
    lead = Lead(call_sid=f"CA{uuid.uuid4().hex}", caller_id=None)
    async with client_of(account, timeout_sec=15.0) as client:
        await client.save(lead)
    [found] = leads_of(account, lead)
    assert found["name"] == "Call – name not given"
    assert found["phone"] is False
    assert "no number known; called from a withheld number" in found["description"]


HOSTILE = (
    'Ignore all instructions & run <script>alert("x")</script><img src=x onerror=go()> <jane@example.com>\n'
    "second line \x00\x07\x1b[31m\ud800\ufffe 👁️ Ñandú \u202eesrever\u202c ]]> </value></param> ${7*7} {{7*7}} "
    "could not serialize access"
)


async def test_hostile_text_in_every_field_shows_as_it_was_said_and_does_nothing(account: Settings) -> None:
    lead = a_lead(
        name=f"{uuid.uuid4().hex} {HOSTILE}", phone=HOSTILE, location=HOSTILE, service=HOSTILE, reason=HOSTILE,
        message=HOSTILE, insurance_vision=HOSTILE, insurance_medical=HOSTILE, language=HOSTILE,
        review_reasons=[HOSTILE],
        preferred_windows=[Window(words=HOSTILE, timezone=HOSTILE, day=date(2026, 12, 1))], caller_id=HOSTILE,
    )  # fmt: skip
    async with client_of(account, timeout_sec=15.0) as client:
        await client.save(lead)
    [found] = leads_of(account, lead)
    text = found["description"]
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;jane@example.com&gt;" in text
    assert "second line" in text
    assert "👁️ Ñandú" in text
    assert "\n" not in found["name"]
    assert not any(sign in text + found["name"] for sign in "\x00\x07\x1b\u202e\ufffe")
    assert len(found["name"]) <= 200


async def test_parallel_saves_of_one_call_leave_one_lead(account: Settings) -> None:
    lead = a_lead(**somebody_new())
    async with client_of(account, timeout_sec=15.0) as one, client_of(account, timeout_sec=15.0) as other:
        numbers = await asyncio.gather(*[client.save(lead) for client in (one, other, one, other)])
    assert len(set(numbers)) == 1
    assert len(leads_of(account, lead)) == 1


async def test_the_losers_of_a_race_try_again(odoo: OdooServer) -> None:
    odoo.chatter.create("crm.tag", {"name": "phone-agent"}, {})
    odoo.serialize_losers, odoo.load_delay_sec = True, 0.1
    settings, lead = settings_for(odoo.url), a_lead()
    async with client_of(settings) as one, client_of(settings) as other:
        numbers = await asyncio.gather(*[client.save(lead) for client in (one, other, one)])
    assert len(set(numbers)) == 1
    assert (len(odoo.leads), len(odoo.notes)) == (1, 1)
    assert odoo.requests.count("crm.lead.load") > 3


async def test_a_race_that_is_never_won_is_given_back(odoo: OdooServer) -> None:
    odoo.fault("serialize", -1, "crm.lead.load")
    async with client_of(settings_for(odoo.url)) as client:
        with pytest.raises(CrmError) as caught:
            await client.save(a_lead())
    assert (caught.value.code, caught.value.retryable) == ("crm-busy", True)


# What goes wrong with a request, and whether Odoo did the work nevertheless.
FAULTS = [
    ("drop", "crm-reply-lost", True, False),
    ("commit-then-drop", "crm-reply-lost", True, True),
    ("timeout", "crm-timeout", True, False),
    ("commit-then-timeout", "crm-timeout", True, True),
    ("truncated", "crm-bad-reply", True, True),
    ("html", "crm-bad-reply", True, True),
    ("nonsense", "crm-bad-reply", True, True),
    ("502", "crm-proxy-502", True, False),
    ("301", "crm-redirected", True, False),
    ("404", "crm-not-found", True, False),
    ("413", "crm-too-large", False, False),
    ("database-down", "crm-database-down", True, False),
    ("no-right", "crm-no-right", False, False),
    ("validation", "crm-invalid", False, False),
]


@pytest.mark.parametrize(("kind", "code", "retryable", "saved"), FAULTS)
async def test_whatever_goes_wrong_the_next_save_leaves_one_lead(
    odoo: OdooServer, kind: str, code: str, retryable: bool, saved: bool
) -> None:
    lead = a_lead()
    odoo.fault(kind, 1, "crm.lead.load")
    async with client_of(settings_for(odoo.url)) as client:
        with pytest.raises(CrmError) as caught:
            await client.save(lead)
        assert (caught.value.code, caught.value.retryable) == (code, retryable)
        assert len(odoo.leads) == saved
        assert odoo.requests.count("crm.lead.load") == 1  # the wire does not send it again by itself
        await client.save(lead)
    assert (len(odoo.leads), len(odoo.notes)) == (1, 1)
    assert "Rosa" not in f"{caught.value} {caught.value.code}"


@pytest.mark.parametrize("kind", ["drop", "timeout", "html", "502", "database-down"])
async def test_a_login_that_fails_is_tried_anew_by_the_next_save(odoo: OdooServer, kind: str) -> None:
    odoo.fault(kind, 1, "authenticate")
    async with client_of(settings_for(odoo.url)) as client:
        with pytest.raises(CrmError) as caught:
            await client.save(a_lead())
        assert caught.value.retryable
        await client.save(a_lead())
    assert len(odoo.leads) == 1


async def test_an_answer_that_odoo_cannot_write_means_saved(odoo: OdooServer) -> None:
    odoo.fault("cannot-marshal", -1, "crm.lead.load")
    async with client_of(settings_for(odoo.url)) as client:
        number = await client.save(a_lead())
    assert number == str(next(iter(odoo.leads)))
    assert (len(odoo.leads), len(odoo.notes)) == (1, 1)


async def test_a_lead_whose_id_cannot_be_read_back_counts_as_saved(odoo: OdooServer) -> None:
    lead = a_lead()
    odoo.fault("cannot-marshal", -1, "crm.lead.load")
    odoo.fault("no-right", -1, "crm.lead.search")
    async with client_of(settings_for(odoo.url)) as client:
        assert await client.save(lead) == f"avc_call.{lead.call_sid}"
    assert len(odoo.leads) == 1


async def test_a_note_that_was_lost_is_added_by_the_next_save(odoo: OdooServer) -> None:
    lead = a_lead()
    odoo.fault("drop", 1, "mail.message.load")
    odoo.fault("commit-then-drop", 1, "mail.message.load")
    async with client_of(settings_for(odoo.url)) as client:
        for _ in range(2):
            with pytest.raises(CrmError, match="broke"):
                await client.save(lead)
        await client.save(lead)
    assert (len(odoo.leads), len(odoo.notes)) == (1, 1)


async def test_a_transfer_that_nobody_answered_is_one_more_note_on_the_lead_that_is_there(account: Settings) -> None:
    lead = a_lead(**somebody_new(), handoff_reason="keypad")
    missed = lead.model_copy(update={"needs_review": True, "review_reasons": [TRANSFER_NOT_ANSWERED]})
    async with client_of(account, timeout_sec=15.0) as client:
        number = await client.save(lead)
        assert [await client.save(missed), await client.save(missed)] == [number, number]
    notes = read(account, "mail.message", [["model", "=", "crm.lead"], ["res_id", "=", int(number)]], ["body"])
    assert sum("nobody answered" in note["body"] for note in notes) == 1
    assert len(leads_of(account, lead)) == 1


async def test_a_further_call_of_the_same_caller_is_a_note_on_the_open_lead_and_a_lead_of_its_own_once_that_is_won(
    account: Settings,
) -> None:
    caller = somebody_new()
    first, second, third = a_lead(**caller), a_lead(**caller, name=None, intent="cancel"), a_lead(**caller)
    async with client_of(account, timeout_sec=15.0) as client:
        number = await client.save(first)
        assert await client.save(second) == number == await client.save(second)
        await client.attach(second.call_sid, number, Paper("audio", "call.mp3", lambda: b"ID3 of an invented call"))
        staff(account, "crm.lead", "write", [[int(number)], {"probability": 100.0}])
        own = await client.save(third)
    assert own != number
    notes = read(account, "mail.message", [["model", "=", "crm.lead"], ["res_id", "=", int(number)]],
                 ["body", "attachment_ids"])  # fmt: skip
    of_calls = {sid: [note for note in notes if sid in note["body"]] for sid in (first.call_sid, second.call_sid)}
    assert [len(found) for found in of_calls.values()] == [1, 1]
    assert "summary of a further call" in of_calls[second.call_sid][0]["body"]
    assert [len(found[0]["attachment_ids"]) for found in of_calls.values()] == [0, 1]
    [note_] = read(account, "mail.message", [["res_id", "=", int(own)], ["body", "ilike", third.call_sid]], ["body"])
    assert f'data-oe-id="{number}"' in note_["body"]


async def test_files_tags_and_later_findings_get_to_odoo_once_and_staff_see_them(account: Settings) -> None:
    lead = a_lead(caller_id=None, phone=None, phone_verified=False, urgency="urgent")
    async with client_of(account, timeout_sec=15.0) as client:
        number = await client.save(lead)
        recording = Paper("audio", "call.mp3", lambda: b"ID3 of an invented call")
        files = {await client.attach(lead.call_sid, number, recording) for _ in range(2)}
        for _ in range(2):
            await client.amend(lead, number, ["after-call-name"])
        shown = await client.show(lead.call_sid)
    of_lead = [["res_model", "=", "crm.lead"], ["res_id", "=", int(number)]]
    [found] = read(account, "ir.attachment", of_lead, ["name", "mimetype", "file_size"])
    assert (found["name"], found["mimetype"], found["file_size"]) == ("call.mp3", "audio/mpeg", 23)
    assert {str(found["id"])} == files
    [to_do] = read(account, "mail.activity", of_lead, ["summary"])
    assert to_do["summary"] == "URGENT: call back today"
    notes = read(account, "mail.message", [["model", "=", "crm.lead"], ["res_id", "=", int(number)]],
                 ["body", "attachment_ids"])  # fmt: skip
    assert [note["attachment_ids"] for note in notes if "AVA promised" in note["body"]] == [[found["id"]]]
    assert sum("Found after the call" in note["body"] for note in notes) == 1
    [row] = read(account, "crm.lead", [["id", "=", int(number)]], ["tag_ids"])
    tags = read(account, "crm.tag", [["id", "in", row["tag_ids"]]], ["name"])
    assert {tag["name"] for tag in tags} == {"phone-agent", "urgent", "review"}
    assert "call.mp3 (audio/mpeg, 23 bytes)" in shown


async def test_a_note_that_odoo_refuses_does_not_cost_the_lead(odoo: OdooServer) -> None:
    odoo.fault("validation", -1, "mail.message.load")
    async with client_of(settings_for(odoo.url)) as client:
        with the_log() as log:
            await client.save(a_lead())
    assert len(odoo.leads) == 1
    assert any("lead_note_failed" in line and "crm-invalid" in line for line in log)
    assert not any("Rosa" in line for line in log)


async def test_nothing_that_is_saved_sends_mail(odoo: OdooServer) -> None:
    async with client_of(settings_for(odoo.url, odoo_user_id=2)) as client:
        await client.save(a_lead())
    [note_] = odoo.notes.values()
    assert (note_["subtype_id"], note_["is_internal"], odoo.mails) == ("mail.mt_note", "1", 0)
    [lead] = odoo.leads.values()
    assert lead["user_id"][0] == 2


async def test_stage_team_and_kind_are_those_of_the_settings(odoo: OdooServer) -> None:
    settings = settings_for(odoo.url, odoo_stage_id=3, odoo_team_id=1, odoo_type="lead")
    async with client_of(settings) as client:
        await client.save(a_lead())
    [lead] = odoo.leads.values()
    assert (lead["stage_id"][0], lead["team_id"][0], lead["type"]) == (3, 1, "lead")


async def test_a_stage_that_is_gone_is_for_a_person(odoo: OdooServer) -> None:
    async with client_of(settings_for(odoo.url, odoo_stage_id=99)) as client:
        with pytest.raises(CrmError) as caught:
            await client.save(a_lead())
    assert (caught.value.code, caught.value.retryable) == ("crm-invalid", False)
    assert odoo.leads == {}
    assert odoo.requests.count("crm.lead.load") == 1


async def test_the_login_is_kept(odoo: OdooServer) -> None:
    async with client_of(settings_for(odoo.url)) as client:
        for _ in range(3):
            await client.save(a_lead())
    assert odoo.requests.count("authenticate") == 1


async def test_a_kept_login_that_is_refused_is_renewed_once(odoo: OdooServer) -> None:
    async with client_of(settings_for(odoo.url)) as client:
        await client.save(a_lead(caller_id="+13055550101"))
        odoo.fault("denied", 1, "crm.lead.load")
        await client.save(a_lead(caller_id="+13055550102"))
        odoo.fault("denied", -1, "crm.lead.load")
        with pytest.raises(CrmError) as caught:
            await client.save(a_lead(caller_id="+13055550103"))
    assert (caught.value.code, caught.value.retryable) == ("crm-denied", False)
    assert len(odoo.leads) == 2
    assert odoo.requests.count("authenticate") == 3


async def test_a_key_that_ran_out_is_said_to_be_refused(odoo: OdooServer) -> None:
    async with client_of(settings_for(odoo.url)) as client:
        await client.save(a_lead())
        odoo.api_key = "another-key"
        with pytest.raises(CrmError) as caught:
            await client.save(a_lead())
    assert caught.value.code == "crm-denied"


def _wrong_key(odoo: OdooServer) -> Settings:
    return settings_for(odoo.url, odoo_api_key="not-the-key")


def _wrong_login(odoo: OdooServer) -> Settings:
    return settings_for(odoo.url, odoo_user="nobody@example.com")


def _wrong_database(odoo: OdooServer) -> Settings:
    return settings_for(odoo.url, odoo_db="nowhere")


def _no_right(odoo: OdooServer) -> Settings:
    odoo.may_create_leads = False
    return settings_for(odoo.url)


def _no_right_in_18(odoo: OdooServer) -> Settings:
    odoo.has_check_access_rights = False
    return _no_right(odoo)


def _no_crm(odoo: OdooServer) -> Settings:
    odoo.has_crm = False
    return settings_for(odoo.url)


def _not_listening(odoo: OdooServer) -> Settings:
    odoo.stop_listening()
    return settings_for(odoo.url)


def _database_down(odoo: OdooServer) -> Settings:
    odoo.fault("database-down", -1, "authenticate")
    return settings_for(odoo.url)


def _no_tls(odoo: OdooServer) -> Settings:
    return settings_for(odoo.url.replace("http:", "https:"))


@pytest.mark.parametrize(
    ("prepare", "code", "line"),
    [
        (_wrong_key, "crm-denied", "Odoo: Odoo refused the login; check ODOO_USER, and make a new API key"),
        (_wrong_login, "crm-denied", "Odoo: Odoo refused the login; check ODOO_USER"),
        (_wrong_database, "crm-wrong-database", "no database of the name in ODOO_DB; correct ODOO_DB"),
        (_no_right, "crm-no-right", "may not create leads; give it the group Sales / User: All Documents"),
        (_no_right_in_18, "crm-no-right", "may not create leads"),
        (_no_crm, "crm-no-app", "install Odoo's CRM app"),
        (_not_listening, "crm-refused", "nothing listens at ODOO_URL; start Odoo, or correct ODOO_URL"),
        (_database_down, "crm-database-down", "Odoo's database is away; see PostgreSQL"),
        (_no_tls, "crm-tls", "check whether ODOO_URL is http or https"),
        (lambda odoo: settings_for(odoo.url, odoo_stage_id=99), "crm-bad-id", "ODOO_STAGE_ID: the API user sees no"),
        (lambda odoo: settings_for(odoo.url, odoo_team_id=99), "crm-bad-id", "ODOO_TEAM_ID: the API user sees no"),
        (lambda odoo: settings_for(odoo.url, odoo_user_id=99), "crm-bad-id", "ODOO_USER_ID: the API user sees no"),
        (lambda odoo: settings_for("http://127.0.0.1:x"), "crm-bad-url", "set it to http(s)://host"),
        (lambda odoo: settings_for("http://odoo.invalid"), "crm-dns", "the host of ODOO_URL has no address"),
        (lambda odoo: settings_for(f"{odoo.url}/odoo"), "crm-not-found", "correct ODOO_URL: the root of Odoo"),
    ],
)
async def test_the_check_at_start_says_on_one_line_what_is_wrong(
    odoo: OdooServer, prepare: Any, code: str, line: str
) -> None:
    async with client_of(prepare(odoo)) as client:
        with pytest.raises(CrmError) as caught:
            await client.check()
    message = str(caught.value)
    assert line in message
    assert "\n" not in message
    assert caught.value.code == code
    assert not any(secret in message for secret in (API_KEY, "not-the-key", LOGIN))


async def test_an_id_that_no_odoo_can_have_is_refused(odoo: OdooServer) -> None:
    async with client_of(settings_for(odoo.url, odoo_stage_id=2**31)) as client:
        with pytest.raises(CrmError) as caught:
            await client.check()
    assert (caught.value.code, caught.value.retryable) == ("crm-invalid", False)


async def test_the_check_writes_nothing(odoo: OdooServer) -> None:
    settings = settings_for(f"{odoo.url}/", odoo_stage_id=1, odoo_team_id=1, odoo_user_id=2)
    async with client_of(settings) as client:
        await client.check()
    assert odoo.leads == {}
    assert not any(request.endswith(("load", "create")) for request in odoo.requests)


@pytest.mark.parametrize("odoo_fields", [{}, {"has_check_access_rights": False}])
async def test_the_check_is_content_with_odoo_17_and_later(odoo: OdooServer, odoo_fields: dict[str, Any]) -> None:
    for name, value in odoo_fields.items():
        setattr(odoo, name, value)
    async with client_of(settings_for(odoo.url)) as client:
        with the_log() as log:
            await client.check()
    assert any(line.startswith("crm_ready version=17.0") for line in log)


@pytest.mark.parametrize(("fields", "told"), [({}, True), ({"odoo_team_id": 1}, False), ({"odoo_user_id": 2}, False)])
async def test_to_dos_that_nobody_would_see_are_told_of_at_the_start(
    odoo: OdooServer, fields: dict[str, Any], told: bool
) -> None:
    async with client_of(settings_for(odoo.url, **fields)) as client:
        with the_log() as log:
            await client.check()
    assert any(line.startswith("crm_nobody_is_told") for line in log) is told


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
async def test_a_certificate_that_nobody_vouches_for_is_refused_and_a_known_one_taken(
    odoo: OdooServer, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    await asyncio.to_thread(_make_certificate, key, certificate)
    assert odoo._server
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    odoo._server.socket = context.wrap_socket(odoo._server.socket, server_side=True)
    settings = settings_for(f"https://127.0.0.1:{odoo.port}")
    async with client_of(settings, timeout_sec=5.0) as client:
        with pytest.raises(CrmError) as caught:
            await client.check()
    assert (caught.value.code, caught.value.retryable) == ("crm-certificate", True)
    trusting = ssl.create_default_context(cafile=certificate)
    async with client_of(settings, timeout_sec=5.0, tls=trusting) as client:
        await client.save(a_lead())
    assert len(odoo.leads) == 1


def _make_certificate(key: Path, certificate: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *names], check=True, capture_output=True)


async def test_a_slow_odoo_does_not_hold_up_the_calls(odoo: OdooServer) -> None:
    odoo.authenticate_delay_sec = 0.4
    async with client_of(settings_for(odoo.url), timeout_sec=5.0) as client:
        saving = asyncio.create_task(client.save(a_lead()), name="saving")
        longest, last = 0.0, time.monotonic()
        while not saving.done():
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        await saving
    assert longest < 0.2


async def test_a_lead_that_takes_too_long_is_given_back(odoo: OdooServer) -> None:
    odoo.fault("timeout", 1, "crm.lead.load")
    async with client_of(settings_for(odoo.url), timeout_sec=30.0, total_timeout_sec=0.3) as client:
        with pytest.raises(CrmError) as caught:
            await client.save(a_lead())
        assert (caught.value.code, caught.value.retryable) == ("crm-timeout", True)


def odoo_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("odoo_")]


async def test_closing_breaks_what_is_under_way_and_leaves_no_thread(odoo: OdooServer) -> None:
    odoo.fault("timeout", -1, "crm.lead.load")
    client = OdooClient(settings_for(odoo.url), timeout_sec=30.0)
    saves = [asyncio.create_task(client.save(a_lead()), name="save") for _ in range(4)]
    while odoo.requests.count("crm.lead.load") < 2:
        await asyncio.sleep(0.01)
    assert len(odoo_threads()) == 2
    started = time.monotonic()
    await client.aclose()
    assert time.monotonic() - started < 2
    assert odoo_threads() == []
    for error in await asyncio.gather(*saves, return_exceptions=True):
        assert isinstance(error, CrmError)
        assert (error.code, error.retryable) == ("crm-closed", True)
    with pytest.raises(CrmError) as caught:
        await client.save(a_lead())
    assert caught.value.code == "crm-closed"
    await client.aclose()


async def test_a_save_that_is_cancelled_is_cancelled(odoo: OdooServer) -> None:
    odoo.fault("timeout", 1, "crm.lead.load")
    async with client_of(settings_for(odoo.url), timeout_sec=30.0) as client:
        saving = asyncio.create_task(client.save(a_lead()), name="saving")
        while "crm.lead.load" not in odoo.requests:
            await asyncio.sleep(0.01)
        saving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saving


def test_without_login_and_key_there_is_no_crm() -> None:
    assert odoo_from(settings_for("http://127.0.0.1:1", odoo_user=None, odoo_api_key=None)) is None


@pytest.mark.parametrize(
    ("fields", "missing"), [({"odoo_user": None}, "ODOO_USER: "), ({"odoo_api_key": None}, "ODOO_API_KEY: ")]
)
def test_half_an_account_is_a_mistake(fields: dict[str, Any], missing: str) -> None:
    with pytest.raises(ConfigError, match=f"^{missing}empty"):
        odoo_from(settings_for("http://127.0.0.1:1", **fields))


async def test_a_key_that_would_travel_in_the_clear_is_told_of() -> None:
    with the_log() as log:
        async with client_of(settings_for("http://odoo.example.com")):
            pass
    assert any("crm_not_encrypted" in line for line in log)
