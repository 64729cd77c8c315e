"""The stand-in's HTTP: XML-RPC for clients, and two addresses for other processes that test against it."""

import json
import xmlrpc.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from tests.fakes.odoo_faults import TAMPERED, Drop, Status, internal


class Answering(Protocol):
    """What stands behind the wire: `odoo_server.OdooServer`."""

    connections: int

    def answer(self, service: str, method: str, params: tuple[Any, ...]) -> tuple[str | None, Any]: ...

    def fault(self, kind: str, times: int = 1, on: str = "object") -> None: ...

    def state(self) -> dict[str, Any]: ...


class Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    odoo: Answering

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is not worth a traceback."""


class Handler(BaseHTTPRequestHandler):
    server: Http
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 5

    def setup(self) -> None:
        super().setup()
        self.server.odoo.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/_fault":
            self.server.odoo.fault(**json.loads(body))
            return self._reply(b"{}", "application/json")
        service = self.path.removeprefix("/xmlrpc/2/")
        if service not in ("common", "object"):
            return self._reply(b"<!DOCTYPE html><html><body>404</body></html>", "text/html", status=404)
        try:
            self._answer(service, body)
        except Drop:
            self.close_connection = True
        except Status as status:
            self._reply(b"<html><body>proxy</body></html>", "text/html", status=status.status)

    def _answer(self, service: str, body: bytes) -> None:
        tampering = None
        try:
            params, method = xmlrpc.client.loads(body)
            tampering, value = self.server.odoo.answer(service, method or "", params)
            data = xmlrpc.client.dumps((value,), methodresponse=True).encode()
        except (Drop, Status):
            raise
        except xmlrpc.client.Fault as fault:
            data = xmlrpc.client.dumps(fault).encode()
        except Exception as exc:  # such as XML that is not well-formed
            data = xmlrpc.client.dumps(internal(f"{type(exc).__name__}: {exc}")).encode()
        if tampering in TAMPERED:
            html = b"<!DOCTYPE html><html><head><title>Odoo</title></head><body><br></body></html>"
            nonsense = (
                b"<?xml version='1.0'?><methodResponse><params><param><value><int>x</int></value></param></params>"
            )
            data = {"truncated": data[: len(data) // 2], "html": html, "nonsense": nonsense}[tampering]
        self._reply(data, "text/xml")

    def do_GET(self) -> None:
        self._reply(json.dumps(self.server.odoo.state()).encode(), "application/json")

    def _reply(self, data: bytes, kind: str, *, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if status == 301:
            self.send_header("Location", "https://odoo.example.com/xmlrpc/2/object")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""
