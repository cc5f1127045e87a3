"""A diagnosis on one page: ridge trace, GCV and filter factors over the same λ, then intervals and VIFs.

Drawn by Matplotlib without its global state: no pyplot, no user's settings, no system fonts, no
date, so that the same data give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.diagnosis.interval_panel import ROW, draw_intervals
from pipeline.diagnosis.plot_style import (
    Palette,
    between,
    feature_colours,
    fitted,
    numerals,
    plain_style,
    spread,
    text_width,
    unsettable,
)
from pipeline.diagnosis.words import Words
from pipeline.errors import SettingsError
from pipeline.outputs import atomic_write, check_writable
from pipeline.printable import shown
from ridge_math import LamRange, filter_factors, gcv, ridge_path
from ridge_math.arrays import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ridge_math import Dataset, Diagnosis, Problem

SUFFIXES = (".png", ".svg", ".pdf")
UNSAID = {  # what Matplotlib would add by itself: its version and the date
    ".png": ("Software",),
    ".svg": ("Creator", "Date"),
    ".pdf": ("Creator", "Producer", "CreationDate"),
}
WIDTH, HEIGHT, DPI = 9.0, 10.5, 150  # inches, the height without the panel of intervals
HEAD, FOOT = 0.65, 0.75  # inches above the rows of that panel, and below them
STEPS = 400
SHOWN = 8  # letters that an error lists
TITLED = 12  # features the title may name
LABELLED = 12  # features with a colour and a name; with more, the rest are thin and grey
SMALL, LARGE = 9.5, 14.0  # points, of names and of the title
NAME = 130.0  # points of width for a name
TITLE = 590.0  # and for the title
ABOVE = 1.0  # a panel's title, as a share of its height
# A dip of GCV below least squares, relative to it, that can be seen and is worth a closer look.
SHALLOW, DEEP = 1e-3, 20.0


def check_plot(path: Path) -> None:
    """Raise SettingsError, before anything is read, if no page could be written to `path`."""
    if path.suffix.lower() not in SUFFIXES:
        raise SettingsError(
            f"{path} is no name for a plot: let it end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]} "
            "(--plot)."
        )
    check_writable(path, "--plot")


def check_letters(dataset: Dataset) -> None:
    """Raise SettingsError if the page's font cannot set a name: a crossed box would stand for it."""
    for name in (*dataset.features, dataset.response):
        if missing := unsettable(shown(name)):
            listed = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing[:SHOWN])
            more = " and more" if len(missing) > SHOWN else ""
            raise SettingsError(
                f"The font of the plot cannot set {listed}{more} of the column {shown(name)!r}: give "
                "the column another name in the file, or leave out --plot."
            )


def write_page(
    dataset: Dataset, found: Diagnosis, palette: Palette, path: Path, words: Words | None = None
) -> None:
    """Draw the page to `path`, PNG, SVG or PDF by its suffix, whole or not at all.

    In English, unless words are given.

    Raises
    ------
    SettingsError
        If the suffix is another one, nothing can be written there, or the font lacks a letter.
    RenderError
        If writing fails.
    """
    check_plot(path)
    check_letters(dataset)
    kind = path.suffix.lower()
    with plain_style():
        figure = draw_page(dataset, found, palette, words or Words())
        with atomic_write(path, "--plot") as temporary:
            figure.savefig(
                temporary,
                format=kind.removeprefix("."),
                dpi=DPI,
                facecolor=palette.background,
                metadata=dict.fromkeys(UNSAID[kind]),
            )


def draw_page(dataset: Problem, found: Diagnosis, palette: Palette, words: Words) -> Figure:
    """Return the page as a figure; call it within ``plain_style``."""
    from matplotlib.figure import Figure

    span = page_range(found)
    lams = span.steps(STEPS)
    path = ridge_path(dataset, lams)
    named = largest_features(path)
    rows = HEAD + ROW * len(named) + FOOT
    height = HEIGHT + rows
    figure = Figure(figsize=(WIDTH, height), facecolor=palette.background)
    # Names stand left of the trace, where the curves begin; numbers right of it.
    names = fitted(found.features, NAME, SMALL)
    left = 0.055 + max(text_width(name, SMALL) for name in names) / (72 * WIDTH)
    top, bottom = 1 - 0.115 * HEIGHT / height, (0.06 * HEIGHT + rows - 0.2) / height
    shape = {"height_ratios": (1.35, 1, 1), "top": top, "bottom": bottom, "hspace": 0.2}
    grid = figure.add_gridspec(3, 1, left=left, right=0.9, **shape)
    trace = figure.add_subplot(grid[0])
    score = figure.add_subplot(grid[1], sharex=trace)
    shrink = figure.add_subplot(grid[2], sharex=trace)
    trace.set_xscale("log")
    trace.set_xlim(span.low, span.high)
    for axes in (trace, score, shrink):
        _dress(axes, palette, words)
        axes.axvline(found.ridge.lam, color=palette.penalty, linewidth=1.4, zorder=1)
    colours = feature_colours(len(named), palette)
    _draw_trace(trace, lams, path, named, names, colours, found, palette, words)
    _draw_score(score, lams, dataset, found, palette, words)
    _draw_factors(shrink, lams, filter_factors(dataset, lams), found, palette, words)
    for axes in (trace, score):
        axes.tick_params(labelbottom=False)
    shrink.set_xlabel(words("lam"), color=palette.ink)
    figure.align_ylabels([trace, score, shrink])
    least = figure.add_axes((left, FOOT / height, 0.86 - left, ROW * len(named) / height))
    its = [names[j] for j in named], [colour for colour, _ in colours]
    draw_intervals(least, named, *its, found, palette, words, SMALL)
    _set_panel_title(least, words("page_intervals"), palette)
    factors = least.set_title("VIF → VIF(λ)", loc="right", y=ABOVE)
    factors.set(x=1.012, horizontalalignment="left", color=palette.quiet, fontsize=SMALL)
    unit = "page_theta_scaled" if found.scaled else "page_theta_unit"
    least.set_xlabel(words(unit), color=palette.ink)
    _write_title(figure, found, palette, words)
    return figure


def largest_features(path: FloatArray) -> list[int]:
    """Return the features that get a name, of a ridge path (m, p): the largest, in their own order."""
    largest = np.argsort(-np.max(np.abs(path), axis=0), kind="stable")[:LABELLED]
    return sorted(int(j) for j in largest)


def page_range(found: Diagnosis) -> LamRange:
    """Return the λ to show: from least squares to next to nothing, the chosen one well inside.

    From a thousandth of the smallest eigenvalue that is not 0 to a hundred times the largest.
    """
    positive = found.eigenvalues[found.eigenvalues > 0]
    whole = LamRange(1e-3 * float(positive[-1]), 1e2 * float(positive[0]))
    return whole.around(found.ridge.lam)


# -- its panels -------------------------------------------------------------------------------------


def _draw_trace(
    axes: Axes,
    lams: FloatArray,
    path: FloatArray,
    named: Sequence[int],
    names: Sequence[str],
    colours: Sequence[tuple[str, str]],
    found: Diagnosis,
    palette: Palette,
    words: Words,
) -> None:
    axes.axhline(0.0, color=palette.faint, linewidth=1.0, zorder=0)
    rest = [j for j in range(found.n_features) if j not in named]
    for j in rest:
        axes.plot(lams, path[:, j], color=palette.faint, linewidth=0.7, zorder=1)
    # Ever thinner, so that one curve upon another leaves both to be seen.
    widths = np.linspace(2.7, 1.6, len(named)) if len(named) > 1 else [1.9]
    for j, (colour, dashes), width in zip(named, colours, widths, strict=True):
        axes.plot(lams, path[:, j], color=colour, linestyle=dashes, linewidth=width, zorder=2)
    unit = "trace_scaled" if found.scaled else "trace_unit"
    axes.set_ylabel(words(unit), color=palette.ink)
    _set_panel_title(axes, words("trace"), palette)
    _label_beside(
        axes,
        [names[j] for j in named],
        [float(path[0, j]) for j in named],
        [colour for colour, _ in colours],
    )
    if rest:
        more = words("smallest", count=len(rest))
        axes.set_title(more, loc="right", color=palette.quiet, fontsize=SMALL, y=ABOVE)


def _draw_score(
    axes: Axes,
    lams: FloatArray,
    dataset: Problem,
    found: Diagnosis,
    palette: Palette,
    words: Words,
) -> None:
    scores, lowest = gcv(dataset, lams), float(gcv(dataset, found.ridge.lam))
    usable = np.isfinite(scores) & (scores > 0)
    if usable.any():
        _set_score_limits(axes, scores[usable], lowest)
    axes.plot(lams[usable], scores[usable], color=palette.ink, linewidth=1.9, zorder=2)
    axes.plot([found.ridge.lam], [lowest], "o", color=palette.penalty, markersize=8, zorder=3)
    _draw_flatness(axes, lowest, found, palette)
    axes.set_ylabel("GCV", color=palette.ink)
    _set_panel_title(axes, words("score"), palette)
    axes.set_title(
        words(f"score_{found.chosen.end or 'lowest'}", lam=found.ridge.lam),
        loc="right", color=palette.penalty, fontsize=11, weight="bold", y=ABOVE,
    )  # fmt: skip


def _set_score_limits(axes: Axes, scores: FloatArray, lowest: float) -> None:
    """Show the dip if there is one: where GCV rises far above it is of no interest."""
    dip = float(scores[0]) - lowest
    if SHALLOW * lowest < dip < DEEP * lowest:
        top = min(lowest + 4.0 * dip, float(scores.max()))
        axes.set_ylim(lowest - 0.12 * (top - lowest), top)
    elif scores.max() > DEEP * scores.min():
        axes.set_yscale("log")


def _draw_flatness(axes: Axes, lowest: float, found: Diagnosis, palette: Palette) -> None:
    """Mark the λ at which GCV is at most 1 % above its lowest, where that can be seen."""
    bottom, top = axes.get_ylim()
    limit = 1.01 * lowest
    if not bottom < limit < top:
        return
    flat = found.gcv_within_one_percent
    axes.axvspan(flat.low, flat.high, color=palette.penalty, alpha=0.12, linewidth=0, zorder=0)
    axes.axhline(limit, color=palette.faint, linewidth=1.0, linestyle="--", zorder=0)
    axes.text(
        0.995, limit, "+1 %", color=palette.quiet, fontsize=SMALL, ha="right", va="bottom",
        transform=axes.get_yaxis_transform(),
    )  # fmt: skip


def _draw_factors(
    axes: Axes,
    lams: FloatArray,
    factors: FloatArray,
    found: Diagnosis,
    palette: Palette,
    words: Words,
) -> None:
    """What ridge leaves along each direction, and as squares what principal components do: all or none."""
    p = found.n_features
    colours = [between(palette.theta1, palette.theta2, i / max(p - 1, 1)) for i in range(p)]
    for i in range(p):
        axes.plot(lams, factors[:, i], color=colours[i], linewidth=1.9 if p <= LABELLED else 0.9)
    kept = found.components.n_components
    squares = [(1.0, colours[0])] * (kept > 0) + [(0.0, colours[-1])] * (kept < p)
    for factor, colour in squares:
        axes.plot(
            [found.ridge.lam], [factor], "s", color=colour,
            markersize=11, markerfacecolor="none", markeredgewidth=1.6, zorder=3,
        )  # fmt: skip
    axes.set_ylim(-0.08, 1.08)
    axes.set_ylabel("d²/(d² + λ)", color=palette.ink)
    _set_panel_title(axes, words("filter"), palette)
    components = words("filter_components", kept=kept, count=p)
    axes.set_title(components, loc="right", color=palette.quiet, fontsize=SMALL, y=ABOVE)
    # Beside its curve: a factor is 1/2 where λ is its eigenvalue.
    if p == 1:
        return
    steepest, flattest = float(found.eigenvalues[0]), float(found.eigenvalues[-1])
    _write(axes, 1.6 * steepest, 0.5, words("steepest"), colours[0], "left")
    if flattest > 0:
        # … or left of the line of λ, where that would run through it.
        crossed = flattest / 30 < found.ridge.lam < flattest
        place = min(flattest / 1.6, found.ridge.lam / 1.3) if crossed else flattest / 1.6
        _write(axes, place, 0.5, words("valley"), colours[-1], "right")
    else:
        _write(axes, 1.6 * lams[0], 0.07, words("valley_flat"), colours[-1], "left")


def _write_title(figure: Figure, found: Diagnosis, palette: Palette, words: Words) -> None:
    (response,) = fitted([found.response], TITLE / 3, LARGE, "bold")
    names = fitted(found.features[:TITLED], TITLE / 3, LARGE, "bold")
    for count in range(len(names), 0, -1):
        more = found.n_features - count
        listed = ", ".join(names[:count]) + (words("and_more", count=more) if more else "")
        title = words("on", response=response, features=listed)
        if text_width(title, LARGE, "bold") <= TITLE:
            break
    free, ridge = found.least_squares, found.ridge
    dfs = {"free": words.number(free.effective_df, 3), "ridge": words.number(ridge.effective_df, 3)}
    strength = words(f"strength_{found.strength}")
    facts = [
        words("rows", rows=found.n_samples),
        words("page_condition", kappa=words.number(found.condition_number_X, 3)),
        words("page_collinearity", strength=strength),
        words("page_df", **dfs),
        words("page_r2", free=free.r2, ridge=ridge.r2),
        *([words("page_adjusted", count=len(found.adjusted_for))] if found.adjusted_for else []),
    ]
    height = float(figure.get_figheight())
    for down, size, weight, colour, text in (
        (0.028, LARGE, "bold", palette.ink, title),
        (0.062, 10.0, "normal", palette.quiet, " · ".join(facts)),
    ):
        y = 1.0 - down * HEIGHT / height
        figure.text(
            0.04, y, text, color=colour, fontsize=size, weight=weight, va="top", parse_math=False
        )


# -- small parts ------------------------------------------------------------------------------------


def _label_beside(
    axes: Axes, names: Sequence[str], heights: Sequence[float], colours: Sequence[str]
) -> None:
    """Write the names left of the panel, each where its curve begins, or as near as fits."""
    low, high = axes.get_ylim()
    shares = [(height - low) / (high - low) for height in heights]
    for name, share, colour in zip(names, spread(shares, 0.062, 0.0, 1.0), colours, strict=True):
        axes.text(
            -0.012, share, name, color=colour, ha="right", va="center",
            transform=axes.transAxes, parse_math=False, fontsize=SMALL,
        )  # fmt: skip


def _write(axes: Axes, lam: float, share: float, text: str, colour: str, side: str) -> None:
    ground = {"facecolor": axes.get_facecolor(), "edgecolor": "none", "pad": 1.5}
    axes.text(lam, share, text, color=colour, ha=side, va="center", fontsize=SMALL, bbox=ground)


def _set_panel_title(axes: Axes, text: str, palette: Palette) -> None:
    axes.set_title(text, loc="left", color=palette.ink, fontsize=11, y=ABOVE)


def _dress(axes: Axes, palette: Palette, words: Words) -> None:
    axes.set_facecolor(palette.background)
    axes.tick_params(colors=palette.quiet, which="both")
    axes.grid(visible=True, color=palette.faint, linewidth=0.5, alpha=0.45)
    axes.yaxis.set_major_formatter(numerals(words.language))
    axes.yaxis.tick_right()
    axes.yaxis.set_label_position("right")
    power = axes.yaxis.get_offset_text()  # "1e8", beside the title and not in its place
    power.set(x=1.01, horizontalalignment="left", color=palette.quiet)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("right", "bottom"))
        spine.set_color(palette.faint)
