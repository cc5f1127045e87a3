"""A page to test, as the command makes it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import render


def made_page(folder: Path, *options: str) -> Path:
    """Make the page in a folder, and return its path."""
    done = CliRunner().invoke(render.cli, ["explore", "--out", str(folder), *options])
    assert done.exit_code == 0, done.output
    return folder / "explore.html"
