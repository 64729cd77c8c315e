"""Odoo as the CRM, over XML-RPC: implements `call.Crm`.

A lead is written under an external id made of the call's SID, so that however often it is sent there is one; a note
with the call's summary the same way. XML-RPC blocks, so it runs in threads of its own. All of it stays behind `Crm`:
Odoo gives XML-RPC up in version 22.

Run `python odoo_client.py` to check the settings against the Odoo that they name.
"""

import asyncio
import random
import ssl
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import urlsplit

from call import TRANSFER_NOT_ANSWERED, Lead
from config import Settings, load_settings
from errors import ConfigError, CrmError
from facts import PracticeFacts
from log import log_event
from odoo.faults import advice, crm_error
from odoo.lead_fields import (
    lead_cells,
    lead_external_id,
    missed_transfer_cells,
    missed_transfer_external_id,
    note_cells,
    note_external_id,
)
from odoo.session import session_from
from odoo.transport import Connection, OdooServer

TIMEOUT_SEC = 15.0  # of one socket operation
TOTAL_TIMEOUT_SEC = 60.0  # of one lead, or one check
CLOSE_TIMEOUT_SEC = 5.0
_THREADS = 2
_FIRST_PAUSE_SEC = 0.05

T = TypeVar("T")


def odoo_from(settings: Settings, *, facts: PracticeFacts | None = None) -> "OdooClient | None":
    """The CRM of the settings; None when there is none: neither ODOO_USER nor ODOO_API_KEY is set.

    Raises:
        ConfigError: one of the two is set and the other is not.
    """
    if settings.odoo_user is None and settings.odoo_api_key is None:
        return None
    if settings.odoo_api_key is None:
        raise ConfigError("ODOO_API_KEY: empty, and ODOO_USER is set; expected an API key of that user (or neither)")
    if settings.odoo_user is None:
        raise ConfigError(
            "ODOO_USER: empty, and ODOO_API_KEY is set; expected the login of the key's user (or neither)"
        )
    return OdooClient(settings, facts=facts)


class OdooClient:
    """One Odoo database. Saving is exactly-once per `call_sid`, also across processes and restarts.

    Args:
        settings: `odoo_url`, `odoo_db`, `odoo_user`, `odoo_api_key`, `odoo_type` and the ids of stage, team and user.
        facts: for the names of offices and services in a lead.
        timeout_sec: of one socket operation.
        total_timeout_sec: after which a caller is told `crm-timeout`, whatever the socket does.
        tls: how Odoo's certificate is checked; the system's authorities when None.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        facts: PracticeFacts | None = None,
        timeout_sec: float = TIMEOUT_SEC,
        total_timeout_sec: float = TOTAL_TIMEOUT_SEC,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._facts = facts
        self._total_timeout_sec = total_timeout_sec
        self._session = session_from(settings)
        self._server = OdooServer(settings.odoo_url, timeout_sec=timeout_sec, tls=tls)
        self._executor = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="odoo")
        self._closing = threading.Event()
        _warn_of_plain_http(settings.odoo_url)

    async def save(self, lead: Lead) -> str:
        """See `call.Crm`; returns the id of the `crm.lead`.

        The lead counts as saved once Odoo has it. A note that fails for a passing reason makes this fail, and the next
        save adds the note; one that Odoo refuses for good is logged.

        Raises:
            CrmError: refused or unreachable.
        """
        return await self._in_thread(lambda: self._save(lead))

    async def check(self) -> None:
        """See that leads can be written: server, database, login, rights, and the ids of the settings.

        Raises:
            CrmError: the message says on one line what is wrong and what to do.
        """
        try:
            await self._in_thread(self._check)
        except CrmError as exc:
            to_do = advice(exc.code)
            message = f"Odoo: {exc}; {to_do}" if to_do else f"Odoo: {exc}"
            raise CrmError(message, code=exc.code, retryable=exc.retryable) from exc

    async def aclose(self) -> None:
        """Break what is under way and end the threads; waits for them `CLOSE_TIMEOUT_SEC` at most."""
        self._closing.set()
        self._server.close()
        self._executor.shutdown(wait=False, cancel_futures=True)
        ending = asyncio.create_task(asyncio.to_thread(self._executor.shutdown), name="odoo-close")
        await asyncio.wait([ending], timeout=CLOSE_TIMEOUT_SEC)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            doing = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except RuntimeError as exc:  # the executor was shut down
            raise crm_error("crm-closed") from exc
        try:
            async with asyncio.timeout(self._total_timeout_sec):
                return await doing
        except TimeoutError as exc:
            raise crm_error("crm-timeout") from exc
        except asyncio.CancelledError as exc:
            if self._closing.is_set() and doing.cancelled() and not _being_cancelled():
                raise crm_error("crm-closed") from exc
            raise

    def _save(self, lead: Lead) -> str:
        with self._server.connect() as connection:
            lead_id = self._write_lead(connection, lead)
            if lead_id is None:
                return lead_external_id(lead.call_sid)
            notes = {note_external_id(lead.call_sid): note_cells(lead, lead_id, self._facts)}
            if TRANSFER_NOT_ANSWERED in lead.review_reasons:
                notes[missed_transfer_external_id(lead.call_sid)] = missed_transfer_cells(lead, lead_id)
            for external_id, cells in notes.items():
                self._write_note(connection, lead, external_id, cells)
            return str(lead_id)

    def _write_lead(self, connection: Connection, lead: Lead) -> int | None:
        """The id of the lead, or None when Odoo has it and does not tell."""
        cells = lead_cells(
            lead,
            kind=self._settings.odoo_type,
            stage_id=self._settings.odoo_stage_id,
            team_id=self._settings.odoo_team_id,
            user_id=self._settings.odoo_user_id,
            facts=self._facts,
        )
        external_id = lead_external_id(lead.call_sid)
        try:
            return self._session.insert_or_get(connection, "crm.lead", external_id, cells, pause=self._pause)
        except CrmError as exc:
            if exc.code != "crm-cannot-marshal":
                raise
        log_event("crm_answer_unknown", call=lead.call_sid, level="WARNING", code="crm-cannot-marshal")
        return self._saved_before(connection, lead)

    def _saved_before(self, connection: Connection, lead: Lead) -> int | None:
        domain = [[["referred", "=", lead.call_sid]]]
        try:
            found = self._session.call(connection, "crm.lead", "search", domain, {"limit": 1, "order": "id"})
        except CrmError as exc:
            log_event("crm_id_unknown", call=lead.call_sid, level="WARNING", code=exc.code)
            return None
        return found[0] if isinstance(found, list) and found and isinstance(found[0], int) else None

    def _write_note(self, connection: Connection, lead: Lead, external_id: str, cells: dict[str, str]) -> None:
        try:
            self._session.insert_or_get(connection, "mail.message", external_id, cells, pause=self._pause)
        except CrmError as exc:
            if exc.retryable and exc.code != "crm-cannot-marshal":
                raise
            level = "INFO" if exc.retryable else "ERROR"
            log_event("lead_note_failed", call=lead.call_sid, level=level, code=exc.code)

    def _pause(self, tries: int) -> None:
        """Wait a little, longer each time, so that writers of the same record do not meet again."""
        if self._closing.wait(_FIRST_PAUSE_SEC * 2 ** (tries - 1) * random.uniform(0.5, 1.5)):
            raise crm_error("crm-closed")

    def _check(self) -> None:
        with self._server.connect() as connection:
            version = connection.common("version")
            if not isinstance(version, dict):
                raise crm_error("crm-bad-reply")
            self._session.log_in(connection)
            if not self._may_create(connection):
                raise crm_error("crm-no-right")
            for setting, model, number in self._ids():
                self._must_exist(connection, setting, model, number)
        log_event("crm_ready", version=_plain_version(version))

    def _may_create(self, connection: Connection) -> bool:
        try:
            options = {"raise_exception": False}
            return self._session.call(connection, "crm.lead", "check_access_rights", ["create"], options) is True
        except CrmError as exc:
            if exc.code == "crm-invalid":  # "Object crm.lead doesn't exist"
                raise crm_error("crm-no-app") from exc
            if exc.code != "crm-fault":
                raise
        return self._session.call(connection, "crm.lead", "has_access", [[], "create"]) is True  # Odoo 18 and later

    def _ids(self) -> list[tuple[str, str, int]]:
        chosen = self._settings
        ids = [
            ("ODOO_STAGE_ID", "crm.stage", chosen.odoo_stage_id),
            ("ODOO_TEAM_ID", "crm.team", chosen.odoo_team_id),
            ("ODOO_USER_ID", "res.users", chosen.odoo_user_id),
        ]
        return [(setting, model, number) for setting, model, number in ids if number is not None]

    def _must_exist(self, connection: Connection, setting: str, model: str, number: int) -> None:
        if self._session.call(connection, model, "search_count", [[["id", "=", number]]]) != 1:
            raise CrmError(
                f"{setting}: the API user sees no active {model} {number}; correct it, or leave it empty",
                code="crm-bad-id",
                retryable=False,
            )


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _warn_of_plain_http(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        log_event("crm_not_encrypted", level="WARNING", note="ODOO_URL is http: key and leads travel in the clear")


def _plain_version(version: dict[str, object]) -> str:
    return "".join(sign for sign in str(version.get("server_version")) if sign.isalnum() or sign in ".+-")[:40]


async def _main() -> None:
    try:
        client = odoo_from(load_settings())
        if client is None:
            sys.exit("No CRM: ODOO_USER and ODOO_API_KEY are empty; leads stay in the journal.")
        try:
            await client.check()
        finally:
            await client.aclose()
    except (ConfigError, CrmError) as error:
        sys.exit(str(error))
    print("Odoo takes leads.")


if __name__ == "__main__":
    asyncio.run(_main())
