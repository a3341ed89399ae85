"""Tests, and notebooks run by tests, use the quick profile: embedded data, a minute, no network."""

import os

os.environ["BOOK_PROFILE"] = "quick"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
for name in ("BOOK_SEED", "BOOK_UNTRAINED"):
    os.environ.pop(name, None)
