"""Leads of an invented caller, and an Odoo to send them to."""

import random
import uuid
from typing import Any

from call import Lead
from config import Settings
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


_AREAS = (305, 786, 954, 561, 407, 813, 727, 239, 904, 850, 352, 941, 772, 863, 386, 321, 512, 210, 713, 281, 832, 214)


def somebody_new() -> dict[str, str]:
    """A number that has hardly called a real Odoo before: a call of a known one goes to the lead of the last call."""
    number = f"+1{random.choice(_AREAS)}55501{random.randrange(100):02}"
    return {"caller_id": number, "phone": number}


def settings_for(url: str, **fields: Any) -> Settings:
    values = {"odoo_url": url, "odoo_db": DATABASE, "odoo_user": LOGIN, "odoo_api_key": API_KEY, **fields}
    return Settings(_env_file=None, **values)
