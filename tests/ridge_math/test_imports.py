import subprocess
import sys

import pytest

import ridge_math


def test_importing_loads_nothing_heavy_and_nothing_of_the_other_rooms():
    code = (
        "import sys, ridge_math; "
        "print([m for m in ('manim', 'click', 'polars', 'scipy', 'scenes', 'pipeline') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ridge_math.__all__)
def test_every_public_name_exists_and_is_documented(name):
    public = getattr(ridge_math, name)
    assert name == "CONVENTIONS" or len(public.__doc__.split()) >= 5


def test_the_list_of_public_names_is_sorted_and_complete():
    listed = ridge_math.__all__
    assert len(set(listed)) == len(listed)
    exported = {
        name
        for name, value in vars(ridge_math).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("ridge_math.")
    }
    assert exported <= set(listed)
