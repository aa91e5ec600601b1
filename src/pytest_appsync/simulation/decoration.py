"""A simulation as a decorator of functions, coroutine functions and classes of tests."""

from __future__ import annotations

import functools
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

if TYPE_CHECKING:
    from unittest import TestCase

from pytest_appsync.locks import renew_after_fork
from pytest_appsync.simulation.lifecycle import Lifecycle

T = TypeVar("T", bound=Callable[..., Any])


def decorate(lifecycle: Lifecycle, target: T) -> T:
    """``target`` inside the simulation, entered anew for each call or test.

    A decorated function that calls another one stays in the simulation that it is in.

    :raises TypeError: for what has no body that could run inside, generators among
        them: theirs runs when somebody iterates, long after the call.
    """
    if isinstance(target, type):
        decorate_class(lifecycle, target)
        return target
    if inspect.isgeneratorfunction(target) or inspect.isasyncgenfunction(target):
        raise TypeError(
            f"{target!r} is a generator function: it would run outside of the lifecycle. "
            "Use `with AppSync() as appsync:` inside it"
        )
    if not inspect.isroutine(target) or isinstance(target, (staticmethod, classmethod)):
        raise TypeError(f"{target!r} is neither a function, a coroutine function nor a class")
    return _wrapped(target, lambda: _entered(lifecycle))  # type: ignore[return-value]


_entries: dict[int, int] = {}
_entries_lock = threading.Lock()
renew_after_fork(sys.modules[__name__], "_entries_lock", threading.Lock)


@contextmanager
def _entered(lifecycle: Lifecycle) -> Iterator[None]:
    """Inside the simulation, which the first to come enters and the last to go leaves.

    Decorated functions may call each other, and decorated coroutines run side by side.
    """
    key = id(lifecycle)
    is_shared = is_last = False
    try:
        with _entries_lock:
            entries = _entries.get(key, 0)
            if entries or not lifecycle.is_entered:
                if not entries:
                    lifecycle.enter()
                _entries[key] = entries + 1
                is_shared = True
        yield
    finally:
        if is_shared:
            with _entries_lock:
                _entries[key] -= 1
                is_last = not _entries[key]
                if is_last:
                    del _entries[key]
                    lifecycle.leave()
    if is_last:
        lifecycle.check_script()


def decorate_class(lifecycle: Lifecycle, tests: type) -> None:
    """Each test of the class runs in the simulation, entered anew.

    Of a :class:`unittest.TestCase` so do setUp and tearDown. Of a decorated class and
    its decorated base, the class's own simulation counts.

    :raises TypeError: for a class without tests.
    """
    names = [
        name
        for name in dir(tests)
        if name.startswith("test") and inspect.isroutine(inspect.getattr_static(tests, name))
    ]
    if not names:
        raise TypeError(f"{tests!r} has no test: no method whose name begins with 'test'")
    if _are_unittests(tests):
        tests.run = _run_inside(lifecycle, _original(tests.run))  # type: ignore[method-assign]
        return
    for name in names:
        found = inspect.getattr_static(tests, name)
        method = _original(getattr(found, "__func__", found))
        decorated = _wrapped(method, lambda: _entered(lifecycle))
        is_bound_otherwise = isinstance(found, (staticmethod, classmethod))
        setattr(tests, name, type(found)(decorated) if is_bound_otherwise else decorated)


def _are_unittests(tests: type) -> TypeGuard[type[TestCase]]:
    # Nobody has such a class who has not imported it, and a script need not.
    unittest = sys.modules.get("unittest.case")
    return unittest is not None and issubclass(tests, unittest.TestCase)


def _run_inside(lifecycle: Lifecycle, run: Callable[..., Any]) -> Callable[..., Any]:
    """``TestCase.run`` inside the simulation, its test method checked where it ends."""

    @functools.wraps(run)
    def run_inside(case: TestCase, *args: Any, **kwargs: Any) -> Any:
        name = case._testMethodName
        before = vars(case).get(name)
        setattr(case, name, _wrapped(getattr(case, name), lambda: _checked(lifecycle, case)))
        lifecycle.enter()
        try:
            return run(case, *args, **kwargs)
        finally:
            lifecycle.leave()
            if before is None:
                delattr(case, name)
            else:
                setattr(case, name, before)

    setattr(run_inside, _ORIGINAL, run)
    return run_inside


@contextmanager
def _checked(lifecycle: Lifecycle, case: TestCase) -> Iterator[None]:
    """A test method fails where the script was not met, unless it fails anyway."""
    yield
    if getattr(getattr(case, "_outcome", None), "success", True):  # False: a subtest failed
        lifecycle.check_script()


def _wrapped(
    function: Callable[..., Any], context: Callable[[], AbstractContextManager[Any]]
) -> Callable[..., Any]:
    """``function`` inside a context; a coroutine function stays one."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def run_coroutine(*args: Any, **kwargs: Any) -> Any:
            with context():
                return await function(*args, **kwargs)

        wrapper: Callable[..., Any] = run_coroutine
    else:

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with context():
                return function(*args, **kwargs)

        wrapper = run
    setattr(wrapper, _ORIGINAL, function)
    return wrapper


_ORIGINAL = "_pytest_appsync_original"


def _original(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` as it was before a base class was decorated."""
    found: Callable[..., Any] = getattr(function, _ORIGINAL, function)
    return found
