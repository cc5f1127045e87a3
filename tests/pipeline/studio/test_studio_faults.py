"""Errors as the studio shows them."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.studio.faults import Fault, fault_of
from ridge_math.errors import DataError

SOURCE = """import json


def construct():
    text = '{"a": '
    return json.loads(text)


construct()
"""


def raised_in(path: Path) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any that the file raises
        runpy.run_path(str(path))
    return caught.value


def fault_in(path: Path) -> Fault:
    return fault_of(raised_in(path), "corner", 17)


def test_innermost_line_of_the_author_is_shown_with_the_lines_around(tmp_path: Path) -> None:
    path = tmp_path / "my_acts.py"
    path.write_text(SOURCE)
    fault = fault_in(path)
    assert fault.title == "JSONDecodeError"
    assert "Expecting value" in fault.message
    assert [(each.path, each.line) for each in fault.trace] == [(str(path), 9), (str(path), 6)]
    assert fault.trace[-1].function == "construct"
    assert dict(fault.excerpt)[6] == "    return json.loads(text)"
    assert [number for number, _ in fault.excerpt] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert (fault.act, fault.frame) == ("corner", 17)


def test_what_is_no_python_is_shown_where_it_stops(tmp_path: Path) -> None:
    path = tmp_path / "my_acts.py"
    path.write_text(SOURCE.replace("def construct():", "def construct(:"))
    fault = fault_in(path)
    assert fault.title == "SyntaxError"
    assert fault.trace[-1].line == 4
    assert dict(fault.excerpt)[4] == "def construct(:"


def test_sentences_for_users_stand_alone() -> None:
    for error in (SettingsError("--size is odd."), DataError("data.csv has no rows.")):
        assert fault_of(error) == Fault("", str(error))


def test_wrapped_error_of_a_file_is_unwrapped(tmp_path: Path) -> None:
    path = tmp_path / "my_acts.py"
    path.write_text(SOURCE)
    wrapped = SettingsError(f"{path} cannot be loaded:\n  and why")
    wrapped.__cause__ = raised_in(path)
    assert fault_of(wrapped).title == "JSONDecodeError"
