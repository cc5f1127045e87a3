"""Animations opened with other people's readers: frames, timing, loops, colours, opacity."""

from __future__ import annotations

import math
import os
import struct
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from pipeline.clip import encode as animations
from pipeline.clip.encode import encoded, write_animation
from pipeline.clip.formats import FORMATS, Animation, animation
from pipeline.clip.palette import Painter, palette_of
from pipeline.clip.similarity import frames_of, similarity, ssim
from pipeline.errors import RenderError, SettingsError
from pipeline.render.frames import Frame
from pipeline.render.lossless import FrameBuffer
from tests.matrix import matrix

ROOT = Path(__file__).resolve().parents[3]
WIDTH, HEIGHT, N_FRAMES = 96, 64, 8
PICTURES = [name for name, made in FORMATS.items() if made.loops]
VIDEOS = [name for name, made in FORMATS.items() if not made.loops]
TRANSPARENT = [name for name, made in FORMATS.items() if made.transparent_format]
PAPER, DISC = (16, 21, 29), (255, 122, 69)


def frame(number: int, *, transparent: bool = False) -> Frame:
    """A soft-edged disc that has come so far, over a gradient or over nothing."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    cover = np.clip(14.5 - np.hypot(x - 20 - 7 * number, y - 32), 0.0, 1.0)
    made = np.empty((HEIGHT, WIDTH, 4), dtype=np.uint8)
    if transparent:
        made[..., :3], made[..., 3] = DISC, np.rint(255 * cover)
        made[cover == 0] = 0
        return made
    paper = np.broadcast_to(np.array(PAPER, dtype=float), (HEIGHT, WIDTH, 3)).copy()
    paper[40:] += (x[40:, :, None] / WIDTH) * np.array([10.0, 60.0, 90.0])
    blended = paper * (1 - cover[..., None]) + np.array(DISC) * cover[..., None]
    made[..., :3], made[..., 3] = np.rint(blended), 255
    return made


def reel_of(*, transparent: bool = False, still: int = 2) -> FrameBuffer:
    """Frames in which the disc moves, the last of them held for some more."""
    buffer = FrameBuffer(transparent=transparent)
    for number in range(N_FRAMES - still):
        shown = frame(number, transparent=transparent)
        buffer.write(shown)
    for _ in range(still):
        buffer.write(shown)
    return buffer


def asked(name: str, **given: Any) -> Animation:
    return animation(name, (WIDTH, HEIGHT), **given)[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same frames in every format, 12.5 a second."""
    folder = tmp_path_factory.mktemp("made")
    for name in FORMATS:
        made = asked(name, rate=Fraction(25, 2))
        (folder / f"disc.{name}").write_bytes(encoded(reel_of(), made))
    return {name: folder / f"disc.{name}" for name in FORMATS}


# --- reels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("transparent", [False, True])
def test_a_reel_gives_back_what_it_was_given(transparent: bool) -> None:
    buffer = reel_of(transparent=transparent)
    out = list(buffer.frames())
    assert (len(buffer), buffer.size) == (N_FRAMES, (WIDTH, HEIGHT))
    for number, shown in enumerate(out[:-2]):
        assert np.array_equal(shown, frame(number, transparent=transparent))
    assert out[-1] is out[-2] is out[-3]  # what stands still is one object
    assert len(list(buffer.some(3))) == 3
    assert len(list(buffer.some(100))) == N_FRAMES - 2


def test_a_bounce_shows_neither_end_twice() -> None:
    buffer = reel_of(still=0)
    there_and_back = [int(np.argmax(f[32, :, 0])) for f in buffer.frames(bounce=True)]
    there = [int(np.argmax(f[32, :, 0])) for f in buffer.frames()]
    assert there_and_back == [*there, *there[-2:0:-1]]


# --- few colours ---------------------------------------------------------------------------------


def test_a_palette_keeps_flat_colours_and_small_things() -> None:
    """The paper exactly, and the disc, which is a tenth of the picture, at 16 colours."""
    buffer = reel_of()
    palette = palette_of(buffer, 16)
    entries = palette.to_ndarray(format="rgba").reshape(-1, 4)
    assert len(np.unique(entries[entries[:, 3] == 255], axis=0)) == 15  # one is for "as it was"
    painter = Painter(palette, buffer.size, "none")
    painted = painter.painted(frame(0)).to_ndarray(format="rgb24")
    assert len(np.unique(painted.reshape(-1, 3), axis=0)) <= 16
    assert tuple(painted[2, 90]) == PAPER
    assert np.abs(painted[32, 20].astype(int) - DISC).max() <= 8


def test_without_dithering_a_colour_is_always_painted_alike() -> None:
    buffer = reel_of()
    painter = Painter(palette_of(buffer, 64), buffer.size, "none")
    first, again = (painter.painted(frame(1)).to_ndarray(format="rgb24") for _ in range(2))
    assert np.array_equal(first, again)


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PICTURES)
def test_pillow_reads_frames_timing_and_loop(name: str, made: dict[str, Path]) -> None:
    with Image.open(made[name]) as image:
        assert image.size == (WIDTH, HEIGHT)
        lasts = []
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            lasts.append(image.info["duration"])
        if name != "avif":  # Pillow does not tell
            assert image.info.get("loop") == 0
    assert math.isclose(sum(lasts), N_FRAMES * 80, abs_tol=0.5)  # the held state included
    assert set(lasts[:-1]) == {80}
    joined = name in ("gif", "webp")  # equal frames are one that lasts longer
    assert len(lasts) == (N_FRAMES - 2 if joined else N_FRAMES)


@pytest.mark.parametrize("name", VIDEOS)
def test_pyav_reads_frames_and_timing(name: str, made: dict[str, Path]) -> None:
    with av.open(made[name]) as container:
        (stream,) = container.streams.video
        assert (stream.width, stream.height) == (WIDTH, HEIGHT)
        times = [shown.time for shown in container.decode(stream)]
        context = stream.codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
    assert times == pytest.approx([0.08 * number for number in range(N_FRAMES)], abs=1e-3)


@pytest.mark.parametrize("name", FORMATS)
def test_every_frame_is_the_one_that_was_drawn(name: str, made: dict[str, Path]) -> None:
    read = list(frames_of(made[name], Fraction(25, 2)))
    drawn = list(reel_of().frames())
    assert len(read) == N_FRAMES
    centres = [np.average(np.arange(WIDTH), weights=(f[32, :, 0] > 160) + 1e-9) for f in read]
    wanted = [np.average(np.arange(WIDTH), weights=(f[32, :, 0] > 160) + 1e-9) for f in drawn]
    assert centres == pytest.approx(wanted, abs=1.0)
    assert similarity(drawn, made[name], Fraction(25, 2)) > 0.95


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_frames_are_the_same_bytes(name: str, made: dict[str, Path]) -> None:
    again = encoded(reel_of(), asked(name, rate=Fraction(25, 2)))
    assert again == made[name].read_bytes()


@pytest.mark.parametrize("loop", [0, 1, 3])
@pytest.mark.parametrize("name", PICTURES)
def test_how_often_it_is_played(name: str, loop: int, tmp_path: Path) -> None:
    path = tmp_path / f"a.{name}"
    path.write_bytes(encoded(reel_of(), asked(name, loop=loop)))
    assert plays(path) == loop


def plays(path: Path) -> int:
    """How often a file says that it is played, 0 for ever."""
    if path.suffix == ".avif":  # ISO 14496-12: an edit list that repeats until the track ends
        content = path.read_bytes()
        header, edits = content.index(b"tkhd") + 4, content.index(b"elst") + 4
        if content[header] == 1:  # 64 bits
            return 0 if content[header + 28 : header + 36] == b"\x7f" + 7 * b"\xff" else -1
        (lasts,) = struct.unpack(">I", content[header + 20 : header + 24])
        (once,) = struct.unpack(">I", content[edits + 8 : edits + 12])
        return int(lasts // once)
    with Image.open(path) as image:
        if path.suffix == ".gif":  # its block counts how often it begins again
            return 1 if "loop" not in image.info else (image.info["loop"] or -1) + 1
        return int(image.info["loop"])


def test_a_bounced_file_goes_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    made = asked("gif", bounce=True)
    path.write_bytes(encoded(reel_of(still=0), made))
    assert sum(1 for _ in frames_of(path, made.rate)) == 2 * N_FRAMES - 2


@pytest.mark.parametrize("dither", ["bayer", "sierra", "floyd-steinberg"])
def test_dithering_mixes_what_is_missing(dither: str, tmp_path: Path) -> None:
    def blocks(picture: Frame) -> Any:
        """Means of 8x8 pixels of the gradient."""
        return picture[48:, 40:, :3].astype(float).reshape(2, 8, 7, 8, 3).mean(axis=(1, 3))

    path = tmp_path / "a.gif"
    flat, mixed = asked("gif", colours=8), asked("gif", colours=8, dither=dither)
    gaps = []
    for made in (flat, mixed):
        path.write_bytes(encoded(reel_of(), made))
        gaps.append(np.abs(blocks(next(frames_of(path, made.rate))) - blocks(frame(0))).mean())
    assert gaps[1] < gaps[0]


# --- GIF -----------------------------------------------------------------------------------------


def test_each_frame_of_a_gif_has_colours_of_its_own(tmp_path: Path) -> None:
    """A gradient that changes its hue: 16 colours at a time show more than 16 in all ever could."""
    ramp = np.linspace(0, 255, WIDTH).astype(np.uint8)
    buffer, path = FrameBuffer(), tmp_path / "a.gif"
    for channel in (0, 1, 2):
        shown = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
        shown[..., channel], shown[..., 3] = ramp, 255
        buffer.write(shown)
    made = asked("gif", colours=16)
    path.write_bytes(encoded(buffer, made))
    painter = Painter(palette_of(buffer, 16), buffer.size, "none")
    together = [painter.painted(f).to_ndarray(format="rgb24") for f in buffer.frames()]
    for drawn, one, read in zip(buffer.frames(), together, frames_of(path, made.rate), strict=True):
        off, off_together = (np.abs(drawn[..., :3].astype(int) - x).mean() for x in (read, one))
        assert off < 0.6 * off_together
        assert len(np.unique(read.reshape(-1, 3), axis=0)) <= 16


@pytest.mark.slow
def test_what_does_not_change_in_a_gif_is_not_drawn_again(tmp_path: Path) -> None:
    """Nor is anything left behind: where the disc has gone, the paper is as it was, exactly."""
    path = tmp_path / "a.gif"
    path.write_bytes(encoded(reel_of(), asked("gif")))
    read = list(frames_of(path, Fraction(25)))
    for number, shown in enumerate(read):
        assert (shown[2:12, 60:] == read[0][2:12, 60:]).all()
        gone = shown[:40, : max(0, 7 * min(number, 5))]
        assert (gone == PAPER).all()
        assert np.abs(shown - frame(min(number, 5))[..., :3].astype(int)).max() <= 12
    still = FrameBuffer()
    for _ in range(2000):
        still.write(next(reel_of().frames()))
    assert len(encoded(still, asked("gif"))) < 1.1 * len(encoded(reel_of(still=7), asked("gif")))


def test_what_stands_between_changes_keeps_its_colour(tmp_path: Path) -> None:
    """Letters that come and go leave nothing between their strokes."""
    buffer, path = FrameBuffer(), tmp_path / "a.gif"
    for number in range(9):
        shown = frame(0)
        shown[4:30, 60:90:4, :3] = np.rint(np.array(PAPER) + (1 - abs(number - 4) / 4) * 200)
        buffer.write(shown)
    path.write_bytes(encoded(buffer, asked("gif")))
    read = list(frames_of(path, Fraction(25)))
    for drawn, shown in zip(buffer.frames(), read, strict=True):
        assert (shown[4:30, 61:90:4] == PAPER).all()
        assert np.abs(shown.astype(int) - drawn[..., :3]).max() <= 12


def test_paper_is_exact_and_a_still_picture_is_nowhere_visibly_off(tmp_path: Path) -> None:
    """A veil over everything comes and goes: of what is left, nothing is seen when all is still."""
    buffer, path = FrameBuffer(), tmp_path / "a.gif"
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    hues = np.stack([x * 2, y * 3, (5 * x + 3 * y) % 256], axis=-1)  # more than 256 colours
    for number in (0, 1, 2, 3, 4, 5, 5, 5):
        shown = frame(0)
        shown[32:, :, :3] = np.roll(hues, 2 * number, axis=1)[32:]
        shown[4:30, 60:90:4, :3] = np.array(PAPER) + [0, 1, 0] * np.array(5 - number)
        if number < 5 or len(buffer) == 5:
            last = shown
        buffer.write(last)
    path.write_bytes(encoded(buffer, asked("gif", colours=64)))
    pairs = list(zip(buffer.frames(), frames_of(path, Fraction(25)), strict=True))
    for drawn, read in pairs:
        paper = (drawn[..., :3] == PAPER).all(axis=-1)
        assert (read[paper] == PAPER).all()
    off = [np.linalg.norm(drawn[..., :3] - read.astype(float), axis=-1) for drawn, read in pairs]
    assert off[-1].max() < off[5].max()
    assert np.array_equal(pairs[-1][1], pairs[-2][1])  # once is enough


def test_a_still_longer_than_a_gif_can_count_is_shown_that_long(tmp_path: Path) -> None:
    still, path = FrameBuffer(), tmp_path / "a.gif"
    shown = frame(0)
    for _ in range(700):
        still.write(shown)
    path.write_bytes(encoded(still, asked("gif", rate=Fraction(1))))
    assert sum(1 for _ in frames_of(path, Fraction(1))) == 700


# --- opacity -------------------------------------------------------------------------------------


def read_transparent(path: Path) -> Iterator[Frame]:
    """Frames with their opacity, straight, by readers that know of it."""
    if path.suffix in (".webp", ".apng"):
        with Image.open(path) as image:
            for number in range(image.n_frames):
                image.seek(number)
                yield np.asarray(image.convert("RGBA"))
        return
    with av.open(path) as container:
        stream = container.streams.video[0]
        if path.suffix == ".webm":  # FFmpeg's own VP9 decoder leaves the opacity out
            assert stream.metadata["ALPHA_MODE"] == "1"
            decoder = av.CodecContext.create("libvpx-vp9", "r")
            shown = [f for p in container.demux(stream) if p.size for f in decoder.decode(p)]
        else:
            shown = list(container.decode(stream))
        yield from (f.to_ndarray(format="rgba") for f in shown)


@pytest.mark.parametrize("name", TRANSPARENT)
def test_opacity_is_kept_and_edges_have_their_own_colour(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{name}"
    path.write_bytes(encoded(reel_of(transparent=True), asked(name, transparent=True)))
    read = list(read_transparent(path))
    assert len(read) == (N_FRAMES if name != "webp" else N_FRAMES - 2)
    drawn, shown = frame(3, transparent=True), read[3].astype(int)
    lossy = name == "webm"
    assert np.abs(shown[..., 3] - drawn[..., 3]).max() <= (48 if lossy else 2)
    assert np.abs(shown[..., 3] - drawn[..., 3]).mean() <= 1.5
    edge = (drawn[..., 3] > 60) & (drawn[..., 3] < 255)
    assert edge.sum() > 30
    # No dark fringe: where it is half seen, it is still orange.
    assert np.abs(shown[edge][:, :3] - DISC).max() <= (32 if lossy else 6)


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_a_codec_that_is_missing_is_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(animations, "has_encoder", lambda codec: codec != FORMATS[name].codec)
    with pytest.raises(SettingsError, match=f"lacks the encoder {FORMATS[name].codec}"):
        encoded(reel_of(), asked(name))
    with pytest.raises(SettingsError):
        write_animation(tmp_path / "a", reel_of(), asked(name), lambda: None)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(b"old")

    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_animation(path, reel_of(), asked("mov"), stopped)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mov"]
    assert path.read_bytes() == b"old"


def test_an_encoder_that_fails_is_one_sentence(tmp_path: Path) -> None:
    wrong = replace(asked("mp4"), width=WIDTH + 1)  # yuv420p has no such size
    with pytest.raises(RenderError) as raised:
        encoded(reel_of(), wrong)
    assert str(raised.value).count("\n") == 0


@pytest.mark.parametrize(("name", "limit"), matrix(["gif", "webp", "mp4"], [0, 2000]))
def test_a_full_disk_is_told_of_the_file_that_was_wanted(name: str, limit: int) -> None:
    """The limit stands for a full disk, where trials are kept."""
    script = """
        import resource, sys
        from pathlib import Path
        from test_animations import asked, encoded, reel_of
        from pipeline.errors import RenderError
        limit = int(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            encoded(reel_of(), asked(sys.argv[1]), path=Path("out/loop"))
        except RenderError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), name, str(limit)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"},
    )
    assert done.stderr == ""
    assert done.stdout.startswith("The folder for temporary files")
    assert ("(file too large)" in done.stdout) == (limit > 0)  # at 0 there is not even a folder
    assert "TMPDIR" in done.stdout


def test_an_avif_is_read_back_frame_for_frame_at_any_rate(tmp_path: Path) -> None:
    """A sixtieth of a second is no whole number of milliseconds."""
    buffer, path = FrameBuffer(), tmp_path / "a.avif"
    for number in range(40):
        buffer.write(frame(number % N_FRAMES))
    path.write_bytes(encoded(buffer, asked("avif", rate=Fraction(60))))
    assert sum(1 for _ in frames_of(path, Fraction(60))) == 40


# --- similarity ----------------------------------------------------------------------------------


def test_ssim_is_1_for_the_same_and_falls_with_noise() -> None:
    drawn = list(reel_of().frames())
    assert ssim(drawn, drawn) == 1.0
    noise = np.random.default_rng(0).normal(size=(HEIGHT, WIDTH, 1))
    scores = []
    for strength in (2.0, 8.0, 32.0):
        noisy = [np.clip(f[..., :3] + strength * noise, 0, 255).astype(np.uint8) for f in drawn]
        scores.append(ssim(drawn, noisy))
    assert 1.0 > scores[0] > scores[1] > scores[2] > 0.0


def test_ssim_is_the_published_formula() -> None:
    """For flat windows it is (2ab + c)/(a² + b² + c), c = (0.01·255)², whatever the window."""
    first = [np.full((HEIGHT, WIDTH, 3), 100, dtype=np.uint8)]
    second = [np.full((HEIGHT, WIDTH, 3), 120, dtype=np.uint8)]
    c = (0.01 * 255) ** 2
    assert ssim(first, second) == pytest.approx(
        (2 * 100 * 120 + c) / (100**2 + 120**2 + c), abs=1e-4
    )


def test_ssim_wants_as_many_frames_on_both_sides() -> None:
    drawn = list(reel_of().frames())
    with pytest.raises(ValueError, match="shorter"):
        ssim(drawn, drawn[:-1])
    with pytest.raises(ValueError, match="no frames"):
        ssim([], [])
