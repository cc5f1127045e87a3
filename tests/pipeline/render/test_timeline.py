"""Moments as people write them."""

from __future__ import annotations

from pipeline.render.timeline import clock


def test_a_moment_is_written_in_minutes_and_seconds_and_cut_never_early() -> None:
    told = {0: "0:00", 1.4: "0:01", 59.99: "0:59", 60: "1:00", 600: "10:00", 635: "10:35"}
    told |= {3599: "59:59", 3600: "1:00:00", 3723.9: "1:02:03"}
    assert {seconds: clock(seconds) for seconds in told} == told
