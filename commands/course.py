"""The options by which a lecturer makes the film her own, in every verb that draws: λ, to begin with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from commands.console.commandline import add_options, option
from pipeline.errors import SettingsError

if TYPE_CHECKING:
    from ridge_math import Dataset
    from ridge_math.stop import Stop

#: Who may choose λ, beside a number: the eye, and criteria by their keys in `ridge_math.stop`.
CHOOSERS = ("eye", "gcv", "loo", "hkb", "reml")


def read_lam(text: str) -> float | str:
    """Return a λ above 0, or the name of who is to choose it.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if text in CHOOSERS:
        return text
    try:
        lam = float(text)
    except ValueError:
        lam = math.nan
    if not 0.0 < lam < math.inf:
        raise ValueError(
            f"{text!r} is no λ: give a number above 0, like 0.5, or {', '.join(CHOOSERS[1:])} or eye"
        )
    return lam


def stop_for(dataset: Dataset, lam: float | str) -> Stop | None:
    """Return where λ stops for these data; None where that is for the eye.

    Raises
    ------
    SettingsError
        If it cannot be shown; the sentence names the range that can.
    """
    from ridge_math.errors import DataError
    from ridge_math.stop import stop_of

    if lam == CHOOSERS[0]:
        return None
    try:
        return stop_of(dataset, lam)
    except DataError as error:
        asked = lam if isinstance(lam, str) else f"{lam:g}"
        raise SettingsError(f"--lam {asked}: {error}") from None


lam_option = option(
    "--lam",
    type=read_lam,
    default=CHOOSERS[0],
    show_default=True,
    metavar="VALUE|" + "|".join((*CHOOSERS[1:], CHOOSERS[0])),
    help="Where λ stops: a value, by a criterion, or where the surface looks like a bowl.",
)
course_options = add_options(lam_option)
