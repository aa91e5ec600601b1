"""The refusal of a keyword that a public class or method does not have."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pytest_appsync.nearest import hint

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=type)


def keywords_checked(public: C) -> C:
    """A class whose constructor and public methods refuse an unknown keyword with a hint.

    Python does so by itself since 3.13, without what is allowed.
    """
    for name, method in list(vars(public).items()):
        if inspect.isfunction(method) and (name == "__init__" or not name.startswith("_")):
            setattr(public, name, _keywords_checked(method))
    return public


def _keywords_checked(method: Callable[P, R]) -> Callable[P, R]:
    _, *parameters = inspect.signature(method).parameters.values()
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters):
        return method
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL)
    allowed = [each.name for each in parameters if each.kind not in by_position]

    @functools.wraps(method)
    def checked(*args: P.args, **keywords: P.kwargs) -> R:
        __tracebackhide__ = True
        for name in keywords:
            if name not in allowed:
                shown = f"Allowed: {', '.join(allowed)}" if allowed else "It takes none"
                raise TypeError(
                    f"{method.__qualname__}() got an unexpected keyword argument "
                    f"{name!r}{hint(name, allowed)} {shown}"
                )
        return method(*args, **keywords)

    return checked
