"""Figures for papers: a frame as PDF or SVG, at the size at which it is printed."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from commands.console.commandline import note
from commands.request import Request
from commands.work import Work, measured
from pipeline.errors import SettingsError
from scenes import ActEntry

if TYPE_CHECKING:
    from scenes.stage.document import Printed

#: The formats, and the width of a figure over two columns.
PRINTED = ("pdf", "svg")
WIDTH_CM = 17.0
#: What most journals ask of type, in points, at least.
SMALLEST = 5.0
#: Points of a centimetre.
_CM = 72.0 / 2.54


def for_print(request: Request) -> Request:
    """The request as paper has it: light, and without captions, unless something else was asked for."""

    def unasked(name: str) -> bool:
        source = click.get_current_context().get_parameter_source(name)
        return source is ParameterSource.DEFAULT

    return replace(
        request,
        theme="light" if unasked("theme") else request.theme,
        captions="none" if unasked("captions") else request.captions,
    )


def print_still(
    request: Request, act: ActEntry, at: float | str, path: Path, width_cm: float, work: Work
) -> None:
    """Write one frame as a document, whole or not at all."""
    from commands.console.made import figure_report
    from commands.console.report import waiting
    from pipeline.outputs import write_whole
    from pipeline.render.frames import look_at
    from scenes.stage.camera import FilmCamera
    from scenes.stage.document import Sheet, printed

    began, theme = perf_counter(), request.palette
    # White paper shows through; a dark figure brings its own.
    bare = request.transparent or (request.base == "light" and not request.look)
    sheet = Sheet(path.suffix[1:], width_cm * _CM, paper=None if bare else theme.background.rgb)
    request = replace(request, transparent=True)
    (known,) = measured(request, work, [act])
    frame = known.frame_of_beat(at) if isinstance(at, str) else known.frame_at(at)

    def look(scene: Any) -> Printed:
        camera = scene.renderer.camera
        if not isinstance(camera, FilmCamera):
            raise SettingsError(
                f"{act.name} has a camera of its own, which makes no figures: use --format png."
            )
        camera.above.clear()  # a logo in a corner is not for a figure
        return printed(camera, scene.mobjects, sheet)

    with waiting("Setting the figure"):
        made = look_at(known.factory, request.settings, frame, look)
    write_whole(path, made.content)
    if made.smallest < SMALLEST:
        wide = math.ceil(10 * width_cm * SMALLEST / made.smallest) / 10
        note(
            f"the smallest type is {made.smallest:.2g} pt at this width; "
            f"--width-cm {wide:g} makes it {SMALLEST:g} pt."
        )
    height_cm = made.height / _CM
    figure_report(path, act.name, (width_cm, height_cm), perf_counter() - began).tell(
        request.as_json
    )
