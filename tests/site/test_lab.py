"""JupyterLab as a reader has it: run all cells, move a slider with the keyboard, see another picture."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import chapters

pytestmark = pytest.mark.lab
TOKEN = "rehearsal"
CODE = """import numpy as np
from helpers import interact

def disk(radius):
    y, x = np.mgrid[-16:16, -16:16]
    return (x**2 + y**2 < radius**2).astype("float32")

interact.explore(disk, alt="A white disk on black", radius=[4, 8, 12])"""


@pytest.fixture
def lab(tmp_path):
    """Start JupyterLab on a folder with one notebook; yield the address of that notebook."""
    notebook = new_notebook(cells=[new_code_cell(CODE)], metadata=chapters.METADATA)
    nbformat.write(notebook, tmp_path / "explorer.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        f"--port={port}",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={tmp_path}",
        "--no-browser",
    ]
    options += [
        "--allow-root",
        "--LabApp.news_url=None",
        f"--LabApp.user_settings_dir={tmp_path / 'settings'}",
    ]
    options += [f"--LabApp.workspaces_dir={tmp_path / 'workspaces'}"]
    log = (tmp_path / "log").open("w")
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], stdout=log, stderr=log, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status?token={TOKEN}", server)
        yield f"http://127.0.0.1:{port}/lab/tree/explorer.ipynb?token={TOKEN}"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def wait_for(address, server, seconds=90):
    """Return when the server answers; fail when it has stopped or takes too long."""
    end = time.time() + seconds
    while time.time() < end and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=5)
        except OSError:
            time.sleep(0.3)
    pytest.fail("JupyterLab did not start")


def test_the_slider_of_an_explorer_changes_the_picture(browser, lab):
    page = browser.new_page()
    page.set_default_timeout(120_000)
    page.goto(lab)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.get_by_text("| Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    picture = page.locator(".jp-OutputArea-output .jupyter-widgets img").first
    before = picture.get_attribute("src")
    page.locator(".jp-OutputArea-output .noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.jupyter-widgets img').src !== before", arg=before)
    assert picture.get_attribute("src") != before
    page.close()
