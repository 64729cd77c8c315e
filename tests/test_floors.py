"""The floors of the house: imports point down, never in a circle, and Pipecat stands on floor 2 and above. And what no
module may use: patterns that the oldest Python which AVA runs on (Debian 12's 3.11.2) matches wrongly."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS: dict[int, set[str]] = {
    0: {"config", "errors", "call", "facts", "facts_checks", "facts_files", "clock", "log", "metrics"},
    1: {
        "rag",
        "recording",
        "dialogue",
        "telephony",
        "odoo",
        "odoo_client",
        "practice",
        "journal",
        "delivery",
        "pseudonyms",
        "lead_export",
    },
    2: {"engines", "stages"},
    3: {"bot", "service", "paperwork", "extract", "monitoring", "training"},
    4: {"server", "simulator", "bench", "monitoring.dashboard"},
}
FLOOR_OF = {name: floor for floor, names in FLOORS.items() for name in names}
# `simulator` is a client of the service: it places calls from outside and shares nothing with it but floor 0.
# `bench` measures engines and the service through the simulator. `odoo` is what `odoo_client` is made of. `delivery`
# takes leads out of the `journal` and hands them over as `practice` does; as a command it opens the settings' CRM.
ALLOWED_SIDEWAYS = {
    ("engines", "stages"),
    ("bot", "service"),
    ("service", "extract"),
    ("service", "paperwork"),
    ("paperwork", "extract"),
    ("bench", "simulator"),
    ("bench", "server"),
    ("odoo_client", "odoo"),
    ("delivery", "journal"),
    ("delivery", "practice"),
    ("delivery", "odoo_client"),
    ("lead_export", "journal"),
}
PIPECAT_FROM_FLOOR = 2


def modules() -> list[Path]:
    found = list(ROOT.glob("*.py"))
    for names in FLOORS.values():
        for name in names:
            found += (ROOT / name.replace(".", "/")).rglob("*.py")
    return sorted(set(found))


def owner(path: Path) -> str:
    return owner_of(dotted(path))


def owner_of(name: str) -> str:
    """The part of the house that a dotted name belongs to: the longest one that is on a floor, else its first word."""
    words = name.split(".")
    longest = next((".".join(words[:n]) for n in range(len(words), 0, -1) if ".".join(words[:n]) in FLOOR_OF), None)
    return longest or words[0]


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Dotted names that a module imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    me = owner(path)
    assert me in FLOOR_OF, f"{me} stands on no floor: give it one in FLOORS"
    for imported in {owner_of(name) for name in imports(path)} - {me}:
        if imported not in FLOOR_OF:
            continue
        if FLOOR_OF[imported] == FLOOR_OF[me] != 0:
            assert (me, imported) in ALLOWED_SIDEWAYS, f"{path}: {me} and {imported} are on the same floor"
        assert FLOOR_OF[imported] <= FLOOR_OF[me], f"{path}: {me} may not import {imported}, which is above it"


def test_the_dashboard_stands_above_the_monitoring_that_it_shows() -> None:
    assert owner_of("monitoring.dashboard.app") == "monitoring.dashboard"
    assert owner_of("monitoring.index") == "monitoring"
    assert FLOOR_OF["monitoring.dashboard"] > FLOOR_OF["monitoring"]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_pipecat_is_imported_on_floor_two_and_above_only(path: Path) -> None:
    if FLOOR_OF[owner(path)] < PIPECAT_FROM_FLOOR or owner(path) in {"extract", "simulator"}:
        assert not any(name.split(".")[0] == "pipecat" for name in imports(path))


def test_no_module_stands_in_a_circle_of_imports() -> None:
    names = {dotted(path): path for path in modules()}
    graph = {name: {other for other in imports(path) if other in names} - {name} for name, path in names.items()}
    for name, others in graph.items():  # `from package import module` needs the module, not what the package gathers
        graph[name] = {other for other in others if not any(deeper.startswith(f"{other}.") for deeper in others)}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name not in done:
            for other in graph[name]:
                visit(other, (*way, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_the_environment_is_read_in_config_only() -> None:
    for path in modules():
        if owner(path) not in {"config", "simulator", "bench"}:
            text = path.read_text(encoding="utf-8")
            assert "os.environ" not in text, path
            assert "getenv" not in text, path


def test_every_module_can_be_tried_alone() -> None:
    for path in modules():
        if path.name not in {"__init__.py", "__main__.py"}:
            assert '__name__ == "__main__"' in path.read_text(encoding="utf-8"), path


def test_no_pattern_has_a_possessive_repeat_or_an_atomic_group() -> None:
    """Python before 3.11.5 matches them wrongly (cpython#106052, cpython#100061)."""
    possessive = re.compile(r"[)\]][*+?]\+|\(\?>")
    assert possessive.search("(?:a|b)*" + "+")
    found = [str(path.relative_to(ROOT)) for path in modules() if possessive.search(path.read_text(encoding="utf-8"))]
    assert found == []
