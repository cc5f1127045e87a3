"""Whether this shell lets a process have the memory that a render needs."""

from __future__ import annotations

import resource

from pipeline.sizes import bytes_text

#: Of a process's address space: with 3.9 GB a film at 2160p is made, by the software renderer.
_ENOUGH = 4_000_000_000


def short_of_memory() -> str | None:
    """Say so in a sentence where this shell lets a process have less memory than a render needs."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY or limit >= _ENOUGH:
        return None
    return (
        f"This shell lets a process have {bytes_text(limit)} of memory, and a render needs up to "
        f"{bytes_text(_ENOUGH)}: raise the limit with `ulimit -v unlimited`."
    )
