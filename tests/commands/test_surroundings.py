"""What surrounds a run, as real processes meet it: Python's switches, the user's folder, streams."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import render
from commands.console.memory import check_memory
from commands.endings import ending_of
from scenes.stage.gl import StageError

ROOT = Path(__file__).resolve().parents[2]
FILM = ("film", "loop", "--to", "0.4", "--size", "64x64", "--fps", "5")
#: Modules of a user's own that ours, Python's or other packages' are called, too.
HER_MODULES = ("scenes", "commands", "pipeline", "render", "numbers", "random", "types", "click")
HER_SETTINGS = """[CLI]
renderer = opengl
enable_gui = True
verbosity = NONSENSE
plugins = nosuch
tex_template_file = nosuch.tex
background_color = RED
"""


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder and home, no settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("RIDGE_", "PYTHON"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RIDGE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


def process(
    *arguments: str, switches: tuple[str, ...] = (), **options: Any
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *switches, str(ROOT / "render.py"), *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(command, text=True, check=False, **streams)


@pytest.mark.parametrize("switches", [("-OO",), ("-I",), ("-P",)])
def test_switches_of_python_change_no_help(surroundings: Path, switches: tuple[str, ...]) -> None:
    told, plainly = (process("film", "-h", switches=each) for each in (switches, ()))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == plainly.stdout
    assert "Render the film" in told.stdout


def test_what_is_in_a_users_folder_and_home_changes_no_film(surroundings: Path) -> None:
    """Her manim.cfg, which here and in a worker would end the run; her modules of whatever name."""
    (plainly,) = films_of(process(*FILM, "--workers", "0", "--no-cache", "--json"))
    for name in HER_MODULES:
        Path(f"{name}.py").write_text("raise SystemExit('hers')\n")
    Path("manim.cfg").write_text(HER_SETTINGS)
    broken = surroundings / "home" / ".config" / "manim" / "manim.cfg"
    broken.parent.mkdir(parents=True)
    broken.write_text("broken\n")
    hers = ("--workers", "1", "--no-cache", "--json", "--out", "hers")
    (film,) = films_of(process(*FILM, *hers))
    assert film.read_bytes() == plainly.read_bytes()


def films_of(done: subprocess.CompletedProcess[str]) -> list[Path]:
    """The films of a run that says JSON and nothing else."""
    assert (done.returncode, done.stderr) == (0, "")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [Path(event["path"]) for event in events if event["event"] == "made"]


def closed(descriptor: int) -> dict[str, Any]:
    return {"preexec_fn": lambda: os.close(descriptor)}


def unread() -> dict[str, Any]:
    """A pipe whose reader is gone."""
    reading, writing = os.pipe()
    os.close(reading)
    return {"stdout": writing}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("verb", [("cache", "--json"), ("-h",), ("doctor",), (*FILM, "--json")])
def test_a_full_standard_output_is_told_when_all_is_done(
    surroundings: Path, verb: tuple[str, ...]
) -> None:
    with open("/dev/full", "w") as full:
        done = process(*verb, stdout=full)
        assert done.returncode == 1
        assert done.stderr.startswith("Error: Standard output could not be written (no space left")
        assert done.stderr.count("\n") == 1
        if verb[0] == "film":
            assert len(list(Path("out").glob("*.mp4"))) == 1
        else:
            assert process(*verb, stderr=full).returncode == 0


@pytest.mark.parametrize("verb", [("cache", "--json"), ("-h",)])
def test_nobody_listens_and_nothing_is_wrong(surroundings: Path, verb: tuple[str, ...]) -> None:
    for options in (unread(), closed(1), closed(2), closed(0)):
        done = process(*verb, **options)
        assert (done.returncode, done.stderr) == (0, "")
        if isinstance(options.get("stdout"), int):
            os.close(options["stdout"])


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files: allow more of them"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/a/.ridge-film-x1/film.mp4"),
            "/a/film.mp4: no space left on device: make room there.",
        ),
        (
            FileNotFoundError(2, "No usable temporary directory found in ['/tmp']"),
            "No folder for temporary files can be written: make room",
        ),
        (OSError("odd"), "odd."),
    ],
)
def test_a_fault_of_the_system_comes_with_a_remedy(error: OSError, says: str) -> None:
    ending = ending_of(error)
    assert ending is not None
    assert ending.exit_code == 1
    assert ending.format_message().startswith(says)


def test_a_limit_on_memory_is_named(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 700_000_000
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (limit, limit))
    full = OSError(errno.ENOMEM, "Cannot allocate memory", "/a/package")
    for error in (MemoryError(), ImportError("failed to map segment"), StageError("no EGL"), full):
        ending = ending_of(error)
        assert ending is not None
        assert "700 MB" in ending.message
        assert "ulimit -v unlimited" in ending.message
    # So little that libraries crash: nothing is begun.
    done = CliRunner().invoke(render.cli, [*FILM, "--workers", "0"])
    assert (done.exit_code, done.stderr) == (1, f"Error: {ending.message}\n")
    limit = 3_000_000_000
    check_memory()
    limit = resource.RLIM_INFINITY
    check_memory()
    ending = ending_of(StageError("no EGL"))
    assert ending is not None
    assert ending.message == "no EGL"


# --- the environment that make setup makes --------------------------------------------------------


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of the same packages as this, that finds the project by scripts/path.py."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    subprocess.run([python, ROOT / "scripts" / "path.py"], check=True)
    (here,) = folder.glob("lib/python*/site-packages")
    assert (here / "ridge-film.pth").read_text().count("\n") == 1
    (here / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_the_environment_finds_the_project_and_shadows_nothing_of_hers(
    surroundings: Path, environment: Path
) -> None:
    script = environment / "bin" / "like-manim"  # no folder but its own is first on its path
    code = "import {0}; print(getattr({0}, '__path__', {0}.__file__))"
    for name in ("scenes", "commands", "pipeline", "render"):
        Path(f"{name}.py").write_text("")
    for module, in_script, in_notebook in (
        ("scenes", ROOT, surroundings),
        ("ridge_math", ROOT, ROOT),
        ("commands.console", ROOT, None),
    ):
        script.write_text(code.format(module))
        for command, place in ((script, in_script), ("-c", in_notebook)):
            arguments = [command] if command == script else [command, code.format(module)]
            done = subprocess.run(
                [environment / "bin" / "python", *arguments],
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode == 0) == (place is not None), done.stderr
            assert place is None or str(place) in done.stdout
    done = subprocess.run(
        [environment / "bin" / "python", ROOT / "render.py", "-h"], capture_output=True, check=True
    )
    assert done.stderr == b""
