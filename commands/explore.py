"""The verb `explore`: the surface as a page that answers to the hand."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from commands.console.commandline import (
    data_options,
    examples,
    json_option,
    note,
    option,
    out_option,
)
from commands.console.config import Tables, config_option
from commands.course import (
    CHOOSERS,
    base_of,
    label_option,
    labels_for,
    lam_option,
    look_for,
    palette_of,
    stop_for,
    theme_option,
    wording_for,
    words_option,
)
from commands.data import DataOptions
from pipeline.printable import data_words, shown
from pipeline.render.settings import THEMES
from scenes import build_act
from scenes.text.captions import languages

if TYPE_CHECKING:
    from commands.request import Request
    from pipeline.explore.page import Exhibit, Look
    from ridge_math import Dataset
    from scenes.brief import Brief

#: What the page takes of a theme.
COLOURS = (
    *("background", "ink", "quiet", "faint", "floor"),
    *("theta1", "theta2", "minimum", "penalty", "iso_line", "shade"),
)
#: Words of the page that stand with those of the screen.
OF_THE_SCREEN = ("rss", "gcv", "mse", "vif")
#: The act that begins with valley, bowl, ridge and peak in one picture.
FOUR_VIEWS = "recap"
#: Dots of a cloud, and the seed of its draws.
DRAWS = {"count": 60, "seed": 11}


@dataclass(frozen=True)
class Asked:
    """Which data, and how the page is to begin."""

    data: DataOptions
    theme: str | Tables
    lang: str
    state: str = ""
    lam: float | str = CHOOSERS[0]
    labels: tuple[str, ...] = ()
    words: Tables | None = None

    @classmethod
    def by(cls, request: Request, theme: str | Tables) -> Self:
        """Return what a command that makes other things, too, asks for of its page."""
        course = request.lam, request.labels, request.words
        return cls(request, theme, request.lang, "", *course)

    def dataset(self) -> Dataset:
        """Read the data or make the built-in data; what is worth knowing of it goes to stderr."""
        from commands.data import check_two_features, read_data

        dataset = read_data(self.data)
        check_two_features(dataset)
        for sentence in dataset.notes:
            note(sentence)
        return dataset.labelled(labels_for(dataset, self.labels))

    def command(self, dataset: Dataset) -> list[str]:
        """Return the options that make this page anew."""
        words: list[str] = []
        if self.data.data is not None:
            names = dataset.columns[-1], dataset.columns[:-1], dataset.adjusted_for
            words = data_words(str(self.data.data), self.data.reading, *names)
        files = {"--words": self.words, "--theme": self.theme}
        tables = {flag: given for flag, given in files.items() if isinstance(given, Tables)}
        # What a file of options says holds, unless the command says otherwise.
        course = list(dict.fromkeys(str(each.path) for each in tables.values() if each.known))
        words += [word for path in course for word in ("--config", path)]
        if course or self.lam != CHOOSERS[0]:
            words += ["--lam", f"{self.lam}"]
        words += [word for label in self.labels for word in ("--label", label)]
        for flag, each in tables.items():
            words += [] if each.known else [flag, str(each.path)]
        if isinstance(self.theme, str) and (course or self.theme != "auto"):
            words += ["--theme", self.theme]
        return words + (["--lang", self.lang] if course or self.lang != "en" else [])


@click.command(
    epilog=examples(
        "render.py explore",
        "render.py explore --data examples/longley.csv --features GNP,Year --response Employed",
        "render.py explore --lang de --state 'lam=0.5&cloud=sampling'",
    )
)
@data_options
@lam_option
@label_option
@words_option
@theme_option(("auto", *THEMES))
@option(
    "--lang",
    type=click.Choice(languages()),
    default="en",
    show_default=True,
    help="Language of the page.",
)
@option("--state", default="", metavar="STATE", help="Where to begin: what follows # in a link.")
@out_option()
@option("--serve", is_flag=True, help="Then open it at an address of this machine, until Ctrl-C.")
@config_option()
@json_option
def explore(
    theme: str | Tables,
    lang: str,
    state: str,
    lam: float | str,
    labels: tuple[str, ...],
    words: Tables | None,
    out: Path,
    serve: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Make a page to take in hand: OUT/explore.html, one file that needs no network.

    Turn the surface, drag λ, turn RSS over to the likelihood, draw new data, take a θ, change rows:
    plots and numbers follow. It is drawn by the film's own shaders, in the reader's browser.
    """
    from commands.console.report import waiting
    from pipeline.explore.page import write_page
    from pipeline.outputs import check_writable
    from pipeline.sizes import bytes_text

    asked = Asked(DataOptions(**given), theme, lang, state.removeprefix("#"), lam, labels, words)
    path = out / "explore.html"
    check_writable(path)
    with waiting("Making the page"):
        dataset = asked.dataset()
        n_bytes = write_page(exhibit_of(asked, dataset), path)
    if as_json:
        told = {"path": str(path), "bytes": n_bytes, "rows": dataset.n_samples}
        click.echo(json.dumps(told))
    else:
        click.echo(f"{shown(str(path))}: {bytes_text(n_bytes)}; open it in a browser")
    if serve:
        from pipeline.explore.serve import serve_page

        serve_page(path.read_bytes(), _opened)


def _opened(address: str) -> None:
    note(f"{address} has it until Ctrl-C.")
    click.launch(address)


def exhibit_of(asked: Asked, dataset: Dataset, *, stills: bool = True) -> Exhibit:
    """Return all that the page shows, with stills for browsers that draw nothing, or without."""
    from pipeline.explore.page import Exhibit
    from pipeline.explore.problem import problem_of
    from scenes.brief import Brief
    from scenes.theme import THEMES as COLOURS_OF

    wording = wording_for(asked.lang, asked.words, look_for(asked.theme))
    texts, changes, stop = wording.tables, wording.changes, stop_for(dataset, asked.lam)
    base, own = base_of(asked.theme), look_for(asked.theme)
    brief = Brief(dataset, base, asked.lang, False, look=own, changes=changes, stop=stop)
    screen = {key: texts["screen"][key] for key in OF_THE_SCREEN}
    sides = {"side_rss": screen["rss"], "rss_sum": f"{screen['rss']} + λ‖θ‖²"}
    words = {**_said(texts["explore"], brief), **screen, **sides}
    looks = [_look(COLOURS_OF[name]) for name in THEMES]
    if own:
        looks = [_look(palette_of(base, own))]
    elif asked.theme != "auto":
        looks = [look for look in looks if look.name == base]
    problem = problem_of(dataset, _staging(), _recipe(dataset), stop.lam if stop else None)
    return Exhibit(
        language=asked.lang,
        problem={**problem, "draws": DRAWS},
        words=words,
        numerals={key: texts["screen"][key] for key in ("point", "thousands")},
        looks=looks,
        shaders=_shaders(),
        command=asked.command(dataset),
        state=asked.state,
        stills=_stills(brief, [look.name for look in looks]) if stills else {},
    )


def _said(words: Mapping[str, str], brief: Brief) -> dict[str, str]:
    """Return the words of the page; where someone has chosen λ, what is true of it, for any kind of data."""
    forms = ("still", "chosen") if "still" in brief.forms else ("chosen",)
    if brief.stop is None:
        return dict(words)
    special = {
        key.removesuffix(f"_{form}"): text
        for form in reversed(forms)
        for key, text in words.items()
        if key.endswith(f"_{form}")
    }
    of_kinds = {f"{key}_{kind}" for key in special for kind in ("round", "exact", "pinned")}
    return {key: text for key, text in words.items() if key not in of_kinds} | special


def _recipe(dataset: Dataset) -> dict[str, Any] | None:
    """Return what the built-in data are made of; None of other data, though they may be made, too."""
    from ridge_math import Dataset as Made

    if dataset.theta is None or dataset.fingerprint != Made.synthetic().fingerprint:
        return None
    asked = {name: each.default for name, each in signature(Made.synthetic).parameters.items()}
    return {
        "n": asked["n_samples"],
        "rho": asked["correlation"],
        "theta": list(asked["theta"]),
        "noise": asked["noise"],
        "seed": asked["seed"],
    }


def _stills(brief: Brief, themes: Sequence[str]) -> dict[str, str]:
    """Return the film's four views of the data in each theme, as addresses."""
    from pipeline.explore.stills import first_beat, still_address

    makers = {
        theme: partial(build_act, FOUR_VIEWS, replace(brief, theme=theme)) for theme in themes
    }
    beat = first_beat(next(iter(makers.values())))
    return {theme: still_address(maker, beat) for theme, maker in makers.items()}


def _staging() -> dict[str, float]:
    """Return the constants by which the acts put a problem on the stage."""
    from scenes.mobjects import landscape
    from scenes.stage.surface import StageScale

    scale = StageScale(centre=(0.0, 0.0), half_width=1.0, low=0.0, high=1.0)
    return {
        "hover": landscape.HOVER,
        "fill": landscape.FILL,
        "aside": landscape.ASIDE,
        "elevation": landscape.ELEVATION,
        "reach": scale.reach,
        "height": landscape.HEIGHT,
    }


def _look(theme: Any) -> Look:
    from pipeline.explore.page import Look
    from scenes.theme import Colour

    white = Colour("#ffffff")

    def table(ramp: Any) -> str:
        return b64encode(ramp.table.tobytes()).decode("ascii")

    return Look(
        name=theme.name,
        scheme="dark" if theme.background.contrast(white) > theme.ink.contrast(white) else "light",
        colours={name: getattr(theme, name).hex for name in COLOURS},
        ramps={"height": table(theme.height), "penalty": table(theme.penalty_height)},
        ambient=theme.ambient,
    )


def _shaders() -> dict[str, dict[str, str]]:
    from pipeline.explore.shaders import for_browser
    from scenes.stage.programs import PROGRAMS, shader_source

    return {
        name: for_browser(shader_source(f"{name}.vert"), shader_source(f"{name}.frag"))
        for name in PROGRAMS
    }
