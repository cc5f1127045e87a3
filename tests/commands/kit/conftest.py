"""The kits that tests look at, made once; tests must not write to them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.commands.kit.made import (
    DATA,
    TINIEST,
    TINY,
    run,
)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of all tests here: most draw the same."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Run in an empty folder, with no settings of the user's own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RIDGE_CACHE_DIR", str(cache))
    monkeypatch.setenv("RIDGE_WORKERS", "0")


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """A kit of the loop, from Longley's data. Tests must not write to it."""
    out = tmp_path_factory.mktemp("kits")
    result = run(*DATA, *TINY, "--out", str(out), "--cache-dir", str(cache))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{out}/kit: 25 files, ")
    return out / "kit"


@pytest.fixture(scope="session")
def act(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """A kit of an act that has captions, in German."""
    out = tmp_path_factory.mktemp("acts")
    result = run("hook", *TINIEST, "--lang", "de", "--out", str(out), "--cache-dir", str(cache))
    assert result.exit_code == 0, result.output
    return out / "kit-hook"
