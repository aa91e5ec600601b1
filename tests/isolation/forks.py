"""Processes that are forked off while other threads call AppSync: none of them hangs.

    python tests/isolation/forks.py [--rounds 1000]

In each round threads use a simulation, and this process forks. The child uses it as well, and
enters one of its own. It prints how many children hung, and fails if one did.
"""

from __future__ import annotations

import _strptime  # type: ignore[import-not-found]
import argparse
import faulthandler
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import boto3
from botocore.config import Config

from pytest_appsync import AppSync

SECONDS = 20
"""A child that has not ended by then hangs. One needs 0.02 s on a quiet machine."""


def use(appsync: AppSync, client: Any) -> None:
    """All that takes a lock of ours: calls, seeding, scripting, entering, making clients."""
    api = appsync.add_api()
    # A child has also those that other threads had armed: with three no attempt would be left.
    when = {"apiId": api.id}
    with appsync.fail("CreateApiKey", "LimitExceededException", when=when, times=1):
        client.create_api_key(apiId=api.id)
    client.list_api_keys(apiId=api.id)
    appsync.clock.advance(seconds=1)
    client.delete_graphql_api(apiId=api.id)
    appsync.client(config=None)


def enter() -> None:
    with AppSync(strict=False) as own:
        own.client().list_graphql_apis()


@contextmanager
def busy_threads(appsync: AppSync, clients: list[Any]) -> Iterator[None]:
    """Threads that use the simulation until the end."""
    has_ended = threading.Event()

    def work(client: Any) -> None:
        while not has_ended.is_set():
            use(appsync, client)

    threads = [threading.Thread(target=work, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        has_ended.set()
        for thread in threads:
            thread.join()


def is_good(appsync: AppSync, client: Any) -> bool:
    """Whether a child that is forked now uses AppSync and ends."""
    with warnings.catch_warnings():
        # Since 3.12 Python warns of what this is about.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            faulthandler.dump_traceback_later(SECONDS - 2, file=sys.__stderr__ or sys.stderr)
            # A lock of Python's own, which datetime.strptime takes: botocore reads the header Date
            # with it before a retry. Python does not free it in a child, with or without us.
            _strptime._cache_lock = threading.Lock()
            use(appsync, client)
            enter()
            code = 0
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return status == 0


def bad_children(rounds: int) -> int:
    """How many of the children did not end well."""
    config: Any = {"retries": {"mode": "adaptive"}}
    clients = [
        boto3.client("appsync", region_name="us-east-1", config=Config(**config)),
        boto3.client("appsync", region_name="us-east-1"),
        boto3.client("appsync", region_name="us-east-1"),
    ]
    bad = 0
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with AppSync(strict=False) as appsync, busy_threads(appsync, clients[:2]):
            for _ in range(rounds):
                time.sleep(0.001)
                bad += not is_good(appsync, clients[2])
    finally:
        sys.setswitchinterval(before)
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1000)
    options = parser.parse_args()
    began = time.monotonic()
    bad = bad_children(options.rounds)
    print(f"{options.rounds:,} forks in {time.monotonic() - began:.0f} s: {bad} bad children")
    return 1 if bad else 0


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
