"""Encoded files, opened again: the frames, the colours, the tags; and what happens when it fails."""

import contextlib
import errno
import os
import subprocess
import sys
import textwrap
import threading
import time
import weakref
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import av
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from pipeline.errors import RenderError, SettingsError
from pipeline.outputs import atomic_write
from pipeline.render.settings import RenderSettings
from pipeline.video import encode
from pipeline.video.container import MP4
from pipeline.video.convert import Converter
from pipeline.video.encode import VideoWriter, encoder_options, png

Frame = npt.NDArray[np.uint8]
SMALL = RenderSettings(width=128, height=96, fps=30)


def plain(*colour: int, settings: RenderSettings = SMALL) -> Frame:
    frame = np.full((settings.height, settings.width, 4), 255, np.uint8)
    frame[..., :3] = colour or (40, 90, 160)
    return frame


def moving(n_frames: int, settings: RenderSettings = SMALL) -> Iterator[Frame]:
    """A white bar that steps to the right over a dark ground."""
    for i in range(n_frames):
        frame = plain(17, 20, 28, settings=settings)
        frame[:, 2 * i % settings.width : 2 * i % settings.width + 8, :3] = 255
        yield frame


@contextlib.contextmanager
def open_video(path: Path, settings: RenderSettings = SMALL) -> Iterator[VideoWriter]:
    with atomic_write(path) as file, VideoWriter(file, settings, name=path) as video:
        yield video


def record(path: Path, frames: Iterable[Frame], settings: RenderSettings = SMALL) -> None:
    with open_video(path, settings) as video:
        for frame in frames:
            video.write(frame)


def decoded(path: Path) -> list[av.VideoFrame]:
    with av.open(path) as container:
        return list(container.decode(video=0))


def rgb(frame: av.VideoFrame) -> npt.NDArray[np.float64]:
    """BT.709 video-range Y'CbCr back to RGB, by the formulas of ITU-R BT.709 themselves."""
    planes = [
        np.frombuffer(p, np.uint8).reshape(p.height, p.line_size)[:, : p.width].astype(float)
        for p in frame.planes
    ]
    luma = (planes[0] - 16) / 219
    cb, cr = (np.kron((p - 128) / 224, np.ones((2, 2))) for p in planes[1:])
    red, blue = luma + 1.5748 * cr, luma + 1.8556 * cb
    green = (luma - 0.2126 * red - 0.0722 * blue) / 0.7152
    return 255 * np.clip(np.stack([red, green, blue], -1), 0, 1)


def boxes(path: Path) -> list[bytes]:
    """The top-level boxes of an MP4 file, in order."""
    data, names, at = path.read_bytes(), [], 0
    while at < len(data):
        names.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    return names


# --- what comes out ------------------------------------------------------------------------------


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bar.mp4"
    record(path, moving(75))
    with av.open(path) as container:
        (stream,) = container.streams
        assert isinstance(stream, av.VideoStream)
        context = stream.codec_context
        assert (context.name, context.width, context.height) == ("h264", 128, 96)
        assert stream.average_rate == 30
        assert stream.frames == 75
        assert stream.start_time == 0
        assert float(stream.duration * stream.time_base) == 2.5
    frames = decoded(path)
    assert [round(frame.time * 30) for frame in frames] == list(range(75))
    for i, (frame, drawn) in enumerate(zip(frames, moving(75), strict=True)):
        assert np.abs(rgb(frame)[..., 1] - drawn[..., 1]).mean() < 2, f"frame {i} is another one"


def test_tags_say_bt709_in_video_range(tmp_path: Path) -> None:
    path = tmp_path / "tags.mp4"
    record(path, [plain()])
    with av.open(path) as container:
        context = container.streams.video[0].codec_context
        assert context.pix_fmt == "yuv420p"
        tags = context.color_primaries, context.color_trc, context.colorspace, context.color_range
        assert tags == (1, 1, 1, 1)  # H.273: BT.709 three times; range 1 is "MPEG", 16 to 235
    # The container says so as well: browsers read the box before they read the stream.
    assert b"colrnclx\0\1\0\1\0\1\0" in path.read_bytes()


def test_the_index_comes_before_the_pictures(tmp_path: Path) -> None:
    path = tmp_path / "fast.mp4"
    record(path, moving(40))
    names = boxes(path)
    assert names.index(b"moov") < names.index(b"mdat")


def test_groups_of_pictures_are_two_seconds_and_need_no_later_frame(tmp_path: Path) -> None:
    path = tmp_path / "groups.mp4"
    record(path, moving(150))
    with av.open(path) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    keys = [i for i, packet in enumerate(packets) if packet.is_keyframe]
    assert keys[0] == 0
    assert max(np.diff([*keys, 150])) <= 60
    assert all(packet.pts == packet.dts for packet in packets)


def test_colours_survive_to_within_three_steps(tmp_path: Path) -> None:
    side, rows, columns = 32, 6, 8
    settings = RenderSettings(width=side * columns, height=side * rows)
    known = [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [17, 20, 28]]
    drawn = np.random.default_rng(7).integers(0, 256, (rows * columns, 3), np.uint8)
    drawn[: len(known)] = known
    frame = plain(settings=settings)
    frame[..., :3] = np.kron(drawn.reshape(rows, columns, 3), np.ones((side, side, 1), np.uint8))
    path = tmp_path / "patches.mp4"
    record(path, [frame], settings)
    (read,) = decoded(path)
    inner = rgb(read).reshape(rows, side, columns, side, 3)[:, 8:-8, :, 8:-8].mean(axis=(1, 3))
    difference = np.abs(inner.reshape(-1, 3) - drawn)
    # Y'CbCr in 8 bits alone costs up to 1.6, compression one more; the wrong matrix costs up to 60.
    assert difference.max() < 3
    assert difference.mean() < 0.7


def test_the_same_frames_make_the_same_file(tmp_path: Path) -> None:
    for name in ("one.mp4", "two.mp4"):
        record(tmp_path / name, moving(20))
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize("layout", ["read-only", "upside down", "cut out"])
def test_any_array_of_the_right_shape_will_do(tmp_path: Path, layout: str) -> None:
    frame = next(moving(1))
    if layout == "read-only":
        frame.flags.writeable = False
    elif layout == "upside down":
        frame = frame[::-1]
    else:
        frame = np.pad(frame, ((3, 3), (5, 5), (0, 0)))[3:-3, 5:-5]
    path = tmp_path / "layout.mp4"
    record(path, [frame])
    (read,) = decoded(path)
    assert np.abs(rgb(read) - frame[..., :3]).mean() < 2


# --- options, without encoding -------------------------------------------------------------------


@pytest.mark.parametrize("fps", [15, 30, 60])
def test_the_options_follow_from_the_settings(fps: int) -> None:
    options = encoder_options(RenderSettings(fps=fps), MP4, threads=3)
    assert options.stream["g"] == str(2 * fps)
    assert options.stream["threads"] == "3"
    assert options.container == {"movflags": "+faststart"}
    assert options == encoder_options(RenderSettings(fps=fps), MP4, threads=3)


def test_mp4_cannot_be_transparent() -> None:
    with pytest.raises(SettingsError, match=r"\.mp4 .*transparent"):
        encoder_options(RenderSettings(transparent=True), MP4)


def test_a_pyav_without_the_encoder_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encode, "has_encoder", lambda name: False)
    with pytest.raises(RenderError, match=r"libx264.*pip install"):
        record(tmp_path / "film.mp4", [plain()])
    assert list(tmp_path.iterdir()) == []


# --- the thread ----------------------------------------------------------------------------------


def test_a_still_is_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conversions = []
    convert = Converter._whole
    monkeypatch.setattr(
        Converter, "_whole", lambda self, f: conversions.append(f) or convert(self, f)
    )
    first, second = plain(200, 30, 30), plain(30, 200, 30)
    path = tmp_path / "still.mp4"
    record(path, (first, first, first, second, second, first))
    assert len(conversions) == 3
    greens = [rgb(frame)[..., 1].mean() for frame in decoded(path)]
    assert np.allclose(greens, [30, 30, 30, 200, 200, 30], atol=3)


def test_memory_does_not_grow_with_the_film(tmp_path: Path) -> None:
    alive: weakref.WeakSet[Frame] = weakref.WeakSet()

    class Counted(np.ndarray[Any, np.dtype[np.uint8]]):
        __hash__ = object.__hash__  # type: ignore[assignment]

    with open_video(tmp_path / "long.mp4", SMALL) as video:
        most = 0
        for _ in range(60):
            frame = plain().view(Counted)
            alive.add(frame)
            video.write(frame)
            most = max(most, len(alive))
    assert most <= 5  # two in the queue, two with the encoder, one here


class Jammed(Exception):
    """What the encoder raises in these tests."""


def test_a_fault_in_the_encoder_reaches_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def jam(self: Any, frame: Frame, starts_group: bool) -> NoReturn:
        raise Jammed

    def counted() -> Iterator[Frame]:
        for frame in moving(50):
            drawn.append(frame)
            yield frame

    drawn: list[Frame] = []
    monkeypatch.setattr(encode.Encoder, "encode", jam)
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    with pytest.raises(Jammed):
        record(path, counted())
    assert len(drawn) <= 5  # at once, as far as the queue allows, not at the end of the film
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_caller_who_waits_for_room_is_told_of_the_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues = []
    start = VideoWriter.__init__

    def remember_queue(self: VideoWriter, *args: Any, **kwargs: Any) -> None:
        start(self, *args, **kwargs)
        queues.append(self._queue)

    def jam_when_all_wait(self: Any, frame: Frame, starts_group: bool) -> NoReturn:
        while not (queues and queues[0].full()):
            time.sleep(0.001)
        raise Jammed

    monkeypatch.setattr(VideoWriter, "__init__", remember_queue)
    monkeypatch.setattr(encode.Encoder, "encode", jam_when_all_wait)
    with pytest.raises(Jammed):
        record(tmp_path / "film.mp4", moving(50))
    assert list(tmp_path.iterdir()) == []


def test_a_fault_while_the_file_is_completed_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(encode.Encoder, "finish", full)
    with pytest.raises(RenderError, match=r"film\.mp4 .*no space left.*--out"):
        record(tmp_path / "film.mp4", [plain()])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [Jammed, KeyboardInterrupt])
def test_a_fault_in_the_drawing_leaves_no_file_and_no_thread(
    tmp_path: Path, error: type[BaseException]
) -> None:
    def failing() -> Iterator[Frame]:
        yield from moving(5)
        raise error

    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    with pytest.raises(error):
        record(path, failing())
    assert "encoder" not in {thread.name for thread in threading.enumerate()}
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_abandoned_is_not_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames that wait are not encoded, and what the encoder holds is not asked for."""
    encoded: list[object] = []
    monkeypatch.setattr(encode.Encoder, "finish", lambda self: encoded.append("finished"))
    real, stop, held = encode.Encoder.encode, VideoWriter._stop, threading.Event()

    def slow(self: Any, frame: Frame, *args: Any) -> None:
        encoded.append(frame)
        held.wait()
        real(self, frame, *args)

    def stopped(self: VideoWriter) -> None:
        held.set()
        stop(self)

    monkeypatch.setattr(encode.Encoder, "encode", slow)
    monkeypatch.setattr(VideoWriter, "_stop", stopped)
    video = VideoWriter(tmp_path / "film.mp4", SMALL, queue_size=4)
    for _ in range(4):
        video.write(plain())
    video.abandon()
    assert not video._thread.is_alive()
    assert len(encoded) <= 1


def test_an_interrupt_while_the_file_is_completed_leaves_no_file_and_no_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished: list[object] = []
    monkeypatch.setattr(encode.Encoder, "finish", finished.append)

    def interrupted(self: VideoWriter) -> NoReturn:
        writers.append(self)
        raise KeyboardInterrupt

    writers: list[VideoWriter] = []
    monkeypatch.setattr(VideoWriter, "close", interrupted)
    with pytest.raises(KeyboardInterrupt):
        record(tmp_path / "film.mp4", moving(3))
    (writer,) = writers
    assert not writer._thread.is_alive()
    assert finished == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((96, 128, 3), np.uint8),
        np.zeros((128, 96, 4), np.uint8),
        np.zeros((96, 128, 4), np.float32),
    ],
)
def test_a_frame_of_another_kind_is_a_bug(tmp_path: Path, frame: Any) -> None:
    with pytest.raises(ValueError, match="is due"):
        record(tmp_path / "film.mp4", [frame])


def test_a_shortened_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finish = encode.Encoder.finish

    def lossy(self: Any) -> None:
        self._n_bytes += 10**6
        finish(self)

    monkeypatch.setattr(encode.Encoder, "finish", lossy)
    with pytest.raises(RenderError, match="shorter"):
        record(tmp_path / "film.mp4", [plain()])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("limit", [0, 200, 20_000, 100_000])
def test_a_file_that_may_not_grow_is_one_sentence(tmp_path: Path, limit: int) -> None:
    """The limit stands for a full disk: when opening, at the header, in the middle, in the end."""
    script = """
        import resource, sys
        from pathlib import Path
        import numpy as np
        from pipeline.outputs import atomic_write
        from pipeline.video.encode import VideoWriter
        from pipeline.errors import RenderError
        from pipeline.render.settings import RenderSettings
        limit, path = int(sys.argv[1]), Path(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        noise = np.random.default_rng(0)
        try:
            settings = RenderSettings(width=256, height=256)
            with atomic_write(path) as file, VideoWriter(file, settings, name=path) as video:
                for _ in range(12):
                    video.write(noise.integers(0, 256, (256, 256, 4), np.uint8))
        except RenderError as error:
            print(error)
    """
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(limit), str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stderr == ""
    assert done.stdout.startswith(f"{path} could not be written (file too large)")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# --- stills --------------------------------------------------------------------------------------


def test_a_still_is_the_frame() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (96, 128, 4), np.uint8)
    solid, glass = BytesIO(png(frame)), BytesIO(png(frame, transparent=True))
    with Image.open(solid) as opaque, Image.open(glass) as clear:
        assert (opaque.mode, clear.mode) == ("RGB", "RGBA")
        assert opaque.info["srgb"] == 0
        assert np.array_equal(np.asarray(opaque), frame[..., :3])
        assert np.array_equal(np.asarray(clear), frame)
