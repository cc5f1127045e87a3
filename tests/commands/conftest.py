"""Where commands are run: an empty folder, with one cache for all that draw."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests: what one has drawn, another need not."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def elsewhere(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, with no settings of the user's own, drawing in this process."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RIDGE_CACHE_DIR", str(cache))
    monkeypatch.setenv("RIDGE_WORKERS", "0")
