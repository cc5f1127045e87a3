"""The one import of a notebook: ``from scenes.notebook import *``.

It brings all acts, so that ``%manim -ql Bowl`` draws one, `explore` and `studio`, and `Dataset` and
`diagnose`, whose results then show themselves, as does an objective.
"""

from manim import config

from commands.display import show_in_notebooks
from commands.notebook import explore, studio
from ridge_math import Dataset, diagnose
from scenes import ACTS, LOOPS

config.notify_outdated_version = False
config.progress_bar = "none"  # it would stay, a line for every play
show_in_notebooks()

_acts = {entry.class_name: entry.load() for entry in (*ACTS, *LOOPS)}
globals().update(_acts)

__all__ = ["Dataset", "diagnose", "explore", "studio", *_acts]
