"""A real scheduler and a real worker, encrypted, with certificates for the occasion.

As docs/cluster.md starts them, but for a worker without a nanny: so none of Dask's own defaults for
libraries applies to it.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipeline.errors import RenderError, SettingsError
from pipeline.work.cluster import Cluster
from pipeline.work.cluster_worker import Sources
from pipeline.work.executor import Ended, Event, Task
from pipeline.work.heartbeats import Timeouts
from pipeline.work.scheduler import Tls
from scenes.stage.renderer import describe_renderer

ROOT = Path(__file__).resolve().parents[3]
SOURCES = Sources(("pipeline.video.segment",), ("pipeline",))
LIMITS = ("LP_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
pytestmark = [
    pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

OnFrame = Callable[[], None]


def threads(on_frame: OnFrame) -> list[str]:
    """The names of this process's threads, by Linux's /proc."""
    return [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]


def wait(on_frame: OnFrame) -> None:
    time.sleep(60)


def authority(folder: Path) -> Tls:
    """An authority that nobody else trusts, and a certificate by it."""

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    folder.mkdir()
    new = ("-newkey", "rsa:2048", "-nodes")
    openssl("req", "-x509", *new, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=us")
    openssl("req", *new, "-keyout", "me-key.pem", "-out", "me.csr", "-subj", "/CN=me")
    by = ("-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial")
    openssl("x509", "-req", "-in", "me.csr", *by, "-out", "me.pem")
    return Tls(folder / "ca.pem", folder / "me.pem", folder / "me-key.pem")


@dataclass
class Site:
    """Where a scheduler and one worker are, and what they trust."""

    address: str
    tls: Tls
    scheduler: subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    tls = authority(folder / "ours")
    options = ["--tls-ca-file", tls.ca, "--tls-cert", tls.cert, "--tls-key", tls.key]
    where = folder / "scheduler.json"
    environment = {name: value for name, value in os.environ.items() if name not in LIMITS}
    environment["PYTHONPATH"] = str(ROOT)

    def start(*arguments: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *map(str, arguments), *map(str, options)]
        with (folder / f"{arguments[0]}.log").open("wb") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)

    host = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = start(
        *("scheduler", "--port", 0, "--protocol", "tls", "--scheduler-file", where), *host
    )
    worker = start(
        *("worker", "--scheduler-file", where, "--nthreads", 1, "--no-nanny"),
        *("--death-timeout", 60, "--local-directory", folder / "worker", *host),
    )
    try:
        end = time.monotonic() + 60
        while not where.exists() or not where.read_text():
            assert scheduler.poll() is None, (folder / "scheduler.log").read_text()
            assert time.monotonic() < end
            time.sleep(0.05)
        yield Site(json.loads(where.read_text())["address"], tls, scheduler)
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_film_is_drawn_over_an_encrypted_connection(site: Site, tmp_path: Path) -> None:
    def film(*options: object) -> bytes:
        command = ["film", "loop", "--size", "128x72", "--fps", "10", "--to", "1", "--no-cache"]
        out = ("--out", tmp_path, "--json")
        done = subprocess.run(
            [sys.executable, "render.py", *command, *map(str, (*out, *options))],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if "RIDGE_" not in name},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        waiting = f"Note: Waiting for workers to join {site.address}.\n"  # it may still be starting
        assert (done.returncode, done.stderr.replace(waiting, "")) == (0, "")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        workers = {event["worker"] for event in events if event["event"] == "finished"}
        assert all(
            name.startswith("tls://" if "--cluster" in options else "here") for name in workers
        )
        made = Path(events[-1]["path"])
        content = made.read_bytes()
        made.unlink()
        return content

    keys = ("--tls-ca", site.tls.ca, "--tls-cert", site.tls.cert, "--tls-key", site.tls.key)
    assert film("--cluster", site.address, *keys) == film("--workers", 0)


def test_nobody_without_our_certificate_gets_in(
    site: Site, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    theirs = authority(tmp_path / "theirs")
    with pytest.raises(RenderError, match=r"No Dask scheduler answers .*--tls options"):
        Cluster(
            site.address, describe_renderer, SOURCES, print, theirs, Timeouts(connect=1.0)
        ).__enter__()
    gc.collect()
    assert capfd.readouterr() == ("", "")


def test_certificates_that_are_none_are_told(site: Site, tmp_path: Path) -> None:
    theirs = authority(tmp_path / "theirs")
    empty, locked, missing = (tmp_path / name for name in ("empty.pem", "locked.pem", "none.pem"))
    empty.touch()
    assert site.tls.key is not None
    subprocess.run(
        ["openssl", "rsa", "-aes128", "-passout", "pass:us"],
        stdin=site.tls.key.open(),
        stdout=locked.open("w"),
        stderr=subprocess.DEVNULL,
        check=True,
    )
    for tls, says in (
        (Tls(), rf"^{site.address} is encrypted: give --tls-ca, --tls-cert and --tls-key with it"),
        (
            replace(site.tls, ca=missing),
            rf"^--tls-ca {missing} cannot be used \(no such file or directory\)",
        ),
        (replace(site.tls, ca=empty), rf"^--tls-ca {empty} cannot be used"),
        (replace(site.tls, ca=Path("/dev/zero")), r"^--tls-ca /dev/zero is no file"),
        (replace(site.tls, key=tmp_path), rf"^--tls-key {tmp_path} is no file"),
        (replace(site.tls, cert=empty), rf"^--tls-cert {empty}, --tls-key .* cannot be used"),
        (replace(site.tls, key=locked), r"^--tls-key is locked with a passphrase: give one"),
        (
            replace(site.tls, key=theirs.key),
            rf"^--tls-key {theirs.key} is not the key of --tls-cert {site.tls.cert}: give the one",
        ),
    ):
        with pytest.raises(SettingsError, match=says):
            Cluster(site.address, describe_renderer, SOURCES, print, tls).__enter__()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux's /proc")
def test_a_worker_keeps_to_one_core_and_a_scheduler_that_goes_is_told_in_one_sentence(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    """The last test here: it ends the scheduler."""
    heard: list[Event] = []
    told: list[str] = []
    timeouts = Timeouts(connect=1.0, give_up=1.0)
    with Cluster(
        site.address, describe_renderer, SOURCES, told.append, site.tls, timeouts
    ) as executor:
        assert executor.machine().renderer
        executor.run([Task("threads", threads)], heard.append)
        (names,) = (event.result for event in heard if isinstance(event, Ended))
        assert names
        assert [name for name in names if name.startswith("llvmpipe")] == []

        def stop(event: Event) -> None:
            site.scheduler.send_signal(signal.SIGKILL)

        with pytest.raises(RenderError, match=r"scheduler at .* is gone: .* goes on from there"):
            executor.run([Task("wait", wait)], stop)
    assert told[-1] == f"The Dask scheduler at {site.address} is gone: waiting for it to come back."
    assert capfd.readouterr() == ("", "")
