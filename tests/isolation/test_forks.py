"""A sample of forks.py, which is run in full by itself, and what a forked process finds."""

from __future__ import annotations

import gc
import os
import threading

import forks
import pytest

from pytest_appsync import locks
from tests.in_processes import in_a_fork

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]


def test_a_sample_of_forks() -> None:
    assert forks.bad_children(3) == 0


class Owner:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        locks.renew_after_fork(self, "lock", threading.Lock)


def test_a_lock_that_is_held_here_is_free_in_a_fork() -> None:
    owner = Owner()
    with owner.lock:
        said = in_a_fork(lambda: f"{owner.lock.acquire(timeout=5)}")
    assert said == "True"
    assert not owner.lock.locked()


def test_a_lock_that_was_taken_before_the_fork_is_released_after_it() -> None:
    """As where a finalizer forks while this thread holds the lock."""
    owner = Owner()

    def forked() -> str:
        return f"{owner.lock.locked()}"

    with owner.lock:
        assert in_a_fork(forked) == "False"


def test_an_owner_is_not_kept() -> None:
    before = len(locks._locks)
    owners = [Owner() for _ in range(3)]
    assert len(locks._locks) == before + 3
    del owners
    gc.collect()
    assert len(locks._locks) <= before
