"""A handout: slides as PDF, each picture beside what is said to it, three to a page, set by Typst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from pipeline.errors import RenderError
from pipeline.outputs import write_whole
from pipeline.scratch import scratch_folder

if TYPE_CHECKING:
    from pipeline.deck.slides import Slide
    from pipeline.render.settings import RenderSettings

#: The largest picture, in centimetres: three of a page's width fit on it.
WIDTH, HEIGHT = 9.8, 7.6
#: Pixels along its longer side: 300 to the inch.
PRINTED = 1160
#: Notes longer than this, in characters, may go on on the next page.
_LONG = 2400

_STYLE = """\
#set document(title: {title}, date: none)
#set page(paper: "a4", margin: (x: 1.8cm, top: 1.7cm, bottom: 1.9cm), footer: context [
  #set text(8.5pt, fill: luma(90))
  #{title} #h(1fr) #counter(page).display("1 / 1", both: true)
])
#set text(font: "Libertinus Serif", size: 9.8pt, lang: "{language}", hyphenate: true)
#set par(leading: 0.58em, spacing: 0.75em)
#show heading: set text(12pt)
#show heading: set block(above: 1.1em, below: 0.8em)
#let slide(number, picture, width, alt, whole, notes, numbers) = block(
  breakable: not whole, width: 100%, above: 0.85em, below: 0.85em,
  grid(columns: (width, 1fr), column-gutter: 0.5cm,
    box(stroke: 0.4pt + luma(170), image(picture, width: width, alt: alt)),
    {{
      text(weight: "bold", number) + parbreak()
      for line in notes {{ line + parbreak() }}
      set text(8.5pt, fill: luma(70))
      for line in numbers {{ line + parbreak() }}
    }},
  ))
"""


@dataclass(frozen=True)
class Handout:
    """Slides on paper.

    Attributes
    ----------
    slides, pictures
        The slides, and the PNG file of each.
    settings
        Of the pictures.
    title, language : str
        Of the whole.
    """

    slides: Sequence[Slide]
    pictures: Sequence[Path]
    settings: RenderSettings
    title: str
    language: str


def write_handout(handout: Handout, path: Path) -> None:
    """Write it as PDF, whole or not at all; the same handout is the same file.

    Raises
    ------
    SettingsError, RenderError
        When it cannot be written.
    """
    import typst

    with scratch_folder() as folder:
        for picture in dict.fromkeys(handout.pictures):
            with Image.open(picture) as drawn:
                drawn.thumbnail((PRINTED, PRINTED), Image.Resampling.LANCZOS)
                drawn.save(folder / picture.name)
        compiler = typst.Compiler(root=str(folder), ignore_system_fonts=True)
        try:
            made = compiler.compile(handout_source(handout).encode(), format="pdf")
        except typst.TypstError as error:
            raise RenderError(f"{path} could not be set: {error}.") from error
        assert isinstance(made, bytes)
        write_whole(path, made)


def handout_source(handout: Handout) -> str:
    """Return it as a document of Typst; all text in it is data, and no markup."""
    across, up = handout.settings.size
    width = f"{min(WIDTH, HEIGHT * across / up):.2f}cm"
    lines = [_STYLE.format(title=_string(handout.title), language=handout.language)]
    titles = ["", *(slide.title for slide in handout.slides)]
    for number, (slide, picture, (before, title)) in enumerate(
        zip(handout.slides, handout.pictures, pairwise(titles), strict=True), start=1
    ):
        if title != before:
            lines.append(f"#heading({_string(title)})")
        said = [line for line in slide.notes.splitlines() if line not in slide.numbers]
        given = (
            _string(str(number)),
            _string(f"/{picture.name}"),
            width,
            _string(slide.description),
            str(len(slide.notes) < _LONG).lower(),
            _strings(said),
            _strings([line.replace(" = ", "\u00a0=\u00a0") for line in slide.numbers]),
        )
        lines.append(f"#slide({', '.join(given)})")
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    """A string literal of Typst."""
    plain = "".join(c if c.isprintable() or c in "\u00a0\u202f" else " " for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _strings(texts: Sequence[str]) -> str:
    return "(" + "".join(f"{_string(text)}, " for text in texts) + ")"
