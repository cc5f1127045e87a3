"""A real browser for tests of pages: Chromium without a window, from the system's packages.

Nothing is downloaded: the browser and its driver are those that `make test` installs, or that are
there. Where there is none, these tests are skipped and say why; where `make test` has installed
one and it is gone or broken, they fail.

    def test_a_page(browser, tmp_path):
        page = browser.open(tmp_path / "index.html", PHONE)
        page.script("return document.title")
        page.emulate(prefers_color_scheme="dark", prefers_reduced_motion="reduce")
        assert page.troubles() == []
"""

from __future__ import annotations

import base64
import functools
import http.server
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pipeline.voice.sounds import burst, write_sound

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
#: What the microphone hears.
HEARD = burst(3.0, 77)
#: Where `make test` says what became of the browser.
STAMP = Path(sys.prefix) / ".browser"
INSTALLED, FOUND = "installed", "found"
#: How long anything in a page may take to come about; a limit, not a measurement.
PATIENCE = 20.0


@dataclass(frozen=True)
class Window:
    """What a page is shown in: its size in CSS pixels, and pixels of the screen for each."""

    width: int
    height: int
    scale: float = 1.0
    mobile: bool = False


PHONE = Window(390, 844, 3.0, mobile=True)
DESKTOP = Window(1366, 768)


def find_browser() -> tuple[str, str] | None:
    """Return the paths of a browser and its driver, or None if one is missing."""
    found = [path for name in NAMES if (path := shutil.which(name))]
    if ON_MACOS.exists():
        found.append(str(ON_MACOS))
    driver = shutil.which("chromedriver")
    return (found[0], driver) if found and driver else None


def why_not() -> str:
    """Return why there is no browser, as `make test` left word of it."""
    said = STAMP.read_text(encoding="utf-8").strip() if STAMP.exists() else FOUND
    return (
        said
        if said != FOUND
        else "there is no Chromium with chromedriver on the PATH; `make test` installs them"
    )


@dataclass
class Page:
    """A page that is open in the browser."""

    driver: Chrome
    window: Window
    _troubles: list[str] = field(default_factory=list)

    def script(self, code: str, *arguments: Any) -> Any:
        """Run JavaScript in the page; what it returns is returned, a promise awaited."""
        return self.driver.execute_script(code, *arguments)

    def until(self, condition: str, what: str = "") -> Any:
        """Wait until a JavaScript expression is true, and return its value; fail if it never is."""
        return wait_for(lambda: self.script(f"return {condition}"), what or condition)

    def emulate(self, **features: str) -> None:
        """Let the page see these media features: prefers_color_scheme="dark" and the like."""
        named = [{"name": k.replace("_", "-"), "value": v} for k, v in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": named})

    def resize(self, window: Window) -> None:
        """Show the page in another window."""
        self.window = window
        # Not the size of the window itself, which is never narrower than 500 pixels.
        metrics = {"width": window.width, "height": window.height, "mobile": window.mobile}
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {**metrics, "deviceScaleFactor": window.scale}
        )

    def reload(self) -> None:
        """Load the page anew."""
        self.driver.refresh()
        self._loaded()

    def overflow(self) -> list[str]:
        """Return what is wider than the window, so that the page scrolls sideways."""
        return list(
            self.script(
                """
                const room = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= room) return [];
                return [...document.querySelectorAll("body *")]
                    .filter(one => one.getBoundingClientRect().right > room + 0.5)
                    .map(one => one.tagName + "." + one.className);
                """
            )
        )

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Save what is seen as PNG, or the whole page."""
        options: dict[str, Any] = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            height = self.script("return document.documentElement.scrollHeight")
            clip = {"x": 0, "y": 0, "width": self.window.width, "height": height, "scale": 1}
            options["clip"] = clip
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", options)
        path.write_bytes(base64.b64decode(taken["data"]))

    def troubles(self) -> list[str]:
        """Return errors of the console and requests that failed, since the page was opened."""
        self._collect()
        return list(dict.fromkeys(self._troubles))

    def _loaded(self) -> None:
        self.until("document.readyState === 'complete'")

    def _collect(self) -> None:
        for entry in self.driver.get_log("browser"):
            # A missing icon that no page of ours asks for.
            if entry["level"] == "SEVERE" and "favicon.ico" not in entry["message"]:
                self._troubles.append(entry["message"])
        for entry in self.driver.get_log("performance"):
            told = json.loads(entry["message"])["message"]
            given = told["params"]
            if told["method"] == "Network.loadingFailed" and not given.get("canceled"):
                # Media are fetched in parts, and a part that is not needed any more is dropped.
                if given["errorText"] != "net::ERR_ABORTED":
                    self._troubles.append(f"{given['type']}: {given['errorText']}")
            elif told["method"] == "Network.responseReceived":
                answer = given["response"]
                if answer["status"] >= 400 and not answer["url"].endswith("/favicon.ico"):
                    self._troubles.append(f"{answer['url']}: {answer['status']}")


@dataclass
class Browser:
    """A browser that opens one page after the other."""

    driver: Chrome

    def open(self, where: Path | str, window: Window = DESKTOP, **features: str) -> Page:
        """Open a file or an address, in a window, with these media features emulated."""
        page = Page(self.driver, window)
        self.driver.get("about:blank")  # the page before ends, and says its last
        page.troubles()
        page._troubles.clear()
        page.resize(window)
        page.emulate(**features)
        self.driver.get(where if isinstance(where, str) else where.resolve().as_uri())
        page._loaded()
        return page


def wait_for(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait until this is true, and return its value; fail if it never is."""
    end = time.monotonic() + patience
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"it never came about: {what}")
        time.sleep(0.02)
    return value


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine while the block runs; give its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def start(found: tuple[str, str], profile: Path) -> Chrome:
    """Start a browser without a window, with a profile of its own."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    flags = [
        "--headless=new",
        f"--user-data-dir={profile}",
        "--disable-dev-shm-usage",  # containers have little of it
        "--disable-gpu",
        "--hide-scrollbars",
        "--mute-audio",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--force-color-profile=srgb",
        # A microphone that hears, over and over, what a test may know.
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={write_sound(profile / 'microphone.wav', HEARD)}",
        "--disable-features=AudioServiceSandbox",
    ]
    if os.name == "posix" and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium's own sandbox refuses to work for root
    for flag in flags:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # Both paths are given, so that Selenium looks for nothing and downloads nothing.
    return webdriver.Chrome(options=options, service=Service(executable_path=found[1]))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests of a process; skipped where there is none."""
    from selenium.common.exceptions import WebDriverException

    found, said, driver = find_browser(), why_not(), None
    try:
        if found is not None:
            driver = start(found, tmp_path_factory.mktemp("profile"))
    except WebDriverException as error:
        if said != INSTALLED:
            said = f"{' and '.join(found or ())} do not start: {error.msg}"
    if driver is None:
        if said == INSTALLED:
            pytest.fail(f"{STAMP} says that there is a browser, but none can be started")
        pytest.skip(said)
    try:
        yield Browser(driver)
    finally:
        driver.quit()
