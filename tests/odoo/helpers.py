"""Leads of an invented caller, and an Odoo to send them to."""

import os
import random
import uuid
from typing import Any

from call import Lead
from config import Settings
from odoo.session import OdooSession
from odoo.transport import OdooServer
from tests.fakes.odoo_server import API_KEY, DATABASE, LOGIN


def a_lead(**fields: Any) -> Lead:
    values: dict[str, Any] = {
        "call_sid": f"CA{uuid.uuid4().hex}",
        "caller_id": "+13055550123",
        "phone": "+13055550123",
        "phone_verified": True,
        "name": "Rosa Ortega",
        "intent": "book",
        "service": "eye_exam",
        "location": "coral_gables",
    }
    return Lead(**{**values, **fields})


REAL = {
    name: os.environ.get(f"ODOO_TEST_{name}", "") for name in ("URL", "DB", "USER", "API_KEY", "CALENDAR", "PARTNER")
}
"""A real Odoo to try the contracts against. CALENDAR: working hours, every day from 8 to 17 in Eastern time;
PARTNER: a contact whose diary is only used for this."""
_AREAS = (305, 786, 954, 561, 407, 813, 727, 239, 904, 850, 352, 941, 772, 863, 386, 321, 512, 210, 713, 281, 832, 214)


def somebody_new() -> dict[str, str]:
    """A number that has hardly called a real Odoo before: a call of a known one goes to the lead of the last call."""
    number = f"+1{random.choice(_AREAS)}55501{random.randrange(100):02}"
    return {"caller_id": number, "phone": number}


def settings_for(url: str, **fields: Any) -> Settings:
    values = {"odoo_url": url, "odoo_db": DATABASE, "odoo_user": LOGIN, "odoo_api_key": API_KEY, **fields}
    return Settings(_env_file=None, **values)


def of_real_odoo() -> Settings:
    return settings_for(REAL["URL"], odoo_db=REAL["DB"], odoo_user=REAL["USER"], odoo_api_key=REAL["API_KEY"])


def staff(settings: Settings, model: str, method: str, args: list[Any], kwargs: dict[str, Any] | None = None) -> Any:
    """What staff do in Odoo."""
    assert settings.odoo_user
    assert settings.odoo_api_key
    session = OdooSession(settings.odoo_db, settings.odoo_user, settings.odoo_api_key.get_secret_value())
    with OdooServer(settings.odoo_url, timeout_sec=10.0).connect() as connection:
        return session.call(connection, model, method, args, kwargs)


def read(settings: Settings, model: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
    """What staff would see in Odoo."""
    found: list[dict[str, Any]] = staff(settings, model, "search_read", [domain], {"fields": fields})
    return found
