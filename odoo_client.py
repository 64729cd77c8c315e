"""Odoo as the CRM, over XML-RPC: implements `call.Crm`.

A lead is written under an external id made of the call's SID, so that however often it is sent there is one; its notes,
files and to-do the same way (`odoo/lead_desk.py`). XML-RPC blocks, so it runs in threads of its own. All of it stays
behind `Crm`: Odoo gives XML-RPC up in version 22.

Run `python odoo_client.py` to check the settings against the Odoo that they name, `python odoo_client.py lead CALL_SID`
to see a call's lead as Odoo has it.
"""

import asyncio
import random
import ssl
import sys
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import urlsplit

from call import Clock, Lead, Paper
from clock import SystemClock
from config import Settings, load_settings
from errors import ConfigError, CrmError
from facts import PracticeFacts
from log import log_event
from odoo.calendar_line import Line
from odoo.faults import advice, crm_error
from odoo.lead_desk import LeadDesk
from odoo.lead_view import lead_as_text
from odoo.session import MUTED, session_from
from odoo.transport import Connection, OdooServer

TIMEOUT_SEC = 15.0  # of one socket operation
TOTAL_TIMEOUT_SEC = 60.0  # of one lead, or one check
FILE_TIMEOUT_SEC = 300.0  # of sending one file: 90 MB over a line of 4 Mbit/s, and of Odoo's answer
CLOSE_TIMEOUT_SEC = 5.0
_THREADS = 2
_FIRST_PAUSE_SEC = 0.05

T = TypeVar("T")


def odoo_from(settings: Settings, *, facts: Callable[[], PracticeFacts] | None = None) -> "OdooClient | None":
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
        facts: gives the facts in force, for the names of offices and services in a lead.
        timeout_sec: of one socket operation.
        total_timeout_sec: after which a caller is told `crm-timeout`, whatever the socket does.
        file_timeout_sec: as both, of one file.
        clock: when a to-do is due, and which call was within a day.
        tls: how Odoo's certificate is checked; the system's authorities when None.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        facts: Callable[[], PracticeFacts] | None = None,
        timeout_sec: float = TIMEOUT_SEC,
        total_timeout_sec: float = TOTAL_TIMEOUT_SEC,
        file_timeout_sec: float = FILE_TIMEOUT_SEC,
        clock: Clock | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._total_timeout_sec = total_timeout_sec
        self._file_timeout_sec = file_timeout_sec
        self._session = session_from(settings, MUTED)
        self._desk = LeadDesk(settings, facts, now=(clock or SystemClock()).now, pause=self._pause)
        self._server = OdooServer(settings.odoo_url, timeout_sec=timeout_sec, tls=tls)
        self._file_server = OdooServer(settings.odoo_url, timeout_sec=file_timeout_sec, tls=tls)
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
        return await self._in_thread(lambda: self._at_desk(lambda line: self._desk.save(line, lead)))

    async def amend(self, lead: Lead, crm_id: str, codes: Collection[str]) -> None:
        """See `call.Crm`: notes for the codes, each once, and the tag `review`. No field of the lead is written.

        Raises:
            CrmError: refused or unreachable; `lead-gone`.
        """
        await self._in_thread(lambda: self._at_desk(lambda line: self._desk.amend(line, lead, crm_id, codes)))

    async def attach(self, call_sid: str, crm_id: str, paper: Paper) -> str:
        """See `call.Crm`; returns the id of the `ir.attachment`. It is read here, in a thread, and sent piecewise.

        Raises:
            CrmError: refused or unreachable; `lead-gone`; `too-large`.
            StorageError: the file cannot be read.
        """
        return await self._in_thread(
            lambda: self._at_desk(lambda line: self._desk.attach(line, call_sid, crm_id, paper), self._file_server),
            limit_sec=self._file_timeout_sec,
        )

    async def show(self, call_sid: str) -> str:
        """A call's lead as Odoo has it, for an operator: fields, to-dos, notes, files, event.

        Raises:
            CrmError: refused or unreachable; `lead-gone`: there is none.
        """
        return await self._in_thread(lambda: self._at_desk(lambda line: lead_as_text(line, self._desk, call_sid)))

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
        self._file_server.close()
        self._executor.shutdown(wait=False, cancel_futures=True)
        ending = asyncio.create_task(asyncio.to_thread(self._executor.shutdown), name="odoo-close")
        await asyncio.wait([ending], timeout=CLOSE_TIMEOUT_SEC)

    async def _in_thread(self, work: Callable[[], T], *, limit_sec: float | None = None) -> T:
        try:
            doing = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except RuntimeError as exc:  # the executor was shut down
            raise crm_error("crm-closed") from exc
        try:
            async with asyncio.timeout(limit_sec or self._total_timeout_sec):
                return await doing
        except TimeoutError as exc:
            raise crm_error("crm-timeout") from exc
        except asyncio.CancelledError as exc:
            if self._closing.is_set() and doing.cancelled() and not _being_cancelled():
                raise crm_error("crm-closed") from exc
            raise

    def _at_desk(self, work: Callable[[Line], T], server: OdooServer | None = None) -> T:
        with (server or self._server).connect() as connection:
            return work(Line(self._session, connection))

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
        if self._settings.odoo_team_id is None and self._settings.odoo_user_id is None:
            note = "set ODOO_TEAM_ID or ODOO_USER_ID: the to-do of each lead is in nobody's list"
            log_event("crm_nobody_is_told", level="WARNING", note=note)

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


async def _main(words: list[str]) -> None:
    if words and (len(words) != 2 or words[0] != "lead"):
        sys.exit("usage: python odoo_client.py [lead CALL_SID]")
    try:
        client = odoo_from(load_settings())
        if client is None:
            sys.exit("No CRM: ODOO_USER and ODOO_API_KEY are empty; leads stay in the journal.")
        try:
            print(await client.show(words[1]) if words else await _checked(client))
        finally:
            await client.aclose()
    except (ConfigError, CrmError) as error:
        sys.exit(str(error))


async def _checked(client: OdooClient) -> str:
    await client.check()
    return "Odoo takes leads."


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
