"""Alternative text, description, transcript and numbers of a piece: pure functions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.render.timeline import clock
from ridge_math import looks_like_valley

if TYPE_CHECKING:
    from pipeline.render.timeline import Timeline

#: Fills in a sentence of the language: its key, and a value for each blank.
Sentence = Callable[..., str]

#: What the numbers in `numbers_of_pieces` are, for whoever opens the file.
CONVENTIONS = {
    "objective": "RSS(θ) + λ‖θ‖², RSS(θ) = ‖y − Xθ‖²; lam is λ, scikit-learn's alpha",
    "data": "y centred; columns of X centred, and scaled to unit variance (ddof 0)",
    "theta": "θ̂(λ) in units of y per standard deviation, of least norm where it is not unique",
    "rss": "RSS(θ̂(λ)), without the penalty; objective is with it",
    "eigenvalues": "of XᵀX + λI, falling; condition_number is their ratio, null where infinite",
    "effective_df": "Σ d²/(d² + λ), d the singular values of X",
}

#: Within ``[a](b)``, ``[a][b]``, ``<b>``, ``https://b``, ``www.b`` and ``a@b``.
_LINKS = re.compile(
    r"(?<=\])(?=[(\[:])|(?<=<)(?=[a-z/!?])|(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE
)
#: Significant digits of the correlation, as of the numbers at a beat: what comes after is rounding.
_DIGITS = 12


@dataclass(frozen=True)
class Writing:
    """How numbers are written in the language of the piece, as in its pictures.

    Attributes
    ----------
    number, whole, correlation
        Write a measured number, a count, and a correlation.
    sentence
        Sentences to be filled in: ``opening`` (or ``opening_seamless``), ``surface``,
        ``rss_valley``, ``rss_flat``, ``rss_bowl``, ``penalised_valley``, ``penalised_bowl`` and
        ``captions``.
    """

    number: Callable[[float], str]
    whole: Callable[[int], str]
    correlation: Callable[[float], str]
    sentence: Sentence


@dataclass(frozen=True)
class Problem:
    """The data set in a few words.

    Attributes
    ----------
    features : tuple of str
        The two that are shown.
    response : str
        What they explain.
    n_rows : int
        How many rows.
    correlation : float
        Of the two features.
    """

    features: tuple[str, ...]
    response: str
    n_rows: int
    correlation: float


@dataclass(frozen=True)
class Piece:
    """An act in a kit: its name, its title, what is seen, and its timeline.

    Attributes
    ----------
    name : str
        As on the command line; file names begin with it.
    title : str
        As its viewer calls it.
    seen : str
        What is seen, in a sentence.
    timeline : Timeline
        Its length, captions and beats, at the frame rate of its media.
    seamless : bool
        Whether its end is its beginning.
    """

    name: str
    title: str
    seen: str
    timeline: Timeline
    seamless: bool = False

    @property
    def best_frame(self) -> int:
        """The frame that stands for all.

        Where λ is first as large as it gets; where λ does not change, or there is none, the last
        moment at which something is complete.
        """
        beats, n_frames = self.timeline.beats, self.timeline.n_frames
        if not beats:
            return n_frames // 2
        lams = [beat.numbers["lam"] for beat in beats if beat.numbers]
        best = beats[-1]
        if lams and min(lams) < max(lams):
            best = next(b for b in beats if b.numbers and b.numbers["lam"] == max(lams))
        return min(best.frame, n_frames - 1)

    @property
    def states(self) -> list[dict[str, Any]]:
        """The numbers shown first at the smallest λ, and at the largest if that is another."""
        shown = [beat.numbers for beat in self.timeline.beats if beat.numbers]
        if not shown:
            return []
        least, most = (choose(shown, key=lambda n: n["lam"]) for choose in (min, max))
        return [least, most] if least["lam"] < most["lam"] else [least]


def alt_text(piece: Piece, writing: Writing) -> str:
    """Say what is seen, in the two sentences that a screen reader reads out at once.

    Nobody can stop in an alternative text or go back in it, so the rest is in `description`, for
    text beside the picture.
    """
    opening = "opening_seamless" if piece.seamless else "opening"
    seconds = seconds_text(piece.timeline.seconds, writing)
    sentences = [writing.sentence(opening, title=piece.title, seconds=seconds)]
    return " ".join(sentences + ([piece.seen] if piece.seen else []))


def caption_of(piece: Piece, problem: Problem, writing: Writing) -> str:
    """Return the line below a figure: what it is, and which data it shows."""
    a, b = problem.features[:2]
    n = writing.whole(problem.n_rows)
    names = {"a": a, "b": b, "y": problem.response, "n": n}
    return unlinked(writing.sentence("caption", title=piece.title, **names))


def description(piece: Piece, problem: Problem, writing: Writing) -> str:
    """Describe the animation in a few sentences, for text beside it.

    The alternative text comes first; then what the surface is, how it is shaped at the smallest and
    at the largest λ, and where it is lowest.
    """
    sentences = [alt_text(piece, writing)]
    if piece.states:
        first, second = problem.features[:2]
        rows, rho = writing.whole(problem.n_rows), writing.correlation(problem.correlation)
        sentences.append(
            writing.sentence("surface", a=first, b=second, y=problem.response, n=rows, rho=rho)
        )
    sentences += [_state_in_words(state, writing) for state in piece.states]
    sentences += [writing.sentence("captions")] if piece.timeline.cues else []
    return unlinked(" ".join(sentences))


def _state_in_words(state: dict[str, Any], writing: Writing) -> str:
    """One state of the surface, in a sentence."""
    condition, number = state["condition_number"], writing.number
    if condition is None:
        shape = "rss_flat"
    else:
        shape = "penalised_" if state["lam"] else "rss_"
        shape += "valley" if looks_like_valley(math.sqrt(condition)) else "bowl"
    theta1, theta2 = map(number, state["theta"][:2])
    return writing.sentence(
        shape,
        lam=number(state["lam"]),
        theta1=theta1,
        theta2=theta2,
        rss=number(state["rss"]),
        ratio="" if condition is None else number(condition),
    )


def transcript(piece: Piece) -> str:
    """Return all that is said: the title, then a line for each caption with the time it appears."""
    lines = [f"{clock(cue.start / piece.timeline.fps)}  {cue.text}" for cue in piece.timeline.cues]
    return unlinked("\n".join([piece.title, "", *lines]) + "\n")


def unlinked(text: str) -> str:
    """Return plain text of which Markdown makes no link or tag, whatever columns are called.

    Where one could begin there is a word joiner, which is not seen.
    """
    return _LINKS.sub("\u2060", text)


def numbers_of_pieces(pieces: Sequence[Piece], problem: Problem) -> dict[str, Any]:
    """Return the numbers behind the pictures, for ``numbers.json``."""
    return {
        "format": 1,
        "conventions": CONVENTIONS,
        "data": {
            "features": list(problem.features),
            "response": problem.response,
            "rows": problem.n_rows,
            "correlation": float(f"{problem.correlation:.{_DIGITS}g}"),
        },
        "pieces": [
            {
                "name": piece.name,
                "title": piece.title,
                "seconds": piece.timeline.seconds,
                "fps": piece.timeline.fps,
                "beats": piece.timeline.beats_payload,
            }
            for piece in pieces
        ],
    }


def rows_of_pieces(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """Return the same numbers as a table, for ``numbers.csv``: a row for each beat that has some."""
    return [
        {"piece": piece.name, "beat": beat["name"], "seconds": beat["seconds"]}
        | {
            column: value
            for name, entry in beat["numbers"].items()
            for column, value in _columns(name, entry)
        }
        for piece in pieces
        for beat in piece.timeline.beats_payload
        if beat["numbers"]
    ]


def _columns(name: str, entry: Any) -> list[tuple[str, Any]]:
    """A number with its name, or the entries of a list, numbered."""
    if isinstance(entry, list):
        return [(f"{name}_{k}", value) for k, value in enumerate(entry, start=1)]
    return [(name, math.inf if entry is None else entry)]  # a condition number


def seconds_text(seconds: float, writing: Writing) -> str:
    """Return a length as people write it: to the second, or to a digit more where it is short."""
    short = seconds < 10 and seconds % 1
    return writing.number(seconds) if short else writing.whole(round(seconds))
