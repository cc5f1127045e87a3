"""The verb `diagnose`: the numbers behind the film, for any data and any number of features."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from commands.console.commandline import (
    FilePath,
    data_options,
    examples,
    json_option,
    option,
    say,
)
from commands.console.config import config_option
from pipeline.render.settings import THEMES
from scenes.text.captions import caption_text, languages

NUMERALS = ("point", "thousands")  # what a language writes within numbers, by its captions

LONGLEY = "--data examples/longley.csv --response Employed"
SHOWN = examples(
    "render.py diagnose",
    f"render.py diagnose {LONGLEY}",
    f"render.py diagnose {LONGLEY} --features GNP,Year --plot longley.svg --theme light",
    f"render.py diagnose {LONGLEY} --features GNP,Year --adjust-for Population --json",
    f"render.py diagnose {LONGLEY} --lang de --plot longley.pdf --csv longley",
)


@click.command(epilog=SHOWN)
@data_options
@option(
    "--scale/--no-scale",
    default=True,
    show_default=True,
    help="Features of unit variance, or only centred.",
)
@option(
    "--plot",
    type=FilePath(),
    metavar="FILE",
    help="Draw ridge trace, GCV and filter factors, too: .png, .svg or .pdf.",
)
@option(
    "--csv",
    type=FilePath(),
    metavar="DIR",
    help="Write the tables as CSV, too, into a folder of their own.",
)
@option(
    "--lang",
    type=click.Choice(languages()),
    default="en",
    show_default=True,
    help="Language of report, plot and tables.",
)
@option(
    "--theme",
    type=click.Choice(THEMES),
    default=THEMES[0],
    show_default=True,
    help="Colours of the plot.",
)
@config_option()
@json_option
def diagnose(
    scale: bool,
    plot: Path | None,
    csv: Path | None,
    lang: str,
    theme: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Say how collinear data are, which λ helps, and what to type elsewhere.

    Any number of features; with --response alone, all other columns of numbers. λ is that of
    RSS(θ) + λ‖θ‖², scikit-learn's alpha.
    """
    from commands.console.report import waiting
    from commands.data import DataOptions, read_data
    from pipeline.diagnosis.page import check_plot, write_page
    from pipeline.diagnosis.plot_style import Palette
    from pipeline.diagnosis.table import print_diagnosis
    from pipeline.diagnosis.tables import check_tables, write_tables
    from pipeline.diagnosis.words import Words
    from ridge_math import diagnose as examine
    from ridge_math.sentence import Language
    from scenes.theme import THEMES as LOOKS

    if plot is not None:
        check_plot(plot)  # before anything is read
    if csv is not None:
        check_tables(csv)
    language = Language(lang, *(caption_text(lang, "screen", key) for key in NUMERALS))
    words = Words(language)
    options = DataOptions(**given)
    with waiting("Reading the data"):
        dataset = read_data(options, scale=scale, all_features=True)
        found = examine(dataset)
        if plot is not None:
            write_page(dataset, found, Palette.of(LOOKS[theme]), plot, words)
        if csv is not None:
            write_tables(dataset, found, csv, language)
    if as_json:
        files = {"plot": plot, "csv": csv}
        made = {name: None if path is None else str(path) for name, path in files.items()}
        click.echo(json.dumps({**found.to_dict(language), **made}, allow_nan=False))
        return
    print_diagnosis(found, reading=options.reading, words=words)
    if plot is not None or csv is not None:
        click.echo()
    if plot is not None:
        say(f"{plot}: ridge trace, GCV and filter factors")
    if csv is not None:
        say(f"{csv}: the tables as CSV")
