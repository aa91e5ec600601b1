"""What many simulations and many clients leave behind: nothing.

    python tests/isolation/leaks.py [--simulations 10000] [--clients 10000]

prints what there is in this process before and after, and fails where it has grown.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config

from pytest_appsync import AppSync, UnsimulatedOperation
from pytest_appsync.simulation import decoration, entered

WRAPPED = (
    "botocore.client:BaseClient:_make_api_call",
    "botocore.session:Session:create_client",
    "botocore.session:Session:get_credentials",
    "botocore.session:Session:get_scoped_config",
    "botocore.retries.quota:RetryQuota:acquire",
    "botocore.retries.quota:RetryQuota:release",
    "botocore.retries.adaptive:ClientRateLimiter:on_sending_request",
    "botocore.retries.adaptive:ClientRateLimiter:on_receiving_response",
    "botocore.retries.bucket:TokenBucket:acquire",
    "botocore.httpsession:URLLib3Session:send",
    "botocore.endpoint:time",
)
Work = Callable[[Any, int], None]
WARM_UP = 100
"""Simulations, or clients, that fill the caches before anything is counted."""


@dataclass
class Counted:
    """What there is in this process.

    :ivar handlers: event handlers of a client that lives all the time.
    :ivar wrappers: how deep what we wrap is wrapped, together.
    :ivar blocks: pieces of memory that Python has allocated.
    :ivar resident: the memory of the process, in KiB.
    """

    handlers: int
    wrappers: int
    threads: int
    descriptors: int
    active: int
    clients: int
    simulations: int
    blocks: int
    resident: int

    def grown(self, before: Counted, items: int) -> list[str]:
        """What has grown beyond noise since ``before``, while ``items`` came and went.

        Noise is a block for every two of them, and 16 MiB that the allocator keeps.
        """
        noise = {"blocks": 700 + items // 2, "resident": 16 * 1024}
        return [
            field.name
            for field in fields(self)
            if getattr(self, field.name) > getattr(before, field.name) + noise.get(field.name, 0)
        ]


def count(client: Any) -> Counted:
    gc.collect()
    objects = gc.get_objects()
    return Counted(
        handlers=handlers_in(client.meta.events._emitter._handlers._root),
        wrappers=sum(map(depth, WRAPPED)),
        threads=threading.active_count(),
        descriptors=entries_of("/proc/self/fd"),
        active=len(entered._entered) + len(decoration._entries),
        clients=sum(isinstance(each, BaseClient) for each in objects),
        simulations=sum(type(each) is AppSync for each in objects),
        blocks=sys.getallocatedblocks(),
        resident=resident(),
    )


def handlers_in(node: dict[str, Any]) -> int:
    """Of a node of botocore's trie of handlers, and all below it."""
    here = sum(map(len, node["values"] or ()))
    return here + sum(handlers_in(child) for child in node["children"].values())


def depth(where: str) -> int:
    module, *path = where.split(":")
    found: Any = importlib.import_module(module)
    for name in path:
        found = vars(found)[name]
    wrappers = 0
    while hasattr(found, "__wrapped__"):
        found, wrappers = found.__wrapped__, wrappers + 1
    return wrappers


def entries_of(folder: str) -> int:
    return len(os.listdir(folder)) if Path(folder).exists() else 0


def resident() -> int:
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4 if statm.exists() else 0


# --- what comes and goes ---


def simulations(client: Any, number: int) -> None:
    """Entered and left, each in one of the ways that there are."""
    for index in range(number):
        simulation = AppSync(region="eu-west-1" if index % 2 else "us-east-1", strict=False)
        ways[index % len(ways)](simulation, client)


def in_a_with(simulation: AppSync, client: Any) -> None:
    with simulation:
        use(simulation, client)


def in_a_decorator(simulation: AppSync, client: Any) -> None:
    simulation(use)(simulation, client)


def in_a_coroutine(simulation: AppSync, client: Any) -> None:
    async def run() -> None:
        async with simulation:
            use(simulation, simulation.client())

    asyncio.run(run())


def in_an_error(simulation: AppSync, client: Any) -> None:
    with contextlib.suppress(UnsimulatedOperation), simulation:
        use(simulation, client)
        client.evaluate_mapping_template(template="{}", context="{}")


ways: list[Callable[[AppSync, Any], None]] = [
    in_a_with,
    in_a_decorator,
    in_a_coroutine,
    in_an_error,
]


def use(simulation: AppSync, client: Any) -> None:
    api = simulation.add_api(region=client.meta.region_name)
    simulation.fail("CreateApiKey", "LimitExceededException", times=1)
    client.create_api_key(apiId=api.id)


def clients(_: Any, number: int) -> None:
    """Made and dropped, outside of a simulation and inside one, of each mode of retries."""
    modes: list[Any] = [{"retries": {"mode": mode}} for mode in ("legacy", "standard", "adaptive")]
    for index in range(number):
        config: Config = Config(**modes[index % 3])
        if index % 2:
            client = boto3.client("appsync", region_name="us-east-1", config=config)
            with AppSync() as appsync:
                use(appsync, client)
        else:
            with AppSync() as appsync:
                use(appsync, boto3.client("appsync", config=config))
                use(appsync, appsync.client(config=config))


def growth(work: Work, items: int, warm_up: int = WARM_UP) -> tuple[Counted, Counted, list[str]]:
    """What there is before and after, and what of it has grown."""
    client = boto3.client("appsync", region_name="us-east-1")
    work(client, warm_up)
    before = count(client)
    work(client, items)
    after = count(client)
    return before, after, after.grown(before, items)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--simulations", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=10_000)
    options = parser.parse_args()
    all_grown = []
    for work, items in ((simulations, options.simulations), (clients, options.clients)):
        began = time.monotonic()
        before, after, grown = growth(work, items)
        print(f"{items:,} {work.__name__} came and went in {time.monotonic() - began:.0f} s")
        print(f"  {'':12} {'before':>9} {'after':>9}")
        for field in fields(Counted):
            values = [getattr(each, field.name) for each in (before, after)]
            mark = "  has grown" if field.name in grown else ""
            print(f"  {field.name:12} {values[0]:9,} {values[1]:9,}{mark}")
        all_grown += grown
    return 1 if all_grown else 0


if __name__ == "__main__":
    sys.exit(main())
