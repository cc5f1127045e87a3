#!/bin/sh
# What only tests need of the system: a browser, Chromium and its driver, and espeak-ng, which speaks.
#
#     sh scripts/browser.sh STAMP
#
# Only tests need them, so nothing stops where it cannot be had. STAMP says "installed", and then the
# tests of pages must run; "found", and then they run if it starts; or in a sentence why there is
# none, and then they are skipped with that sentence.
# SYSTEM=no leaves the system alone.
set -eu

stamp=$1

say() { printf 'setup: %s\n' "$*" >&2; }
has_command() { command -v "$1" >/dev/null 2>&1; }
end() { # SENTENCE: leave word, and let the tests run
    printf '%s\n' "$*" >"$stamp"
    case $* in installed | found) exit 0 ;; esac
    say "tests of pages in a browser will be skipped: $*"
    exit 0
}

has_browser() {
    has_command chromedriver || return 1
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if has_command "$name"; then return 0; fi
    done
    [ -e "/Applications/Google Chrome.app" ]
}

set_root() { # as whom packages are installed; fails where that is nobody
    has_command apt-get || return 1
    root=
    if [ "$(id -u)" = 0 ]; then return 0; fi
    root=sudo
    has_command sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }
}
install_packages() { # PACKAGE...: by apt-get, with fresh lists
    say "installing $*, for tests"
    $root apt-get update -qq </dev/null || say "the package lists could not be refreshed; trying with the old ones"
    $root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@" \
        -qq -o DPkg::Lock::Timeout=120 </dev/null >/dev/null
}

if ! has_command espeak-ng && [ "${SYSTEM:-yes}" != no ] && set_root; then
    install_packages espeak-ng || say "apt-get could not install espeak-ng; the test that needs it is skipped"
fi
if has_browser; then
    # Of the system's own packages we know that they work; of another, the tests see for themselves.
    if has_command dpkg-query && dpkg-query -W chromium-driver >/dev/null 2>&1; then end installed; fi
    end found
fi
[ "${SYSTEM:-yes}" != no ] || end "there is no Chromium with chromedriver on the PATH, and SYSTEM=no"
has_command apt-get || end "install Chromium (or Chrome) and chromedriver to run them"

set_root ||
    end "an administrator can install the browser: sudo apt-get update && sudo apt-get install chromium chromium-driver"
# Ubuntu has no such packages, but snaps, which need a system that runs them.
install_packages chromium chromium-driver ||
    end "apt-get could not install chromium and chromium-driver; install Chrome and chromedriver to run them"
end installed
