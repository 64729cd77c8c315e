"""What goes wrong with Odoo, as `CrmError`s: one code per kind, and what an operator can do about it.

Retryable is what may pass by itself: the network, the proxy, the database. Not retryable is what a person has to mend:
the account, its rights, the settings, or the lead itself. A fault's text can hold a caller's words (Odoo sends whole
tracebacks), so it is looked at here and goes no further.
"""

import http.client
import re
import socket
import ssl
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers.expat import ExpatError

from errors import CrmError

_KINDS: dict[str, tuple[bool, str, str]] = {  # code: retryable, what is wrong, what to do
    "crm-refused": (True, "nothing listens at ODOO_URL", "start Odoo, or correct ODOO_URL"),
    "crm-dns": (True, "the host of ODOO_URL has no address", "correct ODOO_URL, or mend this machine's DNS"),
    "crm-certificate": (True, "Odoo's TLS certificate is not valid", "renew it, or correct the host in ODOO_URL"),
    "crm-tls": (True, "no TLS connection came about", "check whether ODOO_URL is http or https"),
    "crm-unreachable": (True, "Odoo cannot be reached", "check the network and ODOO_URL"),
    "crm-timeout": (True, "Odoo did not answer in time", "see whether it is overloaded, or the network drops packets"),
    "crm-reply-lost": (True, "the connection broke before Odoo's answer", "see Odoo's log and the proxy's"),
    "crm-bad-reply": (True, "the answer was not Odoo's XML-RPC", "correct ODOO_URL, or see what the proxy answers"),
    "crm-redirected": (True, "the answer was a redirect", "set ODOO_URL to the address it leads to (https?)"),
    "crm-not-found": (True, "there is no XML-RPC at ODOO_URL", "correct ODOO_URL: the root of Odoo, without a path"),
    "crm-database-down": (True, "Odoo's database is away", "see PostgreSQL on Odoo's machine"),
    "crm-busy": (True, "other writers kept Odoo's database busy", "nothing: it is tried again"),
    "crm-cannot-marshal": (True, "Odoo worked but could not write its answer", "see the modules that extend crm.lead"),
    "crm-closed": (True, "the client was closed", "nothing: the lead is sent at the next start"),
    "crm-too-large": (False, "the proxy held the request to be too large", "raise its limit on request bodies"),
    "crm-bad-url": (False, "ODOO_URL is no usable address", "set it to http(s)://host or http(s)://host:port"),
    "crm-wrong-database": (False, "there is no database of the name in ODOO_DB", "correct ODOO_DB"),
    "crm-denied": (
        False,
        "Odoo refused the login",
        "check ODOO_USER, and make a new API key for ODOO_API_KEY (keys expire in Odoo 18)",
    ),
    "crm-no-right": (
        False,
        "the user of ODOO_USER may not create leads",
        "give it the group Sales / User: All Documents (sales_team.group_sale_salesman_all_leads)",
    ),
    "crm-no-app": (False, "the database of ODOO_DB has no CRM", "install Odoo's CRM app in it, or correct ODOO_DB"),
    "crm-invalid": (False, "Odoo refused a value", "check ODOO_STAGE_ID, ODOO_TEAM_ID, ODOO_USER_ID and ODOO_TYPE"),
    "crm-fault": (False, "Odoo failed inside", "see Odoo's log; is the CRM app installed in ODOO_DB?"),
}
_FOREIGN = (OSError, http.client.HTTPException, xmlrpc.client.Error, ExpatError, ValueError, TypeError, LookupError,
            OverflowError)  # fmt: skip
# The line of a traceback that names the exception; PostgreSQL's own DETAIL or HINT lines are none.
_EXCEPTION = re.compile(r"^((?:[a-z_]\w*\.)*[A-Z]\w*[a-z]\w*)(?::\s*(.*))?$")
_DATABASE_AWAY = {"OperationalError", "InterfaceError", "AdminShutdown", "CrashShutdown", "CannotConnectNow",
                  "TooManyConnections", "PoolError", "IdleInTransactionSessionTimeout"}  # fmt: skip
_DATABASE_BUSY = {"SerializationFailure", "DeadlockDetected", "LockNotAvailable", "TransactionRollbackError"}
_FAULT_CODES = {2: "crm-invalid", 3: "crm-denied", 4: "crm-no-right"}


def crm_error(code: str) -> CrmError:
    """The error of a code of `_KINDS`."""
    retryable, what, _ = _KINDS[code]
    return CrmError(what, code=code, retryable=retryable)


def advice(code: str) -> str:
    """What an operator can do about a code; empty for one that is none of ours."""
    return _KINDS[code][2] if code in _KINDS else ""


@contextmanager
def as_crm_errors() -> Iterator[None]:
    """Foreign errors of the block become ours.

    Raises:
        CrmError: see the table of this module.
    """
    try:
        yield
    except _FOREIGN as exc:
        raise _translated(exc) from exc


def _translated(exc: Exception) -> CrmError:
    if isinstance(exc, xmlrpc.client.Fault):
        return crm_error(_code_of_fault(exc))
    if isinstance(exc, xmlrpc.client.ProtocolError):
        return _proxy_error(exc.errcode)
    return crm_error(_code_of_exception(exc))


def _code_of_exception(exc: Exception) -> str:
    match exc:
        case ConnectionRefusedError():
            return "crm-refused"
        case socket.gaierror():
            return "crm-dns"
        case ssl.SSLCertVerificationError():
            return "crm-certificate"
        case ssl.SSLEOFError() | ConnectionError() | http.client.IncompleteRead():
            return "crm-reply-lost"  # RemoteDisconnected is a ConnectionError
        case ssl.SSLError():
            return "crm-tls"
        case TimeoutError():
            return "crm-timeout"
        case http.client.InvalidURL():
            return "crm-bad-url"
        case OSError():
            return "crm-unreachable"
        case OverflowError():
            return "crm-invalid"  # an id beyond 2^31 - 1, which XML-RPC cannot send
    return "crm-bad-reply"


def _proxy_error(status: int) -> CrmError:
    if status == 413:
        return crm_error("crm-too-large")
    if 300 <= status < 400:
        return crm_error("crm-redirected")
    if status == 404:
        return crm_error("crm-not-found")
    return CrmError(f"the proxy in front of Odoo answered {status}", code=f"crm-proxy-{status}", retryable=True)


def _code_of_fault(fault: xmlrpc.client.Fault) -> str:
    if fault.faultCode != 1:
        return _FAULT_CODES.get(fault.faultCode, "crm-fault")
    lines = [line.rstrip() for line in str(fault.faultString).splitlines() if line.strip()]
    if lines and lines[-1].removeprefix("TypeError: ").startswith("cannot marshal "):
        return "crm-cannot-marshal"
    found = next((match for line in reversed(lines) if (match := _EXCEPTION.match(line))), None)
    return code_of_database_error(*found.groups("")) if found else "crm-fault"


def code_of_database_error(exception: str, text: str) -> str:
    """The code of an exception that Odoo names: `exception` is its dotted name, `text` what followed."""
    kind = exception.rpartition(".")[2]
    if kind in _DATABASE_BUSY:
        return "crm-busy"
    if kind in _DATABASE_AWAY:
        missing = kind == "OperationalError" and "database" in text and "does not exist" in text
        return "crm-wrong-database" if missing else "crm-database-down"
    return "crm-fault"


def code_of_messages(texts: list[str]) -> str:
    """The code of a `load` that saved nothing, from the messages that it returned."""
    if any(mark in text for text in texts for mark in ("could not serialize access", "deadlock detected")):
        return "crm-busy"
    if any(mark in text for text in texts for mark in ("server closed the connection", "connection already closed")):
        return "crm-database-down"
    return "crm-invalid"


if __name__ == "__main__":
    for name, (retryable, what, to_do) in _KINDS.items():
        print(f"{name:20} {'tried again' if retryable else 'for a person':13} {what}; {to_do}")
