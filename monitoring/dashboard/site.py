"""Under which names the dashboard answers, and whether a request came from a page of its own."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from config import Settings

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")  # RFC 9110, 7.2: no user, no path
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Site:
    """Under which names the dashboard answers.

    Attributes:
        public: `host` or `host:port` that browsers ask for over HTTPS; None for plain HTTP on this machine.
        address: what it listens on.
    """

    public: str | None
    address: str

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        return cls(settings.dashboard_public_host, settings.dashboard_host)

    @property
    def secure(self) -> bool:
        """Whether browsers come over TLS."""
        return self.public is not None

    @property
    def cookie(self) -> str:
        """The session cookie's name. Browsers take `__Host-` from this host alone, over TLS, for the path / only."""
        return "__Host-ava-session" if self.secure else "ava-session"

    def knows(self, host: str) -> bool:
        """Whether a Host header names this dashboard. An address cannot be pointed elsewhere, a name can."""
        if not _HOST.fullmatch(host):
            return False
        name = _name_of(host)
        return self._is_public(host) or name in _LOOPBACK or (name == self.address.lower() and is_address(name))

    def sent(self, request: Request) -> bool:
        """Whether a page of ours made a request: what the browser says of it, where it says anything.

        Under our Referrer-Policy browsers send `Origin: null` with forms; then Sec-Fetch-Site is there.
        """
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is not None and site != "same-origin":
            return False
        if origin is None or (origin == "null" and site is not None):
            return True
        scheme, _, host = origin.partition("://")
        schemes = ("https",) if self._is_public(host) else ("https", "http")
        return scheme in schemes and host.lower() == request.headers.get("host", "").lower()

    def _is_public(self, host: str) -> bool:
        return self.public is not None and host.lower() in (self.public.lower(), f"{self.public.lower()}:443")


def is_address(name: str) -> bool:
    """Whether that is an IP address of one machine, and no name."""
    try:
        return not ip_address(name).is_unspecified
    except ValueError:
        return False


def _name_of(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


if __name__ == "__main__":
    here = Site(None, "127.0.0.1")
    for example in ("localhost:8201", "127.0.0.1", "[::1]:8201", "evil.example"):
        print(f"{example:16} {'answered' if here.knows(example) else 'refused'}")
