"""What a report says of a simulation: of a failed test's, and of one that is strict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from pytest_appsync.record.calls import SHOWN, Calls
from pytest_appsync.record.graphql_requests import GraphqlRequest
from pytest_appsync.service.clock import Clock


class Scripted(Protocol):
    """What was scripted, as far as a report shows it."""

    @property
    def written(self) -> str:
        """How the test wrote it."""


def describe(
    calls: Calls,
    script: Iterable[Scripted],
    clock: Clock,
    graphql_requests: Sequence[GraphqlRequest] = (),
) -> str:
    """The calls with their attempts and call sites, what was scripted, and the time."""
    lines = calls.describe(sites=True) or ["none"]
    lines += [f"GraphQL: {request!r}" for request in graphql_requests[-SHOWN:]]
    lines += [f"scripted: {scripted!r}" for scripted in script]
    lines.append(f"clock: {clock!r}")
    return "\n".join(lines)


def explain_unmet(unmet: Sequence[Scripted], calls: Calls) -> str:
    """What no call has met, what was called instead, and how to allow it."""
    waiting = "".join(f"\n  - {scripted.written}" for scripted in unmet)
    called = "".join(f"\n  {line}" for line in calls.describe()) or " nothing."
    return (
        f"The test scripted what no call has met:{waiting}\n"
        f"AppSync was called for:{called}\n"
        "If it need not be met: @pytest.mark.appsync(strict=False) or AppSync(strict=False)."
    )
