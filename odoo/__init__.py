"""What `odoo_client.py` is made of: the wire, the session, the faults, and a lead in Odoo's fields."""
