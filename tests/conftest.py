"""What holds for every test."""

from __future__ import annotations

import gc
import os
import signal

from hypothesis import settings

# A shell starts background jobs with Ctrl-C ignored, and children inherit that: tests that send it would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

# As the command does (crmcli/__main__.py); also for commands forked from here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The same examples in every run: a find must not hold up a change that has nothing to do with it. `make proof` looks
# further, at random.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("wide", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """Thousands of tests and the libraries stay to the end: the collector need not look through them again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """What is still frozen as the interpreter ends would be told of as leaks."""
    gc.unfreeze()
