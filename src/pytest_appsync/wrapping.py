"""Wrapping a piece of another library once, however often and in however many threads."""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import wrapt

_lock = threading.Lock()


class Place(NamedTuple):
    """Where something of ours stands in another library, and what was there when we left it.

    :ivar class_name: empty for what the module itself holds.
    """

    owner: ModuleType
    class_name: str
    name: str
    standing: object

    def is_as_left(self) -> bool:
        """Whether nobody has changed it since, nor imported the library anew."""
        owner = self.owner
        holder = getattr(owner, self.class_name) if self.class_name else owner
        is_same = vars(holder).get(self.name) is self.standing
        return is_same and sys.modules.get(owner.__name__) is owner


def wrap_once(owner: ModuleType, path: str, wrapper: Callable[..., Any]) -> Place:
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
        return Place(owner, class_name, method, vars(cls).get(method))


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
        return Place(owner, "", name, vars(owner)[name])
