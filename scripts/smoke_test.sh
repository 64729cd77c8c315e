#!/usr/bin/env bash
# Does the service answer the phone?
#   scripts/smoke_test.sh                                                starts this checkout's own and places a call
#   scripts/smoke_test.sh http://127.0.0.1:8200 --env-file /etc/avc-phone/env    asks one that is running
# One line for each check (ok, warn, FAIL); the exit status is 0 when none failed. --help lists the options.
# AVC_PYTHON: another interpreter than that of .venv, which is made if it is missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
python=${AVC_PYTHON:-$root/.venv/bin/python}
if [ -z "${AVC_PYTHON:-}" ] && [ ! -e "$root/.venv/.runs" ] && ! "$python" -c 'import pipecat' 2>/dev/null; then
    "$root/scripts/make_venv.sh" "$root/.venv" "$root/requirements.txt"
    touch "$root/.venv/.runs"
fi
# -P: modules come from this checkout, whatever the working folder holds.
PYTHONPATH=$root exec "$python" -P -m simulator.smoke "$@"
