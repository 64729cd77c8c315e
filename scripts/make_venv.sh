#!/usr/bin/env bash
# Make a virtual environment and install a requirements file into it: make_venv.sh FOLDER REQUIREMENTS
# Takes the newest Python from 3.11 up that is on the PATH. As root on Debian it installs python3-venv where that is missing.
set -euo pipefail
folder=$1 requirements=$2

find_python() {
    for name in python3 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            echo "$name"
            return
        fi
    done
    echo "No Python 3.11 or newer on the PATH; install one (Debian: apt-get install python3 python3-venv)." >&2
    exit 1
}

if [ ! -x "$folder/bin/python" ] || ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    echo "Making $folder with $("$python" --version) ..."
    if ! "$python" -m venv "$folder" 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
            "$python" -m venv --clear "$folder"
        else
            echo "This Python cannot make virtual environments; on Debian: apt-get install python3-venv" >&2
            exit 1
        fi
    fi
fi
echo "Installing $requirements (a minute or two the first time) ..."
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" 2>&1 | grep -v '^WARNING: Location' >&2 || true
"$folder/bin/python" -m pip check --quiet >/dev/null 2>&1 || "$folder/bin/python" -m pip check
"$folder/bin/python" -c 'import pipecat, pocketsphinx' >/dev/null 2>&1 || { echo "The installation is not complete; see above." >&2; exit 1; }
