"""Font files of a user's own, as Typst takes them: read once, and no file is left behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.scratch import scratch_folder

if TYPE_CHECKING:
    import typst


def load_fonts(files: Sequence[bytes]) -> tuple[typst.Fonts, list[str]]:
    """Return Typst's own fonts and these, and the family of each of these, in their order.

    Raises
    ------
    ValueError
        If one of them is no font.
    """
    import typst

    with scratch_folder() as folder:
        for number, content in enumerate(files):
            (folder / f"{number:03}.ttf").write_bytes(content)
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])
        own = [info for info in fonts.fonts() if info.path]
        # Typst reads a font when a text first asks for it; then its file would be gone.
        texts = (
            f'#text(font: "{each.family}", weight: {each.weight}, style: "{each.style.lower()}")[x]'
            for each in own
        )
        compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
        compiler.compile("\n".join(texts).encode(), format="svg")
    families = {str(each.path).rpartition("/")[2]: each.family for each in own}
    missing = [number for number in range(len(files)) if f"{number:03}.ttf" not in families]
    if missing:
        raise ValueError("it is no font: use a TrueType or OpenType file")
    return fonts, [families[f"{number:03}.ttf"] for number in range(len(files))]
