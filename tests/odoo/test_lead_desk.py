"""A call's lead in Odoo with all that belongs to it, against the stand-in and what staff do in between."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from call import TRANSFER_NOT_ANSWERED, Lead, Paper
from errors import CrmError, StorageError
from odoo_client import OdooClient
from practice import load_facts
from tests.fakes.clock import FakeClock
from tests.fakes.odoo_server import OdooServer
from tests.odoo.helpers import a_lead, settings_for
from tests.recording.helpers import the_log

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # a Monday, 10:00 in New York
STAFF = 2  # a user of the practice


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def odoo(clock: FakeClock) -> Iterator[OdooServer]:
    with OdooServer(now=clock.now) as server:
        yield server


@pytest.fixture
async def client(odoo: OdooServer, clock: FakeClock) -> AsyncIterator[OdooClient]:
    settings = settings_for(odoo.url, odoo_max_attachment_mb=1, odoo_team_id=1)
    client = OdooClient(settings, facts=load_facts, clock=clock, timeout_sec=2.0, file_timeout_sec=0.6)
    yield client
    await client.aclose()


def a_paper(item: Literal["audio", "transcript"] = "audio", data: bytes = b"ID3 sample") -> Paper:
    return Paper(item, {"audio": "call.mp3", "transcript": "call.txt"}[item], lambda: data)


def tags_of(odoo: OdooServer, number: int) -> set[str]:
    return {odoo.chatter.tags[tag]["name"] for tag in odoo.leads[number]["tag_ids"]}


def bodies(odoo: OdooServer) -> list[str]:
    return [note["body"] for note in odoo.notes.values()]


async def lead_of(client: OdooClient, **fields: Any) -> tuple[Lead, int]:
    lead = a_lead(**fields)
    return lead, int(await client.save(lead))


# The note, the tags, the to-do


async def test_one_call_is_a_lead_with_tags_one_note_and_one_to_do_and_no_mail(
    odoo: OdooServer, client: OdooClient
) -> None:
    odoo.team_leaders[1] = STAFF
    lead, number = await lead_of(client, urgency="urgent", needs_review=True, review_reasons=["no-name"])
    assert tags_of(odoo, number) == {"phone-agent", "urgent", "review"}
    [to_do] = odoo.chatter.to_dos.values()
    assert (to_do["res_model"], to_do["res_id"], to_do["user_id"][0]) == ("crm.lead", number, STAFF)
    assert (to_do["summary"], to_do["date_deadline"]) == ("URGENT: call back today", "2026-11-23")
    [body] = bodies(odoo)
    for part in ("URGENT: ", "Rosa Ortega (not confirmed)", "AVA promised", "no name was understood", lead.call_sid):
        assert part in body, part
    assert (odoo.mails, odoo.chatter.mails) == (0, 0)


async def test_an_office_stands_in_a_lead_by_the_name_that_it_has_then(odoo: OdooServer, clock: FakeClock) -> None:
    facts = load_facts()
    places = [place.model_copy(update={"name": f"Sample {place.name}"}) for place in facts.locations]
    in_force = [facts]
    client = OdooClient(settings_for(odoo.url), facts=lambda: in_force[0], clock=clock, timeout_sec=2.0)
    try:
        _, before = await lead_of(client)
        in_force[0] = facts.model_copy(update={"locations": tuple(places)})
        _, after = await lead_of(client, caller_id="+13055550124", phone="+13055550124")
    finally:
        await client.aclose()
    assert "Sample" not in odoo.leads[before]["name"]
    assert "Sample" in odoo.leads[after]["name"]


async def test_without_anybody_else_the_to_do_is_the_api_users(odoo: OdooServer, client: OdooClient) -> None:
    await lead_of(client)
    [to_do] = odoo.chatter.to_dos.values()
    assert to_do["user_id"][0] == 7


@pytest.mark.parametrize("leader", [99, 98], ids=["archived", "unknown"])
async def test_the_to_do_of_somebody_who_left_is_the_api_users(
    odoo: OdooServer, client: OdooClient, leader: int
) -> None:
    odoo.archived_users = {99}
    odoo.team_leaders[1] = leader
    await lead_of(client)
    [to_do] = odoo.chatter.to_dos.values()
    assert to_do["user_id"][0] == 7


async def test_a_to_do_that_staff_have_done_does_not_come_back(odoo: OdooServer, client: OdooClient) -> None:
    lead, _ = await lead_of(client)
    [done] = odoo.chatter.to_dos
    del odoo.chatter.to_dos[done]
    odoo.external_ids = {xid: number for xid, number in odoo.external_ids.items() if number != done}
    await client.save(lead)
    assert odoo.chatter.to_dos == {}


@pytest.mark.parametrize("on", ["crm.tag.load", "mail.activity.load", "crm.tag.search_read", "res.partner.search_read"])
async def test_what_odoo_refuses_beside_the_lead_does_not_cost_the_lead(
    odoo: OdooServer, client: OdooClient, on: str
) -> None:
    odoo.fault("no-right", -1, on)
    with the_log() as log:
        await lead_of(client)
    assert (len(odoo.leads), len(odoo.notes)) == (1, 1)
    assert any("code=crm-no-right" in line for line in log)
    assert not any("Rosa" in line or "5550123" in line for line in log)


async def test_tags_are_found_or_made_once(odoo: OdooServer, client: OdooClient) -> None:
    made_by_staff = odoo.chatter.create("crm.tag", {"name": "phone-agent"}, {})
    for number in range(3):
        await lead_of(client, caller_id=f"+1305555010{number}")
    assert set(odoo.chatter.tags) == {made_by_staff}


async def test_a_transcript_full_of_markup_shows_as_it_was_said(odoo: OdooServer, client: OdooClient) -> None:
    words = '<script>alert(1)</script><img src=x onerror=go()> </b><a href="javascript:x">x</a> {{7*7}} %(name)s'
    await lead_of(client, reason=words, name="<b>Rosa</b>", phone=words, caller_id=words)
    [body] = bodies(odoo)
    [to_do] = odoo.chatter.to_dos.values()
    for text in (body, to_do["note"]):
        assert "<script" not in text
        assert "<img" not in text
        assert "<a " not in text
    assert "&lt;script&gt;alert(1)" in body


# Files


async def test_recording_and_transcript_belong_to_the_lead_and_show_in_its_note(
    odoo: OdooServer, client: OdooClient
) -> None:
    lead, number = await lead_of(client)
    for paper in (a_paper("transcript", b"[00:01] Caller: <b>hello</b>"), a_paper("audio")):
        first = await client.attach(lead.call_sid, str(number), paper)
        assert await client.attach(lead.call_sid, str(number), paper) == first
    files = {row["name"]: row for row in odoo.chatter.files.values()}
    assert {name: row["mimetype"] for name, row in files.items()} == {
        "call.mp3": "audio/mpeg",
        "call.txt": "text/plain",
    }
    assert files["call.txt"]["data"] == b"[00:01] Caller: <b>hello</b>"
    assert all((row["res_model"], row["res_id"]) == ("crm.lead", number) for row in files.values())
    [note] = odoo.notes.values()
    assert sorted(note["attachment_ids"]) == sorted(odoo.chatter.files)


@pytest.mark.parametrize("kind", ["drop", "commit-then-drop", "timeout", "commit-then-timeout", "502", "truncated"])
async def test_whatever_goes_wrong_with_a_file_the_next_try_leaves_one(
    odoo: OdooServer, client: OdooClient, kind: str
) -> None:
    lead, number = await lead_of(client)
    odoo.fault(kind, 1, "ir.attachment.load")
    with pytest.raises(CrmError) as caught:
        await client.attach(lead.call_sid, str(number), a_paper())
    assert caught.value.retryable
    await client.attach(lead.call_sid, str(number), a_paper())
    assert len(odoo.chatter.files) == 1


async def test_a_note_that_staff_deleted_leaves_the_file_on_the_lead(odoo: OdooServer, client: OdooClient) -> None:
    lead, number = await lead_of(client)
    odoo.notes.clear()
    await client.attach(lead.call_sid, str(number), a_paper())
    [file] = odoo.chatter.files.values()
    assert (file["res_id"], odoo.notes) == (number, {})


async def test_a_lead_that_staff_gave_to_somebody_else_gets_its_files(odoo: OdooServer, client: OdooClient) -> None:
    lead, number = await lead_of(client)
    odoo.leads[number] |= {"user_id": [STAFF, "staff"], "name": "changed by staff", "active": False}
    await client.attach(lead.call_sid, str(number), a_paper())
    assert len(odoo.chatter.files) == 1
    assert odoo.leads[number]["name"] == "changed by staff"


async def test_a_lead_that_staff_deleted_gets_no_file_and_is_not_made_again(
    odoo: OdooServer, client: OdooClient
) -> None:
    lead, number = await lead_of(client)
    odoo._call("crm.lead", "unlink", [[number]], {})
    for work in (
        client.attach(lead.call_sid, str(number), Paper("audio", "call.mp3", lambda: pytest.fail("was read"))),
        client.amend(lead, str(number), ["after-call-name"]),
    ):
        with pytest.raises(CrmError) as caught:
            await work
        assert (caught.value.code, caught.value.retryable) == ("lead-gone", False)
    assert (odoo.leads, odoo.notes, odoo.chatter.files) == ({}, {}, {})


async def test_files_of_a_lead_that_staff_merged_go_where_its_note_went(odoo: OdooServer, client: OdooClient) -> None:
    other, kept = await lead_of(client, caller_id="+13055550177", phone="+13055550177")
    lead, number = await lead_of(client)
    next(note for note in odoo.notes.values() if note["res_id"] == number)["res_id"] = kept
    odoo._call("crm.lead", "unlink", [[number]], {})
    await client.attach(lead.call_sid, str(number), a_paper())
    [file] = odoo.chatter.files.values()
    assert (file["res_id"], list(odoo.leads), other.call_sid != lead.call_sid) == (kept, [kept], True)


@pytest.mark.parametrize("too_large_for", ["us", "the proxy"])
async def test_a_file_that_is_too_large_is_for_a_person_and_the_lead_says_so_once(
    odoo: OdooServer, client: OdooClient, too_large_for: str
) -> None:
    lead, number = await lead_of(client)
    data = b"x" * 1_000_001 if too_large_for == "us" else b"x"
    odoo.fault("413", -1, "ir.attachment.load")
    for _ in range(2):
        with pytest.raises(CrmError) as caught:
            await client.attach(lead.call_sid, str(number), a_paper(data=data))
        assert (caught.value.code, caught.value.retryable) == ("too-large", False)
    assert odoo.chatter.files == {}
    assert sum("larger than may be attached" in body for body in bodies(odoo)) == 1
    assert odoo.requests.count("ir.attachment.load") == (0 if too_large_for == "us" else 2)


async def test_a_file_that_cannot_be_read_is_told_as_it_is(odoo: OdooServer, client: OdooClient) -> None:
    lead, number = await lead_of(client)

    def damaged() -> bytes:
        raise StorageError("damaged", code="audio-damaged", retryable=False)

    with pytest.raises(StorageError, match="damaged"):
        await client.attach(lead.call_sid, str(number), Paper("audio", "call.mp3", damaged))


async def test_a_slow_file_holds_up_neither_the_loop_nor_a_lead(odoo: OdooServer, client: OdooClient) -> None:
    lead, number = await lead_of(client)
    odoo.fault("timeout", 1, "ir.attachment.load")
    attaching = asyncio.create_task(client.attach(lead.call_sid, str(number), a_paper()), name="attaching")
    while "ir.attachment.load" not in odoo.requests:
        await asyncio.sleep(0.01)
    began = time.monotonic()
    await lead_of(client, caller_id="+13055550144")
    assert time.monotonic() - began < 0.5
    assert not attaching.done()
    with pytest.raises(CrmError):
        await attaching


# What is found out after the call


async def test_what_is_found_out_later_is_a_note_and_a_tag_and_staffs_changes_stay(
    odoo: OdooServer, client: OdooClient
) -> None:
    lead, number = await lead_of(client)
    odoo.leads[number] |= {"name": "Rosa, Thursday", "contact_name": "Rosa Diaz", "priority": "3", "phone": "+1"}
    before = {name: value for name, value in odoo.leads[number].items() if name != "tag_ids"}
    codes = ["after-call-name", "differs-after-call-date-of-birth"]
    later = lead.model_copy(update={"needs_review": True, "review_reasons": codes, "service": "cataract"})
    for _ in range(2):
        await client.amend(later, str(number), codes)
    assert {name: value for name, value in odoo.leads[number].items() if name != "tag_ids"} == before
    assert tags_of(odoo, number) == {"phone-agent", "review"}
    found = [body for body in bodies(odoo) if "Found after the call" in body]
    assert len(found) == 1
    assert "another name was heard in the recording" in found[0]
    assert "says otherwise: date of birth" in found[0]
    await client.amend(later, str(number), [TRANSFER_NOT_ANSWERED])
    assert sum("nobody answered" in body for body in bodies(odoo)) == 1
    assert len(odoo.notes) == 3


async def test_what_was_found_out_before_odoo_took_the_lead_stands_in_it(odoo: OdooServer, client: OdooClient) -> None:
    lead = a_lead(needs_review=True, review_reasons=["after-call-place", TRANSFER_NOT_ANSWERED])
    for _ in range(2):
        await client.save(lead)
    assert len(odoo.leads) == 1
    assert sum("Found after the call" in body for body in bodies(odoo)) == 1
    assert sum("Not answered" in body for body in bodies(odoo)) == 1


# Callers who are known


async def test_earlier_leads_and_contacts_of_the_number_are_linked_in_the_note_and_left_alone(
    odoo: OdooServer, client: OdooClient, clock: FakeClock
) -> None:
    contact = odoo.calendar.add_partner("Sample Contact", phone_sanitized="+13055550123")
    odoo.calendar.add_partner("Somebody Else")
    _, first = await lead_of(client)
    clock.pass_time(timedelta(days=2).total_seconds())
    _, second = await lead_of(client)
    assert first != second
    body = next(note["body"] for note in odoo.notes.values() if note["res_id"] == second)
    assert f'data-oe-model="crm.lead" data-oe-id="{first}">#{first}</a>' in body
    assert f'data-oe-model="res.partner" data-oe-id="{contact}">' in body
    assert f'data-oe-id="{second}"' not in body
    assert "Sample Contact" not in body
    assert not any(request in odoo.requests for request in ("res.partner.write", "crm.lead.write"))
    assert "partner_id" not in odoo.leads[second]


async def test_a_second_call_within_a_day_is_a_further_note_on_the_same_lead_also_after_a_restart(
    odoo: OdooServer, client: OdooClient, clock: FakeClock
) -> None:
    _, first = await lead_of(client)
    clock.pass_time(3600)
    again = a_lead(intent="cancel", needs_review=True, name=None)
    odoo.fault("commit-then-drop", 1, "mail.message.load")
    with pytest.raises(CrmError):
        await client.save(again)
    odoo.leads[first] |= {"probability": 100.0}  # won in between
    clock.pass_time(timedelta(days=3).total_seconds())
    assert await client.save(again) == str(first) == await client.save(again)
    assert list(odoo.leads) == [first]
    assert [note["res_id"] for note in odoo.notes.values()] == [first, first]
    assert sum("AVA's summary of a further call" in body for body in bodies(odoo)) == 1
    assert len(odoo.chatter.to_dos) == 2
    assert tags_of(odoo, first) == {"phone-agent", "review"}
    await client.attach(again.call_sid, str(first), a_paper())
    assert [note["attachment_ids"] for note in odoo.notes.values() if again.call_sid in note["body"]] == [
        list(odoo.chatter.files)
    ]


@pytest.mark.parametrize(
    ("second", "between"),
    [
        ({"caller_id": "+13055550199", "phone": "+13055550199"}, {}),
        ({"phone": "+13055550199", "phone_verified": False}, {}),
        ({"caller_id": None, "phone": None, "phone_verified": False}, {}),
        ({"name": "Juan Ortega"}, {}),
        ({"urgency": "emergent"}, {}),
        ({}, {"active": False, "probability": 0.0}),
        ({}, {"probability": 100.0}),
        ({}, {"create_date": "2026-11-22 14:00:00"}),
        ({}, {"referred": "a colleague"}),
    ],
    ids=["other-number", "said-number", "withheld", "other-name", "more-urgent", "lost", "won", "old", "not-ours"],
)
async def test_calls_that_may_be_about_something_else_get_a_lead_of_their_own(
    odoo: OdooServer, client: OdooClient, second: dict[str, Any], between: dict[str, Any]
) -> None:
    _, first = await lead_of(client)
    odoo.leads[first] |= between
    _, other = await lead_of(client, **second)
    assert first != other
    assert len(odoo.leads) == 2


async def test_an_urgent_lead_takes_a_routine_call_in(odoo: OdooServer, client: OdooClient) -> None:
    _, first = await lead_of(client, urgency="urgent")
    _, second = await lead_of(client)
    assert first == second
    assert odoo.leads[first]["priority"] == "2"


# What an operator sees


async def test_the_command_shows_a_calls_lead_as_odoo_has_it(odoo: OdooServer, client: OdooClient) -> None:
    lead, number = await lead_of(client, reason="blurry \x1b[31m<b>eye</b>")
    await client.attach(lead.call_sid, str(number), a_paper())
    odoo.calendar.add_event(NOW, NOW + timedelta(hours=1), 3, opportunity_id=[number, "lead"], name="Tentative: visit")
    text = await client.show(lead.call_sid)
    for part in (f"lead {number}", "tag_ids: [", "to do: Call back, due 2026-11-24",
                 "<b>eye</b>", "call.mp3 (audio/mpeg, 10 bytes)", "event", "Tentative: visit"):  # fmt: skip
        assert part in text, part
    assert "\x1b" not in text
    with pytest.raises(CrmError, match="no lead of this call"):
        await client.show("CA" + "9" * 32)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 196_607, 196_608, 196_609, 900_001])
async def test_a_file_of_any_length_arrives_as_it_was(odoo: OdooServer, client: OdooClient, size: int) -> None:
    lead, number = await lead_of(client)
    data = bytes(byte % 251 for byte in range(size))
    await client.attach(lead.call_sid, str(number), a_paper(data=data))
    [file] = odoo.chatter.files.values()
    assert file["data"] == data
