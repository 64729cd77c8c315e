"""The chatter of the stand-in for Odoo: tags, to-dos and files, with the rights of a salesman.

As Odoo does it: a to-do for somebody else is mailed unless the context forbids it, a done one is gone, a file's type
comes from its name, a file may belong to a record that is not there, and whatever belongs to a lead goes with it.
"""

import base64
import binascii
import mimetypes
import xmlrpc.client
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
CHATTER_COLUMNS = {
    "crm.tag": {"name"},
    "mail.activity": {"res_model_id/id", "res_id", "activity_type_id/id", "summary", "note", "date_deadline",
                      "user_id/.id"},
    "ir.attachment": {"name", "datas", "res_model", "res_id"},
}  # fmt: skip
CHATTER_REQUIRED = {
    "crm.tag": ("name",),
    "mail.activity": ("res_model_id/id", "res_id", "date_deadline"),
    "ir.attachment": ("name",),
}
_EXTERNAL = {"crm.model_crm_lead": "crm.lead", "mail.mail_activity_data_todo": "To-Do"}


@dataclass
class OdooChatterTables:
    """Rows by model and id.

    Attributes:
        mails: how many were told by mail of a to-do.
        may_create_tags: as a salesman may.
    """

    bot: int
    mails: int = 0
    may_create_tags: bool = True
    tables: dict[str, dict[int, Row]] = field(default_factory=lambda: {model: {} for model in CHATTER_COLUMNS})
    _last: int = 20_000

    @property
    def tags(self) -> dict[int, Row]:
        return self.tables["crm.tag"]

    @property
    def to_dos(self) -> dict[int, Row]:
        return self.tables["mail.activity"]

    @property
    def files(self) -> dict[int, Row]:
        return self.tables["ir.attachment"]

    def create(self, model: str, cells: dict[str, str], context: Row) -> int:
        """A row of `load`."""
        self._last += 1
        match model:
            case "crm.tag":
                row = self._tag(cells)
            case "mail.activity":
                row = self._to_do(cells, context)
            case _:
                row = self._file(cells)
        self.tables[model][self._last] = {"active": True, **row}
        return self._last

    def lead_deleted(self, leads: Iterable[int]) -> list[int]:
        """What belonged to leads is gone; returns its ids."""
        gone = []
        for model in ("mail.activity", "ir.attachment"):
            of_them = [number for number, row in self.tables[model].items() if row["res_id"] in leads]
            for number in of_them:
                del self.tables[model][number]
            gone += of_them
        return gone

    def _tag(self, cells: dict[str, str]) -> Row:
        if not self.may_create_tags:
            raise xmlrpc.client.Fault(4, "You are not allowed to create 'CRM Tag' records.")
        if any(row["name"] == cells["name"] for row in self.tags.values()):
            raise xmlrpc.client.Fault(2, "Tag name already exists!")
        return {"name": cells["name"]}

    def _to_do(self, cells: dict[str, str], context: Row) -> Row:
        user = int(cells.get("user_id/.id") or self.bot)
        if user != self.bot and not context.get("mail_activity_quick_update"):
            self.mails += 1
        return {
            "res_model": _EXTERNAL[cells["res_model_id/id"]],
            "res_id": int(cells["res_id"]),
            "activity_type_id": [4, _EXTERNAL[cells["activity_type_id/id"]]],
            "summary": cells.get("summary", False),
            "note": cells.get("note", False),
            "date_deadline": cells["date_deadline"],
            "user_id": [user, f"user {user}"],
        }

    def _file(self, cells: dict[str, str]) -> Row:
        try:
            data = base64.b64decode(cells.get("datas", ""), validate=True)
        except binascii.Error as exc:
            raise xmlrpc.client.Fault(1, "Traceback (most recent call last):\nbinascii.Error: padding\n") from exc
        return {
            "name": cells["name"],
            "data": data,
            "file_size": len(data),
            "mimetype": mimetypes.guess_type(cells["name"])[0] or "application/octet-stream",
            "res_model": cells.get("res_model", False),
            "res_id": int(cells.get("res_id") or 0),
        }


def linked(numbers: list[int], commands: list[list[int]]) -> list[int]:
    """A many2many after the commands of a `write`; `[4, id]` links."""
    for command in commands:
        if command[0] != 4:
            raise xmlrpc.client.Fault(2, "the stand-in knows the command 4 only")
        if command[1] not in numbers:
            numbers = [*numbers, command[1]]
    return numbers


if __name__ == "__main__":
    tables = OdooChatterTables(bot=7)
    tables.create("ir.attachment", {"name": "sample.mp3", "datas": "QQ==", "res_id": "101"}, {})
    print(tables.files, tables.lead_deleted([101]), tables.files)
