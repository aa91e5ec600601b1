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

    Python does so by itself since 3.13, without what is allowed. A constructor that takes keywords
    only also says so, and how a decorator is written.
    """
    for name, method in list(vars(public).items()):
        if inspect.isfunction(method) and (name == "__init__" or not name.startswith("_")):
            setattr(public, name, _refusing_unknown(method))
    return public


def _refusing_unknown(method: Callable[P, R]) -> Callable[P, R]:
    """``method``, which refuses a keyword that it does not have; as it is where it takes any."""
    _, *parameters = inspect.signature(method).parameters.values()
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters):
        return method
    positional = {each.name for each in parameters if each.kind is each.POSITIONAL_ONLY}
    allowed = [each.name for each in parameters if each.name not in positional]
    is_constructor = method.__name__ == "__init__"
    by_keyword_only = is_constructor and all(each.kind is each.KEYWORD_ONLY for each in parameters)

    @functools.wraps(method)
    def checked(*args: P.args, **keywords: P.kwargs) -> R:
        __tracebackhide__ = True
        if by_keyword_only and len(args) > 1:
            public, given = type(args[0]).__name__, args[1]
            if callable(args[0]) and callable(given):
                raise TypeError(
                    f"@{public} without parentheses decorates nothing: write @{public}()"
                )
            raise TypeError(
                f"{public}() takes keyword arguments only, such as {allowed[0]}=..., not {given!r}"
            )
        for name in keywords:
            # Python's own error says that a positional one is given without its name.
            if name not in allowed and name not in positional:
                shown = f"Allowed: {', '.join(allowed)}" if allowed else "It takes none"
                raise TypeError(
                    f"{method.__qualname__}() got an unexpected keyword argument "
                    f"{name!r}{hint(name, allowed)} {shown}"
                )
        return method(*args, **keywords)

    return checked
