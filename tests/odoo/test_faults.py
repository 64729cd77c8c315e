import ssl
import xmlrpc.client

import pytest

from errors import CrmError
from odoo.faults import as_crm_errors

TRACE = "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    g('could not serialize access')\n"


@pytest.mark.parametrize(
    ("number", "text", "code"),
    [
        (1, f"{TRACE}psycopg2.InterfaceError: connection already closed\n", "crm-database-down"),
        (1, f"{TRACE}psycopg2.errors.AdminShutdown: terminating connection\nDETAIL:  Rosa\n", "crm-database-down"),
        (1, f"{TRACE}psycopg2.OperationalError: a\n\nconnection to server b failed: c\n", "crm-database-down"),
        (1, f'{TRACE}psycopg2.OperationalError: FATAL:  database "x" does not exist\n', "crm-wrong-database"),
        (1, f"{TRACE}psycopg2.errors.SerializationFailure: could not serialize access\n", "crm-busy"),
        (1, f"{TRACE}KeyError: 'psycopg2.OperationalError'\n", "crm-fault"),
        (1, f"{TRACE}ValueError: cannot marshal Rosa\n", "crm-fault"),
        (1, "cannot marshal <class 'odoo.api.Environment'> objects", "crm-cannot-marshal"),
        (1, "", "crm-fault"),
        (2, "psycopg2.OperationalError: said a caller", "crm-invalid"),
        (5, "what", "crm-fault"),
    ],
)
def test_a_fault_is_told_by_its_number_and_its_exception_not_by_its_words(number: int, text: str, code: str) -> None:
    with pytest.raises(CrmError) as caught, as_crm_errors():
        raise xmlrpc.client.Fault(number, text)
    assert caught.value.code == code
    assert "Rosa" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(101, "network is unreachable"), "crm-unreachable"),
        (BrokenPipeError(), "crm-reply-lost"),
        (ssl.SSLEOFError(), "crm-reply-lost"),
        (xmlrpc.client.ResponseError(), "crm-bad-reply"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), "crm-bad-reply"),
    ],
)
def test_an_error_of_the_wire_may_pass(error: Exception, code: str) -> None:
    with pytest.raises(CrmError) as caught, as_crm_errors():
        raise error
    assert (caught.value.code, caught.value.retryable) == (code, True)
