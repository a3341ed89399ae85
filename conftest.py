"""Tests, and notebooks run by tests, use the quick profile: embedded data, a minute, no network."""

import os
import subprocess
import sys

import numpy as np
import pytest

os.environ["BOOK_PROFILE"] = "quick"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
for name in ("BOOK_SEED", "BOOK_UNTRAINED"):
    os.environ.pop(name, None)

AGAIN = """
import sys
import numpy as np
from helpers import runtime
import {module}
model = runtime.keras().models.load_model(sys.argv[1] + "/model.keras")
np.save(sys.argv[1] + "/y.npy", model(np.load(sys.argv[1] + "/x.npy")))
print({tell})
"""


@pytest.fixture
def reloaded(tmp_path):
    """The check that a saved model computes the same in a fresh process, which has imported no more than `module`.

    It returns the words that `tell`, an expression about the loaded `model`, prints there.
    """

    def check(model, x, module, tell="model.count_params()"):
        np.save(tmp_path / "x.npy", x)
        model.save(tmp_path / "model.keras")
        command = [sys.executable, "-c", AGAIN.format(module=module, tell=tell), str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        np.testing.assert_allclose(np.load(tmp_path / "y.npy"), model(x), atol=1e-6)
        return done.stdout.split()

    return check
