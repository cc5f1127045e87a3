"""What befalls a cluster is told, nothing waits for ever, and results are what they would have been."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import ROOT, Render
from tests.faults.site import Draw, Hang, Site, Story, a_site, go_on, kill, stop

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.mark.slow
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


def fate(kind: str, rng: random.Random, site: Site, pids: dict[str, int], ready: Path) -> Story:
    """One fault, and what is said of it; in the end the tasks may end."""
    scheduler = site.processes[0]
    first, second = rng.sample(sorted(pids), 2)
    yield f"Advanced(worker='{first}'"
    if kind == "worker killed":
        kill(pids[first])
        yield f"Lost(worker='{first}'"
    elif kind == "worker stopped for good":
        stop(pids[first])
        yield f"Lost(worker='{first}'"
    elif kind == "worker stopped and back":
        stop(pids[first])
        yield f"Worker {first} does not answer."
        go_on(pids[first])
        yield f"Advanced(worker='{first}'"
    elif kind == "worker back after its task went to another":
        stop(pids[first])
        yield f"Lost(worker='{first}'"
        go_on(pids[first])
        kill(pids[second])
        yield f"Began(worker='{first}'"
    elif kind == "all workers killed, one comes late":
        for number in pids.values():
            kill(number)
        yield "Waiting for workers to join"
        site.worker()
    elif kind == "all workers stopped and back":
        for number in pids.values():
            stop(number)
        for _ in pids:
            yield "does not answer."
        for number in pids.values():
            go_on(number)
    elif kind == "a worker joins late":
        site.worker()
        kill(pids[first])
        yield f"Lost(worker='{first}'"
        yield "Began"
    elif kind == "a worker with other sources":
        site.worker(other_sources(site.folder))
        yield "is not used: it has other sources of the film."
        kill(pids[first])
        yield f"Lost(worker='{first}'"
    elif kind == "scheduler stopped and back":
        stop(scheduler.pid)
        yield "does not answer: waiting."
        go_on(scheduler.pid)
    else:
        assert kind == "scheduler killed and another in its place"
        kill(scheduler.pid)
        scheduler.wait()
        if rng.random() < 0.5:
            yield "is gone: waiting for it to come back."
        site.scheduler()
        site.worker()
    yield "Advanced"
    ready.touch()
    yield "Ended"


def other_sources(folder: Path) -> Path:
    """A copy of the project in which a comment differs."""
    copy = folder / "other"
    if not copy.exists():
        shutil.copytree(ROOT / "pipeline", copy / "pipeline")
        shutil.copytree(ROOT / "tests" / "faults", copy / "tests" / "faults")
        with (copy / "pipeline" / "work" / "cluster_worker.py").open("a") as source:
            source.write("# other\n")
    return copy


FATES = (
    "worker killed",
    "worker stopped for good",
    "worker stopped and back",
    "worker back after its task went to another",
    "all workers killed, one comes late",
    "all workers stopped and back",
    "a worker joins late",
    "a worker with other sources",
    "scheduler stopped and back",
    "scheduler killed and another in its place",
)


@pytest.fixture(scope="module")
def survived(pytestconfig: pytest.Config) -> Iterator[Counter[str]]:
    """How often each fault was survived; printed in the end."""
    counts: Counter[str] = Counter()
    yield counts
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n{counts.total()} faults of a cluster survived:", dict(counts))


@pytest.mark.faults
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", FATES)
def test_a_fault_is_told_and_costs_no_result(
    kind: str, seed: int, tmp_path: Path, survived: Counter[str]
) -> None:
    """Twenty faults of a cluster, at moments by chance."""
    rng = random.Random(f"{kind} {seed}")
    with a_site(tmp_path / "site", 2) as site:
        ready = tmp_path / "ready"
        tasks = [Draw(n, ready) for n in range(5)]
        results = site.play(tasks, lambda pids: fate(kind, rng, site, pids, ready), 2)
    assert results == {n: n**2 for n in range(5)}
    survived[kind] += 1


@pytest.mark.faults
def test_a_cluster_worker_that_hangs_is_no_reason_to_wait(tmp_path: Path) -> None:
    """It answers, and draws nothing: its task goes to another, and it is given nothing."""
    mark = tmp_path / "mark"
    with a_site(tmp_path / "site", 2) as site:

        def story(pids: dict[str, int]) -> Story:
            yield "draws nothing any more"
            yield "Ended"

        tasks = [Hang(0, mark), *(Draw(n, mark) for n in range(1, 4))]
        assert site.play(tasks, story, 2) == {n: n**2 for n in range(4)}


@pytest.mark.faults
def test_a_film_of_workers_that_are_stopped_and_killed_is_the_same_film(
    tmp_path: Path, whole: Render
) -> None:
    with a_site(tmp_path / "site", 3) as site:
        workers = site.processes[1:]
        render = Render(tmp_path / "r", "--cluster", site.address)
        render.wait_for("finished")
        stop(workers[0].pid)
        kill(workers[1].pid)
        render.finish()
    assert render.film.read_bytes() == whole.film.read_bytes()
