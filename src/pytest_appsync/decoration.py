"""A simulation as a decorator of functions, coroutine functions and classes of tests."""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

T = TypeVar("T", bound=Callable[..., Any])


class Simulation(AbstractContextManager[Any], Protocol):
    """What this module needs of a simulation."""

    def enter(self) -> None: ...
    def leave(self) -> None: ...
    def check_script(self) -> None: ...


def decorate(simulation: Simulation, target: T) -> T:
    """``target`` inside the simulation, entered anew for each call or test.

    :raises TypeError: for what has no body that could run inside, generators among
        them: theirs runs when somebody iterates, long after the call.
    """
    if isinstance(target, type):
        decorate_class(simulation, target)
        return target
    if inspect.isgeneratorfunction(target) or inspect.isasyncgenfunction(target):
        raise TypeError(
            f"{target!r} is a generator function: it would run outside of the simulation. "
            "Use `with AppSync() as appsync:` inside it"
        )
    if not callable(target) or isinstance(target, (staticmethod, classmethod)):
        raise TypeError(f"{target!r} is neither a function, a coroutine function nor a class")
    if inspect.iscoroutinefunction(target):

        @functools.wraps(target)
        async def run_coroutine(*args: Any, **kwargs: Any) -> Any:
            with simulation:
                return await target(*args, **kwargs)

        return run_coroutine  # type: ignore[return-value]

    @functools.wraps(target)
    def run(*args: Any, **kwargs: Any) -> Any:
        with simulation:
            return target(*args, **kwargs)

    return run  # type: ignore[return-value]


def decorate_class(simulation: Simulation, tests: type) -> None:
    """Each test of the class runs in the simulation, entered anew.

    Of a :class:`unittest.TestCase` so do setUp and tearDown.

    :raises TypeError: for a class without tests.
    """
    names = [
        name
        for name in dir(tests)
        if name.startswith("test") and inspect.isroutine(inspect.getattr_static(tests, name))
    ]
    if not names:
        raise TypeError(f"{tests!r} has no test: no method whose name begins with 'test'")
    if not issubclass(tests, unittest.TestCase):
        for name in names:
            setattr(tests, name, decorate(simulation, inspect.getattr_static(tests, name)))
        return
    for name in names:
        setattr(tests, name, _checked(simulation, inspect.getattr_static(tests, name)))
    run_test = tests.run

    @functools.wraps(run_test)
    def run(self: unittest.TestCase, *args: Any, **kwargs: Any) -> Any:
        simulation.enter()
        try:
            return run_test(self, *args, **kwargs)
        finally:
            simulation.leave()

    tests.run = run  # type: ignore[method-assign]


def _checked(simulation: Simulation, test: Callable[..., Any]) -> Callable[..., Any]:
    """A test method that fails where the script was not met, unless it failed already."""
    if inspect.iscoroutinefunction(test):

        @functools.wraps(test)
        async def run_coroutine(*args: Any, **kwargs: Any) -> Any:
            returned = await test(*args, **kwargs)
            simulation.check_script()
            return returned

        return run_coroutine

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> Any:
        returned = test(*args, **kwargs)
        simulation.check_script()
        return returned

    return run
