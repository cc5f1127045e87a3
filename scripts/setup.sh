#!/bin/sh
# What `make setup` needs before pip: a Python, the system libraries, a virtual environment.
#
#     sh scripts/setup.sh VENV [PYTHON]
#
# It looks before it installs, names what it installs, and asks for sudo only where something is missing.
# SYSTEM=no leaves the system alone, for libraries that come from elsewhere (conda, nix).
set -eu

venv=$1
python=${2:-}

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }

# --- Python -----------------------------------------------------------------------------------
fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; }
ask() { "$python" -c "import sys, sysconfig; print($1)"; }

if [ -n "$python" ]; then
    fits "$python" || stop "PYTHON=$python is not a working Python 3.11 to 3.14: name another, or leave PYTHON out."
else
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if fits "$name"; then python=$name; break; fi
    done
    [ -n "$python" ] || stop "no Python 3.11 to 3.14 on the PATH ($(python3 --version 2>/dev/null || echo 'no python3')):" \
        "install one from your distribution, python.org, pyenv or uv; if it is not on the PATH, name it:" \
        "make setup PYTHON=/path/to/python3.12"
fi
version=$(ask '"%d.%d" % sys.version_info[:2]')

# --- what is missing --------------------------------------------------------------------------
has_command() { command -v "$1" >/dev/null 2>&1; }
has_library() { pkg-config --exists "$1" 2>/dev/null; }                     # to build against
can_load() { "$python" -c "import ctypes; ctypes.CDLL('$1')" 2>/dev/null; }  # to run with
has_headers() { [ -e "$(ask 'sysconfig.get_path("include")')/Python.h" ]; }
has_package() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

missing=
check() { # PACKAGES TEST...: remember the packages where the test fails
    packages=$1; shift
    "$@" || missing="$missing $packages"
}

debian() {
    check "gcc libc6-dev" has_command cc
    check "pkg-config" has_command pkg-config
    check "libcairo2-dev" has_library cairo
    check "libpango1.0-dev" has_library pangocairo
    check "libegl1" can_load libEGL.so.1
    check "libgl1" can_load libGL.so.1
    check "libgl1-mesa-dri" has_package libgl1-mesa-dri
    if [ "$(uname -m)" != x86_64 ]; then # moderngl has no Linux wheel there and is built from source
        check "g++" has_command c++
        check "libx11-dev" has_library x11
    fi
    if [ "$(ask sys.base_prefix)" = /usr ]; then # Debian splits Python into packages; others come whole
        check "python$version-dev" has_headers
        check "python$version-venv" "$python" -c 'import ensurepip' 2>/dev/null
    fi
    [ -n "$missing" ] || return 0

    # shellcheck disable=SC2086 # the list is words
    set -- apt-get install --yes --no-install-recommends $missing
    if [ "$(id -u)" = 0 ]; then
        root=
    elif has_command sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        root=sudo
    else
        stop "these packages are missing and need an administrator; have this run, then \`make setup\` again:" \
            "sudo apt-get update && sudo $*"
    fi
    say "installing$missing"
    $root apt-get update -qq </dev/null || say "the package lists could not be refreshed; trying with the old ones"
    $root env DEBIAN_FRONTEND=noninteractive "$@" -qq -o DPkg::Lock::Timeout=120 </dev/null >/dev/null ||
        stop "apt-get could not install the packages (its own message is above); put that right, then \`make setup\` again."
}

elsewhere() { # HOW: the command that installs everything
    check cc has_command cc
    check pkg-config has_command pkg-config
    check cairo has_library cairo
    check pango has_library pangocairo
    check Python.h has_headers
    if [ "$(uname -s)" != Darwin ]; then # macOS brings its own OpenGL
        check libEGL can_load libEGL.so.1
        check libGL can_load libGL.so.1
    fi
    [ -z "$missing" ] || stop "missing:$missing. Install with: $1, then \`make setup\` again."
}

if [ "${SYSTEM:-yes}" = no ]; then
    :
elif [ "$(uname -s)" = Darwin ]; then
    elsewhere "brew install cairo pango pkg-config (and for cc: xcode-select --install)"
elif has_command apt-get; then
    debian
elif has_command dnf; then
    elsewhere "sudo dnf install gcc pkgconf-pkg-config cairo-devel pango-devel python3-devel mesa-libEGL mesa-libGL mesa-dri-drivers"
elif has_command pacman; then
    elsewhere "sudo pacman -S --needed gcc pkgconf cairo pango mesa libglvnd"
else
    elsewhere "your package manager (a C compiler, pkg-config, the development files of cairo, pango and Python, Mesa's EGL and OpenGL)"
fi

# --- the virtual environment ------------------------------------------------------------------
if ! { fits "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; }; then
    say "making $venv with Python $version"
    "$python" -m venv --clear "$venv" || { rm -rf "$venv"; stop "$python could not make a virtual environment in $venv."; }
fi
"$venv/bin/python" "$(dirname "$0")/path.py"
