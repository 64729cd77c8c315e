"""scripts/deploy.sh against throwaway repositories, a systemd that takes notes, and releases that say how they fare.

A commit decides what becomes of it: with a file BAD_SMOKE its smoke test fails, with BAD_LIVE the check of the running
service, with BAD_MONITOR that of the dashboard, with BAD_RESTART its start. Settings are checked by the real config.py.
"""

import fcntl
import getpass
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = (
    "config.py", "errors.py", ".env.example", "avc-phone.service", "avc-monitor.service", "scripts/deploy.sh",
    "rag/data/avc_hours.jsonl", "rag/data/avc_faqs.jsonl", "dialogue/wording/blocklist.txt",
)  # fmt: skip
HOURS = "rag/data/avc_hours.jsonl"

MAKE_VENV = f"""#!/bin/sh
echo "venv $2" >>"$LOG"
mkdir -p "$1/bin"
printf '#!/bin/sh\\nexec {sys.executable} "$@"\\n' >"$1/bin/python"
chmod +x "$1/bin/python"
"""
SYSTEMCTL = """#!/bin/sh
echo "systemctl $*" >>"$LOG"
case $1 in
restart) [ ! -e "$AVC_ROOT/current/BAD_RESTART" ] ;;
is-active) [ ! -e "$AVC_ROOT/inactive" ] ;;
esac
"""
SMOKE_TEST = """#!/bin/sh
echo "smoke $*" >>"$LOG"
[ ! -e BAD_SMOKE ]
"""
LIVE_CHECK = """#!/bin/sh
echo "live $*" >>"$LOG"
if [ -e SLOW_LIVE ]; then sleep 30; fi
[ ! -e BAD_LIVE ]
"""


MONITOR_CHECK = """#!/bin/sh
echo "monitor $*" >>"$LOG"
[ ! -e BAD_MONITOR ]
"""


class Box:
    """A machine with a checkout, whose pushes go to a repository beside it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "opt"
        self.env_file = folder / "etc" / "env"
        self.unit = folder / "units" / "avc-phone.service"
        self.monitor_unit = folder / "units" / "avc-monitor.service"
        self.origin = folder / "origin.git"
        self.desk = folder / "desk"  # where commits are made and pushed
        self.checkout = folder / "checkout"
        self.log_path = folder / "log"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
            "LOG": str(self.log_path),
            "AVC_ROOT": str(self.root),
            "AVC_ENV_FILE": str(self.env_file),
            "AVC_UNIT_DIR": str(self.unit.parent),
            "AVC_MODULES_DIR": str(folder / "modules"),
            "AVC_USER": getpass.getuser(),
        }
        stubs = {"AVC_MAKE_VENV": MAKE_VENV, "SYSTEMCTL": SYSTEMCTL, "AVC_SMOKE_TEST": SMOKE_TEST}
        for name, text in {**stubs, "AVC_LIVE_CHECK": LIVE_CHECK, "AVC_MONITOR_CHECK": MONITOR_CHECK}.items():
            stub = folder / name.lower()
            stub.write_text(text)
            stub.chmod(0o755)
            self.environment[name] = str(stub)
        self._lay_out()

    def _lay_out(self) -> None:
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.origin), at=self.origin.parent)
        self.git("clone", "--quiet", str(self.origin), str(self.desk), at=self.origin.parent)
        self.git("checkout", "--quiet", "-B", "main")
        for name in SHIPPED:
            (self.desk / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.desk / name)
        self.push(**{"requirements.txt": "", ".gitignore": "__pycache__/\n"})
        self.git("clone", "--quiet", str(self.origin), str(self.checkout), at=self.origin.parent)

    def git(self, *arguments: str, at: Path | None = None) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=at or self.desk, env=self.environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    def push(self, **files: str) -> str:
        """Commit files on main and push them; the commit."""
        for name, text in files.items():
            (self.desk / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        self.git("push", "--quiet", "origin", "main")
        return self.git("rev-parse", "HEAD")

    def deploy(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        self.log_path.write_text("")
        return subprocess.run(
            [str(self.checkout / "scripts" / "deploy.sh"), *arguments],
            env={**self.environment, **more}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def set_up(self) -> None:
        """User, folders and settings, as they are once somebody has filled them in."""
        assert self.deploy("--first-install").returncode == 0

    def setting(self, line: str) -> None:
        name = line.split("=")[0]
        kept = [old for old in self.env_file.read_text().splitlines() if not old.startswith(f"{name}=")]
        self.env_file.write_text("\n".join([*kept, line]) + "\n")

    @property
    def log(self) -> list[str]:
        return self.log_path.read_text().splitlines()

    @property
    def current(self) -> Path | None:
        link = self.root / "current"
        return link.resolve() if link.is_symlink() else None

    @property
    def commit(self) -> str:
        """The commit that is live."""
        return (self.root / "current" / ".commit").read_text().strip()

    @property
    def releases(self) -> list[str]:
        return sorted(path.name for path in (self.root / "releases").iterdir())

    def restarts(self) -> int:
        return self.log.count("systemctl restart avc-phone.service")

    def edit(self, old: str, new: str, *, at: Path | None = None, file: str = HOURS) -> str:
        """Change a file as the dashboard does, in the release that is live unless told otherwise; the whole text."""
        path = (at or self.root / "current") / file
        before = path.read_text()
        text = before.replace(old, new, 1)
        assert text != before
        path.write_text(text)
        return text

    def writable(self) -> list[str]:
        """What the dashboard's unit may write in."""
        lines = self.monitor_unit.read_text().splitlines()
        return [line.removeprefix("ReadWritePaths=") for line in lines if line.startswith("ReadWritePaths=")]


@pytest.fixture
def bare(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def box(bare: Box) -> Box:
    bare.set_up()
    return bare


@pytest.fixture
def live(box: Box) -> Box:
    """A box on which a first release is live."""
    run = box.deploy()
    assert run.returncode == 0, run.stdout + run.stderr
    return box


def test_a_bare_box_gets_its_settings_file_and_nothing_is_deployed_before_it_is_filled_in(bare: Box) -> None:
    run = bare.deploy()
    assert run.returncode == 1
    assert "filled in" in run.stderr
    assert bare.current is None
    assert bare.env_file.stat().st_mode & 0o777 == 0o640
    lines = bare.env_file.read_text().splitlines()
    assert "DATA_DIR=/var/lib/avc-phone" in lines
    assert f"KOKORO_MODEL_DIR={bare.root}/models" in lines


def test_a_first_installation_leaves_settings_that_are_there_alone(box: Box) -> None:
    box.setting("AGENT_NAME=Eva")
    assert box.deploy("--first-install").returncode == 0
    assert "AGENT_NAME=Eva" in box.env_file.read_text()
    assert box.current is None


def test_a_deployment_tries_the_release_switches_to_it_and_checks_it(live: Box) -> None:
    assert live.commit == live.git("rev-parse", "HEAD")
    assert live.log == [
        "venv requirements.txt",
        f"smoke --env-file {live.env_file}",
        "systemctl daemon-reload",
        "systemctl enable --quiet avc-phone.service",
        "systemctl daemon-reload",
        "systemctl enable --quiet avc-monitor.service",
        "systemctl restart avc-monitor.service",
        "systemctl restart avc-phone.service",
        f"live http://127.0.0.1:8200 --env-file {live.env_file} --wait 300",
        "monitor http://127.0.0.1:8201 60",
        "systemctl status avc-phone.service avc-monitor.service --no-pager",
    ]
    assert f"WorkingDirectory={live.root}/current\n" in live.unit.read_text()


def test_what_is_live_already_is_checked_and_not_built_again(live: Box) -> None:
    run = live.deploy()
    assert run.returncode == 0, run.stderr
    assert live.restarts() == 0
    assert not any(line.startswith(("venv", "smoke")) for line in live.log)
    assert any(line.startswith("live") for line in live.log)


def test_a_service_that_was_stopped_is_started_again(live: Box) -> None:
    (live.root / "inactive").touch()
    assert live.deploy().returncode == 0
    assert "systemctl start avc-phone.service" in live.log
    assert "systemctl start avc-monitor.service" in live.log


def test_the_script_as_it_was_pulled_is_the_one_that_deploys(live: Box) -> None:
    text = (live.desk / "scripts/deploy.sh").read_text().replace("deploy() {", "deploy() {\n    say 'a newer script'")
    live.push(**{"scripts/deploy.sh": text})
    assert "a newer script" in live.deploy().stdout


@pytest.mark.parametrize("name", ["config.py", "untracked.txt"])
def test_a_checkout_with_changes_is_refused(box: Box, name: str) -> None:
    box.push()
    with (box.checkout / name).open("a") as file:
        file.write("# a change\n")
    run = box.deploy()
    assert run.returncode == 1
    assert "has changes" in run.stderr
    assert box.log == []


def test_another_branch_is_refused(box: Box) -> None:
    box.git("checkout", "--quiet", "-b", "an-experiment", at=box.checkout)
    run = box.deploy()
    assert run.returncode == 1
    assert "on an-experiment; expected main" in run.stderr
    assert box.log == []


def test_a_history_beside_that_of_origin_is_refused(box: Box) -> None:
    box.push()
    box.git("commit", "--quiet", "--allow-empty", "--message", "made on the box", at=box.checkout)
    run = box.deploy()
    assert run.returncode == 1
    assert "no fast-forward" in run.stderr
    assert box.log == []


def test_commits_that_were_never_pushed_are_refused(box: Box) -> None:
    box.git("commit", "--quiet", "--allow-empty", "--message", "made on the box", at=box.checkout)
    run = box.deploy()
    assert run.returncode == 1
    assert "push them first" in run.stderr
    assert box.log == []


def test_a_release_that_fails_its_smoke_test_never_touches_the_running_one(live: Box) -> None:
    before, releases = live.commit, live.releases
    live.push(BAD_SMOKE="")
    run = live.deploy()
    assert run.returncode == 1
    assert "fails its smoke test" in run.stderr
    assert (live.commit, live.releases) == (before, releases)
    assert not any(line.startswith("systemctl") for line in live.log)


@pytest.mark.parametrize("fault", ["BAD_LIVE", "BAD_RESTART", "BAD_MONITOR"])
def test_a_release_that_is_not_well_after_the_switch_gives_way_to_the_one_before(live: Box, fault: str) -> None:
    before, releases = live.commit, live.releases
    live.push(**{fault: ""})
    run = live.deploy()
    assert run.returncode == 1
    assert "the release before is running again" in run.stderr
    assert (live.commit, live.releases) == (before, releases)
    assert live.restarts() == (1 if fault == "BAD_RESTART" else 2)


def test_with_nothing_to_go_back_to_the_first_release_stays(box: Box) -> None:
    bad = box.push(BAD_LIVE="")
    run = box.deploy()
    assert run.returncode == 1
    assert "no older release" in run.stderr
    assert box.commit == bad


def test_the_unit_goes_back_with_the_release(live: Box) -> None:
    unit = live.unit.read_text()
    changed = (live.desk / "avc-phone.service").read_text().replace("RestartSec=5", "RestartSec=7")
    live.push(**{"avc-phone.service": changed, "BAD_LIVE": ""})
    live.deploy()
    assert live.unit.read_text() == unit
    assert live.log.count("systemctl daemon-reload") == 2


def test_a_deployment_that_is_interrupted_after_the_switch_goes_back(live: Box) -> None:
    before = live.commit
    live.push(SLOW_LIVE="")
    live.log_path.write_text("")
    script = str(live.checkout / "scripts/deploy.sh")
    process = subprocess.Popen([script], env=live.environment, start_new_session=True, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not any(line.startswith("live") for line in live.log) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert live.commit != before
    os.killpg(process.pid, signal.SIGTERM)
    assert process.wait(timeout=30) not in (0, None)
    assert live.commit == before
    assert live.restarts() == 2


def test_the_dashboard_runs_from_the_release_and_may_write_what_staff_edit(live: Box) -> None:
    assert f"WorkingDirectory={live.root}/current\n" in live.monitor_unit.read_text()
    assert f"EnvironmentFile={live.env_file}\n" in live.monitor_unit.read_text()
    assert live.writable() == [f"{live.root}/current/rag/data", f"{live.root}/current/dialogue/wording"]
    for path in live.writable():
        assert os.access(path, os.W_OK)


def test_the_dashboard_is_asked_where_the_settings_say(box: Box) -> None:
    box.setting("DASHBOARD_PORT=9300")
    box.setting("DASHBOARD_HOST=::1")
    assert box.deploy(AVC_MONITOR_SECS="7").returncode == 0
    assert "monitor http://[::1]:9300 7" in box.log


def test_monitoring_that_is_switched_off_stops_the_schedule_and_not_the_dashboard(box: Box) -> None:
    box.setting("MONITORING_ENABLED=false")
    assert box.deploy().returncode == 0
    assert "systemctl restart avc-monitor.service" in box.log
    assert any(line.startswith("monitor ") for line in box.log)


def test_a_rollback_to_a_release_without_a_dashboard_takes_its_unit_away(box: Box) -> None:
    (box.desk / "avc-monitor.service").unlink()
    box.push()
    assert box.deploy().returncode == 0
    assert not box.monitor_unit.exists()
    assert not any("monitor" in line for line in box.log[:-1])
    shutil.copy2(ROOT / "avc-monitor.service", box.desk)
    box.push()
    assert box.deploy().returncode == 0
    assert box.monitor_unit.exists()
    assert box.deploy("--rollback").returncode == 0
    assert not box.monitor_unit.exists()
    assert "systemctl disable --quiet --now avc-monitor.service" in box.log


@pytest.mark.parametrize(
    ("token", "told"), [("", "without GITEA_TOKEN the dashboard changes nothing"), ("gt-0123456789abcdef", None)]
)
def test_it_says_where_changes_from_the_dashboard_go(box: Box, token: str, told: str | None) -> None:
    box.setting(f"GITEA_TOKEN={token}")
    run = box.deploy()
    assert run.returncode == 0
    assert (told in run.stdout) if told else ("GITEA_TOKEN" not in run.stdout)
    assert not token or token not in run.stdout + run.stderr


def test_facts_in_a_repository_of_their_own_are_what_the_dashboard_may_write(box: Box, tmp_path: Path) -> None:
    folder = tmp_path / "facts" / "data"
    folder.mkdir(parents=True)
    box.git("init", "--quiet", at=folder.parent)
    box.setting(f"FACTS_DIR={folder}")
    run = box.deploy()
    assert run.returncode == 0, run.stderr
    assert box.writable() == [str(folder.parent), f"{box.root}/current/dialogue/wording"]
    assert f"committed in {folder.parent}" in run.stdout


def test_a_change_from_the_dashboard_that_is_in_main_survives_the_next_deployment(live: Box) -> None:
    text = live.edit('"closes": "17:00"', '"closes": "18:00"')
    live.push(**{HOURS: text})
    run = live.deploy()
    assert run.returncode == 0, run.stdout + run.stderr
    assert (live.root / "current" / HOURS).read_text() == text


def test_a_change_that_main_took_and_changed_further_is_not_lost(live: Box) -> None:
    text = live.edit('"closes": "17:00"', '"closes": "18:00"')
    live.push(**{HOURS: text})
    further = text.replace('"closes": "18:00"', '"closes": "18:30"')
    live.push(**{HOURS: further})
    run = live.deploy()
    assert run.returncode == 0, run.stdout + run.stderr
    assert (live.root / "current" / HOURS).read_text() == further


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_change_that_is_not_in_main_stops_a_deployment_that_would_lose_it(live: Box, elsewhere: bool) -> None:
    before, releases = live.commit, live.releases
    text = live.edit('"closes": "17:00"', '"closes": "18:00"')
    if elsewhere:  # main has another change of the same file
        live.push(**{HOURS: live.edit('"closes": "17:00"', '"closes": "16:00"', at=live.desk)})
    live.push(README="newer")
    run = live.deploy()
    assert run.returncode == 1
    assert HOURS in run.stderr
    assert "pull request" in run.stderr
    assert (live.commit, live.releases, live.restarts()) == (before, releases, 0)
    assert (live.root / "current" / HOURS).read_text() == text
    assert live.deploy(AVC_DROP_EDITS="yes").returncode == 0
    assert live.commit != before


def test_a_line_that_was_added_to_the_wording_counts_as_a_change(live: Box) -> None:
    file = "dialogue/wording/blocklist.txt"
    path = live.root / "current" / file
    path.write_text(path.read_text() + "have a blessed day\n")
    live.push(README="newer")
    run = live.deploy()
    assert run.returncode == 1
    assert file in run.stderr
    live.push(**{file: path.read_text()})
    assert live.deploy().returncode == 0


def test_a_change_that_staff_make_while_a_release_is_built_stops_the_switch(live: Box, tmp_path: Path) -> None:
    smoke = tmp_path / "smoke_and_edit"
    smoke.write_text(f'#!/bin/sh\nsed -i s/17:00/18:00/ "$AVC_ROOT/current/{HOURS}"\n')
    smoke.chmod(0o755)
    before = live.commit
    live.push(README="newer")
    run = live.deploy(AVC_SMOKE_TEST=str(smoke))
    assert run.returncode == 1
    assert "deploy again" in run.stderr
    assert (live.commit, live.restarts()) == (before, 0)


def test_a_rollback_says_that_facts_go_back_with_it(live: Box) -> None:
    live.push(**{HOURS: live.edit('"closes": "17:00"', '"closes": "18:00"', at=live.desk)})
    live.deploy()
    run = live.deploy("--rollback")
    assert run.returncode == 0
    assert "rag/data is as it was in that release" in run.stderr
    assert "wording is as" not in run.stderr


def test_a_rollback_takes_the_release_before(live: Box) -> None:
    first = live.commit
    second = live.push()
    live.deploy()
    third = live.push()
    live.deploy()
    assert live.commit == third
    assert live.deploy("--rollback").returncode == 0
    assert live.commit == second
    assert live.restarts() == 1
    assert live.deploy("--rollback").returncode == 0
    assert live.commit == first
    run = live.deploy("--rollback")
    assert run.returncode == 1
    assert "no release before" in run.stderr
    assert live.commit == first


def test_after_a_rollback_the_newest_can_be_deployed_again(live: Box) -> None:
    newest = live.push()
    live.deploy()
    live.deploy("--rollback")
    assert live.commit != newest
    assert live.deploy().returncode == 0
    assert live.commit == newest


def test_only_so_many_releases_are_kept_and_what_was_never_live_goes(live: Box) -> None:
    (live.root / "releases" / "20200101T000000.000Z-abandoned").mkdir()
    for _ in range(3):
        live.push()
        assert live.deploy(AVC_KEEP="2").returncode == 0
    assert len(live.releases) == 2
    assert live.current is not None
    assert live.current.name == live.releases[-1]


def test_two_deployments_at_once_are_refused(box: Box) -> None:
    box.push()
    with (box.root / ".deploy.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = box.deploy()
    assert run.returncode == 1
    assert "another deployment is running" in run.stderr
    assert box.log == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("TWILIO_AUTH_TOKN=0123456789", "did you mean TWILIO_AUTH_TOKEN?"),
        ("PORT=eighty", "PORT"),
        ("DATA_DIR=/srv/somewhere", "DATA_DIR has to be /var/lib/avc-phone"),
        ("DRAIN_SECS=600", "more than TimeoutStopSec"),
        ("KOKORO_MODEL_DIR=/home/somebody/models", "out of the service's sight"),
        ("AGENT_NAME=Eva # the new name", "no # comment behind a value"),
        ("export AGENT_NAME=Eva", "no export"),
    ],
)
def test_a_wrong_setting_stops_a_deployment_before_the_switch(box: Box, line: str, reason: str) -> None:
    box.setting(line)
    run = box.deploy()
    assert run.returncode == 1
    assert reason in run.stderr
    assert (box.current, box.releases) == (None, [])
    assert box.log in ([], ["venv requirements.txt"])


@pytest.mark.parametrize(("device", "installed"), [("cuda", True), ("cpu", False)])
def test_a_box_with_a_gpu_gets_the_packages_for_it(box: Box, device: str, installed: bool) -> None:
    box.setting(f"WHISPER_DEVICE={device}")
    box.push(**{"requirements-gpu.txt": ""})
    assert box.deploy().returncode == 0
    assert ("venv requirements-gpu.txt" in box.log) is installed


def test_an_unknown_option_is_refused(box: Box) -> None:
    assert box.deploy("--now").returncode == 1
    assert box.deploy("--pulled").returncode == 1
    assert box.log == []


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say_against_the_scripts() -> None:
    scripts = [str(path) for path in sorted((ROOT / "scripts").glob("*.sh"))]
    run = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stdout) == (0, "")
