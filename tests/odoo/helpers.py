"""Leads of an invented caller, and an Odoo to send them to."""

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


def settings_for(url: str, **fields: Any) -> Settings:
    values = {"odoo_url": url, "odoo_db": DATABASE, "odoo_user": LOGIN, "odoo_api_key": API_KEY, **fields}
    return Settings(_env_file=None, **values)
