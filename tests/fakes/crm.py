"""A Crm that keeps what it is given, in order, and fails where it is told to."""

import asyncio
from collections.abc import Collection

from call import Lead, Paper
from errors import CrmError

AWAY = CrmError("nothing listens", code="crm-refused", retryable=True)
REFUSED = CrmError("a value", code="crm-invalid", retryable=False)


class FakeCrm:
    """Keeps the order in which leads came. `errors` are raised for a CallSid, or for every lead under an empty one."""

    def __init__(self) -> None:
        self.saved: list[str] = []
        self.tried: list[str] = []
        self.amended: list[tuple[str, str, tuple[str, ...]]] = []
        self.attached: list[tuple[str, str, str, bytes]] = []
        self.errors: dict[str, Exception] = {}

    async def save(self, lead: Lead) -> str:
        self.tried.append(lead.call_sid)
        error = self.errors.get(lead.call_sid) or self.errors.get("")
        if error:
            raise error
        self.saved.append(lead.call_sid)
        return f"crm-{len(self.saved)}"

    async def amend(self, lead: Lead, crm_id: str, codes: Collection[str]) -> None:
        self._may_raise(lead.call_sid)
        self.amended.append((lead.call_sid, crm_id, tuple(codes)))

    async def attach(self, call_sid: str, crm_id: str, paper: Paper) -> str:
        self._may_raise(f"{paper.item} {call_sid}")
        data = await asyncio.to_thread(paper.read)
        self.attached.append((call_sid, crm_id, paper.name, data))
        return f"file-{len(self.attached)}"

    def _may_raise(self, what: str) -> None:
        if error := self.errors.get(what) or self.errors.get(""):
            raise error
