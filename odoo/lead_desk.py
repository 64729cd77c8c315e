"""A call's lead in Odoo, with all that belongs to it: tags, to-do, notes, files. Every step is made once, however often
and by however many processes it is tried: records under external ids by `load`, links by `write`.

In this order: the lead, the to-do, the notes. A to-do that staff have done is gone from Odoo with its external id, so
the call's note, which comes after it, says that it was made. Written to are tags and a note's list of files only; what
staff changed stays. A lead that they deleted is not made again, and one that they merged into another is found by its
note, which Odoo moved.

Run `python -m odoo.lead_desk CALL_SID` to see which lead of the Odoo of the settings is a call's.
"""

import sys
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from call import TRANSFER_NOT_ANSWERED, Lead, Paper
from config import Settings
from errors import ConfigError, CrmError
from facts import PracticeFacts
from log import log_event
from odoo.calendar_line import Line, reference
from odoo.chatter import (
    after_call_external_id,
    after_call_note,
    attachment_cells,
    message_cells,
    missed_transfer_external_id,
    missed_transfer_note,
    note,
    note_external_id,
    tag_names,
    too_large_note,
)
from odoo.known_callers import known_of, lead_to_join
from odoo.lead_fields import external_id, lead_cells, lead_external_id
from odoo.to_do import due_on, to_do_cells

_ALL = {"active_test": False}  # lost leads, too
_KEPT_TOO = ("after-call-", "differs-after-call-", "read-again")


class LeadDesk:
    """The work on leads, in the thread of whoever calls.

    Args:
        settings: what kind of lead, for which stage, team and user, and how large a file may be.
        facts: gives the facts in force, for the names of offices and services and for opening hours.
        pause: waits a little between two tries of writers that met; gets the number of tries so far.
    """

    def __init__(
        self,
        settings: Settings,
        facts: Callable[[], PracticeFacts] | None,
        *,
        now: Callable[[], datetime],
        pause: Callable[[int], None],
    ) -> None:
        self._settings = settings
        self._facts: Callable[[], PracticeFacts | None] = facts or (lambda: None)
        self._now = now
        self._pause = pause

    def save(self, line: Line, lead: Lead) -> str:
        """The lead of a call, made or found, or an open one of the same caller's last call; with all its notes.

        Returns:
            Its id; the external id of it when Odoo has it and does not tell.

        Raises:
            CrmError: refused or unreachable. What is refused beside the lead itself is logged.
        """
        lead_id, further = self._lead_of(line, lead)
        if lead_id is None:
            return lead_external_id(lead.call_sid)
        if self._note_of(line, lead.call_sid, lead_id) is None:
            known = known_of(line, lead, lead_id)
            self._optional("lead_activity_failed", lead.call_sid, lambda: self._add_to_do(line, lead, lead_id))
            body = note(lead, self._facts(), further=further, known=known)
            self._add_note(line, lead.call_sid, note_external_id(lead.call_sid), lead_id, body)
        if further:
            self._optional("lead_tags_failed", lead.call_sid, lambda: self._add_tags(line, lead_id, tag_names(lead)))
        later = [code for code in lead.review_reasons if code.startswith(_KEPT_TOO) or code == TRANSFER_NOT_ANSWERED]
        self._add_notes_of(line, lead, lead_id, later)
        return str(lead_id)

    def amend(self, line: Line, lead: Lead, crm_id: str, codes: Collection[str]) -> None:
        """See `call.Crm`."""
        lead_id = self._there(line, lead.call_sid, crm_id)
        self._add_notes_of(line, lead, lead_id, codes)
        self._optional("lead_tags_failed", lead.call_sid, lambda: self._add_tags(line, lead_id, ["review"]))

    def attach(self, line: Line, call_sid: str, crm_id: str, paper: Paper) -> str:
        """See `call.Crm`. Where the call's note is there still, the file shows in it."""
        lead_id = self._there(line, call_sid, crm_id)
        data = paper.read()
        try:
            if len(data) > self._settings.odoo_max_attachment_mb * 1_000_000:
                raise _too_large()
            number = self._load_file(line, call_sid, lead_id, paper, data)
        except CrmError as exc:
            if exc.code == "too-large":
                key = external_id(f"{paper.item}_left", call_sid)
                self._add_note(line, call_sid, key, lead_id, too_large_note(call_sid, paper))
            raise
        self._optional("file_not_in_note", call_sid, lambda: self._show_in_note(line, call_sid, lead_id, number))
        return str(number)

    def find(self, line: Line, call_sid: str) -> int | None:
        """The lead of a call, by its CallSid or by the call's note; None when there is none.

        Raises:
            CrmError: refused or unreachable.
        """
        own = line.rows("crm.lead", [["referred", "=", call_sid]], ["id"], limit=1, order="id", context=_ALL)
        if own:
            return int(own[0]["id"])
        rows = self._notes(line, call_sid)
        return int(rows[0]["res_id"]) if rows and rows[0]["res_id"] else None

    def _lead_of(self, line: Line, lead: Lead) -> tuple[int | None, bool]:
        """The lead's id, None when Odoo does not tell; and whether it is the lead of another call."""
        own = line.rows("crm.lead", [["referred", "=", lead.call_sid]], ["id"], limit=1, order="id", context=_ALL)
        if own:
            return int(own[0]["id"]), False
        joined = self._optional("caller_not_looked_up", lead.call_sid, lambda: self._joined(line, lead))
        return (joined, True) if joined else (self._load_lead(line, lead), False)

    def _joined(self, line: Line, lead: Lead) -> int | None:
        """The lead that this call was joined to before, else the one that it is joined to now."""
        rows = self._notes(line, lead.call_sid) if lead.caller_id else []
        return int(rows[0]["res_id"]) if rows else lead_to_join(line, lead, self._now())

    def _load_lead(self, line: Line, lead: Lead) -> int | None:
        tags = self._optional("lead_tags_failed", lead.call_sid, lambda: self._tags(line, tag_names(lead))) or []
        chosen = self._settings
        cells = lead_cells(
            lead,
            kind=chosen.odoo_type,
            stage_id=chosen.odoo_stage_id,
            team_id=chosen.odoo_team_id,
            user_id=chosen.odoo_user_id,
            tags=tags,
            facts=self._facts(),
        )
        try:
            return line.insert_or_get("crm.lead", lead_external_id(lead.call_sid), cells, pause=self._pause)
        except CrmError as exc:
            if exc.code != "crm-cannot-marshal":
                raise
        log_event("crm_answer_unknown", call=lead.call_sid, level="WARNING", code="crm-cannot-marshal")
        return self._saved_before(line, lead)

    def _saved_before(self, line: Line, lead: Lead) -> int | None:
        try:
            found = line.call("crm.lead", "search", [["referred", "=", lead.call_sid]], limit=1, order="id")
        except CrmError as exc:
            log_event("crm_id_unknown", call=lead.call_sid, level="WARNING", code=exc.code)
            return None
        return found[0] if isinstance(found, list) and found and isinstance(found[0], int) else None

    def _there(self, line: Line, call_sid: str, crm_id: str) -> int:
        """The lead of a call that Odoo took before.

        Raises:
            CrmError: refused or unreachable; `lead-gone`.
        """
        if crm_id.isdecimal() and line.rows("crm.lead", [["id", "=", int(crm_id)]], ["id"], context=_ALL):
            return int(crm_id)
        found = self.find(line, call_sid)
        if found is None:
            raise CrmError("staff deleted the lead", code="lead-gone", retryable=False)
        return found

    def _notes(self, line: Line, call_sid: str, lead_id: int | None = None) -> list[dict[str, Any]]:
        """The notes of leads that name a call, first made first: the call's own, then what was found out later."""
        domain: list[Any] = [["model", "=", "crm.lead"], ["body", "ilike", call_sid]]
        if lead_id is not None:
            domain.append(["res_id", "=", lead_id])
        return line.rows("mail.message", domain, ["res_id"], limit=1, order="id")

    def _note_of(self, line: Line, call_sid: str, lead_id: int) -> int | None:
        rows = self._notes(line, call_sid, lead_id)
        return int(rows[0]["id"]) if rows else None

    def _add_notes_of(self, line: Line, lead: Lead, lead_id: int, codes: Collection[str]) -> None:
        """The notes of what was found out after the call."""
        if TRANSFER_NOT_ANSWERED in codes:
            key = missed_transfer_external_id(lead.call_sid)
            self._add_note(line, lead.call_sid, key, lead_id, missed_transfer_note(lead))
        if others := [code for code in codes if code != TRANSFER_NOT_ANSWERED]:
            key = after_call_external_id(lead.call_sid, others)
            self._add_note(line, lead.call_sid, key, lead_id, after_call_note(lead, others, self._facts()))

    def _add_note(self, line: Line, call_sid: str, key: str, lead_id: int, body: str) -> None:
        cells = message_cells(lead_id, body)
        self._optional(
            "lead_note_failed", call_sid, lambda: line.insert_or_get("mail.message", key, cells, pause=self._pause)
        )

    def _add_to_do(self, line: Line, lead: Lead, lead_id: int) -> None:
        due = due_on(lead, self._now(), self._facts())
        for user in self._who(line, lead_id):
            cells = to_do_cells(lead, lead_id, user, due)
            key = external_id("activity", lead.call_sid)
            try:
                line.insert_or_get("mail.activity", key, cells, pause=self._pause)
                return
            except CrmError as exc:
                if exc.code != "crm-invalid":
                    raise
        raise CrmError("nobody could be given the to-do", code="crm-invalid", retryable=False)

    def _who(self, line: Line, lead_id: int) -> list[int | None]:
        """Who may be given the to-do, the fittest first: whose the lead is, who leads its team, the API user (None).

        Odoo gives one to an archived user too, in whose list nobody looks.
        """
        [row] = line.rows("crm.lead", [["id", "=", lead_id]], ["user_id", "team_id"], context=_ALL) or [{}]
        team = reference(row.get("team_id"))
        teams = line.rows("crm.team", [["id", "=", team]], ["user_id"]) if team else []
        asked = [reference(row.get("user_id")), *(reference(one["user_id"]) for one in teams)]
        users = dict.fromkeys(user for user in asked if user)
        return [*(user for user in users if line.call("res.users", "search_count", [["id", "=", user]])), None]

    def _tags(self, line: Line, names: Collection[str]) -> list[int]:
        """The ids of tags; those that are not there are made."""
        there = {row["name"]: row["id"] for row in line.rows("crm.tag", [["name", "in", list(names)]], ["name"])}
        for name in names:
            if name not in there:
                key = f"avc_tag.{name.replace('-', '_')}"
                there[name] = line.insert_or_get("crm.tag", key, {"name": name}, pause=self._pause)
        return [there[name] for name in names]

    def _add_tags(self, line: Line, lead_id: int, names: Collection[str]) -> None:
        links = [[4, number] for number in self._tags(line, names)]
        line.call("crm.lead", "write", [lead_id], {"tag_ids": links})

    def _load_file(self, line: Line, call_sid: str, lead_id: int, paper: Paper, data: bytes) -> int:
        cells = attachment_cells(lead_id, paper, line.connection.stand_in_for(data))
        try:
            return line.insert_or_get("ir.attachment", external_id(paper.item, call_sid), cells, pause=self._pause)
        except CrmError as exc:
            if exc.code == "crm-too-large":
                raise _too_large() from exc
            raise

    def _show_in_note(self, line: Line, call_sid: str, lead_id: int, number: int) -> None:
        message = self._note_of(line, call_sid, lead_id)
        if message is not None:
            line.call("mail.message", "write", [message], {"attachment_ids": [[4, number]]})

    def _optional(self, event: str, call_sid: str, work: Callable[[], Any]) -> Any:
        """Do what must not cost the lead: what is refused for good is logged and left."""
        try:
            return work()
        except CrmError as exc:
            if exc.retryable and exc.code != "crm-cannot-marshal":
                raise
            log_event(event, call=call_sid, level="INFO" if exc.retryable else "ERROR", code=exc.code)
            return None


def _too_large() -> CrmError:
    return CrmError("larger than ODOO_MAX_ATTACHMENT_MB or the proxy allow", code="too-large", retryable=False)


if __name__ == "__main__":
    from config import load_settings
    from odoo.session import MUTED, session_from
    from odoo.transport import OdooServer

    if len(sys.argv) != 2:
        sys.exit("usage: python -m odoo.lead_desk CALL_SID")
    try:
        with OdooServer(load_settings().odoo_url, timeout_sec=10.0).connect() as opened:
            desk = LeadDesk(load_settings(), None, now=datetime.now, pause=lambda tries: None)
            print(desk.find(Line(session_from(load_settings(), MUTED), opened), sys.argv[1]))
    except (ConfigError, CrmError) as error:
        sys.exit(f"{error.code}: {error}")
