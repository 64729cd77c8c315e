#!/usr/bin/env bash
# Is the dashboard alive?
#   scripts/wait_for_health.sh http://127.0.0.1:8201 30     asks GET /health until it answers 200, 30 s at most
# AVC_PYTHON: another interpreter than that of .venv.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
exec "${AVC_PYTHON:-$root/.venv/bin/python}" -I - "$@" <<'PYTHON'
import sys
import time
import urllib.error
import urllib.request

url, patience_sec = sys.argv[1].rstrip("/") + "/health", float(sys.argv[2])
ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine, whatever proxy is set
deadline = time.monotonic() + patience_sec
while True:
    try:
        with ask.open(url, timeout=2) as answer:
            problem = "" if answer.status == 200 else f"it answers {answer.status}"
    except urllib.error.HTTPError as error:
        problem = f"it answers {error.code}"
    except OSError as error:
        problem = f"it does not answer ({type(error).__name__})"
    if not problem or time.monotonic() >= deadline:
        break
    time.sleep(0.25)
print(f"{'ok  ' if not problem else 'FAIL'}  {url}  {problem}")
sys.exit(1 if problem else 0)
PYTHON
