"""A simulation as a decorator of functions, coroutine functions and classes of tests."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

if TYPE_CHECKING:
    from unittest import TestCase

from pytest_appsync.locks import renew_after_fork
from pytest_appsync.record.functions_of_tests import Functions, setting_up
from pytest_appsync.simulation import entered
from pytest_appsync.simulation.lifecycle import Lifecycle
from pytest_appsync.simulation.simulation import Simulation

T = TypeVar("T", bound=Callable[..., Any])


def decorate(lifecycle: Lifecycle, target: T, appsync: object) -> T:
    """``target``, whose calls or tests run inside the simulation.

    A decorated function that calls another one stays in the simulation that it is in.

    :param appsync: what a function's parameter named ``appsync`` is given.
    :raises TypeError: for an object that is neither a function nor a class, and for a generator
        function: its body runs after the call.
    """
    if isinstance(target, type):
        _decorate_class(lifecycle, target, appsync)
        return target
    if inspect.isgeneratorfunction(target) or inspect.isasyncgenfunction(target):
        raise TypeError(
            f"{target!r} is a generator function: its body would run outside of the simulation. "
            "Use `with AppSync() as appsync:` inside it"
        )
    if not inspect.isroutine(target) or isinstance(target, (staticmethod, classmethod)):
        raise TypeError(f"{target!r} is neither a function, a coroutine function nor a class")
    lifecycle.keep_seeds()
    return _wrapped(  # type: ignore[return-value]
        _given(target, appsync),
        lambda: _entered(lifecycle, target, lifecycle.enter, lifecycle.leave),
        is_coroutine=inspect.iscoroutinefunction(target),
    )


_entries: dict[int, int] = {}
_entries_lock = threading.Lock()
renew_after_fork(sys.modules[__name__], "_entries_lock", threading.Lock)


@contextmanager
def _entered(
    lifecycle: Lifecycle,
    function: object,
    enter: Callable[[], object],
    leave: Callable[[], object],
) -> Iterator[bool]:
    """The simulation around a call. The first call enters it, and the last one leaves it.

    Decorated functions may call each other, and decorated coroutines run side by side.

    :returns: whether this call has entered it.
    """
    __tracebackhide__ = True
    key = id(lifecycle)
    is_first = is_shared = is_last = False
    try:
        with _entries_lock:
            entries = _entries.get(key, 0)
            if entries or not lifecycle.is_entered:
                is_first = not entries
                if is_first:
                    enter()
                _entries[key] = entries + 1
                is_shared = True
        yield is_first
    finally:
        if is_shared:
            with _entries_lock:
                _entries[key] -= 1
                is_last = not _entries[key]
                if is_last:
                    del _entries[key]
                    leave()
    if is_last:
        lifecycle.check([function])


def _decorate_class(lifecycle: Lifecycle, tests: type, appsync: object) -> None:
    """Have each test of the class run in the simulation, in a copy of its state.

    In a :class:`unittest.TestCase` this includes setUp, tearDown, setUpClass and tearDownClass.
    In any other class it includes what pytest runs around its tests, where our plugin is
    loaded. Where the base of a decorated class is decorated too, the class's own simulation
    counts.

    :raises TypeError: for a class without tests, or one that is decorated already.
    """
    names = [
        name
        for name in dir(tests)
        if name.startswith("test") and inspect.isroutine(inspect.getattr_static(tests, name))
    ]
    if not names:
        raise TypeError(f"{tests!r} has no test: no method whose name begins with 'test'")
    if ATTRIBUTE in vars(tests):
        raise TypeError(
            f"{tests!r} is decorated already: of two simulations only one would answer. "
            "Decorate the class once; a method may have a decorator of its own"
        )
    lifecycle.keep_seeds()
    decorated = DecoratedClass(lifecycle)
    setattr(tests, ATTRIBUTE, decorated)
    if _are_unittests(tests):
        tests.run = _run_inside(tests.run)  # type: ignore[method-assign]
        _wrap_class_fixtures(tests)
        return
    for name in names:
        found = inspect.getattr_static(tests, name)
        method = getattr(found, "__func__", found)
        # Where a base class is decorated too. functools.wraps copies the attribute to a decorator
        # that is around our function: only our function itself is replaced.
        ours, before = getattr(method, _BEFORE_CLASS, (None, None))
        if ours is method:
            method = before
        wrapped = _wrapped(
            _given(method, appsync),
            functools.partial(
                _entered, lifecycle, method, decorated.begin_test, decorated.end_test
            ),
            is_coroutine=inspect.iscoroutinefunction(method),
        )
        setattr(wrapped, _BEFORE_CLASS, (wrapped, method))
        is_bound_otherwise = isinstance(found, (staticmethod, classmethod))
        setattr(tests, name, type(found)(wrapped) if is_bound_otherwise else wrapped)


ATTRIBUTE = "pytest_appsync_decorated"
"""The attribute of a decorated class that holds its :class:`DecoratedClass`."""


class DecoratedClass:
    """The simulation of a decorated class: one around the class, and a copy for each test.

    Each method does nothing where its work was done already: pytest, unittest and a class's base
    may all ask for it.
    """

    def __init__(self, lifecycle: Lifecycle) -> None:
        self.lifecycle = lifecycle
        self._of_class: Simulation | None = None
        self._of_test: Simulation | None = None

    def begin_class(self) -> bool:
        """Begin the class, before setUpClass and setup_class.

        :returns: whether this has begun the class.
        """
        if _is_entered(self._of_class):
            return False
        self._of_class = self.lifecycle.enter_copy()
        return True

    def end_class(self) -> None:
        """End the class, after tearDownClass, teardown_class and the cleanups of the class."""
        if _is_entered(self._of_class):
            self.lifecycle.end_copy(self._of_class)

    def begin_test(self) -> bool:
        """Begin a test, before setUp and setup_method.

        :returns: whether this has begun the test.
        """
        if _is_entered(self._of_test):
            return False
        self._of_test = self.lifecycle.enter_copy()
        return True

    def end_test(self) -> None:
        """End a test, after tearDown and teardown_method."""
        try:
            if _is_entered(self._of_test):
                self.lifecycle.end_copy(self._of_test)
                if _is_entered(self._of_class):
                    self.lifecycle.resume(self._of_class)
        except BaseException:  # Ctrl-C
            self.lifecycle.forget()
            raise


def _is_entered(simulation: Simulation | None) -> TypeGuard[Simulation]:
    return simulation is not None and entered.is_entered(simulation)


def _are_unittests(tests: type) -> TypeGuard[type[TestCase]]:
    # A TestCase exists only where unittest was imported, and a script need not import it.
    unittest = sys.modules.get("unittest.case")
    return unittest is not None and issubclass(tests, unittest.TestCase)


def _decoration_of(tests: type) -> DecoratedClass:
    found: DecoratedClass = getattr(tests, ATTRIBUTE)
    return found


def _run_inside(run: Callable[..., Any]) -> Callable[..., Any]:
    """``TestCase.run`` inside the simulation. The end of the test method is checked."""

    @functools.wraps(run)
    def run_inside(case: TestCase, *args: Any, **kwargs: Any) -> Any:
        decorated = _decoration_of(type(case))
        name = case._testMethodName
        before = vars(case).get(name)
        test = getattr(case, name)
        functions = [test, *setting_up(type(case))]
        checked = _wrapped(
            test,
            lambda: _checked(decorated.lifecycle, case, functions),
            is_coroutine=inspect.iscoroutinefunction(test),
        )
        setattr(case, name, checked)
        # It becomes the last of the cleanups, after tearDown.
        case.addCleanup(lambda: decorated.lifecycle.simulation.mistakes.check(functions))
        has_begun = decorated.begin_test()
        try:
            return run(case, *args, **kwargs)
        finally:
            if has_begun:
                decorated.end_test()
            if before is None:
                delattr(case, name)
            else:
                setattr(case, name, before)

    return run_inside


@contextmanager
def _checked(lifecycle: Lifecycle, case: TestCase, functions: Functions) -> Iterator[None]:
    """The check at the end of a test method: it fails where the script was not met."""
    __tracebackhide__ = True
    try:
        yield
        if getattr(getattr(case, "_outcome", None), "success", True):  # False: a subtest failed
            lifecycle.check(functions)
    finally:
        # The test has failed already, or has seen the mistakes.
        lifecycle.simulation.mistakes.take()


def _wrap_class_fixtures(tests: type[TestCase]) -> None:
    """Have unittest's own runner call setUpClass and tearDownClass inside the simulation.

    This includes those of subclasses of ``tests``, which need not call the ones of their base.
    unittest calls doClassCleanups last, also where setUpClass has failed.
    """

    def wrap(cls: type[TestCase]) -> None:
        set_up = inspect.getattr_static(cls, "setUpClass")

        def set_up_class(cls: type[TestCase]) -> None:
            _decoration_of(cls).begin_class()
            set_up.__get__(None, cls)()

        cls.setUpClass = classmethod(set_up_class)  # type: ignore[assignment]

    clean_up = inspect.getattr_static(tests, "doClassCleanups")
    init_subclass = vars(tests).get("__init_subclass__")

    def do_class_cleanups(cls: type[TestCase]) -> None:
        try:
            clean_up.__get__(None, cls)()
        finally:
            _decoration_of(cls).end_class()

    def wrap_subclass(cls: type[TestCase], /, **keywords: Any) -> None:
        if init_subclass is None:
            super(tests, cls).__init_subclass__(**keywords)
        else:
            init_subclass.__get__(None, cls)(**keywords)
        if "setUpClass" in vars(cls):
            wrap(cls)

    wrap(tests)
    tests.doClassCleanups = classmethod(do_class_cleanups)  # type: ignore[assignment]
    tests.__init_subclass__ = classmethod(wrap_subclass)  # type: ignore[assignment]


def _wrapped(
    function: Callable[..., Any],
    context: Callable[[], AbstractContextManager[Any]],
    *,
    is_coroutine: bool,
) -> Callable[..., Any]:
    """``function`` inside a context; a coroutine function stays one."""
    if is_coroutine:

        @functools.wraps(function)
        async def run_coroutine(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with context():
                return await function(*args, **kwargs)

        return run_coroutine

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        with context() as is_first:
            returned = function(*args, **kwargs)
            if is_first and inspect.isawaitable(returned):
                raise TypeError(
                    f"{function!r} returned {returned!r}: what is awaited later would run outside "
                    "of the simulation. Decorate a coroutine function (async def), or use "
                    "`async with AppSync() as appsync:` inside it"
                )
            return returned

    return run


_PARAMETER = "appsync"

# Python 3.14 evaluates annotations only when they are asked for: those of a test may name what is
# imported for type checkers only (PEP 649).
_READING: dict[str, Any] = (
    {"annotation_format": importlib.import_module("annotationlib").Format.FORWARDREF}
    if sys.version_info >= (3, 14)
    else {}
)


def _given(function: Callable[..., Any], appsync: object) -> Callable[..., Any]:
    """``function``, called with the simulation if it has a parameter ``appsync``.

    Its callers, such as pytest, see a function without that parameter.
    """
    try:
        signature = inspect.signature(function, **_READING)
    except ValueError:  # a builtin one
        return function
    names = list(signature.parameters)
    parameter = signature.parameters.get(_PARAMETER)
    if parameter is None or parameter.default is not parameter.empty:
        return function
    place = names.index(_PARAMETER)
    is_keyword_only = parameter.kind is parameter.KEYWORD_ONLY

    @functools.wraps(function)
    def call(*args: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        if _PARAMETER in keywords or len(args) < place or is_keyword_only:
            return function(*args, **{_PARAMETER: appsync, **keywords})
        return function(*args[:place], appsync, *args[place:], **keywords)

    others = [signature.parameters[name] for name in names if name != _PARAMETER]
    call.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
    return call


_BEFORE_CLASS = "_pytest_appsync_before_class"
"""The attribute of a decorated class's test that holds it, and what it was before."""
