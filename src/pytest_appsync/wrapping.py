"""Wrapping a piece of another library once, however often and in however many threads."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import wrapt

_lock = threading.Lock()


class Wrapping(NamedTuple):
    """What stands in another library since we have wrapped it.

    :ivar class_name: empty for what the module itself holds.
    """

    owner: ModuleType
    class_name: str
    name: str
    standing: object

    def still_stands(self) -> bool:
        """Whether nobody has put anything else there, or another class in the place of its own."""
        holder = getattr(self.owner, self.class_name, None) if self.class_name else self.owner
        return holder is not None and vars(holder).get(self.name) is self.standing


def wrap_once(owner: ModuleType, path: str, wrapper: Callable[..., Any]) -> Wrapping:
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
        return Wrapping(owner, class_name, method, vars(cls).get(method))


def _has(wrapped: Any, wrapper: Callable[..., Any]) -> bool:
    """Whether ``wrapper`` is among those around a function."""
    while wrapped is not None:
        if getattr(wrapped, "_self_wrapper", None) is wrapper:
            return True
        wrapped = getattr(wrapped, "__wrapped__", None)
    return False


def replace_once(owner: ModuleType, name: str, proxy: type[Any]) -> Wrapping:
    """Put a ``proxy`` before what a module knows by this name, unless one is there already."""
    with _lock:
        if not isinstance(inspect.getattr_static(owner, name), proxy):
            wrapt.wrap_object(owner, name, proxy)
        return Wrapping(owner, "", name, vars(owner)[name])
