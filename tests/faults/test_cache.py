"""What is damaged in the cache is told once, and made again."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.faults.processes import Render


def test_damage_to_the_cache_is_told_once_and_mended(tmp_path: Path, whole: Render) -> None:
    """One piece is cut short, in another a bit is flipped."""
    folder = tmp_path / "r"
    shutil.copytree(whole.folder / "cache", folder / "cache")
    largest = sorted((folder / "cache").rglob("[0-9a-f]*"), key=lambda p: p.stat().st_size)
    cut, flipped = largest[-2:]
    cut.write_bytes(cut.read_bytes()[:-9])
    content = bytearray(flipped.read_bytes())
    content[len(content) // 2] ^= 1
    flipped.write_bytes(content)
    render = Render(folder, "--workers", "0")
    said = render.finish()
    assert len(render.chunks("began")) == 2
    assert said.count("\n") == 2
    assert str(cut) in said
    assert str(flipped) in said
    assert render.film.read_bytes() == whole.film.read_bytes()
