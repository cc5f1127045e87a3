"""What a page is told, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pipeline.render.timeline import Timeline
from pipeline.studio.faults import PROJECT, Fault
from pipeline.studio.needs import KEPT, Strip
from pipeline.studio.pictures import Picture
from pipeline.studio.showing import Bill, Billing


def told_bill(bill: Bill) -> dict[str, Any]:
    """Return what a film looks like."""
    look = bill.settings
    return {
        "width": look.width,
        "height": look.height,
        "fps": look.fps,
        "theme": look.theme,
        "notes": list(bill.notes),
    }


def told_act(act: Billing, timeline: Timeline | None) -> dict[str, Any]:
    """Return an act and, where it is known, what it is in time."""
    told: dict[str, Any] = {"name": act.name, "title": act.title, "key": act.key}
    told["texts"] = dict(act.texts)
    if timeline is None:
        return {**told, "frames": None}
    return {
        **told,
        "frames": timeline.n_frames,
        "cues": [asdict(cue) for cue in timeline.cues],
        "beats": [{"frame": beat.frame, "name": beat.name} for beat in timeline.beats],
        "holds": [list(hold) for hold in timeline.holds],
    }


def told_fault(fault: Fault | None) -> dict[str, Any] | None:
    """Return a fault, its files named from the project's folder."""
    if fault is None:
        return None
    prefix = f"{PROJECT}/"
    trace = [
        {"path": p.path.removeprefix(prefix), "line": p.line, "function": p.function}
        for p in fault.trace
    ]
    return {**asdict(fault), "trace": trace}


def runs(strip: Strip, pictures: Iterable[Picture]) -> list[tuple[int, int, float]]:
    """Return what is there of an act as ranges of frames, with the seconds each took, 0 if not known."""
    known = {each.start: (each.start, each.stop, each.seconds) for each in pictures}
    found, at = [], 0
    while (at := strip.marks.find(KEPT, at)) >= 0:
        if at in known:
            found.append(known[at])
        else:
            stop = at + 1
            while stop < len(strip.marks) and strip.marks[stop] == KEPT and stop not in known:
                stop += 1
            found.append((at, stop, 0.0))
        at = found[-1][1]
    return found
