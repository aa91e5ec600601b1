"""What a report says of a simulation: of a failed test's, and of one that is strict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from pytest_appsync.record.calls import SHOWN, Calls, shown
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
    """The calls with their attempts and call sites, what was scripted, and the time.

    What cannot be shown is replaced by the reason. The test that is reported may still have
    replaced what this needs, such as ``time.time``.
    """
    lines = _said("calls", lambda: calls.describe(sites=True)) or ["none"]
    graphql = graphql_requests[-SHOWN:]
    lines += _said("GraphQL", lambda: [f"GraphQL: {request!r}" for request in graphql])
    lines += _said("scripted", lambda: [f"scripted: {scripted!r}" for scripted in script])
    lines += _said("clock", lambda: [f"clock: {clock!r}"])
    # xdist sends this as UTF-8, which cannot encode the path of a file that is not UTF-8.
    return "\n".join(lines).encode("utf-8", "backslashreplace").decode()


def _said(what: str, say: Callable[[], list[str]]) -> list[str]:
    try:
        return say()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # pytest.fail(), in place of time.time, raises one
        return [f"{what}: cannot be shown, because of {shown(error)}"]


def explain_unmet(unmet: Sequence[Scripted], calls: Calls) -> str:
    """What no call has met, what was called instead, and how to allow it."""
    waiting = "".join(f"\n  - {scripted.written}" for scripted in unmet)
    called = "".join(f"\n  {line}" for line in calls.describe()) or " nothing."
    return (
        f"The test scripted what no call has met:{waiting}\n"
        f"AppSync was called for:{called}\n"
        "If it need not be met: @pytest.mark.appsync(strict=False) or AppSync(strict=False)."
    )
