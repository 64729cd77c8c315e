"""A session of which no call makes Odoo send mail. Run `python -m odoo.muted_session` to see what each call carries."""

from collections.abc import Mapping, Sequence
from typing import Any

from config import Settings
from odoo.session import QUIET, OdooSession, session_from
from odoo.transport import Connection

# A to-do mails whoever it is for otherwise (mail.activity.create); tags are looked up by their English names.
MUTED = {**QUIET, "mail_activity_quick_update": True, "lang": "en_US"}


class MutedSession(OdooSession):
    """A session of which no call makes Odoo send mail."""

    def call(
        self,
        connection: Connection,
        model: str,
        method: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = dict(kwargs or {})
        given["context"] = MUTED | dict(given.get("context", {}))
        return super().call(connection, model, method, args, given)


def muted_session_from(settings: Settings) -> MutedSession:
    """The account of the settings.

    Raises:
        ConfigError: it is not set.
    """
    session_from(settings)  # says what is missing
    assert settings.odoo_user is not None
    assert settings.odoo_api_key is not None
    return MutedSession(settings.odoo_db, settings.odoo_user, settings.odoo_api_key.get_secret_value())


if __name__ == "__main__":
    print(MUTED)
