#!/usr/bin/env bash
# Bring the newest main onto this box. As root, from the checkout:
#   scripts/deploy.sh                    pull, build a release, try it, switch to it, check it; not well: back again
#   scripts/deploy.sh --rollback         the release before the current one
#   scripts/deploy.sh --first-install    user, folders and the file of settings only; a deployment makes them, too
# Running it again is harmless: what is live already is not built again. Calls are taken while the release is built and
# tried; those that run at the switch are let end (DRAIN_SECS).
#
# Two units run from a release: avc-phone.service, and beside it avc-monitor.service, the dashboard.
#
# Layout: $AVC_ROOT/releases/<time>-<commit>/ holds the code and its .venv, `current` is a link to one of them. Where
# there is no file .was-live in a release, an interrupted deployment left it, and the next one removes it.
#
# A release belongs to root, but for the two folders that staff change from the dashboard: rag/data and dialogue/wording
# are the service's own. Their changes are committed to Gitea's main (GITEA_TOKEN), which is what is deployed next. A
# change that is not in what is to be deployed (a pull request that waits) stops the deployment: it would be lost.
set -euo pipefail

AVC_ROOT=${AVC_ROOT:-/opt/avc-phone}               # releases, models
AVC_ENV_FILE=${AVC_ENV_FILE:-/etc/avc-phone/env}   # the service's settings
AVC_DATA_DIR=${AVC_DATA_DIR:-/var/lib/avc-phone}   # what DATA_DIR has to be: the unit's StateDirectory
AVC_USER=${AVC_USER:-avc-phone}                    # whom the service runs as
AVC_UNIT_DIR=${AVC_UNIT_DIR:-/etc/systemd/system}  # where the unit is installed
AVC_MODULES_DIR=${AVC_MODULES_DIR:-/etc/modules-load.d}  # where the GPU's module is named
AVC_REMOTE=${AVC_REMOTE:-origin}                   # what is pulled from
AVC_BRANCH=${AVC_BRANCH:-main}                     # and which branch
AVC_KEEP=${AVC_KEEP:-3}                            # releases that are kept
AVC_READY_SECS=${AVC_READY_SECS:-300}              # how long the service may take to load its engines
AVC_MAKE_VENV=${AVC_MAKE_VENV:-scripts/make_venv.sh}    # run in the release: FOLDER REQUIREMENTS
AVC_SMOKE_TEST=${AVC_SMOKE_TEST:-scripts/smoke_test.sh} # run in the release: --env-file FILE; the release by itself
AVC_LIVE_CHECK=${AVC_LIVE_CHECK:-scripts/smoke_test.sh} # run in the release: URL --env-file FILE --wait SECS
AVC_MONITOR_CHECK=${AVC_MONITOR_CHECK:-scripts/wait_for_health.sh} # run in the release: URL SECS
AVC_MONITOR_SECS=${AVC_MONITOR_SECS:-60}           # how long the dashboard may take to start
AVC_DROP_EDITS=${AVC_DROP_EDITS:-}                 # anything: deploy although changes of the dashboard would be lost
SYSTEMCTL=${SYSTEMCTL:-systemctl}

UNIT=avc-phone.service
MONITOR=avc-monitor.service
EDITED=(rag/data dialogue/wording) # the folders of a release that the dashboard changes
STOP_MARGIN_SECS=40 # goodbye 15 s, records 10 s, connections 5 s, and some to spare
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
building='' # a release that never was live: removed when this script ends early
made_env_file=''
settings=''
switched_from='' # the release to go back to while the new one has not proved itself

say() { echo "[deploy] $*" || true; }
die() { say "FAILED: $*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }
is_live() { [ -e "$1/.was-live" ]; }
has_monitor() { [ -e "$1/$MONITOR" ]; }
current_release() { readlink -f "$AVC_ROOT/current" 2>/dev/null || true; }
setting() { sed -n "s/^$1=//p" <<<"$settings"; }

as_service() { # run as the service's user: what is tried has no more rights than it will have
    if is_root; then runuser -u "$AVC_USER" -- "$@"; else "$@"; fi
}

live_releases() { # oldest first; only those that have been live
    local release
    for release in "$AVC_ROOT"/releases/*/; do
        release=${release%/}
        if is_live "$release"; then echo "$release"; fi
    done
}

prepare_box() { # user, folders, settings: what is there stays as it is
    id "$AVC_USER" >/dev/null 2>&1 || useradd --system --home-dir "$AVC_DATA_DIR" --no-create-home \
        --shell /usr/sbin/nologin --comment "AVC Phone Agent" "$AVC_USER"
    mkdir -p "$AVC_ROOT/releases" "$AVC_ROOT/models" "$AVC_UNIT_DIR" "$(dirname "$AVC_ENV_FILE")"
    if modinfo nvidia-uvm >/dev/null 2>&1 && [ ! -e "$AVC_MODULES_DIR/avc-phone.conf" ]; then
        mkdir -p "$AVC_MODULES_DIR" # the unit's DeviceAllow= finds the GPU only when this is loaded before it starts
        echo nvidia-uvm >"$AVC_MODULES_DIR/avc-phone.conf"
    fi
    if [ ! -e "$AVC_ENV_FILE" ]; then make_env_file; fi
}

make_env_file() { # readable by root and by the service alone
    (umask 077 && sed -e "s|^DATA_DIR=.*|DATA_DIR=$AVC_DATA_DIR|" \
        -e "s|^KOKORO_MODEL_DIR=.*|KOKORO_MODEL_DIR=$AVC_ROOT/models|" "$checkout/.env.example" >"$AVC_ENV_FILE.new")
    if is_root; then chown "root:$(id -gn "$AVC_USER")" "$AVC_ENV_FILE.new"; fi
    chmod 0640 "$AVC_ENV_FILE.new"
    mv -f "$AVC_ENV_FILE.new" "$AVC_ENV_FILE"
    say "made $AVC_ENV_FILE: fill it in, then run scripts/deploy.sh"
    made_env_file=yes
}

pull() { # the checkout is exactly what was pushed
    local branch
    branch=$(git -C "$checkout" symbolic-ref --quiet --short HEAD || echo 'no branch')
    [ "$branch" = "$AVC_BRANCH" ] || die "the checkout is on $branch; expected $AVC_BRANCH"
    [ -z "$(git -C "$checkout" status --porcelain)" ] ||
        die "the checkout has changes: commit and push them, or undo them"
    git -C "$checkout" fetch --quiet "$AVC_REMOTE" "$AVC_BRANCH" || die "cannot fetch $AVC_BRANCH from $AVC_REMOTE"
    git -C "$checkout" merge --quiet --ff-only FETCH_HEAD ||
        die "$AVC_BRANCH is not behind $AVC_REMOTE but beside it (no fast-forward)"
    [ "$(git -C "$checkout" rev-parse HEAD)" = "$(git -C "$checkout" rev-parse FETCH_HEAD)" ] ||
        die "the checkout has commits that $AVC_REMOTE lacks: push them first"
}

check_env_file() { # systemd reads the same file by rules of its own: refuse what it would read as something else
    local line
    [ -r "$AVC_ENV_FILE" ] || die "$AVC_ENV_FILE cannot be read; scripts/deploy.sh --first-install makes it"
    # shellcheck disable=SC2016 # the ${ is looked for, not expanded
    line=$(grep -nE '^[[:space:]]*export[[:space:]]|^[A-Za-z_]+=[^"'\''[:space:]#][^"'\'']*[[:space:]]#|\$\{' \
        "$AVC_ENV_FILE" | head -n 1 | cut -d: -f1) || true
    [ -z "$line" ] ||
        die "$AVC_ENV_FILE, line $line: systemd knows no export, no \${...} and no # comment behind a value"
}

check_settings() { # RELEASE: the settings are right for this release, and for the unit's sandbox
    local release=$1 folder name stop_secs
    check_env_file
    folder=$(mktemp -d)
    ln -s "$(readlink -f "$AVC_ENV_FILE")" "$folder/.env"
    settings=$(cd "$folder" && env -i PATH="$PATH" "$release/.venv/bin/python" "$release/config.py" 2>&1) ||
        { rm -rf "$folder"; die "$AVC_ENV_FILE: $settings"; }
    rm -rf "$folder"
    [ "$(setting DATA_DIR)" = "$AVC_DATA_DIR" ] || die "$AVC_ENV_FILE: DATA_DIR has to be $AVC_DATA_DIR"
    for name in KOKORO_MODEL_DIR WHISPER_MODEL; do
        case $(setting "$name") in
        "$AVC_ROOT"/*) ;;
        /home/* | /root/* | /tmp/*) die "$AVC_ENV_FILE: $name: out of the service's sight; expected $AVC_ROOT/models" ;;
        esac
    done
    stop_secs=$(sed -n 's/^TimeoutStopSec=//p' "$release/$UNIT")
    [ $(($(setting DRAIN_SECS) + STOP_MARGIN_SECS)) -le "$stop_secs" ] ||
        die "$AVC_ENV_FILE: DRAIN_SECS and $STOP_MARGIN_SECS s are more than TimeoutStopSec=$stop_secs of $UNIT"
}

build() { # COMMIT: a new release, with an environment of its own
    local commit=$1 release python
    release=$AVC_ROOT/releases/$(date -u +%Y%m%dT%H%M%S.%3NZ)-$(git -C "$checkout" rev-parse --short "$commit")
    [ ! -e "$release" ] || die "$release is there already"
    building=$release
    say "building $release"
    mkdir "$release"
    git -C "$checkout" -c tar.umask=0022 archive "$commit" | tar -x -C "$release"
    cd "$release"
    "$AVC_MAKE_VENV" .venv requirements.txt || die "the packages of requirements.txt cannot be installed"
    python=$(readlink -f .venv/bin/python)
    case $python in
    "$AVC_ROOT"/*) ;;
    /home/* | /root/*) die "$python: out of the service's sight; put another Python first on the PATH" ;;
    esac
    check_settings "$release"
    if [ "$(setting AVC_PROFILE) $(setting WHISPER_DEVICE)" = "production cuda" ] && [ -f requirements-gpu.txt ]; then
        "$AVC_MAKE_VENV" .venv requirements-gpu.txt || die "the packages of requirements-gpu.txt cannot be installed"
    fi
    touch .venv/.runs # tells scripts/smoke_test.sh that the environment is complete
    .venv/bin/python -m compileall -q -x '/\.venv/' . || die "a module does not compile" # the service cannot write here
    cd "$checkout"
}

try_release() { # RELEASE: its own smoke test, on a port of its own, beside the running service
    local release=$1
    say "trying it on a port of its own"
    (cd "$release" && as_service "$AVC_SMOKE_TEST" --env-file "$AVC_ENV_FILE") ||
        die "the new release fails its smoke test; nothing was changed"
}

own_edited() { # RELEASE: what the dashboard changes is the service's own, and nothing else
    local folder
    for folder in "${EDITED[@]}"; do
        [ -d "$1/$folder" ] || continue
        if is_root; then chown -R -h "$AVC_USER:$(id -gn "$AVC_USER")" "$1/$folder"; fi
        chmod u+w "$1/$folder"
    done
}

say_where_edits_go() { # so that nobody learns it from a change that was refused
    local repository
    if [ "$(setting GITEA_TOKEN)" != None ]; then return; fi
    repository=$(facts_repository)
    if [ -n "$repository" ]; then
        say "without GITEA_TOKEN changes of facts are committed in $repository; wording cannot be changed"
    else
        say "without GITEA_TOKEN the dashboard changes nothing: a release is no git checkout. Set GITEA_TOKEN, or" \
            "FACTS_DIR to a folder in a git repository of its own that $AVC_USER may write to"
    fi
}

facts_repository() { # the git repository that FACTS_DIR lies in, when it lies outside the releases
    local folder
    folder=$(readlink -f "$(setting FACTS_DIR)" 2>/dev/null || true)
    case $folder in '' | "$AVC_ROOT"/releases/*) return ;; esac
    while [ "$folder" != / ]; do
        if [ -e "$folder/.git" ]; then echo "$folder"; return; fi
        folder=$(dirname "$folder")
    done
}

edits_lost() { # RELEASE: the files whose changes from the dashboard are not in it
    local release=$1 current commit folder path scratch
    current=$(current_release)
    commit=$(cat "$current/.commit" 2>/dev/null) || return 0
    scratch=$(mktemp -d)
    for folder in "${EDITED[@]}"; do
        for path in "$current/$folder"/*; do
            path=$folder/${path##*/}
            [ -f "$current/$path" ] || continue
            git -C "$checkout" show "$commit:$path" >"$scratch/base" 2>/dev/null || : >"$scratch/base"
            cmp -s "$current/$path" "$scratch/base" && continue
            diff --unchanged-line-format= --old-line-format='-%l%c'\''\012'\' --new-line-format='+%l%c'\''\012'\' \
                "$scratch/base" "$current/$path" >"$scratch/edit" || true
            # What became of them later is the repository's business: that they were in it is what counts.
            git -C "$checkout" log -p --format= "$commit..$(cat "$release/.commit")" -- "$path" >"$scratch/log" || true
            if grep -qvFx -f "$scratch/log" "$scratch/edit" || [ ! -s "$scratch/log" ]; then echo "$path"; fi
        done
    done
    rm -rf "$scratch"
}

check_edits() { # RELEASE: nothing that staff changed is lost with it
    local lost
    lost=$(edits_lost "$1")
    [ -n "$lost" ] || return 0
    say "changed from the dashboard, and not in what is deployed: $(tr '\n' ' ' <<<"$lost")" >&2
    [ -n "$AVC_DROP_EDITS" ] ||
        die "merge the dashboard's pull request, or push the change to $AVC_BRANCH; after a change of the last minutes" \
            "deploy again; AVC_DROP_EDITS=yes deploys without it"
}

monitor_unit() { # RELEASE: its text, with this box's folders; what FACTS_DIR names is what may be written
    local facts
    facts=$(facts_repository)
    if [ -z "$facts" ]; then
        facts=$(readlink -f "$(setting FACTS_DIR)" 2>/dev/null || true)
        case $facts in '' | "$AVC_ROOT"/releases/*) facts=/opt/avc-phone/current/rag/data ;; esac
    fi
    sed -e "s|^ReadWritePaths=/opt/avc-phone/current/rag/data$|ReadWritePaths=$facts|" "$1/$MONITOR"
}

install_unit() { # NAME: the unit on standard input
    local name=$1 wanted
    wanted=$(sed -e "s|/opt/avc-phone|$AVC_ROOT|g" -e "s|/etc/avc-phone/env|$AVC_ENV_FILE|g" \
        -e "s|^\(User\|Group\)=avc-phone$|\1=$AVC_USER|")
    if [ "$wanted" != "$(cat "$AVC_UNIT_DIR/$name" 2>/dev/null)" ]; then
        say "installing $name"
        printf '%s\n' "$wanted" >"$AVC_UNIT_DIR/$name.new"
        chmod 0644 "$AVC_UNIT_DIR/$name.new"
        mv -f "$AVC_UNIT_DIR/$name.new" "$AVC_UNIT_DIR/$name" && "$SYSTEMCTL" daemon-reload || return 1
    fi
    "$SYSTEMCTL" enable --quiet "$name"
}

install_units() { # RELEASE
    install_unit "$UNIT" <"$1/$UNIT" || return 1
    if has_monitor "$1"; then
        monitor_unit "$1" | install_unit "$MONITOR"
    elif [ -e "$AVC_UNIT_DIR/$MONITOR" ]; then # back to a release from before the dashboard
        "$SYSTEMCTL" disable --quiet --now "$MONITOR"
        rm -f "$AVC_UNIT_DIR/$MONITOR"
    fi
}

point_to() { # RELEASE: the link never is missing and never half written
    ln -sfn "$1" "$AVC_ROOT/.current.new" && mv -fT "$AVC_ROOT/.current.new" "$AVC_ROOT/current"
}

start() { # RELEASE: make it the running one; the dashboard first, since it waits for nobody
    point_to "$1" && install_units "$1" || return 1
    if has_monitor "$1"; then "$SYSTEMCTL" restart "$MONITOR" || return 1; fi
    say "restarting; calls that run are let end"
    "$SYSTEMCTL" restart "$UNIT"
}

address() { # HOST PORT: where something that listens there is asked
    case $1 in
    0.0.0.0) echo "http://127.0.0.1:$2" ;;
    ::) echo "http://[::1]:$2" ;;
    *:*) echo "http://[$1]:$2" ;;
    *) echo "http://$1:$2" ;;
    esac
}

is_well() { # RELEASE: the running service answers, is ready, and refuses what is not signed; the dashboard is alive
    local release=$1
    (cd "$release" && as_service "$AVC_LIVE_CHECK" "$(address "$(setting BIND_HOST)" "$(setting PORT)")" \
        --env-file "$AVC_ENV_FILE" --wait "$AVC_READY_SECS") || return 1
    has_monitor "$release" || return 0
    (cd "$release" && as_service "$AVC_MONITOR_CHECK" \
        "$(address "$(setting DASHBOARD_HOST)" "$(setting DASHBOARD_PORT)")" "$AVC_MONITOR_SECS") ||
        { say "the dashboard is not well: journalctl -u $MONITOR" >&2; return 1; }
}

go_live() { # RELEASE: switch to it; back again unless it proves itself
    local release=$1
    switched_from=$(current_release)
    [ -d "$switched_from" ] || switched_from=none
    start "$release" || die "the service does not restart"
    is_well "$release" || die "the service is not well after the switch"
    switched_from=''
    touch "$release/.was-live"
    building=''
}

go_back() { # what the end of this script does when the switch was made and the release has not proved itself
    local release=$switched_from
    switched_from=''
    if [ "$release" = none ]; then
        building=''
        say "there is no older release to go back to: see journalctl -u $UNIT" >&2
        return
    fi
    say "going back to $release" >&2
    if start "$release" && is_well "$release"; then
        say "the release before is running again" >&2
    else
        say "THE RELEASE BEFORE IS NOT WELL EITHER: see systemctl status $UNIT and journalctl -u $UNIT" >&2
    fi
}

at_the_end() {
    local status=$?
    set +e
    trap '' INT TERM
    if [ -n "$switched_from" ]; then go_back; fi
    if [ -n "$building" ]; then rm -rf "$building"; fi
    exit "$status"
}

prune() { # keep the newest few, and the current one; what never was live goes
    local release current
    current=$(current_release)
    for release in "$AVC_ROOT"/releases/*/; do
        release=${release%/}
        if [ "$release" != "$current" ] && ! is_live "$release"; then rm -rf "$release"; fi
    done
    live_releases | head -n "-$AVC_KEEP" | while read -r release; do
        if [ "$release" != "$current" ]; then rm -rf "$release"; fi
    done
}

deploy() {
    local commit current
    commit=$(git -C "$checkout" rev-parse HEAD)
    current=$(current_release)
    if [ "$(cat "$current/.commit" 2>/dev/null)" = "$commit" ] && is_live "$current"; then
        say "$current is this commit already (changed settings need: systemctl restart $UNIT $MONITOR)"
        check_settings "$current"
        own_edited "$current"
        install_units "$current"
        "$SYSTEMCTL" is-active --quiet "$UNIT" || "$SYSTEMCTL" start "$UNIT"
        if has_monitor "$current"; then "$SYSTEMCTL" is-active --quiet "$MONITOR" || "$SYSTEMCTL" start "$MONITOR"; fi
        is_well "$current" || die "the running service is not well"
    else
        build "$commit"
        echo "$commit" >"$building/.commit"
        check_edits "$building" # before anybody waits for the smoke test
        try_release "$building"
        own_edited "$building"
        check_edits "$building" # building takes minutes, and staff may have been at work
        go_live "$building"
    fi
    say_where_edits_go
    prune
}

say_what_differs() { # CURRENT BEFORE: a rollback takes facts and wording back, too
    local folder
    for folder in "${EDITED[@]}"; do
        diff -rq "$1/$folder" "$2/$folder" >/dev/null 2>&1 ||
            say "$folder is as it was in that release; the newest is in $AVC_BRANCH" >&2
    done
}

rollback() {
    local current before
    current=$(current_release)
    before=$(live_releases | awk -v current="$current" '$0 < current' | tail -n 1)
    [ -n "$before" ] || die "there is no release before $current"
    say "rolling back from $current to $before"
    check_settings "$before"
    say_what_differs "$current" "$before"
    go_live "$before"
}

main() {
    umask 022
    trap '' HUP # a connection that is lost in the middle leaves nothing half done
    trap at_the_end EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir -p "$AVC_ROOT"
    if [ "${1:-}" != --pulled ]; then
        exec 9>"$AVC_ROOT/.deploy.lock"
        flock --nonblock 9 || die "another deployment is running"
    fi
    case ${1:-} in
    '')
        prepare_box
        [ -z "$made_env_file" ] || die "nothing is deployed before $AVC_ENV_FILE is filled in"
        pull
        exec "$checkout/scripts/deploy.sh" --pulled # the script as it was pulled; the lock goes along
        ;;
    --pulled) # for the line above
        { : >&9; } 2>/dev/null || die "--pulled is not for people"
        deploy
        ;;
    --rollback) rollback ;;
    --first-install)
        prepare_box
        say "user, folders and $AVC_ENV_FILE are there"
        return
        ;;
    *) die "usage: scripts/deploy.sh [--rollback | --first-install]" ;;
    esac
    "$SYSTEMCTL" status "$UNIT" "$MONITOR" --no-pager || true
    say "done: $(current_release)"
}

main "$@"
