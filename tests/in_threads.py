"""Threads that must end in time, and what they are waited for: nothing waits without end."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_threads(works: Sequence[Callable[[], T]], timeout: float = 60) -> list[T]:
    """What each of ``works`` returned, each called in a thread of its own.

    :param timeout: seconds, for all of them together.
    :raises AssertionError: where one has not ended by then, with the stacks of those.
    """
    together = threading.Barrier(len(works))
    results: dict[int, T] = {}
    errors: list[BaseException] = []

    def run(number: int, work: Callable[[], T]) -> None:
        try:
            together.wait(timeout)
            results[number] = work()
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=run, args=each, daemon=True, name=f"worker {each[0]}")
        for each in enumerate(works)
    ]
    deadline = time.monotonic() + timeout
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    if stuck := [thread for thread in threads if thread.is_alive()]:
        frames = sys._current_frames()
        stacks = [
            f"{thread.name}:\n{''.join(traceback.format_stack(frames[thread.ident or 0])[-8:])}"
            for thread in stuck
            if thread.ident in frames
        ]
        raise AssertionError(
            f"{len(stuck)} of {len(threads)} threads have not ended after {timeout:g} s:\n"
            + "\n".join(stacks[:4])
        )
    if errors:
        raise errors[0]
    return [results[number] for number in range(len(works))]


def in_time(work: Callable[[], T], timeout: float = 60) -> T:
    """What ``work`` returned.

    :raises AssertionError: where it has not ended after ``timeout`` seconds.
    """
    return in_threads([work], timeout)[0]


def wait_until(is_so: Callable[[], object], timeout: float = 20) -> None:
    """Return as soon as ``is_so()`` is true, which another thread brings about.

    :raises AssertionError: where it is not after ``timeout`` seconds.
    """
    deadline = time.monotonic() + timeout
    while not is_so():
        assert time.monotonic() < deadline, f"it is not so after {timeout:g} s"
        time.sleep(0.01)
