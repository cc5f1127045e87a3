"""What a film tells beside its pictures confuses no browser: it plays as one without would."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.video.join import join_segments
from pipeline.video.metadata import Metadata
from tests.browser import Browser
from tests.pipeline.video.test_join import CUES, METADATA, SIXTY, segment

PAGE = """<!doctype html><title>film</title><video muted playsinline src="film.mp4"></video>
<script>
  const video = document.querySelector("video");
  let seen = 0;
  video.requestVideoFrameCallback(function count() {
    seen += 1;
    video.requestVideoFrameCallback(count);
  });
</script>"""


@pytest.mark.parametrize(
    "metadata", [Metadata(), METADATA, Metadata(captions=CUES, captions_on=True)]
)
def test_a_browser_plays_a_film_with_labels(
    browser: Browser, tmp_path: Path, metadata: Metadata
) -> None:
    parts = [(segment(range(100, 170), SIXTY), 70), (segment(range(50, 120), SIXTY), 70)]
    join_segments(parts, SIXTY, tmp_path / "film.mp4", metadata)
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    page = browser.open(tmp_path / "index.html")
    page.until("video.readyState >= 2")
    assert page.script("return [video.videoWidth, video.videoHeight]") == list(SIXTY.size)
    assert page.script("return video.duration") == pytest.approx(140 / 60, abs=1e-3)
    assert page.script("return video.textTracks.length") == 0
    assert page.script("return video.error") is None
    # To the second chapter, and from there to the end.
    page.script("video.currentTime = arguments[0]", 61 / 60)
    page.until("!video.seeking")
    assert page.script("return video.currentTime") == pytest.approx(61 / 60, abs=1e-6)
    page.script("return video.play()")
    page.until("video.ended")
    assert page.script("return seen") > 1
    assert page.script("return video.error") is None
    assert page.troubles() == []
