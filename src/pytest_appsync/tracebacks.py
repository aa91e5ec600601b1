"""The tracebacks of calls that a test or a program's options did not provide for."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from pytest_appsync.clients.guard import RealCallBlocked
from pytest_appsync.simulation.unsimulated import UnsimulatedOperation

if TYPE_CHECKING:
    import pytest

_ON_THE_WAY = frozenset({"aiobotocore", "botocore", "pytest_appsync"})
"""The packages between the application's call and what it raises."""


def shortened(excinfo: pytest.ExceptionInfo[BaseException]) -> pytest.ExceptionInfo[BaseException]:
    """The same as :func:`shortened_traceback`, as pytest has it."""
    error = excinfo.value
    trace = shortened_traceback(error, error.__traceback__)
    if trace is error.__traceback__:
        return excinfo
    return type(excinfo).from_exception(error.with_traceback(trace))


def shortened_traceback(error: BaseException, trace: TracebackType | None) -> TracebackType | None:
    """Have a call that was not provided for end at the application's line.

    What botocore and this package do below it explains nothing, in 60 lines.

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
