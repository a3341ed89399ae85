"""The command line answers in sentences and exit codes, and looks at data without loading TensorFlow."""

import os
import shutil
import subprocess
import sys

import pytest

from helpers import __main__ as cli
from helpers import doctor
from helpers.data import catalog, download


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, and no network: every request is refused at once."""
    monkeypatch.setenv("BOOK_DATA", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    return tmp_path


def test_list_names_every_dataset_with_size_licence_and_state(cache, capsys):
    assert cli.main(["data", "list"]) == 0
    text = capsys.readouterr().out
    for card in catalog.CARDS.values():
        assert card.name in text and card.licence in text and download.megabytes(card.bytes) in text
    assert text.count("absent") == 6


def test_where_prints_the_folder_of_all_datasets_or_of_one(cache, capsys):
    assert cli.main(["data", "where"]) == 0 and cli.main(["data", "where", "mnist"]) == 0
    assert capsys.readouterr().out.split() == [str(cache), str(cache / "mnist")]


def test_verify_lists_what_is_missing_and_fails(cache, capsys):
    assert cli.main(["data", "verify", "mnist"]) == 1
    output = capsys.readouterr()
    assert "train-images-idx3-ubyte.gz: missing" in output.out
    assert "4 of 4 entries" in output.err and "python -m helpers data get mnist" in output.err


def test_get_says_what_it_fetches_and_fails_with_a_sentence_without_a_network(cache, capsys):
    assert cli.main(["data", "get", "mnist"]) == 1
    output = capsys.readouterr()
    assert "licence: CC BY-SA 3.0" in output.out and "LeCun" in output.out
    assert "fetching 11.6 MB" in output.err and "To fetch what is missing by hand" in output.err
    assert "Traceback" not in output.err


def test_get_and_verify_of_a_whole_dataset_succeed(capsys):
    if download.verify("mnist"):
        pytest.skip("MNIST is not in the cache; BOOK_DATA can name a folder that has it")
    assert cli.main(["data", "get", "mnist"]) == cli.main(["data", "verify", "mnist"]) == 0
    assert capsys.readouterr().out.count("whole:") == 2


@pytest.mark.parametrize("action", ["get", "verify", "where"])
def test_an_unknown_name_is_answered_with_the_known_ones(cache, capsys, action):
    assert cli.main(["data", action, "minst"]) == 1
    assert "no dataset 'minst'. The catalogue has: mnist, camvid" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["data"], ["data", "get"], ["date"]])
def test_a_wrong_command_is_answered_with_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as raised:
        cli.main(arguments)
    assert raised.value.code == 2
    assert "usage: python -m helpers" in capsys.readouterr().err


def test_an_interruption_says_that_nothing_is_lost(cache, capsys, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "fetch", interrupt)
    assert cli.main(["data", "get", "mnist"]) == 130
    assert "the same command goes on" in capsys.readouterr().err


def test_the_data_commands_load_no_tensorflow(cache):
    code = "import sys; from helpers.__main__ import main; main(['data', 'list'])"
    code += "; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_the_module_runs_as_a_command(cache):
    command = [sys.executable, "-m", "helpers", "data", "get", "minst"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.count("\n") == 1


def test_the_doctor_looks_at_everything_on_one_screen(cache, capsys):
    assert cli.main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    for word in ("python", "package", "packages", "tensorflow", "device", "cache", "network", "datasets"):
        assert any(line.split()[1:2] == [word] for line in lines), word
    assert any(line.startswith("note  network     0 of 3 servers") for line in lines)
    assert any("not fetched: mnist, camvid" in line for line in lines)


def test_the_doctor_fails_where_tensorflow_does_not_load(cache, capsys, monkeypatch):
    def broken():
        raise ImportError("DLL load failed")

    monkeypatch.setattr(doctor.runtime, "tensorflow", broken)
    assert cli.main(["doctor"]) == 1
    assert "FAIL  tensorflow  ImportError: DLL load failed" in capsys.readouterr().out


def test_the_doctor_says_which_pythons_will_do(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0, "final", 0))
    assert doctor.python() == ("FAIL", "3.14.0; TensorFlow 2.20 and 2.21 need 3.11, 3.12 or 3.13")


def test_the_doctor_names_packages_that_are_missing(monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGES", ("pooch", "no-such-package"))
    assert doctor.packages() == ("FAIL", "missing: no-such-package; run: pip install no-such-package")


def test_the_doctor_notes_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BOOK_DATA", str(tmp_path / "file"))
    mark, text = doctor.cache()
    assert mark == "note" and "set BOOK_DATA to another folder" in text


def test_the_doctor_notes_a_dataset_that_is_incomplete(monkeypatch):
    found = {name: dict.fromkeys(card.files, "missing") for name, card in catalog.CARDS.items()}
    found["mnist"].popitem()
    monkeypatch.setattr(download, "verify", found.get)
    mark, text = doctor.datasets()
    assert mark == "note" and "incomplete: mnist" in text


def test_free_space_is_told_in_gigabytes(cache):
    assert download.megabytes(shutil.disk_usage(os.fspath(cache)).free) in doctor.cache()[1]
