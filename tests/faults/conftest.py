"""Faults are real: `make test` makes a few, `make test-faults` a lot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.processes import Render

if not Path("/proc/self/environ").exists():  # by which processes are found
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """A render that nobody disturbed, and its cache."""
    render = Render(tmp_path_factory.mktemp("whole"), "--workers", "0")
    render.finish()
    assert len(render.chunks("finished")) >= 6
    return render
