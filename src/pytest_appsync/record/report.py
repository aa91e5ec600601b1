"""What a report says of a simulation: of a failed test's, and of one that is strict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_appsync.record.calls import Calls, Handle
from pytest_appsync.service.clock import Clock


def describe(calls: Calls, script: Iterable[Handle], clock: Clock) -> str:
    """The calls with their attempts and call sites, what was scripted, and the time."""
    lines = calls.describe(sites=True) or ["none"]
    lines += [f"scripted: {scripted!r}" for scripted in script]
    lines.append(f"clock: {clock!r}")
    return "\n".join(lines)


def explain_unmet(unmet: Sequence[Handle], calls: Calls) -> str:
    """What no call has met, what was called instead, and how to allow it."""
    waiting = "".join(f"\n  - {scripted.written}" for scripted in unmet)
    called = "".join(f"\n  {line}" for line in calls.describe()) or " nothing."
    return (
        f"The test scripted what no call has met:{waiting}\n"
        f"AppSync was called for:{called}\n"
        "If it need not be met: @pytest.mark.appsync(strict=False) or AppSync(strict=False)."
    )
