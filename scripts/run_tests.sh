#!/usr/bin/env bash
# All tests: run_tests.sh FOLDER_OF_PYTEST. Whole calls wait more than they work, but what they measure is time: three at
# a time, with nothing beside them but tests that step back (nice) and mind no waiting.
set -uo pipefail
bin=$1
patient=(tests/dialogue tests/monitoring)
"$bin/pytest" -m "not call" -n 2 --dist loadfile "${patient[@]/#/--ignore=}" || exit 1

log=$(mktemp)
nice -n 19 "$bin/pytest" -m "not call" -p no:xdist -p no:cacheprovider "${patient[@]}" >"$log" 2>&1 &
beside=$!
trap 'kill "$beside" 2>/dev/null; rm -f "$log"' EXIT
"$bin/pytest" -m call -n 3 --dist loadfile
calls=$?
wait "$beside"
others=$?
cat "$log"
[ "$calls" = 0 ] && [ "$others" = 0 ]
