"""What a failed test's report says of its simulation."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_appsync.calls import Calls
from pytest_appsync.script import Scripted
from pytest_appsync.service.clock import Clock


def describe(calls: Calls, script: Iterable[Scripted], clock: Clock) -> str:
    """Each call with its attempts and its place, what was scripted and met, the time."""
    lines = calls.describe(sites=True) or ["none"]
    lines += [f"scripted: {scripted!r}" for scripted in script]
    lines.append(f"clock: {clock!r}")
    return "\n".join(lines)
