"""Facts about the README: its code runs as it stands, its commands exist, its links lead to files."""

import re
import subprocess
import sys

from tools import chapters

README = (chapters.ROOT / "README.md").read_text(encoding="utf-8")


def test_its_code_runs_in_a_fresh_folder(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "profile quick" in done.stdout
    assert not list(tmp_path.iterdir())


def test_its_commands_are_in_the_makefile():
    targets = set(re.findall(r"^([a-z-]+):", (chapters.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) <= targets


def test_its_links_lead_to_files():
    local = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert local
    assert not [link for link in local if not (chapters.ROOT / link).exists()]
