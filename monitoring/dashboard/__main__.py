"""`python -m monitoring.dashboard`: the dashboard's process, which listens on DASHBOARD_HOST:DASHBOARD_PORT.

It runs beside the phone service at a lowered priority: callers come first. Exit codes: 0, 1 (it failed), 2 (a setting
or a file of facts is wrong). SIGTERM and Ctrl-C end it cleanly.
"""

import ipaddress
import os
import socket
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI

from clock import SystemClock
from config import Settings, load_settings
from errors import ConfigError
from log import log_event, setup_logging
from monitoring.dashboard.app import create_app
from monitoring.desk import build_desk

NICENESS = 10
_GRACEFUL_SHUTDOWN_SECS = 20  # a change waits up to 15 s for the phone service to take it


def main() -> int:
    """Run until told to stop; returns the exit code."""
    try:
        settings = load_settings()
        setup_logging(settings.log_level)
        check_exposure(settings)
        app = create_app(build_desk(settings, SystemClock()))
        listener = _listen(settings)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    _step_back()
    server = uvicorn.Server(uvicorn_config(app))
    log_event("dashboard_listening", host=settings.dashboard_host, port=settings.dashboard_port)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        log_event("interrupted", level="DEBUG")
    return 0 if server.started else 1


def check_exposure(settings: Settings) -> None:
    """Plain HTTP is for this machine only: whoever comes from elsewhere comes over TLS, by a name that is known.

    Raises:
        ConfigError: it would listen on an address that others reach, and no public host is set.
    """
    if settings.dashboard_public_host is None and not _is_loopback(settings.dashboard_host):
        raise ConfigError(
            f"DASHBOARD_HOST: {settings.dashboard_host} is reached from other machines, and passwords and calls would "
            "cross the network unencrypted; expected 127.0.0.1, or DASHBOARD_PUBLIC_HOST with a proxy that ends TLS"
        )


def uvicorn_config(app: FastAPI, **more: Any) -> uvicorn.Config:
    """How the app is served; `more` is handed to uvicorn."""
    return uvicorn.Config(
        app,
        **more,
        loop="uvloop",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACEFUL_SHUTDOWN_SECS,
    )


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.dashboard_host, settings.dashboard_port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as exc:
        problem = f"cannot listen on {host}:{port} ({exc.strerror})"
        expected = "an address of this machine and a free port"
        raise ConfigError(f"DASHBOARD_HOST, DASHBOARD_PORT: {problem}; expected {expected}") from exc


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _step_back() -> None:
    """Lower this process's priority; what it starts has it, too."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), NICENESS))  # a unit may have done so
    except OSError as exc:
        log_event("priority_unchanged", level="WARNING", error=type(exc).__name__)


if __name__ == "__main__":
    sys.exit(main())
