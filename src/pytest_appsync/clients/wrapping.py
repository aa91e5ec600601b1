"""Wrapping a piece of another library once, however often and in however many threads."""

from __future__ import annotations

import inspect
import operator
import threading
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any, TypeAlias

import wrapt

_lock = threading.Lock()


Place: TypeAlias = tuple[Mapping[str, object], str, object]
"""The namespace of a module or a class of another library, a name in it, and what stands there
since we have wrapped it."""


class Places:
    """Places that are looked at together: each simulation does before it begins."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._namespaces, self._names, self._standing = zip(*places, strict=True)

    def are_as_they_were(self) -> bool:
        """Whether nobody has put anything else there, or another class in the place of its own."""
        try:
            found = map(operator.getitem, self._namespaces, self._names)
            # Not ==, by which what wrapt makes is what it wraps.
            return all(map(operator.is_, found, self._standing))
        except KeyError:
            return False


def wrap_once(owner: ModuleType, path: str, wrapper: Callable[..., Any]) -> list[Place]:
    """Wrap ``Class.method`` of a module, unless ``wrapper`` is around it already.

    Others wrap as well (OpenTelemetry, ddtrace): ours may be under theirs. What stands
    there and is no function is somebody's mock, which is left alone.
    """
    class_name, method = path.split(".")
    with _lock:
        cls = getattr(owner, class_name)
        wrapped: Any = inspect.getattr_static(cls, method)
        is_mock = not (inspect.isfunction(wrapped) or isinstance(wrapped, wrapt.FunctionWrapper))
        if not (is_mock or _has(wrapped, wrapper)):
            wrapt.wrap_function_wrapper(owner, path, wrapper)
        return [
            (vars(owner), class_name, cls),
            (vars(cls), method, inspect.getattr_static(cls, method)),
        ]


def _has(wrapped: Any, wrapper: Callable[..., Any]) -> bool:
    """Whether ``wrapper`` is among those around a function."""
    while wrapped is not None:
        if getattr(wrapped, "_self_wrapper", None) is wrapper:
            return True
        wrapped = getattr(wrapped, "__wrapped__", None)
    return False


def replace_once(owner: ModuleType, name: str, proxy: type[Any]) -> Place:
    """Put a ``proxy`` before what a module knows by this name, unless one is there already."""
    with _lock:
        if not isinstance(inspect.getattr_static(owner, name), proxy):
            wrapt.wrap_object(owner, name, proxy)
        return vars(owner), name, vars(owner)[name]
