"""The text about a simulation in the report of a failed test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from pytest_appsync.record.calls import SHOWN, Call, Calls, Handle, shown
from pytest_appsync.service.clock import ServiceClock

if TYPE_CHECKING:
    from pytest_appsync.record.graphql_requests import GraphqlRequest


class Script(Protocol):
    """The script, as far as a report shows it: its length, and its latest handles."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Handle]: ...


class Described(Protocol):
    """A simulation, as far as a report shows it."""

    @property
    def region(self) -> str | None: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def script(self) -> Script: ...
    def describe(self) -> str: ...


def describe_all(simulations: Sequence[Described]) -> str:
    """The simulations that were used, each with its region where there are several."""
    used = [each for each in simulations if len(each.calls) or len(each.script)]
    return "\n\n".join(
        (f"AppSync in {each.region}:\n" if len(used) > 1 else "") + each.describe()
        for each in used or simulations[:1]
    )


def describe(
    calls: Calls,
    script: Script,
    clock: ServiceClock,
    graphql_requests: Sequence[GraphqlRequest],
    *,
    note: Callable[[Call], str | None],
) -> str:
    """The calls with their attempts and call sites, what was scripted, and the time.

    What cannot be shown is replaced by the reason. The test that is reported may still have
    replaced what this needs, such as ``time.time``.

    :param note: gives one more line for a call, or ``None``.
    """
    lines = _said("calls", lambda: calls.describe(sites=True, note=note)) or ["none"]
    graphql = graphql_requests[-SHOWN:]
    lines += _said("GraphQL", lambda: [f"GraphQL: {request!r}" for request in graphql])
    lines += _said("scripted", lambda: _scripted(script))
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


def _scripted(script: Script) -> list[str]:
    latest = [f"scripted: {scripted!r}" for scripted in script]
    earlier = len(script) - len(latest)
    return [f"scripted: ... and {earlier} earlier", *latest] if earlier else latest
