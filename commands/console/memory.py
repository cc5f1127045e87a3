"""The memory limit of this shell (`ulimit -v`), where a render needs more."""

from __future__ import annotations

import resource

from pipeline.errors import RenderError
from pipeline.sizes import bytes_text

#: Of a process's address space: with 3.9 GB a film at 2160p is made, by the software renderer.
_ENOUGH = 4_000_000_000
#: With less, libraries below us crash where they should fail.
_LEAST = 1_800_000_000


def check_memory() -> None:
    """Raise RenderError where `ulimit -v` allows too little memory to draw anything."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    scarce = short_of_memory()
    if scarce is not None and limit < _LEAST:
        raise RenderError(scarce)


def short_of_memory() -> str | None:
    """Return a sentence where `ulimit -v` allows less memory than a render needs, else None."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY or limit >= _ENOUGH:
        return None
    return (
        f"This shell lets a process have {bytes_text(limit)} of memory, and a render needs up to "
        f"{bytes_text(_ENOUGH)}: raise the limit with `ulimit -v unlimited`."
    )
