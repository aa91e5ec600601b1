"""What a report says of a simulation: of a failed test's, and of one that is strict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pytest_appsync.record.calls import SHOWN, Calls
from pytest_appsync.service.clock import Clock


class Scripted(Protocol):
    """What was scripted, as far as a report shows it."""

    @property
    def written(self) -> str:
        """How the test wrote it."""


class Script(Protocol):
    """All that was scripted: how much, and the latest of it."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Scripted]: ...


def describe(calls: Calls, script: Script, clock: Clock) -> str:
    """The calls with their attempts and call sites, what was scripted, and the time."""
    lines = calls.describe(sites=True) or ["none"]
    latest = list(script)
    if len(script) > len(latest):
        lines.append(f"scripted: ... and {len(script) - len(latest)} earlier")
    lines += [f"scripted: {scripted!r}" for scripted in latest]
    lines.append(f"clock: {clock!r}")
    return "\n".join(lines)


def explain_unmet(unmet: Sequence[Scripted], calls: Calls) -> str:
    """What no call has met, what was called instead, and how to allow it."""
    latest = unmet[-SHOWN:]
    waiting = "".join(f"\n  - {scripted.written}" for scripted in latest)
    if len(unmet) > len(latest):
        waiting += f"\n  ... and {len(unmet) - len(latest)} earlier"
    called = "".join(f"\n  {line}" for line in calls.describe()) or " nothing."
    return (
        f"The test scripted what no call has met:{waiting}\n"
        f"AppSync was called for:{called}\n"
        "If it need not be met: @pytest.mark.appsync(strict=False) or AppSync(strict=False)."
    )
