"""The unit, as systemd judges it, and the proxy's configuration: it opens our three doors and no other."""

import ipaddress
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute

from config import Settings
from monitoring.monitor import STOP_SEC
from monitoring.targets import ALLOWED
from telephony.routes import add_routes

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "avc-phone.service"
MONITOR = ROOT / "avc-monitor.service"
MAX_EXPOSURE = 1.7  # systemd's own scale: 0 is a service without any rights, 10 one with all of them
WORST_ENDING_SECS = 15 + 10 + 5 + 10  # goodbye, records, connections, and some to spare

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def values(name: str, unit: Path = UNIT) -> list[str]:
    """Every value of a setting of a unit, in order."""
    return re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)


def value(name: str, unit: Path = UNIT) -> str:
    (only,) = values(name, unit)
    return only


@pytest.fixture(params=[UNIT, MONITOR], ids=lambda unit: unit.name)
def installable(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit, but for the paths that only a box has."""
    text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", request.param.read_text(encoding="utf-8"), flags=re.M)
    copy = tmp_path / request.param.name
    copy.write_text(text, encoding="utf-8")
    return copy


@needs_systemd
def test_systemd_has_nothing_to_say_against_the_unit(installable: Path) -> None:
    run = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", "--man=no", str(installable)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


@needs_systemd
def test_the_unit_has_few_rights(installable: Path) -> None:
    run = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(installable)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", run.stdout)
    assert found, run.stdout + run.stderr
    assert float(found[1]) <= MAX_EXPOSURE, run.stdout


def test_a_stop_waits_for_the_calls_and_only_the_server_is_told() -> None:
    drain_secs = Settings.model_fields["drain_secs"].default
    assert int(value("TimeoutStopSec")) >= drain_secs + WORST_ENDING_SECS
    assert value("KillSignal") == "SIGTERM"
    assert value("KillMode") == "mixed"


def test_whatever_ended_it_is_followed_by_a_start_for_ever() -> None:
    assert value("Restart") == "always"
    assert value("StartLimitIntervalSec") == "0"
    assert int(value("RestartSec")) >= 1
    assert not values("RestartPreventExitStatus")


def test_the_service_runs_as_a_user_of_its_own_on_private_folders() -> None:
    assert value("User") == value("Group") == "avc-phone"
    assert value("StateDirectoryMode") == value("CacheDirectoryMode") == "0700"
    assert value("UMask") == "0077"
    assert value("ProtectSystem") == "strict"
    assert value("EnvironmentFile") == "/etc/avc-phone/env"


def test_the_gpu_stays_in_sight() -> None:
    assert "PrivateDevices" not in [line.split("=")[0] for line in UNIT.read_text(encoding="utf-8").splitlines()]
    assert value("DevicePolicy") == "closed"
    assert value("DeviceAllow") == "char-nvidia* rw"


def test_no_library_reports_to_its_maker() -> None:
    assert "ORT_DISABLE_TELEMETRY=1" in " ".join(values("Environment")).split()


@pytest.mark.parametrize(
    "name",
    ["User", "Group", "EnvironmentFile", "WorkingDirectory", "StateDirectory", "StateDirectoryMode", "UMask", "Restart",
     "NoNewPrivileges", "CapabilityBoundingSet", "ProtectSystem", "ProtectHome", "PrivateTmp", "InaccessiblePaths",
     "ReadOnlyPaths", "RestrictNamespaces", "SystemCallFilter", "RestrictAddressFamilies", "LimitCORE", "KillMode"],
)  # fmt: skip
def test_the_dashboard_runs_as_the_phone_service_does(name: str) -> None:
    assert values(name, MONITOR) == values(name) != []


def test_the_dashboard_steps_back_behind_callers_and_sees_no_device() -> None:
    assert int(value("Nice", MONITOR)) == 10
    assert int(value("CPUWeight", MONITOR)) < 100
    assert value("IOSchedulingClass", MONITOR) == "idle"
    assert int(value("OOMScoreAdjust", MONITOR)) > int(value("OOMScoreAdjust"))
    assert value("PrivateDevices", MONITOR) == "true"


def test_the_dashboard_writes_what_it_edits_and_the_phone_service_does_not() -> None:
    folders = {f"/opt/avc-phone/current/{name.rpartition('/')[0]}" for name in ALLOWED}
    assert set(values("ReadWritePaths", MONITOR)) == folders
    assert values("ReadWritePaths") == []
    for folder in ("rag/data", "dialogue/wording"):  # the service's user may write there: no code may lie there
        assert not list((ROOT / folder).rglob("*.py"))


def test_a_stop_of_the_dashboard_waits_for_a_run_to_be_cut_short() -> None:
    assert int(value("TimeoutStopSec", MONITOR)) >= STOP_SEC + 10


@pytest.fixture(scope="module")
def proxy() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "traefik-avc-phone.yml").read_text(encoding="utf-8"))
    return loaded


def doors(proxy: dict[str, Any]) -> set[tuple[str, str]]:
    """(method, path) of everything that the routers let in."""
    found = set()
    for router in proxy["http"]["routers"].values():
        (method,) = re.findall(r"Method\(`(\w+)`\)", router["rule"])
        found |= {(method, path) for path in re.findall(r"Path\(`([^`]+)`\)", router["rule"])}
    return found


def twilios_routes() -> set[tuple[str, str]]:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_routes(app)
    found = set()
    for route in app.routes:
        if isinstance(route, APIWebSocketRoute):
            found.add(("GET", route.path))
        elif isinstance(route, APIRoute):
            found |= {(method, route.path) for method in route.methods}
    return found


def test_the_public_paths_are_exactly_twilios_routes(proxy: dict[str, Any]) -> None:
    doors_of_twilio = {("POST", "/voice"), ("POST", "/transferred"), ("POST", "/status"), ("GET", "/ws")}
    assert doors(proxy) == twilios_routes() == doors_of_twilio


def test_no_router_leads_to_the_operators_paths(proxy: dict[str, Any]) -> None:
    for router in proxy["http"]["routers"].values():
        assert "PathPrefix" not in router["rule"]
        assert "PathRegexp" not in router["rule"]
        assert not re.search(r"health|ready|metrics", router["rule"])


def test_the_proxy_serves_the_host_that_signatures_are_checked_over(proxy: dict[str, Any]) -> None:
    host = Settings.model_fields["public_host"].default
    for router in proxy["http"]["routers"].values():
        assert f"Host(`{host}`) &&" in router["rule"]
        assert router["entryPoints"] == ["websecure"]
        assert router["tls"]["certResolver"] == "letsencrypt"
        assert router["tls"]["options"] in proxy["tls"]["options"]


def test_the_proxy_leads_to_where_the_service_listens(proxy: dict[str, Any]) -> None:
    fields = Settings.model_fields
    for router in proxy["http"]["routers"].values():
        balancer = proxy["http"]["services"][router["service"]]["loadBalancer"]
        assert balancer["servers"] == [{"url": f"http://{fields['bind_host'].default}:{fields['port'].default}"}]
        assert balancer["serversTransport"] in proxy["http"]["serversTransports"]


def test_a_webhook_is_neither_redirected_nor_rewritten(proxy: dict[str, Any]) -> None:
    kinds = {kind for middleware in proxy["http"]["middlewares"].values() for kind in middleware}
    assert kinds == {"headers"}
    for middleware in proxy["http"]["middlewares"].values():
        assert not {"sslRedirect", "customRequestHeaders"} & set(middleware["headers"])
    for router in proxy["http"]["routers"].values():
        assert set(router.get("middlewares", [])) <= set(proxy["http"]["middlewares"])


def test_a_service_that_hangs_is_given_up_before_twilio_gives_up(proxy: dict[str, Any]) -> None:
    timeouts = proxy["http"]["serversTransports"]["avc-phone"]["forwardingTimeouts"]
    seconds = {name: int(value.removesuffix("s")) for name, value in timeouts.items()}
    assert seconds["dialTimeout"] + seconds["responseHeaderTimeout"] < 15


@pytest.fixture(scope="module")
def inside() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "traefik-avc-monitor.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize(
    ("address", "is_let_in"),
    [("10.1.2.3", True), ("192.168.1.20", True), ("172.31.255.1", True), ("127.0.0.1", True), ("fd00::7", True),
     ("172.32.0.1", False), ("8.8.8.8", False), ("100.64.0.1", False), ("2001:4860::8888", False), ("11.0.0.1", False)],
)  # fmt: skip
def test_the_dashboard_is_reached_from_private_addresses_alone(
    inside: dict[str, Any], address: str, is_let_in: bool
) -> None:
    ranges = inside["http"]["middlewares"]["avc-monitor-internal"]["ipAllowList"]["sourceRange"]
    found = [ipaddress.ip_address(address) in ipaddress.ip_network(one) for one in ranges]
    assert any(found) is is_let_in


def test_every_way_to_the_dashboard_goes_through_the_list_and_tls(inside: dict[str, Any]) -> None:
    for router in inside["http"]["routers"].values():
        assert router["middlewares"][0] == "avc-monitor-internal"
        assert router["rule"] == "Host(`avc-monitor.activeblue.net`)"
        assert router["entryPoints"] == ["websecure"]
        assert router["tls"]["certResolver"] == "letsencrypt"
        assert inside["tls"]["options"][router["tls"]["options"]] == {"minVersion": "VersionTLS12"}
    assert "ipStrategy" not in inside["http"]["middlewares"]["avc-monitor-internal"]["ipAllowList"]


def test_the_proxy_leads_to_where_the_dashboard_listens(inside: dict[str, Any]) -> None:
    fields = Settings.model_fields
    (service,) = inside["http"]["services"].values()
    where = f"http://{fields['dashboard_host'].default}:{fields['dashboard_port'].default}"
    assert service["loadBalancer"]["servers"] == [{"url": where}]


def test_the_two_files_of_the_proxy_name_nothing_twice(proxy: dict[str, Any], inside: dict[str, Any]) -> None:
    for kind in ("routers", "middlewares", "services", "serversTransports"):
        assert not set(proxy["http"][kind]) & set(inside["http"][kind])
    assert not set(proxy["tls"]["options"]) & set(inside["tls"]["options"])
