"""The script's way into an environment of its own, in a copy of the project that has next to nothing in it."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "gate.py"
COMMAND = "import sys\n\n\ndef main() -> int:\n    print('judged in', sys.prefix, sys.argv[1:])\n    return 1\n"
MAKE_VENV = """#!/usr/bin/env bash
echo made >> "$(dirname "$0")/made"
{python} -m venv --without-pip --symlinks "$1" && {then}
"""
WITH_PACKAGES = """echo '{packages}' > "$(echo "$1"/lib/python*/site-packages)/all.pth" """


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts" / "gate.py")
    (tmp_path / "bench" / "gate").mkdir(parents=True)
    (tmp_path / "bench" / "gate" / "command.py").write_text(COMMAND)
    return tmp_path


def make_venv(clone: Path, then: str) -> None:
    """Put a script in the place of make_venv.sh that makes an environment and does `then`."""
    path = clone / "scripts" / "make_venv.sh"
    path.write_text(MAKE_VENV.format(python=sys.executable, then=then))
    path.chmod(0o755)


def started(clone: Path) -> "subprocess.CompletedProcess[str]":
    """The script, started by a Python without any package."""
    command = [sys.executable, "-S", str(clone / "scripts" / "gate.py"), "1", "--timeout", "5"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=os.sep)


def times_made(clone: Path) -> int:
    return len((clone / "scripts" / "made").read_text().splitlines())


def with_packages() -> str:
    return WITH_PACKAGES.format(packages=sysconfig.get_path("purelib"))


def test_a_fresh_clone_makes_its_environment_once_and_goes_on_there(clone: Path) -> None:
    make_venv(clone, with_packages())
    for _ in range(2):
        done = started(clone)
        assert (done.returncode, done.stderr) == (1, ""), "the command's own exit status"
        assert done.stdout.strip().endswith(f"judged in {clone / '.venv'} ['1', '--timeout', '5']")
    assert times_made(clone) == 1


def test_an_environment_that_lacks_something_is_completed(clone: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(clone / ".venv")], check=True, timeout=60)
    make_venv(clone, with_packages())
    assert started(clone).returncode == 1
    assert times_made(clone) == 1


def test_an_environment_that_cannot_be_completed_ends_the_script(clone: Path) -> None:
    make_venv(clone, "true")
    done = started(clone)
    assert done.returncode == 2
    assert "lacks what the gate needs: pipecat" in done.stderr
    assert times_made(clone) == 2


def test_an_installation_that_fails_ends_the_script(clone: Path) -> None:
    make_venv(clone, "exit 1")
    assert started(clone).returncode == 2
    assert times_made(clone) == 1
