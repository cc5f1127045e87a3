"""How the work of a render is done: by how many workers, here or on a cluster, kept where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.console.commandline import FilePath, gather_options, note, option
from commands.console.memory import check_memory
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
    """The options about workers, cluster and cache, read; one field for each."""

    workers: int | None = None
    cluster: str | None = None
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    cache_dir: Path | None = None
    cache: bool = True
    dry_run: bool = False

    def n_workers(self, settings: RenderSettings) -> int | None:
        """How many workers there are to be; None if that is for a cluster to say."""
        from pipeline.work.cores import workers_that_fit
        from pipeline.work.scheduler import local_workers

        if self.cluster is not None:
            return local_workers(self.cluster)
        return workers_that_fit(settings) if self.workers is None else self.workers

    @contextmanager
    def store(self, *, needed: bool = True) -> Iterator[Store]:
        """Give the cache as a `Store`; with --no-cache, a temporary one."""
        from pipeline.scratch import scratch_folder, sweep
        from pipeline.work.store import Store, default_folder

        with ExitStack() as stack:
            folder = self.cache_dir or default_folder()
            if not self.cache:
                folder = stack.enter_context(scratch_folder())
            sweep(folder)
            yield Store(folder, note, needed=needed)

    def __post_init__(self) -> None:
        """Raise SettingsError for what is impossible, before anything is read."""
        if self.cluster is not None:
            from pipeline.work.scheduler import local_workers

            local_workers(self.cluster)
            if self.workers is not None:
                raise SettingsError("--workers and --cluster exclude each other: use local:N.")
        elif self.tls_ca or self.tls_cert or self.tls_key:
            raise SettingsError("--tls-ca, --tls-cert and --tls-key need --cluster.")


def measured(request: Request, work: Work, entries: Sequence[ActEntry]) -> tuple[Act, ...]:
    """Return acts with their timelines: from the cache, or by stepping through them here."""
    from commands.console.report import waiting
    from pipeline.render.service import RenderService
    from pipeline.work.executor import SerialExecutor
    from pipeline.work.keys import this_machine

    scripts = request.scripts(entries)
    # What is known of acts is no loss where nothing can be kept.
    with work.store(needed=False) as store, waiting("Stepping through the acts"):
        service = RenderService(SerialExecutor(), store, this_machine())
        return service.measure(scripts, request.settings)


def _path_option(flag: str, metavar: str, help_text: str) -> Callable[[Any], Any]:
    return option(flag, type=FilePath(), metavar=metavar, help=help_text)


cache_dir_option = _path_option(
    "--cache-dir", "DIR", "Where finished pieces are kept; else in the user's cache folder."
)
_CACHE = (
    cache_dir_option,
    option(
        "--cache/--no-cache",
        default=True,
        help="Keep finished pieces, so that nothing is drawn twice.",
    ),
)
_DRAWING = (
    option(
        "--workers",
        type=click.IntRange(0, 1024),
        metavar="N",
        help="Worker processes; else one a core that may be used. 0: none, draw in this one.",
    ),
    option(
        "--cluster",
        metavar="ADDRESS",
        help="Draw on Dask workers: tcp://host:8786, or local:N. See docs/cluster.md.",
    ),
    _path_option("--tls-ca", "FILE", "Certificate of a cluster's authority."),
    _path_option("--tls-cert", "FILE", "Our certificate for the cluster."),
    _path_option("--tls-key", "FILE", "The key of our certificate."),
    *_CACHE,
)
_DRY_RUN = option("--dry-run", is_flag=True, help="Say what would be drawn, and draw nothing.")


#: For what is kept alone; for who draws as well; and for what can be planned without drawing.
keeping_options = gather_options(Work, "work", *_CACHE, workers=0)
drawing_options = gather_options(Work, "work", *_DRAWING)
work_options = gather_options(Work, "work", *_DRAWING, _DRY_RUN)


@contextmanager
def open_service(
    work: Work, settings: RenderSettings, entries: Sequence[ActEntry], *, needed: bool = True
) -> Iterator[RenderService]:
    """Give a `RenderService` for these acts; its workers end with the block.

    `needed` is whether it is an error that something cannot be kept.
    """
    from pipeline.render.service import RenderService
    from pipeline.work.executor import SerialExecutor
    from pipeline.work.keys import DRAWING_MODULES, this_machine
    from scenes.stage.renderer import describe_renderer

    if work.cluster is None:
        check_memory()
    with ExitStack() as stack:
        store = stack.enter_context(work.store(needed=needed))
        encoders: Executor | None = None
        if work.cluster is None:
            ours = [module for entry in entries for module in entry.modules]
            warm = tuple(dict.fromkeys((*DRAWING_MODULES, *ours)))
            executor = stack.enter_context(executor_of(work.n_workers(settings), warm))
            machine = this_machine(describe_renderer())
        else:
            from pipeline.work.cluster import Cluster
            from pipeline.work.cluster_worker import Sources
            from pipeline.work.scheduler import Tls

            modules = (
                *DRAWING_MODULES,
                "pipeline.work.cluster_worker",
                *(module for entry in entries for module in entry.modules),
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
            encoders = SerialExecutor()
        yield RenderService(executor, store, machine, encoders)


@contextmanager
def resumable(work: Work) -> Iterator[None]:
    """Turn Ctrl-C in the block into a sentence on what is left and how to resume."""
    try:
        yield
    except KeyboardInterrupt:
        rest = "What is finished is kept: the same command goes on from there."
        raise Interrupted(
            f"Stopped; no unfinished file was left behind. {rest if work.cache else ''}".strip()
        ) from None


def executor_of(n_workers: int | None, warm: tuple[str, ...] = ()) -> Executor:
    """Return an `Executor` of so many worker processes, which import some modules before they are asked.

    For none, of this process itself.
    """
    from pipeline.work.cores import cores
    from pipeline.work.executor import SerialExecutor
    from pipeline.work.workers import Processes

    if not n_workers:
        return SerialExecutor()
    # With cores to spare, the software renderer may use them; else it would only be in the way.
    spare = cores() // n_workers
    return Processes(n_workers, threads=spare if spare > 1 else 0, warm=warm)
