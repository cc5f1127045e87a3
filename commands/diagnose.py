"""The verb `diagnose`: the numbers behind the film, for any data and any number of features."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from commands.console.commandline import (
    FilePath,
    config_option,
    data_options,
    examples,
    json_option,
    option,
    say,
)
from pipeline.render.settings import THEMES

LONGLEY = "--data examples/longley.csv --response Employed"
SHOWN = examples(
    "render.py diagnose",
    f"render.py diagnose {LONGLEY}",
    f"render.py diagnose {LONGLEY} --features GNP,Year --plot longley.svg --theme light",
    f"render.py diagnose {LONGLEY} --features GNP,Year --adjust-for Population --json",
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
    help="Draw ridge trace, GCV and shrink factors, too: .png or .svg.",
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
    from ridge_math import diagnose as examine
    from scenes.theme import THEMES as LOOKS

    if plot is not None:
        check_plot(plot)  # before anything is read
    options = DataOptions(**given)
    with waiting("Reading the data"):
        dataset = read_data(options, scale=scale, all_features=True)
        found = examine(dataset)
        if plot is not None:
            write_page(dataset, found, Palette.of(LOOKS[theme]), plot)
    if as_json:
        told = {**found.to_dict(), "plot": None if plot is None else str(plot)}
        click.echo(json.dumps(told, allow_nan=False))
        return
    print_diagnosis(found, reading=options.reading)
    if plot is not None:
        click.echo()
        say(f"{plot}: ridge trace, GCV and shrink factors")
