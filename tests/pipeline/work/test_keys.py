"""Keys change with everything that can change a frame, and with nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.render.film import Chunk
from pipeline.render.settings import RenderSettings
from pipeline.video.segment import segment_options
from pipeline.work import keys
from pipeline.work.keys import Machine, differences, segment_key, this_machine, timeline_key
from pipeline.work.sources import source_digest, source_files
from ridge_math import Dataset
from ridge_math.stop import Stop
from scenes import ACTS
from scenes.brief import Brief
from scenes.look import Look
from scenes.theme import Colour

OPENGL = {"renderer": "llvmpipe", "version": "4.5"}
LOOK = RenderSettings()
MACHINE = Machine({"numpy": "2.0"}, "llvmpipe", "sources")

#: Another value for every field of the settings: a new field without one fails the test below.
OTHER = {"width": 640, "height": 360, "fps": 30, "theme": "light", "transparent": True}


def make(renderer: Any) -> Any:
    raise NotImplementedError


def key(
    content: str = "act",
    start: int = 0,
    look: RenderSettings = LOOK,
    machine: Machine = MACHINE,
    encoder: object = "x264",
) -> str:
    return segment_key(Chunk("act", make, start, 100, content=content), look, machine, encoder)


@pytest.mark.parametrize("name", [field.name for field in fields(RenderSettings)])
def test_every_setting_counts_in_a_key(name: str) -> None:
    other = replace(LOOK, **{name: OTHER[name]})
    assert key(look=other) != key()
    assert timeline_key("act", other, MACHINE) != timeline_key("act", LOOK, MACHINE)


@pytest.mark.parametrize(
    "other",
    [
        {"content": "another"},
        {"start": 1},
        {"encoder": "x265"},
        {"machine": replace(MACHINE, versions={"numpy": "2.1"})},
        {"machine": replace(MACHINE, renderer="a GPU")},
        {"machine": replace(MACHINE, sources="edited")},
    ],
)
def test_chunk_and_machine_count_in_a_key(other: dict[str, Any]) -> None:
    assert key(**other) != key()
    assert key() == key()


def test_what_an_act_is_in_time_needs_no_renderer() -> None:
    for_us = timeline_key("act", LOOK, MACHINE)
    assert for_us == timeline_key("act", LOOK, replace(MACHINE, renderer=""))
    for other in ({"versions": {"numpy": "2.1"}}, {"sources": "edited"}):
        assert timeline_key("act", LOOK, replace(MACHINE, **other)) != for_us
    assert this_machine() == replace(this_machine(OPENGL), renderer="")


def test_encoder_options_count_in_a_key() -> None:
    other = segment_options(replace(LOOK, fps=30))
    assert key(encoder=segment_options(LOOK)) != key(encoder=other)


def test_who_draws_and_where_does_not_count_in_a_key() -> None:
    # A key is made from these alone; names of acts are part of their content.
    assert key() == segment_key(Chunk("x", print, 0, 100, content="act"), LOOK, MACHINE, "x264")


def test_a_machine_is_its_packages_its_renderer_and_our_sources() -> None:
    machine = this_machine(OPENGL)
    assert set(keys.DRAWING_PACKAGES) < set(machine.versions)
    assert machine == this_machine(OPENGL)
    assert differences(machine, machine) == []
    versions = {**machine.versions, "numpy": "1.0"}
    del versions["typst"]
    told = differences(Machine(versions, "a GPU", "edited"), machine)
    assert told[0] == f"numpy 1.0 instead of {machine.versions['numpy']}"
    assert told[1].startswith("typst missing instead of")
    assert told[2].startswith("OpenGL by a GPU instead of llvmpipe")
    assert told[3] == "other sources of the pipeline"
    assert len(told) == 4


@pytest.mark.parametrize(
    "changed",
    [
        {"theme": "light"},
        {"language": "de"},
        {"captions": False},
        {"transparent": True},
        {"title": "Why ridge?"},
        {"author": "Ada Lovelace"},
        {"source": "Longley (1967)"},
        {"look": Look((("ink", Colour("#ffffff")),))},
        {"stop": Stop(0.5, "value")},
        {"changes": (("bowl", "grow", "It grows."),)},
        {"dataset": Dataset.synthetic(seed=7)},
    ],
)
def test_everything_an_act_is_given_counts(changed: dict[str, Any]) -> None:
    brief = Brief(Dataset.synthetic())
    assert brief.fingerprint == Brief(Dataset.synthetic()).fingerprint
    assert replace(brief, **changed).fingerprint != brief.fingerprint


def test_no_field_of_a_brief_is_forgotten() -> None:
    brief = Brief(Dataset.synthetic())
    assert all(field.name in brief.fingerprint for field in fields(Brief))


# --- sources ------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two acts that share a helper; one of them has a shader, too."""
    files = {
        "play/__init__.py": "",
        "play/one.py": "from play import helper\nimport json",
        "play/two.py": "def f():\n    from .helper import x",
        "play/helper.py": "from typing import TYPE_CHECKING\nimport maths.numbers\n"
        "if TYPE_CHECKING:\n    from play import unused\nelse:\n    import play.otherwise",
        "play/otherwise.py": "",
        "play/unused.py": "",
        "play/stage/__init__.py": "",
        "play/stage/shaders/a.frag": "void main() {}",
        "play/three.py": "import play.stage.gl",
        "play/stage/gl.py": "",
        "play/words.toml": "",
        "maths/__init__.py": "",
        "maths/numbers.py": "import elsewhere.thing",
        "elsewhere/__init__.py": "",
        "elsewhere/thing.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def names(*modules: str, without: tuple[str, ...] = ()) -> set[str]:
    return {name for name, _ in source_files(modules, ("play", "maths"), without=without)}


@pytest.mark.usefixtures("package")
def test_imports_are_followed_into_our_packages() -> None:
    shared = {"play", "play.helper", "play.otherwise", "maths", "maths.numbers", "play/words.toml"}
    assert names("play.one") == {"play.one", *shared}
    assert names("play.two") == {"play.two", *shared}
    assert names("play.two", without=("words.toml",)) == {"play.two", *shared} - {"play/words.toml"}


@pytest.mark.usefixtures("package")
def test_data_files_of_a_package_are_sources() -> None:
    assert names("play.three") == {
        *("play", "play.three", "play/words.toml"),
        *("play.stage", "play.stage.gl", "play.stage/shaders/a.frag"),
    }


@pytest.mark.usefixtures("package")
def test_a_module_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"play\.four"):
        names("play.four")
    with pytest.raises(ModuleNotFoundError, match="noplay"):
        names("noplay")


@pytest.mark.parametrize(
    ("edited", "changes"),
    [
        ("play/one.py", {"play.one"}),
        ("play/helper.py", {"play.one", "play.two"}),
        ("maths/numbers.py", {"play.one", "play.two"}),
        ("play/stage/shaders/a.frag", {"play.three"}),
        ("play/__init__.py", {"play.one", "play.two", "play.three"}),
        ("play/unused.py", set()),
        ("elsewhere/thing.py", set()),
    ],
)
def test_an_edit_changes_what_is_made_of_it(package: Path, edited: str, changes: set[str]) -> None:
    def digests() -> dict[str, str]:
        # Digests are kept for the life of a process, in which sources do not change.
        from pipeline.work import sources

        sources._file_digest.cache_clear()
        sources._imports.cache_clear()
        acts = ("play.one", "play.two", "play.three")
        return {act: source_digest([act], ("play", "maths")) for act in acts}

    before = digests()
    (package / edited).write_text((package / edited).read_text() + "\n# edited\n")
    after = digests()
    assert {act for act in before if before[act] != after[act]} == changes


def test_acts_are_made_of_themselves_and_not_of_each_other() -> None:
    modules = {act.module for act in ACTS}
    for act in ACTS:
        files = {name for name, _ in source_files([act.module], ("scenes", "ridge_math"))}
        assert files & modules == {act.module}
        assert {"ridge_math.dataset", "scenes.act", "scenes.text.captions/en.toml"} <= files
