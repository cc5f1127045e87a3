"""The kits that tests look at, made once; tests must not write to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.kit.made import (
    DATA,
    TINIEST,
    TINY,
    run,
)


@pytest.fixture(autouse=True)
def elsewhere(elsewhere: None) -> None:
    """Every test here is run there."""


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
