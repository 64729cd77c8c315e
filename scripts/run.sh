#!/usr/bin/env bash
# Start the server: run.sh PYTHON. Without a .env it runs the embedded engines and talks to the simulator's REST API,
# so that `make run` in one terminal and `make call` in another are a telephone.
set -euo pipefail
if [ ! -f .env ]; then
    echo "No .env here: embedded engines, simulated telephone. Copy .env.example to .env for the real one." >&2
    export AVC_PROFILE="${AVC_PROFILE:-embedded}"
    export TWILIO_ACCOUNT_SID="${TWILIO_ACCOUNT_SID:-AC00000000000000000000000000000001}"
    export TWILIO_AUTH_TOKEN="${TWILIO_AUTH_TOKEN:-loopback-auth-token-1234}"
    export TWILIO_API_BASE="${TWILIO_API_BASE:-http://127.0.0.1:8299}"
    export PUBLIC_HOST="${PUBLIC_HOST:-ava.example.com}"
    export DATA_DIR="${DATA_DIR:-data}"
    export HANDOFF_NUMBER="${HANDOFF_NUMBER:-+13055550110}"
    export HANDOFF_HOURS="${HANDOFF_HOURS:-always}"
fi
exec "$1" server.py
