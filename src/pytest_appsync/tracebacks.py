"""The shortened tracebacks of calls for which a test or a program's options had no answer."""

from __future__ import annotations

from traceback import walk_tb
from types import TracebackType
from typing import TYPE_CHECKING

from pytest_appsync.clients.guard import RealCallBlocked
from pytest_appsync.simulation.unsimulated import UnsimulatedOperation

if TYPE_CHECKING:
    import pytest

_ON_THE_WAY = frozenset({"aiobotocore", "botocore", "pytest_appsync", "wrapt"})
"""The packages between the application's call and what it raises.

wrapt has frames only without its compiled part: where there is no wheel for a new Python yet.
"""

_AROUND_TESTS = frozenset(
    {
        *("_pytest", "anyio", "asyncio", "contextlib", "pluggy"),
        *("pytest_appsync", "pytest_asyncio", "unittest"),
    }
)
"""The packages between pytest and the end of a decorated test."""


def shortened(excinfo: pytest.ExceptionInfo[BaseException]) -> pytest.ExceptionInfo[BaseException]:
    """An exception of pytest with a shortened traceback; see :func:`shortened_traceback`.

    A decorated test whose script was not met fails as one with the fixture does: without
    frames, because those that are there are ours, pytest's and unittest's.
    """
    error = excinfo.value
    if _is_of_decorated_test(error):
        return type(excinfo).from_exception(_without_frames(error))
    trace = shortened_traceback(error, error.__traceback__)
    if trace is error.__traceback__:
        return excinfo
    return type(excinfo).from_exception(error.with_traceback(trace))


def _is_of_decorated_test(error: BaseException) -> bool:
    """Whether this is the error at the end of a decorated test whose script was not met."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    # Simulation.check_script, whose module is imported where there are simulations only.
    if not frames or frames[-1].f_code.co_name != "check_script":
        return False
    packages = {str(frame.f_globals.get("__name__")).partition(".")[0] for frame in frames}
    return packages <= _AROUND_TESTS


def _without_frames(error: BaseException) -> BaseException:
    import pytest

    # An AssertionError still, as xfail(raises=...) may want it, under the name that pytest shows.
    failed = type("Failed", (pytest.fail.Exception, AssertionError), {"__module__": "builtins"})
    without: BaseException = failed(str(error), pytrace=False)
    return without.with_traceback(error.__traceback__)


def shortened_traceback(error: BaseException, trace: TracebackType | None) -> TracebackType | None:
    """The traceback of a call without an answer, ended at the application's line.

    After it come 60 lines of botocore and this package, which explain nothing.

    :param trace: the error's traceback; it is returned where another error is raised.
    """
    if not isinstance(error, (UnsimulatedOperation, RealCallBlocked)):
        return trace
    way, found = [], trace
    while found is not None:
        way.append(found)
        found = found.tb_next
    kept = None  # pytest's own frames are always kept
    for each in reversed(way):
        module = str(each.tb_frame.f_globals.get("__name__"))
        if module.partition(".")[0] not in _ON_THE_WAY:
            kept = TracebackType(kept, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return kept
