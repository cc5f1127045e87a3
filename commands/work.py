"""How the work of a render is done: by how many workers, here or on a cluster, kept where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.console.commandline import FilePath, note, option
from commands.request import OUR_PACKAGES
from pipeline.errors import Interrupted, SettingsError

if TYPE_CHECKING:
    from commands.request import Request
    from pipeline.render.film import Act
    from pipeline.render.service import RenderService
    from pipeline.render.settings import RenderSettings
    from pipeline.work.executor import Executor
    from pipeline.work.store import Store
    from scenes import ActEntry


@dataclass(frozen=True)
class Work:
    """What the options about work ask for; one field for each."""

    workers: int | None
    cluster: str | None
    tls_ca: Path | None
    tls_cert: Path | None
    tls_key: Path | None
    cache_dir: Path | None
    cache: bool
    dry_run: bool

    def n_workers(self, settings: RenderSettings) -> int | None:
        """How many workers there are to be; None if that is for a cluster to say."""
        from pipeline.work.cores import workers_that_fit
        from pipeline.work.scheduler import local_workers

        if self.cluster is not None:
            return local_workers(self.cluster)
        return workers_that_fit(settings) if self.workers is None else self.workers

    def check(self) -> None:
        """Raise SettingsError for what is impossible, before anything is read."""
        from pipeline.work.scheduler import local_workers

        if self.cluster is not None:
            local_workers(self.cluster)
            if self.workers is not None:
                raise SettingsError("--workers and --cluster exclude each other: use local:N.")
        elif self.tls_ca or self.tls_cert or self.tls_key:
            raise SettingsError("--tls-ca, --tls-cert and --tls-key need --cluster.")


@dataclass(frozen=True)
class Keeping:
    """What the options about the cache ask for; one field for each."""

    cache_dir: Path | None
    cache: bool

    @contextmanager
    def store(self, *, needed: bool = True) -> Iterator[Store]:
        """Give the store that is meant; without a cache, one that is gone when the block ends."""
        from pipeline.scratch import scratch_folder, sweep
        from pipeline.work.store import Store, default_folder

        with ExitStack() as stack:
            folder = self.cache_dir or default_folder()
            if not self.cache:
                folder = stack.enter_context(scratch_folder())
            sweep(folder)
            yield Store(folder, note, needed=needed)


def keeping_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options about the cache; the command gets them as one `Keeping`."""

    @wraps(command)
    def with_keeping(*args: Any, **given: Any) -> None:
        keeping = Keeping(**{field.name: given.pop(field.name) for field in fields(Keeping)})
        command(*args, keeping=keeping, **given)

    return cache_dir_option()(_cache_option()(with_keeping))


def measured(request: Request, keeping: Keeping, entries: Sequence[ActEntry]) -> tuple[Act, ...]:
    """Learn what acts are in time: from the cache, or by stepping through them in this process."""
    from commands.console.report import waiting
    from pipeline.render.service import RenderService
    from pipeline.work.executor import SerialExecutor
    from pipeline.work.keys import this_machine

    scripts = request.scripts(entries)
    # What is known of acts is no loss where nothing can be kept.
    with keeping.store(needed=False) as store, waiting("Stepping through the acts"):
        return RenderService(SerialExecutor(), store, this_machine()).measure(
            scripts, request.settings
        )


def workers_option() -> Callable[[Any], Any]:
    """Return the option --workers."""
    return option(
        "--workers",
        type=click.IntRange(0, 1024),
        metavar="N",
        help="Worker processes; else one a core that may be used. 0: none, draw in this one.",
    )


def work_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options about work; the command gets them as one `Work`."""
    options = (
        workers_option(),
        option(
            "--cluster",
            metavar="ADDRESS",
            help="Draw on Dask workers: tcp://host:8786, or local:N. See docs/cluster.md.",
        ),
        option(
            "--tls-ca",
            type=FilePath(),
            metavar="FILE",
            help="Certificate of a cluster's authority.",
        ),
        option(
            "--tls-cert", type=FilePath(), metavar="FILE", help="Our certificate for the cluster."
        ),
        option("--tls-key", type=FilePath(), metavar="FILE", help="The key of our certificate."),
        cache_dir_option(),
        _cache_option(),
        option("--dry-run", is_flag=True, help="Say what would be drawn, and draw nothing."),
    )

    @wraps(command)
    def with_work(*args: Any, **given: Any) -> None:
        work = Work(**{field.name: given.pop(field.name) for field in fields(Work)})
        work.check()
        command(*args, work=work, **given)

    for add in reversed(options):
        add(with_work)
    return with_work


def _cache_option() -> Callable[[Any], Any]:
    return option(
        "--cache/--no-cache",
        default=True,
        help="Keep finished pieces, so that nothing is drawn twice.",
    )


def cache_dir_option() -> Callable[[Any], Any]:
    """Return the option --cache-dir."""
    return option(
        "--cache-dir",
        type=FilePath(),
        metavar="DIR",
        help="Where finished pieces are kept; else in the user's cache folder.",
    )


@contextmanager
def open_service(
    work: Work, settings: RenderSettings, entries: Sequence[ActEntry]
) -> Iterator[RenderService]:
    """Give a service for these acts; when the block ends, nobody works any more."""
    from pipeline.render.service import RenderService
    from pipeline.work.keys import this_machine
    from scenes.stage.gl import describe_renderer

    with ExitStack() as stack:
        store = stack.enter_context(Keeping(work.cache_dir, work.cache).store())
        if work.cluster is None:
            executor = stack.enter_context(executor_of(work.n_workers(settings)))
            machine = this_machine(describe_renderer())
        else:
            from pipeline.work.cluster import Cluster
            from pipeline.work.cluster_worker import Sources
            from pipeline.work.scheduler import Tls

            modules = (
                "pipeline.video.segment",
                "pipeline.work.cluster_worker",
                *(e.module for e in entries),
            )
            cluster = Cluster(
                work.cluster,
                describe_renderer,
                Sources(modules, ("pipeline", *OUR_PACKAGES)),
                tell=note,
                tls=Tls(work.tls_ca, work.tls_cert, work.tls_key),
            )
            executor = stack.enter_context(cluster)
            machine = cluster.machine()
        yield RenderService(executor, store, machine)


@contextmanager
def resumable(work: Work) -> Iterator[None]:
    """Say, where a user stops what is done in the block, what is left and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        rest = "What is finished is kept: the same command goes on from there."
        raise Interrupted(
            f"Stopped; no unfinished file was left behind. {rest if work.cache else ''}".strip()
        ) from None


def executor_of(n_workers: int | None) -> Executor:
    """Return so many workers on this machine; for none, this process itself."""
    from pipeline.work.cores import cores
    from pipeline.work.executor import SerialExecutor
    from pipeline.work.workers import Processes

    if not n_workers:
        return SerialExecutor()
    # With cores to spare, the software renderer may use them; else it would only be in the way.
    spare = cores() // n_workers
    return Processes(n_workers, threads=spare if spare > 1 else 0)
