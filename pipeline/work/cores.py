"""What this process may really use of the machine: cores and memory, containers' limits included."""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.render.settings import RenderSettings

#: Linux tells a process its control groups here, and their limits below the folder.
_PROC, _CGROUP = Path("/proc/self"), Path("/sys/fs/cgroup")


def cores(proc: Path = _PROC, cgroup: Path = _CGROUP) -> int:
    """Return how many cores this process may keep busy, at least one.

    The least of: the machine's cores, those this process may run on (its affinity, which batch
    systems and ``taskset`` set), and the share of time its control groups allow (which containers
    set), rounded up.
    """
    limits = [os.cpu_count() or 1]
    if hasattr(os, "sched_getaffinity"):
        limits.append(len(os.sched_getaffinity(0)))
    for folder in _control_groups(proc, cgroup):
        limits += [math.ceil(quota) for quota in _quotas(folder)]
    return max(1, min(limits))


def memory(proc: Path = _PROC, cgroup: Path = _CGROUP) -> int | None:
    """Return how many bytes this process and its children may still take; None if not known."""
    limits = []
    for line in _read(proc.parent / "meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            limits.append(int(line.split()[1]) * 1024)
    for folder in _control_groups(proc, cgroup):
        for most, used in (
            ("memory.max", "memory.current"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            numbers = _read(folder / most).strip(), _read(folder / used).strip()
            if all(number.isdigit() for number in numbers):
                limits.append(max(0, int(numbers[0]) - int(numbers[1])))
    return min(limits, default=None)


def workers_that_fit(settings: RenderSettings) -> int:
    """Return how many workers this process may have for frames of this size, at least one.

    One a core, as long as there is memory for them: each takes 300 MB and 24 frames (measured at
    480p, 1080p and 2160p, where that is 0.3, 0.5 and 1.1 GB).
    """
    need = 300_000_000 + 24 * 4 * settings.width * settings.height
    room = memory()
    return max(1, min(cores(), cores() if room is None else room // need))


def _control_groups(proc: Path, cgroup: Path) -> list[Path]:
    """Folders of this process's control groups and of all that hold them: any of them may limit."""
    folders = [cgroup, cgroup / "cpu", cgroup / "memory"]  # as seen from within a container
    for line in _read(proc / "cgroup").splitlines():
        _, controllers, name = line.split(":", 2)  # "0::/slice/job" or "4:cpu,cpuacct:/job"
        root = cgroup / controllers if controllers else cgroup
        inner = root / name.lstrip("/")
        while inner not in (root, root.parent) and ".." not in inner.parts:
            folders.append(inner)
            inner = inner.parent
    return folders


def _quotas(folder: Path) -> list[float]:
    """Cores' worth of time a control group allows: version 2 says it in one file, version 1 in two."""
    pairs = [
        _read(folder / "cpu.max").split(),
        [_read(folder / f"cpu.cfs_{part}_us").strip() for part in ("quota", "period")],
    ]
    return [
        int(quota) / int(period)
        for quota, period in (pair for pair in pairs if len(pair) == 2)
        if quota.isdigit() and period.isdigit() and int(quota) > 0 and int(period) > 0
    ]


def _read(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""
