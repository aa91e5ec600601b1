"""The functions of tests: which code is a test's own, or that of its fixtures."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from types import CodeType

# What pytest and unittest call around tests, by name:
# https://docs.pytest.org/en/stable/how-to/xunit_setup.html
OF_PACKAGES = ("setup_module", "teardown_module", "setUpModule", "tearDownModule")
OF_MODULES = (*OF_PACKAGES, "setup_function", "teardown_function")
OF_CLASSES = ("setup_class", "teardown_class", "setup_method", "teardown_method")
OF_TEST_CASES = (
    *("setUp", "tearDown", "setUpClass", "tearDownClass"),
    *("asyncSetUp", "asyncTearDown"),
)

Functions = Iterable[object]

running_tests: list[Callable[[], Functions]] = []
"""For each test that runs now, a function that gives the functions of it and its fixtures."""


def code_of(functions: Functions) -> frozenset[CodeType]:
    """The code of functions, of functions that decorators hide, and all code nested in them."""
    return frozenset(
        code for function in functions for each in _undecorated(function) for code in code_in(each)
    )


def setting_up(owner: object) -> list[object]:
    """The functions of a class or module of tests that set up and tear down."""
    names = (*OF_MODULES, *OF_CLASSES, *OF_TEST_CASES)
    return [getattr(owner, name) for name in names if hasattr(owner, name)]


def _undecorated(function: object) -> Iterator[object]:
    """The function, and each one that it wraps."""
    seen: set[int] = set()
    waiting = [function]
    while waiting:
        found = waiting.pop()
        found = getattr(found, "__func__", found)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting.append(getattr(found, "__wrapped__", None))
        waiting.append(getattr(getattr(found, "hypothesis", None), "inner_test", None))
        waiting += filter(_is_test, _held(found))  # by a decorator without functools.wraps


def _held(function: object) -> Iterator[object]:
    """The values of the names that a function uses from the code around it."""
    for cell in getattr(function, "__closure__", None) or ():
        with contextlib.suppress(ValueError):  # a name that has no value
            yield cell.cell_contents


def _is_test(held: object) -> bool:
    return inspect.isroutine(held) and str(getattr(held, "__name__", "")).startswith("test")


def code_in(function: object) -> Iterator[CodeType]:
    """The code of a function, or a code itself, and all code that is written inside it."""
    code = function if isinstance(function, CodeType) else getattr(function, "__code__", None)
    if isinstance(code, CodeType):
        yield code
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                yield from code_in(constant)
