"""What befalls a cluster is told, nothing waits for ever, and results are what they would have been."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.site import Draw, Story, a_site, go_on, kill, stop

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_workers_and_scheduler_are_silent_gone_and_back(tmp_path: Path) -> None:
    """One after the other, while a film of three chunks is drawn that lasts until all has happened."""
    ready = tmp_path / "ready"
    with a_site(tmp_path / "site", 2) as site:

        def story(pids: dict[str, int]) -> Story:
            yield "Advanced"
            first, second = pids
            stop(pids[first])
            yield f"Worker {first} does not answer."
            yield f"Lost(worker='{first}', task="
            yield f"Advanced(worker='{second}'"  # the others go on
            kill(pids[second])
            yield f"Lost(worker='{second}', task="
            yield f"Waiting for workers to join {site.address}."
            go_on(pids[first])
            yield f"Began(worker='{first}'"
            yield f"Advanced(worker='{first}'"
            stop(site.processes[0].pid)
            yield f"The Dask scheduler at {site.address} does not answer: waiting."
            go_on(site.processes[0].pid)
            yield "Advanced"
            kill(site.processes[0].pid)
            yield f"The Dask scheduler at {site.address} is gone: waiting for it to come back."
            site.processes[0].wait()
            site.scheduler()
            site.worker()
            yield "Advanced"
            ready.touch()
            yield "Ended"

        assert site.play([Draw(n, ready) for n in range(3)], story, 2) == {0: 0, 1: 1, 2: 4}
