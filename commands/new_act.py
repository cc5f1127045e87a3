"""The verb `new-act`: an act that runs, to be changed into one's own."""

from __future__ import annotations

import ast
import json
import keyword
import sys
import tomllib
from pathlib import Path

import click

import scenes
from commands.console.commandline import examples, option
from pipeline.errors import SettingsError
from pipeline.outputs import write_whole
from scenes.text.captions import catalogue, languages

TEMPLATES = Path(__file__).parent / "templates"
SCENES = Path(scenes.__file__).parent
#: What is in the list of acts until its author says it.
SUMMARY = "What its viewer can answer afterwards"


@click.command(epilog=examples("render.py new-act corner", "render.py new-act corner --after bowl"))
@click.argument("name")
@option("--after", metavar="ACT", help="Its place in the film; else before the last act.")
def new_act(name: str, after: str | None) -> None:
    """Write an act that runs: scenes/NAME.py, its place in the film, captions in every language.

    It plays on the landscape of the data, in every shape of frame. Change it into your own, as
    CONTRIBUTING.md says.
    """
    check_name(name)
    if after is not None and after not in (acts := [entry.name for entry in scenes.ACTS]):
        raise SettingsError(f"--after {after!r} is no act of the film: use {', '.join(acts)}.")
    files = new_files(name, after)
    write_all(files)
    for path in files:
        click.echo(f"wrote {path.relative_to(SCENES.parent)}")
    click.echo(f"next: render.py preview {name}; when it is as it should be, make golden")


def class_name(name: str) -> str:
    """The class of an act: ``long_tail`` gives ``LongTail``."""
    return "".join(part.capitalize() for part in name.split("_"))


def act_source(name: str) -> str:
    """The source of a new act."""
    source = (TEMPLATES / "act.py.txt").read_text(encoding="utf-8")
    return source.replace("CLASS", class_name(name)).replace("NAME", name)


def check_name(name: str) -> None:
    """Refuse a name that is taken, or that no module and class of scenes can have.

    Raises
    ------
    SettingsError
        If it is refused.
    """
    plain = name.isascii() and name.isidentifier() and name == name.lower()
    if not plain or name.startswith("_") or name.endswith("_") or keyword.iskeyword(name):
        raise SettingsError(
            f"{name!r} cannot name an act: use small letters, digits and _, as in long_tail."
        )
    if name in sys.stdlib_module_names:
        raise SettingsError(
            f"{name!r} is a module of Python, which scenes/{name}.py would hide from Manim: "
            "choose another name."
        )
    taken = {path.stem for path in SCENES.iterdir()} | set(catalogue("en"))
    imported = {
        alias.name
        for node in ast.walk(ast.parse(act_source("a")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    if name in taken or class_name(name) in imported:
        raise SettingsError(f"{name!r} is taken in scenes/: choose another name.")


def new_files(name: str, after: str | None = None) -> dict[Path, str]:
    """What is to be written for a new act: path, then text; the list of acts comes last."""
    texts = tomllib.loads((TEMPLATES / "captions.toml").read_text(encoding="utf-8"))
    files = {SCENES / f"{name}.py": act_source(name)}
    for language in languages():
        path = SCENES / "text" / "captions" / f"{language}.toml"
        captions = {"title": class_name(name), **texts.get(language, texts["en"])}
        lines = [
            f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in captions.items()
        ]
        before = path.read_text(encoding="utf-8").rstrip("\n")
        files[path] = "\n".join([before, "", f"[{name}]", *lines, ""])
    path = SCENES / "__init__.py"
    files[path] = listed(path.read_text(encoding="utf-8"), name, after)
    return files


def listed(source: str, name: str, after: str | None) -> str:
    """The source of the list of acts, with a new one after another, or else before the last."""
    tree = ast.parse(source)
    (entries,) = (
        node.value.elts
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id == "ACTS"
        and isinstance(node.value, ast.Tuple)
    )
    names = [entry.args[0].value for entry in entries]  # type: ignore[attr-defined]
    at = names.index(after) if after else len(names) - 2
    lines = source.splitlines(keepends=True)
    entry = f'    ActEntry("{name}", "scenes.{name}", "{class_name(name)}", "{SUMMARY}"),\n'
    lines.insert(entries[at].end_lineno or 0, entry)
    return "".join(lines)


def write_all(files: dict[Path, str]) -> None:
    """Write files, all or none: what was written before a failure is put back."""
    old = {path: path.read_bytes() if path.exists() else None for path in files}
    done: list[Path] = []
    try:
        for path, text in files.items():
            write_whole(path, text.encode(), "another copy of the project")
            done.append(path)
    except BaseException:
        for path in done:
            content = old[path]
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content)
        raise
