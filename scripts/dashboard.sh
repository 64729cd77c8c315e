#!/usr/bin/env bash
# Open the dashboard: dashboard.sh PYTHON. With a .env it shows the practice's own calls; without one, sample calls that
# the simulator places first.
set -euo pipefail
if [ -f .env ]; then
    exec "$1" -m monitoring.dashboard
fi
echo "No .env here: sample calls, in data/sample. Copy .env.example to .env for the practice's own." >&2
exec "$1" -m simulator.sample_dashboard
