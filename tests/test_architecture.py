"""Imports point one way: data → ridge_math → scenes → frames → encoder → deliverable.

The rules below are read against the source itself, lazy imports and type-checking imports included.
"""

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import scenes

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("ridge_math", "scenes", "pipeline", "commands")
MAX_LINES = 400

# What a room may not import. A name stands for the module and everything below it.
FORBIDDEN = {
    "ridge_math": {
        *("scenes", "pipeline", "commands", "render"),
        *("manim", "moderngl", "typst", "av", "click", "rich"),
    },
    "scenes": {
        *("pipeline", "commands", "render", "click", "rich"),
        *("av", "subprocess", "multiprocessing", "concurrent"),  # encoders and workers
        *("polars", "csv", "sqlite3", "shutil", "tempfile"),  # files
    },
    "pipeline": {"scenes", "commands", "render", "click"},
    "commands": {"render", *("manim", "moderngl", "typst", "av", "rich")},
}
# What is drawn on the terminal is drawn in one room.
ALLOWED: dict[str, set[str]] = {
    **{f"commands.console.{module}": {"rich"} for module in ("progress", "report")},
    "commands.console.doctor": {"rich", "typst"},  # it tries what it examines
    # Where stock Manim makes an act, its file is the program: options are read as render.py reads them.
    "scenes.stock": {"commands.stock"},
    "commands.stock": {"render"},
    "scenes.notebook": {
        "commands.display",
        "commands.notebook",
    },  # a notebook is the program likewise
    "pipeline.render.timeline": {"scenes.cues"},  # records, once: what acts say and complete
    "pipeline.video.convert": {"scenes.stage.picture"},  # and where a frame differs from the last
}

# Which rooms of the pipeline a room of it may know. They may know what stands beside them at its
# root, too, but not what is made of all of them.
ROOMS: dict[str, set[str]] = {
    "render": {"video", "work"},
    "video": {"render"},
    "work": {"render"},
    "voice": {"render", "video"},
    "diagnosis": set(),
    "clip": {"render", "video", "work"},
    "deck": {"render", "video"},
    "kit": {"render", "video", "work", "clip"},
    "explore": {"render"},
    "studio": {"render", "work", "voice"},
}
WHOLE = {"pipeline.render.service", "pipeline.storyboard"}
#: Those that have frames drawn.
SERVED = {"render", "clip", "kit"}

# What writes a file, in scenes: methods of a path, and open() for anything but reading.
WRITERS = {
    "write_text",
    "write_bytes",
    "mkdir",
    "touch",
    "unlink",
    "rename",
    "save",
    "savefig",
    "symlink_to",
}


def imported(tree: ast.Module, package: str) -> list[tuple[int, str]]:
    """Every module a source names in an import, with its line; relative names made absolute.

    ``package`` is the dotted package the source lives in.
    """
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            # `from scenes import bowl` names scenes.bowl as well.
            names = [base, *(f"{base}.{alias.name}".lstrip(".") for alias in node.names)]
            found += [(node.lineno, name) for name in names]
        elif isinstance(node, ast.Call) and _name(node.func) in {"import_module", "__import__"}:
            argument = node.args[0] if node.args else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.append((node.lineno, argument.value))
    return found


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def below(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in names)


def import_faults(source: str, module: str) -> list[str]:
    """What a module imports that its room may not."""
    room, package = module.split(".")[0], module.rpartition(".")[0]
    allowed = ALLOWED.get(module, set())
    return sorted(
        {
            f"{module}:{line} imports {name}"
            for line, name in imported(ast.parse(source), package)
            if below(name, FORBIDDEN[room]) and not below(name, allowed)
        }
    )


def room_faults(source: str, module: str) -> list[str]:
    """What a module in a room of the pipeline imports of rooms that its own does not know."""
    package, _, room = module.rpartition(".")[0].rpartition(".")
    if package != "pipeline":
        return []
    others = {f"pipeline.{other}" for other in set(ROOMS) - ROOMS[room] - {room}}
    closed = others if room in SERVED else others | WHOLE
    names = imported(ast.parse(source), f"{package}.{room}")
    return sorted(
        {f"{module}:{line} imports {name}" for line, name in names if below(name, closed)}
    )


def writing_faults(source: str, module: str) -> list[str]:
    """Where a module of scenes writes to the file system."""
    faults = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        modes = [
            a
            for a in (*node.args, *(k.value for k in node.keywords))
            if isinstance(a, ast.Constant)
        ]
        writes = any(
            isinstance(a.value, str) and re.fullmatch("[rwxabt+]*[wxa+][rwxabt+]*", a.value)
            for a in modes
        )
        if name in WRITERS or (name == "open" and writes):
            faults.append(f"{module}:{node.lineno} writes a file ({name})")
    return faults


def shape_faults(source: str, module: str) -> list[str]:
    """A module that is too long to be read in one go, or that does not say what it is."""
    faults = []
    lines = len(source.splitlines())
    if lines > MAX_LINES:
        faults.append(f"{module} has {lines} lines, more than {MAX_LINES}: split it by noun")
    if not ast.get_docstring(ast.parse(source)):
        faults.append(f"{module} has no docstring")
    return faults


def act_names() -> set[str]:
    """The names of the acts, as the list in ``scenes`` gives them."""
    tree = ast.parse((ROOT / "scenes" / "__init__.py").read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _name(n.func) == "ActEntry"]
    return {str(ast.literal_eval(call.args[0])) for call in calls}


def naming_faults(source: str, module: str, acts: set[str]) -> list[str]:
    """Where a module of the pipeline decides something by the name of an act."""
    deciding = (ast.Compare, ast.MatchValue)
    nodes = [
        part for n in ast.walk(ast.parse(source)) if isinstance(n, deciding) for part in ast.walk(n)
    ]
    return [
        f"{module}:{node.lineno} names the act {node.value!r}"
        for node in nodes
        if isinstance(node, ast.Constant) and node.value in acts
    ]


def sources(room: str) -> dict[str, str]:
    """Module name → source, for a package or a single module at the root."""
    paths = sorted([*(ROOT / room).rglob("*.py"), *ROOT.glob(f"{room}.py")])
    modules = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in paths}
    return {name: path.read_text(encoding="utf-8") for name, path in modules.items()}


def faults_of(room: str) -> list[str]:
    """Everything wrong with a room's sources."""
    faults = []
    for module, source in sources(room).items():
        faults += shape_faults(source, module)
        if room in FORBIDDEN:
            faults += import_faults(source, module)
        if room == "scenes":
            faults += writing_faults(source, module)
        if room == "pipeline":
            faults += naming_faults(source, module, act_names())
            faults += room_faults(source, module)
    return faults


@pytest.mark.parametrize("room", [*PACKAGES, "render"])
def test_room_keeps_its_rules(room: str) -> None:
    assert faults_of(room) == []


def test_the_stage_does_not_know_what_it_is_a_picture_of() -> None:
    """It may use other parts of the scenes that know no data either: places, colours, text."""
    imports = {
        name
        for module, source in sources("scenes").items()
        if module.startswith("scenes.stage.")
        for _, name in imported(ast.parse(source), module.rpartition(".")[0])
    }
    assert not {name for name in imports if below(name, {"ridge_math", "scenes.mobjects"})}
    ours = {
        name for name in imports if below(name, {"scenes"}) and not below(name, {"scenes.stage"})
    }
    assert {name.split(".")[1] for name in ours if "." in name} <= {
        *("layout", "theme", "text"),
    }


def test_no_module_of_scenes_hides_one_of_python() -> None:
    """`manim scenes/bowl.py` puts that folder first on the path."""
    names = {part for module in sources("scenes") for part in module.split(".")} - {"__init__"}
    assert names & sys.stdlib_module_names == set()


def test_no_package_at_the_root_is_forgotten() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found - {"tests", "benchmarks", "docs", "examples"} <= set(PACKAGES)


@pytest.mark.parametrize("module", ["render", "commands.request", "scenes.__init__"])
def test_help_and_the_list_of_acts_come_without_manim(module: str) -> None:
    """Importing manim takes over a second; `--help` has no time for it."""
    source = sources(module.split(".")[0]).get(module, "")
    eager = [n for n in ast.parse(source).body if isinstance(n, ast.Import | ast.ImportFrom)]
    names = imported(ast.Module(eager, []), module.rpartition(".")[0])
    assert not [name for name in names if below(name[1], {"manim", "moderngl", "matplotlib"})]


# --- dependencies: declared, used and explained -------------------------------------------------

# Where the name to import is not the name to install.
INSTALLED_AS = {
    "PIL": "pillow",
    "cairo": "pycairo",
    "manim_slides": "manim-slides",
    "markdown_it": "markdown-it-py",
    "pptx": "python-pptx",
    "python_calamine": "python-calamine",
    "sklearn": "scikit-learn",
}


def used_packages(modules: dict[str, str]) -> set[str]:
    """The third-party packages that sources import."""
    ours = {*PACKAGES, "render", "tests", "benchmarks"}
    names = {
        name.split(".")[0]
        for module, source in modules.items()
        for _, name in imported(ast.parse(source), module.rpartition(".")[0])
    }
    return {INSTALLED_AS.get(name, name) for name in names - ours - sys.stdlib_module_names}


def declared_packages() -> tuple[set[str], ...]:
    """The packages `pyproject.toml` asks for: to run, for some verbs alone, to test, and to measure."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = asked["dependency-groups"]
    lists = (
        asked["project"]["dependencies"],
        [*groups["cluster"], *groups["deck"]],
        [line for line in groups["dev"] if isinstance(line, str)],
        groups["bench"],
    )
    return tuple({re.split(r"[<>=!~\[ ]", line)[0] for line in each} for each in lists)


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    runtime, extra, dev, bench = declared_packages()
    ours = [used_packages(sources(room)) for room in [*PACKAGES, "render"]]
    assert set().union(*ours) == runtime | extra
    others = used_packages(sources("tests")) | used_packages(sources("benchmarks"))
    assert others <= runtime | extra | dev | bench


def test_every_dependency_says_why() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, table = guide.split("## Dependencies")
    explained = {
        name
        for row in re.findall(r"^\| ([a-z][a-z0-9, -]*) \| .{20,} \|$", table, re.MULTILINE)
        for name in row.split(", ")
    }
    assert explained == set().union(*declared_packages())


def pins(lock: str) -> dict[str, str]:
    """The packages of a lock, and their versions."""
    text = (ROOT / f"requirements{lock}.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", ["", "-dev", "-deck", "-cluster"])
def test_locks_name_versions_and_hashes_only(lock: str) -> None:
    runtime, some, dev, _ = declared_packages()
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {"": runtime, "-dev": runtime | some | dev}
    if lock not in wanted:
        group = asked["dependency-groups"][lock.removeprefix("-")]
        wanted[lock] = {re.split(r"[<>=!~\[ ]", line)[0] for line in group}
    assert wanted[lock] <= set(pins(lock))
    assert {name: pins("-dev").get(name) for name in pins(lock)} == pins(lock)  # the same versions
    lines = (ROOT / f"requirements{lock}.lock").read_text(encoding="utf-8").splitlines()
    assert not [
        line for line in lines if re.match(r"[a-z0-9-]+==", line) and not line.endswith("\\")
    ]
    assert not [line for line in lines if "://" in line or re.match(r"\s*-(?!-hash=sha256:)", line)]


def test_nothing_of_ours_is_installed_and_nothing_installed_has_a_name_of_ours() -> None:
    """Ours is found by path, after all that is installed: see scripts/setup.sh."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "build-system" not in asked
    assert "scripts" not in asked["project"]
    installed = metadata.packages_distributions()
    assert {*PACKAGES, "render"} & set(installed) == set()


# --- the checker itself, on planted faults ------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("ridge_math.path", "import manim", "imports manim"),
        (
            "ridge_math.path",
            "import numpy\n\ndef f():\n    from click import echo",
            ":4 imports click",
        ),
        ("ridge_math.path", "from scenes.bowl import Bowl", "imports scenes.bowl"),
        ("ridge_math.path", "from .. import pipeline", "imports pipeline"),
        ("scenes.bowl", "import av.container", "imports av.container"),
        ("scenes.stage.gl", "from subprocess import run", "imports subprocess"),
        ("scenes.stage.gl", "from ...pipeline import render", "imports pipeline.render"),
        (
            "scenes.bowl",
            "import importlib\nimportlib.import_module('pipeline.video.encode')",
            ":2 imports pipeline.video.encode",
        ),
        (
            "pipeline.render.frames",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from scenes import bowl",
            ":3",
        ),
        ("pipeline.render.film", "import render", "imports render"),
    ],
)
def test_a_planted_import_is_found(module: str, source: str, fault: str) -> None:
    assert any(fault in found for found in import_faults(source, module))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("ridge_math.path", "import numpy as np\nfrom . import errors\nfrom scipy import linalg"),
        (
            "scenes.bowl",
            "from manim import Scene\nfrom ridge_math import Dataset\nfrom .stage import gl",
        ),
        ("scenes.clickable", "import clickable, avatar"),  # a name that only begins the same way
        ("pipeline.render.frames", "import av, subprocess\nfrom manim import config"),
    ],
)
def test_a_rightful_import_is_not(module: str, source: str) -> None:
    assert import_faults(source, module) == []


@pytest.mark.parametrize(
    ("module", "source", "n_faults"),
    [
        ("pipeline.video.join", "from pipeline.work.store import Store", 1),
        (
            "pipeline.work.chunks",
            "def f():\n    from pipeline.render.service import RenderService",
            1,
        ),
        ("pipeline.deck.clips", "from ..clip import reel", 1),
        ("pipeline.kit.media", "from pipeline.clip.clips import Excerpt", 0),
        ("pipeline.clip.clips", "from pipeline.render.service import RenderService", 0),
        ("pipeline.video.join", "from pipeline.video import encode\nimport pipeline.outputs", 0),
        ("pipeline.render.film", "from pipeline.work import store", 0),
    ],
)
def test_a_planted_look_into_another_room_is_found(module: str, source: str, n_faults: int) -> None:
    assert len({fault.split()[0] for fault in room_faults(source, module)}) == n_faults


def test_every_room_of_the_pipeline_has_its_rules() -> None:
    assert set(ROOMS) == {path.parent.name for path in ROOT.glob("pipeline/*/__init__.py")}


def test_a_planted_package_is_found() -> None:
    source = "import os, requests\nfrom PIL import Image\nfrom . import errors\nimport ridge_math"
    assert used_packages({"pipeline.video.encode": source}) == {"requests", "pillow"}


@pytest.mark.parametrize(
    ("source", "faulty"),
    [
        ("open('a.png', 'wb')", True),
        ("path.open(mode='a')", True),
        ("path.write_text('x')", True),
        ("path.parent.mkdir()", True),
        ("open('a.glsl')", False),
        ("open('war.txt', 'r')", False),
        ("path.read_text()", False),
    ],
)
def test_planted_writing_is_found(source: str, faulty: bool) -> None:
    assert bool(writing_faults(source, "scenes.bowl")) is faulty


def test_planted_shapes_are_found() -> None:
    assert shape_faults('"""Says what it is."""\n', "scenes.a") == []
    assert shape_faults("x = 1\n", "scenes.a") == ["scenes.a has no docstring"]
    (fault,) = shape_faults('"""Long."""\n' + "\n" * MAX_LINES, "scenes.a")
    assert fault.startswith(f"scenes.a has {MAX_LINES + 1} lines")


@pytest.mark.parametrize(
    ("source", "faulty"),
    [
        ("if act == 'bowl': pass", True),
        ("slow = name in ('flip', 'bowl')", True),
        ("match act:\n    case 'bowl': pass", True),
        ("options = {'bowl': '0'}", False),  # the word may mean something else to an encoder
    ],
)
def test_a_planted_act_name_is_found(source: str, faulty: bool) -> None:
    assert bool(naming_faults(source, "pipeline.render.film", {"bowl"})) is faulty


def test_the_names_of_the_acts_are_read_from_the_list() -> None:
    assert act_names() == {entry.name for entry in (scenes.OPENING, *scenes.ACTS, *scenes.LOOPS)}
