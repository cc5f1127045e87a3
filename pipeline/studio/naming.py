"""How an act calls its objects: the attribute, or the variable, that each stands under."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import manim

#: So many steps from the act, as in ``self.land.axes.labels[0]``, a name is looked for.
_DEEPEST = 4
#: Longer lists are no names.
_LONGEST = 100
#: Where every scene, and every object of Manim, keeps what it was given under another name.
_MANIMS = {
    *vars(manim.Mobject()),
    *("renderer", "mobjects", "foreground_mobjects", "moving_mobjects", "static_mobjects"),
    *("animations", "meshes", "last_t", "saved_state", "target", "made_at"),
    "_followers",  # of an act: no name that anybody gave
}


def names_in(scene: Any, frame: FrameType | None, is_act: Callable[[str], bool]) -> dict[int, str]:
    """Return the shortest names of objects by their `id`, attributes of the act before variables.

    Parameters
    ----------
    scene
        The act; it is ``self``.
    frame
        Where it is being run: this call and its callers, innermost first.
    is_act
        Whether a source file is one of acts, so that its variables are meant.
    """
    levels: list[list[tuple[str, Any]]] = [[] for _ in range(_DEEPEST + 1)]
    ours = {"scenes", _room(scene)}
    levels[1] = list(_held("self", scene, ours))
    while frame is not None:
        if is_act(frame.f_code.co_filename):
            levels[1] += [each for each in frame.f_locals.items() if each[0] != "self"]
        frame = frame.f_back
    names: dict[int, str] = {}
    known = {id(scene)}
    for depth, level in enumerate(levels):
        for name, value in sorted(level, key=lambda each: "._" in each[0]):
            if id(value) in known:
                continue
            known.add(id(value))
            if isinstance(value, manim.Mobject):
                names[id(value)] = name
            if depth < _DEEPEST:
                levels[depth + 1] += _held(name, value, ours)
    return names


def _held(name: str, value: Any, ours: set[str]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list | tuple) and len(value) <= _LONGEST:
        yield from ((f"{name}[{i}]", each) for i, each in enumerate(value))
    elif isinstance(value, dict) and len(value) <= _LONGEST:
        yield from ((f"{name}[{key!r}]", each) for key, each in value.items())
    elif isinstance(value, manim.Mobject) or _room(value) in ours:
        attributes = getattr(value, "__dict__", {}).items()
        yield from ((f"{name}.{key}", each) for key, each in attributes if key not in _MANIMS)
        if isinstance(value, manim.Mobject) and not len(value.points):  # else [0] is itself
            yield from _held(name, value.submobjects, ours)


def _room(value: Any) -> str:
    return type(value).__module__.partition(".")[0]
