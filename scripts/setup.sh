# shellcheck shell=sh
# Sourced by the scripts beside it, with $root set to the checkout: `setup LOCK` makes .venv and
# fills it with exactly what the lock says, or finds in a moment that this is done.
#
# Everything it writes is in .venv and .cache. .venv/stamp tells what was finished, line by line;
# what is not written there is not trusted and made again.

: "${root:?is set by the script that sources this}"
venv=$root/.venv
cache=$root/.cache

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "$*"
    exit 1
}

# quietly COMMAND...: its output is shown only if it fails.
quietly() {
    mkdir -p "$cache/setup"
    # pip asks rustc for its version, and rustup's stand-in for rustc would start a folder in HOME.
    rustup=${RUSTUP_HOME:-${HOME:-}/.rustup}
    [ -d "$rustup" ] || rustup=$cache/setup/rustup
    TMPDIR=$cache/setup RUSTUP_HOME=$rustup "$@" >"$cache/setup/log" 2>&1 && return
    cat "$cache/setup/log" >&2
    return 1
}

# probe PYTHON: prints "version path" of the interpreter behind it, which is neither a shim nor in a
# virtual environment. Fails if there is none, or none that runs, or one before 3.11.
probe() {
    "$1" -c 'import sys
sys.version_info >= (3, 11) or sys.exit(1)
print("%d.%d.%d" % sys.version_info[:3] + " " + sys._base_executable)' 2>/dev/null
}

# find_python: sets $python to "version path".
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        python=$(probe "$PYTHON") ||
            die "PYTHON=$PYTHON is not Python 3.11 or later, or does not run."
        return
    fi
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        # Not only looked for but run: a version manager's shim may exist and fail.
        python=$(probe "$candidate") && return
    done
    die 'Python 3.11 or later was not found. Install it, or set PYTHON to the path of one.'
}

# system_install PACKAGE: only where apt is there and no password is asked for.
system_install() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        return 1
    fi
    say "Installing $1 with apt"
    # Not our TMPDIR, since apt works as a user of its own that may not enter the checkout.
    # shellcheck disable=SC2086 # two words or none
    quietly $as_root env TMPDIR=/tmp apt-get update &&
        quietly $as_root env TMPDIR=/tmp DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends "$1"
}

pip() {
    quietly env PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_USER=0 \
        "$venv/bin/python" -m pip "$@"
}

# checksum FILE: a line of the stamp.
checksum() {
    printf '%s %s\n' "$1" "$(cksum <"$root/$1")"
}

stamped() {
    grep -qxF -- "$1" "$venv/stamp" 2>/dev/null
}

stamp() {
    stamped "$1" || printf '%s\n' "$1" >>"$venv/stamp"
}

# sound: .venv was finished, here, with the Python that still runs it (and that PYTHON asks for, if
# set), from locks that have not changed since. Packages left over from a former lock would still be
# found as plugins, so a changed lock means a new .venv.
sound() {
    running=$(probe "$venv/bin/python") || return 1
    running=${running%% *}
    stamped "$venv Python $running" && stamped "$(checksum requirements.lock)" || return 1
    if grep -q '^requirements-test\.lock ' "$venv/stamp"; then
        stamped "$(checksum requirements-test.lock)" || return 1
    fi
    if [ -n "${PYTHON:-}" ]; then
        find_python
        [ "${python%% *}" = "$running" ] || return 1
    fi
}

make_venv() {
    find_python
    version=${python%% *}
    python=${python#* }
    if ! "$python" -c 'from ensurepip import version' 2>/dev/null; then
        # Debian and Ubuntu keep this part of Python in a package of its own.
        package=python${version%.*}-venv
        system_install "$package" ||
            die "Python $version lacks venv and ensurepip. Debian, Ubuntu: apt install $package"
    fi
    say "Making .venv with Python $version"
    rm -rf "$venv"
    quietly "$python" -m venv "$venv" || die 'Making .venv failed, see above.'
    stamp "$venv Python $version"
}

# install_packages LOCK: the tests' lock is installed along with the other, so that pip refuses two
# locks that disagree. What is installed already stays as it is.
install_packages() {
    if [ "$1" = requirements.lock ]; then
        say "Installing the packages of $1"
    else
        say "Installing the packages of requirements.lock and $1"
        set -- requirements.lock "$1"
    fi
    # pip writes INSTALLER when a package is complete; without it an interrupted run was here.
    for info in "$venv"/lib/python*/site-packages/*.dist-info; do
        [ -f "$info/INSTALLER" ] || rm -rf "$info"
    done
    for lock; do
        set -- "$@" -r "$root/$lock"
        shift
    done
    pip install --require-hashes "$@" || die 'Installing the packages failed, see above.'
}

install_project() {
    say 'Installing the project itself'
    grep -v '^pyproject\.toml ' "$venv/stamp" >"$venv/stamp.new" || :
    mv "$venv/stamp.new" "$venv/stamp"
    pip install --no-deps --no-build-isolation --editable "$root" ||
        die 'Installing the project failed, see above.'
    pip check || die 'The lock lacks what pyproject.toml asks for: run scripts/lock.'
    stamp "$(checksum pyproject.toml)"
}

# setup LOCK: the one to call.
setup() {
    if sound && stamped "$(checksum "$1")" && stamped "$(checksum pyproject.toml)"; then
        return
    fi
    mkdir -p "$cache"
    [ -w "$cache" ] || die "$cache cannot be written to."

    # One at a time. A link is made in one step and can name the process that holds the lock.
    busy=$cache/setup.busy
    until ln -s "$$" "$busy" 2>/dev/null; do
        if kill -0 "$(readlink "$busy")" 2>/dev/null; then sleep 1; else rm -f "$busy"; fi
    done
    trap 'rm -f "$busy"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' HUP TERM

    # What an interrupted run left
    rm -rf "$cache/setup"

    sound || make_venv
    if ! stamped "$(checksum "$1")"; then
        install_packages "$1"
        stamp "$(checksum requirements.lock)"
        stamp "$(checksum "$1")"
    fi
    stamped "$(checksum pyproject.toml)" || install_project

    rm -rf "$cache/setup" "$busy"
    trap - EXIT HUP INT TERM
}
