"""A server for the built pages, and the browser to look at them: CHROMIUM, or one on the PATH."""

import functools
import http.server
import os
import shutil
import threading

import pytest

from tools.build import HTML

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium():
    """Return the path of a Chromium or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    if chromium() is None:
        pytest.skip("no Chromium here: install Debian's `chromium`, or set CHROMIUM=/path/to/chrome")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sandbox = ("--no-sandbox",) if root or os.environ.get("CI") else ()  # containers have none to offer
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site():
    """Serve the built book on a free port of this machine and return its address."""
    if not (HTML / "index.html").is_file():
        pytest.skip("the book is not built: run `make book`")
    handler = functools.partial(Silent, directory=HTML)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass
