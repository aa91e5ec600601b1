"""Wrapping a piece of another library once, however often and in however many threads."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import wrapt

_lock = threading.Lock()


def wrap_once(owner: ModuleType, path: str, wrapper: Callable[..., Any]) -> None:
    """Wrap ``Class.method`` of a module, unless ``wrapper`` is around it already.

    Others wrap as well (OpenTelemetry, ddtrace): ours may be under theirs. What stands
    there and is no function is somebody's mock, which is left alone.
    """
    class_name, method = path.split(".")
    with _lock:
        cls = getattr(owner, class_name)
        # Each entering asks for each wrapper, and getattr_static takes its time.
        wrapped: Any = vars(cls).get(method) or inspect.getattr_static(cls, method)
        if not (inspect.isfunction(wrapped) or isinstance(wrapped, wrapt.FunctionWrapper)):
            return
        while wrapped is not None:
            if getattr(wrapped, "_self_wrapper", None) is wrapper:
                return
            wrapped = getattr(wrapped, "__wrapped__", None)
        wrapt.wrap_function_wrapper(owner, path, wrapper)


def replace_once(owner: ModuleType, name: str, proxy: type[Any]) -> None:
    """Put a ``proxy`` before what a module knows by this name, unless one is there already."""
    with _lock:
        if not isinstance(inspect.getattr_static(owner, name), proxy):
            wrapt.wrap_object(owner, name, proxy)
