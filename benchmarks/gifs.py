"""Our GIF of the loop beside others' of the same frames (``python -m benchmarks.gifs``).

The frames are drawn once and given to each contender, so that only the encoder differs:

- Manim: its own classes encode the frames to a segment and combine that to a GIF, as
  ``manim render --format gif`` does.
- The usual recipe: FFmpeg's ``palettegen`` and ``paletteuse``, as Manim sets them, but of the frames
  themselves, and with the palette it finds (Manim has each pixel rounded to 3, 3 and 2 bits after all).
- Pillow: ``Image.save(save_all=True)``, a palette for each frame, all of it plain.

Then ours of fewer colours, down to where it is as close to the frames as each of them is; and the
best of ours, as wide and as fast, that is no larger.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from pipeline.clip.encode import encoded
from pipeline.clip.formats import MAX_COLOURS, MIN_COLOURS, Animation, animation, frame_size
from pipeline.clip.similarity import similarity
from pipeline.render.frames import draw
from pipeline.render.lossless import FrameBuffer
from ridge_math import Dataset
from scenes import LOOPS, build_act
from scenes.brief import Brief

#: Numbers of colours that are tried for a GIF that is as close to the frames as another one.
COLOURS = sorted({MIN_COLOURS, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, MAX_COLOURS})


@dataclass(frozen=True)
class Measured:
    """A GIF: its size in bytes, and its SSIM against the frames."""

    n_bytes: int
    ssim: float


def manim(buffer: FrameBuffer, rate: Fraction, path: Path) -> None:
    """Manim's own way: a segment, H.264 with halved colour, then a GIF of that."""
    from manim._config.output import OutputFormat, OutputSpec
    from manim._config.video_encoder import resolve_video_encoder
    from manim.scene.scene_file_writer import SceneFileWriter
    from manim.scene.video_segment_encoder import VideoSegmentEncoder

    logging.getLogger("manim").setLevel(logging.ERROR)
    output = OutputSpec(OutputFormat.GIF, False, False, False)
    width, height = buffer.size
    spec = resolve_video_encoder(output, width=width, height=height, frame_rate=rate)
    assert spec is not None
    segment = path.with_suffix(".mp4")
    encoder = VideoSegmentEncoder(target=segment, spec=spec)
    for frame in buffer.frames():
        encoder.write_frame(np.ascontiguousarray(frame))
    encoder.finish()
    # What `combine_files` asks of the writer it is a method of.
    writer = SimpleNamespace(
        output_spec=output,
        video_encoder=spec,
        _concat_manifest_bytes=SceneFileWriter._concat_manifest_bytes,
    )
    SceneFileWriter.combine_files(writer, [str(segment)], path, create_gif=True)


def recipe(buffer: FrameBuffer, rate: Fraction, path: Path) -> None:
    """One palette by `palettegen`, ordered dithering by `paletteuse`."""
    graph, tick = av.filter.Graph(), 1 / rate
    width, height = buffer.size
    source = graph.add_buffer(
        width=width, height=height, format=av.VideoFormat("rgba"), time_base=tick
    )
    split, sink = graph.add("split"), graph.add("buffersink")
    choose = graph.add("palettegen", "stats_mode=diff")
    use = graph.add("paletteuse", "dither=bayer:bayer_scale=5:diff_mode=rectangle")
    source.link_to(split)
    split.link_to(choose, 0, 0)
    split.link_to(use, 1, 0)
    choose.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    for number, frame in enumerate(buffer.frames()):
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), "rgba")
        picture.pts, picture.time_base = number, tick
        source.push(picture)
    source.push(None)
    with av.open(path, "w") as container:
        stream = container.add_stream("gif", rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "pal8"
        for number in range(len(buffer)):
            painted = sink.pull()
            painted.pts, painted.time_base = number, tick
            container.mux(stream.encode(painted))
        container.mux(stream.encode())


def pillow(buffer: FrameBuffer, rate: Fraction, path: Path) -> None:
    """Pillow, told nothing but the frames and how long they last."""
    first, *others = (Image.fromarray(f[..., :3].copy()) for f in buffer.frames())
    first.save(path, save_all=True, append_images=others, duration=int(1000 / rate), loop=0)


CONTENDERS: dict[str, Callable[[FrameBuffer, Fraction, Path], None]] = {
    "Manim": manim,
    "the usual recipe": recipe,
    "Pillow": pillow,
}


def ours_by_colours(
    buffer: FrameBuffer, made: Animation, path: Path
) -> Iterator[tuple[int, Measured]]:
    """Ours, of ever more colours."""
    for colours in COLOURS:
        path.write_bytes(encoded(buffer, replace(made, colours=colours)))
        yield colours, measured(buffer, made, path)


def measured(buffer: FrameBuffer, made: Animation, path: Path) -> Measured:
    """Size and SSIM of a file."""
    return Measured(path.stat().st_size, similarity(buffer.frames(), path, made.rate))


def as_close(ours: dict[int, Measured], ssim: float) -> float | None:
    """Bytes of ours at an SSIM, between the nearest two; None where it is never as close."""
    known = sorted(ours.values(), key=lambda one: one.ssim)
    if known[-1].ssim < ssim:
        return None
    return float(np.interp(ssim, [one.ssim for one in known], [one.n_bytes for one in known]))


def compare(width: int, theme: str, console: Console) -> None:
    """Measure and print one table."""
    name = LOOPS[0].name
    brief = Brief(Dataset.synthetic(), theme=theme)
    made, _ = animation("gif", frame_size(width, "16:9"))
    with tempfile.TemporaryDirectory() as folder, console.status(f"{width} pixels, {theme}"):
        buffer = FrameBuffer()
        draw(partial(build_act, name, brief), made.settings(theme), 0, None, buffer.write)
        path = Path(folder) / "a.gif"
        others: dict[str, Measured] = {}
        for contender, make in CONTENDERS.items():
            make(buffer, made.rate, path)
            others[contender] = measured(buffer, made, path)
        ours = dict(ours_by_colours(buffer, made, path))
    table = Table(
        title=f"The {name}, {made.width}x{made.height}, {len(buffer)} frames, "
        f"{made.rate} a second, {theme}"
    )
    headings = ("", "MB", "SSIM", "times ours at equal SSIM", "SSIM of ours, no larger")
    for heading in headings:
        table.add_column(heading, justify="right" if heading else "left")
    for colours in (MAX_COLOURS, 128, 64):
        one = ours[colours]
        table.add_row(f"ours, {colours} colours", f"{one.n_bytes / 1e6:.2f}", f"{one.ssim:.4f}")
    for contender, one in others.items():
        equal = as_close(ours, one.ssim)
        fitting = [mine.ssim for mine in ours.values() if mine.n_bytes <= one.n_bytes]
        table.add_row(
            contender,
            f"{one.n_bytes / 1e6:.2f}",
            f"{one.ssim:.4f}",
            "ours is never as close" if equal is None else f"{one.n_bytes / equal:.2f}x",
            f"{max(fitting, default=0.0):.4f}",
        )
    console.print(table)


def measure(console: Console, widths: tuple[int, ...] = (640,)) -> None:
    """Measure and print everything."""
    for width in widths:
        for theme in ("dark", "light"):
            compare(width, theme, console)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gifs", description=__doc__)
    parser.add_argument("--width", type=int, action="append", help="pixels across [640]")
    arguments = parser.parse_args()
    measure(Console(), tuple(arguments.width or (640,)))
