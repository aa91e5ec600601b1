"""The mistakes of a test: noted where they are raised, raised again where they were hidden.

A mistake is an ordinary exception. An application's ``except Exception`` may swallow it, and
the test would pass. So a simulation notes each one, and its end raises the first one that the
test has not seen.
"""

from __future__ import annotations

import threading
from traceback import walk_stack, walk_tb
from types import CodeType
from typing import NamedTuple

from pytest_appsync.record.call_site import application_frame
from pytest_appsync.record.functions_of_tests import Functions, code_of, running_tests

_NO_MISTAKES = (KeyboardInterrupt, SystemExit, GeneratorExit)

_OF_GREENLETS = frozenset({"eventlet", "gevent", "greenlet"})
"""The packages that end a greenlet by an exception, wherever it is: it is killed, or it gets a
``Timeout`` of the application. None of these is an ``Exception``."""

_SERVER = "pytest_appsync.server."
_DOORS = ("pytest_appsync.clients.", _SERVER)
"""The packages in which a call begins. In a traceback, the frames after theirs are in the call."""

_RAISES = frozenset({"_pytest.python_api", "_pytest.raises", "unittest.case"})
"""The modules of pytest.raises and assertRaises, which may call what raises themselves."""

_TEST_CASES = frozenset({"unittest.case", "unittest.async_case"})
"""The modules that run a TestCase."""

_NOTE = (
    "pytest-appsync: this exception reached no function of the test, so the application may have "
    "swallowed it."
)
_OF_A_SIMULATION = " If it did not: @pytest.mark.appsync(strict=False) or AppSync(strict=False)."


class Mistakes:
    """The mistakes of a simulation, or of the calls outside of any.

    :param count: whether mistakes are noted.
    :param in_simulation: whether they are those of a simulation, which `strict` can turn off.
    """

    def __init__(self, *, count: bool = True, in_simulation: bool = True) -> None:
        self._count = count
        self._added = _NOTE + _OF_A_SIMULATION if in_simulation else _NOTE
        self._noted: list[_Noted] = []

    def note(self, operation: str, error: BaseException, *, is_served: bool = False) -> None:
        """Note an exception that is raised now, in a call of ``operation``.

        :param is_served: whether it ends in a thread of a server, where nothing else reports it.
        """
        if self._count and (is_served or not _came_from_outside(error)):
            frame = application_frame()
            caller = None if frame is None else frame.f_code
            self._noted.append(_Noted(operation, error, caller, _a_test_case_may_run()))

    def take(self) -> list[BaseException]:
        """The mistakes noted since the last time."""
        noted, self._noted = self._noted, []
        return [each.error for each in noted]

    def holds(self, error: BaseException) -> bool:
        """Whether the exception is noted, and was not raised or taken since."""
        return any(each.error is error for each in self._noted)

    def check_served(self) -> None:
        """Raise the first mistake that came up in a request of another process.

        All such mistakes are then forgotten. Those of this process stay noted.
        """
        __tracebackhide__ = True
        noted, self._noted = self._noted, []
        served: list[BaseException] = []
        for each in noted:
            if _came_by_the_server(each.error):
                served.append(each.error)
            else:
                self._noted.append(each)
        if served:
            raise served[0]

    def check(self, functions: Functions = ()) -> None:
        """Raise the first mistake that was swallowed, and forget all that were noted.

        Where the test has seen one, all others of its type and operation count as seen. Those of
        requests of other processes do not: nothing in this process can see them.

        :param functions: those of the test, beside those of the tests that run now.
        """
        __tracebackhide__ = True
        if not self._noted:
            return
        code = code_of([*functions, *(each for give in running_tests for each in give())])
        noted, self._noted = self._noted, []
        seen = {each.kind for each in noted if each.was_seen(code)}
        for each in noted:
            error = each.error
            if each.kind not in seen or _came_by_the_server(error):
                # BaseException.add_note() came with Python 3.11.
                error.__notes__ = [*getattr(error, "__notes__", ()), self._added]
                raise error


class _Noted(NamedTuple):
    """A mistake as it was noted.

    :ivar operation: AWS's name of the operation that was called.
    :ivar caller: the code that made the call.
    :ivar in_test_case: whether a TestCase of unittest may have made the call.
    """

    operation: str
    error: BaseException
    caller: CodeType | None
    in_test_case: bool

    @property
    def kind(self) -> tuple[type[BaseException], str]:
        return type(self.error), self.operation

    def was_seen(self, code: frozenset[CodeType]) -> bool:
        """Whether the test with these functions has seen it.

        unittest's ``assertRaises`` removes the traceback of an exception that it has seen. An
        application that keeps an exception may do so too.
        """
        if self.error.__traceback__ is None:
            return self.in_test_case or self.caller in code
        return has_reached(self.error, code)


def _came_from_outside(error: BaseException) -> bool:
    """Whether an exception only went through code of the test, which has not raised it."""
    packages = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    return isinstance(error, _NO_MISTAKES) or (
        not isinstance(error, Exception) and not packages.isdisjoint(_OF_GREENLETS)
    )


def _a_test_case_may_run() -> bool:
    """Whether a TestCase of unittest may have made the call that raises now."""
    if threading.current_thread() is not threading.main_thread():
        return True  # its stack does not say which test has begun the thread
    names = (frame.f_globals.get("__name__") for frame, _ in walk_stack(None))
    return not _TEST_CASES.isdisjoint(map(str, names))


def has_reached(error: BaseException, code: frozenset[CodeType]) -> bool:
    """Whether an exception from a call of AppSync has reached one of these functions."""
    for frame, _ in walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__"))
        if module.startswith(_DOORS):
            return False
        if frame.f_code in code or module in _RAISES:
            return True
    return False


def _came_by_the_server(error: BaseException) -> bool:
    modules = (str(frame.f_globals.get("__name__")) for frame, _ in walk_tb(error.__traceback__))
    return any(module.startswith(_SERVER) for module in modules)
