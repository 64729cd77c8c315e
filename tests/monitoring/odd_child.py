"""Stands in for `monitoring.run_child`: a process that behaves as `AGENT_NAME` in its settings says."""

import fcntl
import os
import pickle
import signal
import sys
import time
from datetime import UTC, datetime

from monitoring.report import Progress, RunReport

settings = pickle.load(sys.stdin.buffer)
what = settings.agent_name
out = sys.stdout.buffer


def say(value: Progress | RunReport) -> None:
    out.write(value.model_dump_json().encode() + b"\n")
    out.flush()


say(Progress(running=True, done=1, total=4, found=2, started_at=datetime.now(UTC)))
(settings.monitoring_dir / "pid").write_text(str(os.getpid()))
if what == "dies":
    os.kill(os.getpid(), signal.SIGKILL)
if what == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if what in ("slow", "stubborn"):
    time.sleep(60)
out.write(b"a library prints\n\xff\n")
out.flush()
with (settings.monitoring_dir / "run.lock").open() as again:
    try:
        fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
        code = "not-locked"
    except BlockingIOError:
        code = None
now = datetime.now(UTC)
say(RunReport(id="odd", trigger=sys.argv[1], started_at=now, ended_at=now, outcome="done", code=code, found=3))
