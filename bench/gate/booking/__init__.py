"""Gate 3: the whole way from a call to an event that staff confirmed, on real audio and an Odoo on the wire."""
