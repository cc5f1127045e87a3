"""The shaders as they are linked: nothing that is the same for all pixels is fetched pixel by pixel."""

from __future__ import annotations

import re

import pytest

from scenes.stage.programs import FIELD_PROGRAMS, PROGRAMS, linked_shaders, shader_source


@pytest.mark.parametrize("name", [*PROGRAMS, *FIELD_PROGRAMS])
def test_pixels_read_no_uniform_but_textures(name: str) -> None:
    vertex, fragment = linked_shaders(name)
    assert {kind for kind, _ in declared("uniform", fragment)} <= {"sampler2D"}
    handed_on = declared("flat in", fragment)
    assert handed_on == declared("flat out", vertex) != []
    for kind, place in handed_on:
        if place.startswith("v_"):  # worked out there
            continue
        uniform = place.removeprefix("same_")
        assert f"    {place} = {uniform};\n" in vertex
        assert (kind, uniform) in declared("uniform", vertex)
        assert re.search(rf"^#define {uniform} {place}\b", fragment, re.MULTILINE)


@pytest.mark.parametrize("name", [*PROGRAMS, *FIELD_PROGRAMS])
def test_no_uniform_is_lost_on_the_way(name: str) -> None:
    plain = [shader_source(f"{name}.{stage}") for stage in ("vert", "frag")]
    before, after = (
        {uniform for text in texts for uniform in declared("uniform", text)}
        for texts in (plain, linked_shaders(name))
    )
    assert before == after


def declared(how: str, text: str) -> list[tuple[str, str]]:
    """What a shader declares so: kinds and names, in the order of names."""
    found = re.findall(rf"^{how} (\w+) (\w+);", text, re.MULTILINE)
    return sorted(found, key=lambda pair: pair[1])
