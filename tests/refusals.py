"""How a command refuses what cannot be done: exit code 2, one sentence, nothing written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from click.testing import Result


def check_refused(result: Result, says: Iterable[str]) -> None:
    """Fail unless one sentence, the last, says all this, and there is no folder ``out``."""
    assert result.exit_code == 2, result.output
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert errors == result.stderr.splitlines()[-1:]
    assert [part for part in says if part not in errors[0]] == []
    assert not Path("out").exists()
