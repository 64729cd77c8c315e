"""The wire to Odoo: XML-RPC over http or https, each request sent once, each wait limited.

`xmlrpc.client` sends a request a second time when the connection breaks before the answer. A request that was done
although its answer got lost would be done twice, so `OnceTransport` does not. A file goes out piece by piece: XML-RPC
would copy it whole, several times, and hold up every thread of the process for half a second.
"""

import base64
import http.client
import socket
import ssl
import sys
import threading
import uuid
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from errors import CrmError
from odoo.faults import as_crm_errors, crm_error

_PIECE_BYTES = 3 * 65_536  # of a file; base64 needs a multiple of three


class _WithFile:
    """The body of a request in which a mark stands for a file: its bytes in base64, made as they are sent."""

    def __init__(self, body: bytes, mark: bytes, data: bytes) -> None:
        self._head, _, self._tail = body.partition(mark)
        self._data = data

    def __len__(self) -> int:
        return len(self._head) + 4 * -(-len(self._data) // 3) + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        view = memoryview(self._data)
        for at in range(0, len(view), _PIECE_BYTES):
            yield base64.b64encode(view[at : at + _PIECE_BYTES])
        yield self._tail


class OnceTransport(xmlrpc.client.Transport):
    """One request, one connection attempt, a timeout per socket operation (seconds). Not for use by two threads."""

    accept_gzip_encoding = False  # answers are small; a broken gzip stream would be one more way to fail

    def __init__(self, timeout_sec: float, tls: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self._timeout_sec = timeout_sec
        self._tls = tls
        self._http: http.client.HTTPConnection | None = None
        self._file: tuple[bytes, bytes] | None = None

    def stand_in_for(self, data: bytes) -> str:
        """A mark that stands for a file, in base64, in the requests that follow; one at a time."""
        mark = f"ava-file-{uuid.uuid4().hex}"
        self._file = mark.encode(), data
        return mark

    def send_content(self, connection: http.client.HTTPConnection, request_body: Any) -> None:
        """Send a request's body, with the file in the place of its mark."""
        if self._file is None or self._file[0] not in request_body:
            return super().send_content(connection, request_body)
        body = _WithFile(request_body, *self._file)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        """The connection to `host` (a name, with a port after a colon if it is not the usual one)."""
        if self._http is None:
            name, self._extra_headers, _ = self.get_host_info(host)
            self._http = self._new_connection(name)
        return self._http

    def _new_connection(self, name: str) -> http.client.HTTPConnection:
        if self._tls is None:
            return http.client.HTTPConnection(name, timeout=self._timeout_sec)
        return http.client.HTTPSConnection(name, timeout=self._timeout_sec, context=self._tls)

    def request(self, host: Any, handler: str, request_body: Any, verbose: bool = False) -> Any:
        return self.single_request(host, handler, request_body, verbose)

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def interrupt(self) -> None:
        """Wake a thread that waits for an answer; it gets an error."""
        sock = self._http.sock if self._http else None
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed already


class Connection:
    """Odoo's two services over one connection, for one thread."""

    def __init__(self, url: str, transport: OnceTransport) -> None:
        self._transport = transport
        self._common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common", transport=transport)
        self._object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", transport=transport)

    def common(self, method: str, *args: Any) -> Any:
        """Call a method that needs no login: `version`, `authenticate`.

        Raises:
            CrmError: refused or unreachable.
        """
        with as_crm_errors():
            return getattr(self._common, method)(*args)

    def stand_in_for(self, data: bytes) -> str:
        """See `OnceTransport.stand_in_for`."""
        return self._transport.stand_in_for(data)

    def execute(self, *args: Any) -> Any:
        """`execute_kw(database, uid, key, model, method, args, kwargs)`.

        Raises:
            CrmError: refused or unreachable.
        """
        with as_crm_errors():
            return self._object.execute_kw(*args)


class OdooServer:
    """Opens connections to one Odoo; every operation has its own, so threads share none.

    Args:
        url: `http(s)://host[:port]`, a slash at the end is ignored.
        timeout_sec: of one socket operation (connecting, sending, each read).
        tls: how certificates are checked; the system's authorities when None.
    """

    def __init__(self, url: str, *, timeout_sec: float, tls: ssl.SSLContext | None = None) -> None:
        self._url = url.rstrip("/")
        self._timeout_sec = timeout_sec
        secure = self._url.lower().startswith("https:")
        self._tls = (tls or ssl.create_default_context()) if secure else None
        self._lock = threading.Lock()
        self._open: set[OnceTransport] = set()
        self._closed = False

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection for one operation of one thread.

        Raises:
            CrmError: the server was closed (`crm-closed`), or its URL is none (`crm-bad-url`).
        """
        transport = OnceTransport(self._timeout_sec, self._tls)
        with self._lock:
            if self._closed:
                raise crm_error("crm-closed")
            self._open.add(transport)
        try:
            yield self._connection(transport)
        except CrmError as exc:
            raise (crm_error("crm-closed") if self._closed else exc) from exc.__cause__
        finally:
            with self._lock:
                self._open.discard(transport)
            transport.close()

    def _connection(self, transport: OnceTransport) -> Connection:
        try:
            return Connection(self._url, transport)
        except (OSError, ValueError) as exc:
            raise crm_error("crm-bad-url") from exc

    def close(self) -> None:
        """Open no more connections, and break those that are open."""
        with self._lock:
            self._closed = True
            for transport in self._open:
                transport.interrupt()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m odoo.transport http(s)://HOST")
    try:
        with OdooServer(sys.argv[1], timeout_sec=5.0).connect() as connection:
            print(connection.common("version"))
    except CrmError as error:
        sys.exit(f"{error.code}: {error}")
