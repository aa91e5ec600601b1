"""The wrapping of a method of another library, once, from any number of threads."""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import wrapt

from pytest_appsync.locks import renew_after_fork

Wrapped = Callable[..., Any]
"""The bound method that a wrapper is around. The wrapper gets it, its object and its arguments."""
Args = tuple[Any, ...]
Kwargs = Mapping[str, Any]

_lock = threading.Lock()
renew_after_fork(sys.modules[__name__], "_lock", threading.Lock)


def wrap_once(owner: ModuleType | None, path: str, wrapper: Callable[..., Any]) -> None:
    """Wrap ``Class.method`` of a module, unless ``wrapper`` is around it already.

    Others wrap as well (OpenTelemetry, ddtrace): ours may be under theirs. An attribute that
    is not a function is a test's mock, which is left alone.

    :param owner: ``None`` for a module that is not imported: then nothing is wrapped.
    :raises RuntimeError: where the library has no such class or method.
    """
    class_name, method = path.split(".")
    cls = getattr(owner, class_name, None)
    if cls is None:
        if owner is None:
            return
        # Another thread may be in the middle of the import. This waits for it.
        importlib.import_module(owner.__name__)
        if (cls := getattr(owner, class_name, None)) is None:
            raise _gone(owner, path)
    # Each simulation asks this of each name: this look needs 1 microsecond, the lock and
    # inspect 5.
    if _has(cls.__dict__.get(method), wrapper):
        return
    with _lock:
        wrapped: Any = inspect.getattr_static(cls, method, None)
        if wrapped is None:
            raise _gone(owner, path)
        is_mock = not (inspect.isfunction(wrapped) or isinstance(wrapped, wrapt.FunctionWrapper))
        if not (is_mock or _has(wrapped, wrapper)):
            wrapt.wrap_function_wrapper(owner, path, wrapper)


def is_begun(owner: ModuleType | None, path: str) -> bool:
    """Whether a module that this thread is in the middle of importing has no such class yet."""
    return owner is not None and not hasattr(owner, path.partition(".")[0])


def _gone(owner: Any, path: str) -> RuntimeError:
    """The error for a name that this version of a library does not have."""
    library = owner.__name__.partition(".")[0]
    version = getattr(sys.modules.get(library), "__version__", "of this version")
    return RuntimeError(
        f"{library} {version} has no {owner.__name__}.{path}, which pytest-appsync must wrap: "
        "calls would not be simulated as they should be, or would reach AWS. Install a newer "
        f"pytest-appsync or an older {library}, or put back what a test has removed"
    )


def _has(wrapped: Any, wrapper: Callable[..., Any]) -> bool:
    """Whether ``wrapper`` is among those around a function."""
    while wrapped is not None:
        if getattr(wrapped, "_self_wrapper", None) is wrapper:
            return True
        wrapped = getattr(wrapped, "__wrapped__", None)
    return False


def replace_once(owner: ModuleType, name: str, proxy: type[Any]) -> None:
    """Put a ``proxy`` before what a module knows by this name, unless one is there already.

    :raises RuntimeError: where the module has no such name.
    """
    with _lock:
        if name not in vars(owner):
            raise _gone(owner, name)
        if not isinstance(vars(owner)[name], proxy):
            wrapt.wrap_object(owner, name, proxy)
