"""The exceptions that botocore's HTTP layer raises where no answer comes."""

from __future__ import annotations

import string
from typing import Any, TypeAlias, cast

from botocore import exceptions
from botocore.exceptions import ConnectionError, HTTPClientError

from pytest_appsync.record.calls import shown

TransportError: TypeAlias = HTTPClientError | ConnectionError


def checked(error: object) -> TransportError | type[TransportError]:
    """``error`` itself, where it is an exception class or instance of botocore's HTTP layer.

    :raises TypeError: for anything else.
    """
    kind = error if isinstance(error, type) else type(error)
    if not issubclass(kind, TransportError):
        # Python, urllib3 and requests have exceptions of the same names.
        own = kind.__name__ in kinds()
        hint = f". Did you mean botocore.exceptions.{kind.__name__}?" if own else ""
        raise TypeError(
            f"{shown(error)} is not an error that fail() can produce. Allowed: an error code "
            "such as 'LimitExceededException'; an exception that botocore's HTTP layer "
            f"raises, class, instance or name ({', '.join(kinds())}); an HttpAnswer{hint}"
        )
    return cast("TransportError | type[TransportError]", error)


def named(name: str) -> type[TransportError] | None:
    """The exception class of botocore's HTTP layer that has this name, if there is one."""
    return kinds().get(name)


def make(kind: type[TransportError], url: str) -> TransportError:
    """An exception of this class, with the fields of its message filled in."""
    fields: dict[str, Any] = {
        name: url if name.endswith("_url") else "simulated by pytest-appsync"
        for _, name, _, _ in string.Formatter().parse(kind.fmt)
        if name
    }
    return kind(**fields)


def kinds() -> dict[str, type[TransportError]]:
    """The exception classes of botocore's HTTP layer, by their names and in their order."""
    return {
        name: value
        for name, value in sorted(vars(exceptions).items())
        if isinstance(value, type) and issubclass(value, TransportError)
    }
