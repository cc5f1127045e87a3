"""The linear model as a formula, ŷ = θ₁A + θ₂B: features and coefficients in the colours of their axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from manim import Group

from scenes.text.words import Words, natural_width, shortened, verbatim, without_units

if TYPE_CHECKING:
    from scenes.act import Act

#: Spaces of a formula in ems: beside its signs, and between a coefficient and its feature.
SIGN, TIMES = 0.25, 0.17
#: From line to line, in ems.
LEADING = 1.7
#: How much larger the formula stands in the middle of the frame.
LARGER = 1.9
#: Letters of formulas: a feature of such a name stands in quotes among them.
LETTERS = {"x", "y", "z", "k", "n", "ŷ", "θ", "λ", "κ", "ρ", "σ", "τ", "RSS"}


class ModelFormula(Group):
    """ŷ = θ₁A + θ₂B in parts, on one line, or for long names on two.

    Parameters
    ----------
    act
        The act it belongs to, whose data names the features.
    width
        Room for it, in frame units. Where labels are too long for one line, it has the columns' own names;
        names that are too long for two are shortened.

    Attributes
    ----------
    names : list of Words
        The two features, as parts of it.
    n_lines : int
        One or two.
    """

    def __init__(self, act: Act, width: float) -> None:
        theme, layout = act.theme, act.layout
        size = theme.body
        em = size * layout.frame.height
        inks = theme.theta1, theme.theta2

        def part(markup: str, colour: Any = None) -> Words:
            return act.words(markup, size, colour)

        head, plus = part("$hat(y) =$"), part("$+$")
        thetas = [part(f"$theta_{k}$", ink) for k, ink in zip((1, 2), inks, strict=True)]
        dataset = act.brief.dataset
        space = SIGN + TIMES  # after the head or the plus, and after θ
        fixed = head.width + plus.width + sum(theta.width for theta in thetas) + 2 * space * em
        whole = fixed + 2 * SIGN * em  # beside the plus, on one line
        quoted = _quoted(dataset.features)
        short = [" ".join(name.split()) for name in quoted]
        self.n_lines = 1 if whole + sum(natural_width(n, em) for n in short) <= width else 2
        if self.n_lines == 2 and dataset.columns[:2] != dataset.features:
            short = quoted = _quoted(
                dataset.columns[:2]
            )  # long labels leave it their columns' names
            self.n_lines = 1 if whole + sum(natural_width(n, em) for n in short) <= width else 2
        if self.n_lines == 2:
            room = width - head.width - plus.width - thetas[1].width - 2 * space * em
            short = [shortened(name, em, room, quoted) for name in quoted]
        self.names = [part(verbatim(name), ink) for name, ink in zip(short, inks, strict=True)]
        first = [head, thetas[0], self.names[0]]
        second = [plus, thetas[1], self.names[1]]
        x = self._line(first, 0.0, 0.0, em)
        if self.n_lines == 1:
            self._line(second, x + SIGN * em, 0.0, em)
        else:
            self._line(second, head.width + SIGN * em, -LEADING * em, em)
        super().__init__(*first, *second)

    @staticmethod
    def _line(parts: list[Words], x: float, baseline: float, em: float) -> float:
        """Set a sign, a coefficient and a feature on a line; return where they end."""
        for part, space in zip(parts, (SIGN, TIMES, 0.0), strict=True):
            part.stand(x, baseline)
            x += part.width + space * em
        return x

    @property
    def rest(self) -> Group:
        """All of it but the features."""
        return Group(*(part for part in self.submobjects if part not in self.names))

    def in_the_middle(self, act: Act) -> Self:
        """Stand larger in the middle of the frame, where acts hand it over."""
        whole = act.layout.whole
        self.scale(min(LARGER, 0.9 * whole.width / self.width))
        return self.move_to((whole.x, whole.y, 0.0))


def _quoted(features: Sequence[str]) -> list[str]:
    return [f"“{name}”" if name in LETTERS else name for name in without_units(features)]


def model_formula(act: Act) -> ModelFormula:
    """The formula as it fits over the panel of an undivided frame, beside RSS in a square one."""
    layout = act.layout
    room = layout.panel.width * (1.0 if layout.wide or layout.tall else 0.5)
    return ModelFormula(act, room - 0.5 * act.em)
