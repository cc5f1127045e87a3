"""Cores and memory are the least of what the machine, the affinity and the containers allow."""

import os
from pathlib import Path

import pytest

from pipeline.work.cores import cores, memory

GIB = 2**30


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of 64 cores that may use all of them."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(64)), raising=False)


def plant(tmp_path: Path, files: dict[str, str]) -> tuple[Path, Path]:
    """A made-up /proc and /sys/fs/cgroup."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "proc" / "self", tmp_path / "cgroup"


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 64),
        ({"cgroup/cpu.max": "max 100000\n"}, 64),
        ({"cgroup/cpu.max": "250000 100000\n"}, 3),
        ({"cgroup/cpu.max": "50000 100000\n"}, 1),
        ({"cgroup/cpu/cpu.cfs_quota_us": "400000", "cgroup/cpu/cpu.cfs_period_us": "100000"}, 4),
        ({"cgroup/cpu/cpu.cfs_quota_us": "-1", "cgroup/cpu/cpu.cfs_period_us": "100000"}, 64),
        ({"proc/self/cgroup": "0::/slice/job\n", "cgroup/slice/cpu.max": "800000 100000"}, 8),
        (
            {
                "proc/self/cgroup": "0::/slice/job\n",
                "cgroup/slice/cpu.max": "800000 100000",
                "cgroup/slice/job/cpu.max": "600000 100000",
            },
            6,
        ),
        (
            {
                "proc/self/cgroup": "4:cpu,cpuacct:/job\n",
                "cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "500000",
                "cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000",
            },
            5,
        ),
        ({"proc/self/cgroup": "0::/../outside\n", "cgroup/cpu.max": "200000 100000"}, 2),
        ({"cgroup/cpu.max": "nonsense\n"}, 64),
    ],
)
def test_control_groups_limit_the_cores(
    tmp_path: Path, files: dict[str, str], expected: int
) -> None:
    assert cores(*plant(tmp_path, files)) == expected


def test_affinity_limits_the_cores(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {3, 5, 7}, raising=False)
    assert cores(*plant(tmp_path, {})) == 3


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"proc/meminfo": "MemTotal: 9 kB\nMemAvailable:   1048576 kB\n"}, GIB),
        (
            {
                "proc/meminfo": "MemAvailable: 8388608 kB\n",
                "cgroup/memory.max": f"{3 * GIB}\n",
                "cgroup/memory.current": f"{GIB}\n",
            },
            2 * GIB,
        ),
        (
            {
                "proc/meminfo": "MemAvailable: 8388608 kB\n",
                "cgroup/memory.max": "max\n",
                "cgroup/memory.current": f"{GIB}\n",
            },
            8 * GIB,
        ),
    ],
)
def test_control_groups_limit_the_memory(
    tmp_path: Path, files: dict[str, str], expected: int | None
) -> None:
    assert memory(*plant(tmp_path, files)) == expected


def test_this_machine_has_cores_and_memory() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
    assert (memory() or GIB) > 0
