"""What a failed test's report says of its simulation."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pytest_appsync.calls import Calls, shown
from pytest_appsync.script import Scripted
from pytest_appsync.service.clock import Clock


def describe(calls: Calls, script: Iterable[Scripted], clock: Clock) -> str:
    """Each call with its attempts and its place, what was scripted and met, the time.

    What cannot be shown is replaced by the reason. The test that is reported may still have
    replaced what this needs, such as ``time.time``.
    """
    lines = _said("calls", lambda: calls.describe(sites=True)) or ["none"]
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
