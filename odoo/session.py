"""A user of one Odoo database: logs in once, keeps the number it got, and calls methods of models.

`authenticate` hashes the key for about half a second, so its answer (the `uid`) is kept. An API key stands where the
password stood.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from config import Settings, load_settings
from errors import ConfigError, CrmError
from odoo.faults import code_of_messages, crm_error
from odoo.transport import Connection, OdooServer

INSERT_OR_GET = {"mode": "update", "noupdate": True}
"""Context of `load` under which a record that is there already is left as it is, and its id returned."""
# Nobody is made a follower and nobody gets mail: what a lead says stays in Odoo.
QUIET = {"mail_create_nosubscribe": True, "mail_auto_subscribe_no_notify": True, "tracking_disable": True}
# Of whoever writes leads: a to-do mails whoever it is for otherwise (mail.activity.create); tags are looked up by their
# English names.
MUTED = {**QUIET, "mail_activity_quick_update": True, "lang": "en_US"}
_LOADS = 6


class OdooSession:
    """One account. Threads may share it, each with a `Connection` of its own.

    Args:
        context: of every call; what a call brings of its own wins.
    """

    def __init__(self, database: str, user: str, key: str, context: Mapping[str, Any] | None = None) -> None:
        self._database = database
        self._user = user
        self._key = key
        self._context = dict(context or {})
        self._uid: int | None = None

    def log_in(self, connection: Connection) -> int:
        """Log in anew; returns the uid.

        Raises:
            CrmError: `crm-denied` (Odoo does not say whether login or key is wrong), `crm-wrong-database`, or as the
                wire has it.
        """
        self._uid = None
        uid = connection.common("authenticate", self._database, self._user, self._key, {})
        if uid is False:
            raise crm_error("crm-denied")
        if not isinstance(uid, int) or isinstance(uid, bool):
            raise crm_error("crm-bad-reply")
        self._uid = uid
        return uid

    def call(
        self,
        connection: Connection,
        model: str,
        method: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a method of a model; logs in first if need be, and once again when a kept uid is refused.

        Raises:
            CrmError: refused or unreachable.
        """
        kept, given = self._uid, dict(kwargs or {})
        if self._context:
            given["context"] = self._context | dict(given.get("context", {}))
        request = (self._key, model, method, list(args), given)
        try:
            return connection.execute(self._database, kept or self.log_in(connection), *request)
        except CrmError as exc:
            if exc.code != "crm-denied" or kept is None:
                raise
        return connection.execute(self._database, self.log_in(connection), *request)

    def insert_or_get(
        self,
        connection: Connection,
        model: str,
        external_id: str,
        cells: Mapping[str, str],
        *,
        pause: Callable[[int], None],
    ) -> int:
        """Create a record under an external id, or find the one that is there: however often, there is one record.

        This is Odoo's import (`load`), whose external ids are unique in the database. Of parallel calls that insert
        the same id one wins; the others are told so and call again.

        Args:
            external_id: `module.name`, without spaces.
            cells: values by column, as in an import file; an empty one is no value.
            pause: waits a little before another try; gets the number of tries so far.

        Returns:
            The record's id in the database.

        Raises:
            CrmError: refused or unreachable; `crm-cannot-marshal` when it is saved and the answer unknown.
        """
        args = [["id", *cells], [[external_id, *cells.values()]]]
        for tries in range(1, _LOADS + 1):
            answer = self.call(connection, model, "load", args, {"context": INSERT_OR_GET | QUIET})
            ids = answer.get("ids") if isinstance(answer, dict) else None
            if isinstance(ids, list) and len(ids) == 1 and isinstance(ids[0], int):
                return ids[0]
            code = _why_not(answer)
            if code != "crm-busy" or tries == _LOADS:
                raise crm_error(code)
            pause(tries)
        raise AssertionError("unreachable")


def _why_not(answer: Any) -> str:
    messages = answer.get("messages") if isinstance(answer, dict) else None
    if not isinstance(messages, list) or not messages:
        return "crm-bad-reply"
    return code_of_messages([str(message.get("message")) for message in messages if isinstance(message, dict)])


def session_from(settings: Settings, context: Mapping[str, Any] | None = None) -> OdooSession:
    """The account of the settings, with a context for every call.

    Raises:
        ConfigError: it is not set.
    """
    if settings.odoo_user is None or settings.odoo_api_key is None:
        raise ConfigError("ODOO_USER, ODOO_API_KEY: empty; expected the login of the API user and a key of it")
    return OdooSession(settings.odoo_db, settings.odoo_user, settings.odoo_api_key.get_secret_value(), context)


if __name__ == "__main__":
    try:
        chosen = load_settings()
        with OdooServer(chosen.odoo_url, timeout_sec=10.0).connect() as line:
            print(f"uid {session_from(chosen).log_in(line)}")
    except (ConfigError, CrmError) as error:
        sys.exit(f"{error.code}: {error}")
