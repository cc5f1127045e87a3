"""The doctor tells what is there, and for what is not, how to get it on this system."""

import importlib
import platform
import resource
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import pytest

from commands.console import doctor
from commands.console.doctor import Check, examine, facts, has_screen
from pipeline.video import stream

GPU = {"renderer": "Some GPU", "version": "4.6.0", "software": "False"}


def found(name: str, opengl: Any = lambda: GPU) -> Check:
    (check,) = [check for check in examine(opengl) if check.name == name]
    return check


def refuse(error: Exception) -> Any:
    def fail(*args: Any, **options: Any) -> NoReturn:
        raise error

    return fail


def on(monkeypatch: pytest.MonkeyPatch, release: dict[str, str] | None) -> None:
    monkeypatch.setattr(sys, "platform", "darwin" if release is None else "linux")
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)


def test_doctor_finds_all_that_is_needed_here() -> None:
    checks = examine(lambda: GPU)
    assert [check for check in checks if check.needed and not check.ok] == []
    assert facts(checks)["ok"] is True
    assert found("av").found == metadata.version("av")
    assert found("python-calamine").found == metadata.version("python-calamine")
    assert "libx264" in (found("Encoders").found or "")


def test_a_software_renderer_is_named_as_one() -> None:
    software = {"renderer": "llvmpipe", "version": "4.5", "software": "True"}
    assert found("OpenGL", lambda: software).found == "llvmpipe (software, no GPU), 4.5"
    assert found("OpenGL").found == "Some GPU (GPU), 4.6.0"


@pytest.mark.parametrize(
    ("release", "remedy"),
    [
        ({"ID": "debian"}, "apt-get install libegl1 libgl1-mesa-dri"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "apt-get install libegl1"),
        ({"ID": "fedora"}, "dnf install libglvnd-egl"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "dnf install"),
        (None, "macOS brings OpenGL"),
    ],
)
def test_without_opengl_the_packages_of_this_system_are_named(
    monkeypatch: pytest.MonkeyPatch, release: dict[str, str] | None, remedy: str
) -> None:
    on(monkeypatch, release)
    check = found("OpenGL", refuse(Exception("no EGL\nand more")))
    assert not check.ok
    assert check.needed
    assert remedy in check.remedy
    assert check.remedy.endswith("(no EGL)")


def test_an_unknown_system_gets_all_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, {"ID": "plan9"})
    remedy = found("OpenGL", refuse(Exception())).remedy
    assert all(word in remedy for word in ("apt-get", "dnf", "macOS", "(Exception)"))
    monkeypatch.setattr(platform, "freedesktop_os_release", refuse(OSError()))
    assert "apt-get" in found("OpenGL", refuse(Exception())).remedy


def test_a_missing_package_sends_to_the_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", refuse(metadata.PackageNotFoundError("typst")))
    assert found("typst").remedy == "not installed: run `make setup`"
    told = facts(examine(lambda: GPU))
    (typst,) = [row for row in told["checks"] if row["name"] == "typst"]
    assert (told["ok"], typst["ok"], typst["needed"], typst["found"]) == (False, False, True, None)


@pytest.mark.parametrize(
    ("release", "remedy"),
    [
        ({"ID": "debian"}, "libpango1.0-dev"),
        ({"ID": "fedora"}, "pango-devel"),
        (None, "brew install"),
    ],
)
def test_without_cairo_or_pango_their_packages_are_named(
    monkeypatch: pytest.MonkeyPatch, release: dict[str, str] | None, remedy: str
) -> None:
    on(monkeypatch, release)
    real = importlib.import_module
    monkeypatch.setattr(
        importlib,
        "import_module",
        lambda name: refuse(ImportError("no libpango"))() if name == "manimpango" else real(name),
    )
    check = found("Cairo and Pango")
    assert not check.ok
    assert check.remedy.startswith("no libpango: ")
    assert remedy in check.remedy


def test_a_pyav_without_x264_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "has_encoder", lambda name: name == "gif")
    check = found("Encoders")
    assert not check.ok
    assert "libx264" in check.remedy
    monkeypatch.undo()
    assert not stream.has_encoder("no such codec")


def test_an_old_python_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    check = doctor._python()
    assert not check.ok
    assert "3.11" in check.remedy


@pytest.mark.parametrize(
    ("system", "variables", "seen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, False),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "1 2 3 4"}, False),
    ],
)
def test_a_screen_is_one_that_somebody_sees(
    monkeypatch: pytest.MonkeyPatch, system: str, variables: dict[str, str], seen: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", system)
    assert has_screen() is seen


def test_a_manim_cfg_is_named_as_one_that_we_do_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert found("manim.cfg").found == "none"
    settings = tmp_path / ".config" / "manim" / "manim.cfg"
    settings.parent.mkdir(parents=True)
    for file in (settings, Path("manim.cfg")):
        file.write_text("[CLI]\n")
    told = found("manim.cfg").found or ""
    assert told.startswith(f"'{settings}' and 'manim.cfg': ")


def test_a_limit_on_memory_is_named_instead_of_what_it_breaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (700_000_000, 700_000_000))
    check = found("OpenGL", refuse(Exception("eglInitialize failed")))
    assert "700 MB" in check.remedy
    assert "ulimit -v unlimited" in check.remedy
