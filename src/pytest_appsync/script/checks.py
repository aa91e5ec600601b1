"""The checks of what a test scripts: each argument is checked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from pytest_appsync import model, regions
from pytest_appsync.moments import is_finite
from pytest_appsync.nearest import no_such
from pytest_appsync.protocol.constraints import is_encodable
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.record.calls import shown, snapshot
from pytest_appsync.script import transport_errors
from pytest_appsync.script.documented_answers import documented_answer
from pytest_appsync.script.transport_errors import TransportError
from pytest_appsync.service.api_keys import ApiKey
from pytest_appsync.service.apis import Api

Params = Mapping[str, Any]
When = Params | Callable[[Params], bool]
Error = str | type[Exception] | Exception | HttpAnswer
Produced = HttpAnswer | TransportError | type[TransportError]
"""An answer that a client gets, or an exception of its HTTP layer."""

EVERY_OPERATION = "*"
"""The operation of a handle that concerns all operations."""

RETRY_AFTER = "x-amz-retry-after"
"""The header that AWS's SDKs honour, in whole milliseconds."""

_LONGEST = timedelta.max.total_seconds()


def checked_error(operation: str, error: Error, message: str | None) -> Produced:
    """The answer or exception that ``error`` names, if ``operation`` can produce it.

    :raises ValueError: for a code that is neither documented nor observed for the operation.
    :raises TypeError: for an object that is not an error.
    """
    if isinstance(error, type) and issubclass(error, ClientError) and error is not ClientError:
        error = error.__name__  # a modeled class: client.exceptions.NotFoundException
    if message is not None and not isinstance(message, str):
        raise TypeError(f"`message` must be text, not {shown(message)}")
    produced = _without_code(error)
    if produced is None:
        found = model.find_error(operation, str(error), besides=transport_errors.kinds())
        return documented_answer(found, message)
    if message is not None:
        raise ValueError(
            f"`message` goes with an error code, not with {shown(error)}: leave it out"
        )
    return produced


def checked_outage(error: Error) -> Produced:
    """The answer or exception that ``error`` names, if every operation can produce it.

    :raises ValueError: for a code that is not common to all actions.
    :raises TypeError: for an object that is not an error.
    """
    produced = _without_code(error)
    if produced is None:
        found = model.find_common_error(str(error), besides=transport_errors.kinds())
        return HttpAnswer.error(found.code, found.http_status, found.documentation)
    return produced


def _without_code(error: Error) -> Produced | None:
    """The answer or exception that ``error`` is or names; ``None`` for a code."""
    if isinstance(error, str):
        return transport_errors.named(error)
    return error if isinstance(error, HttpAnswer) else transport_errors.checked(error)


def with_retry_after(error: Produced, seconds: float | None) -> Produced:
    """``error`` with the header that tells the client how long to wait.

    :raises ValueError: for ``seconds`` below 0, or an exception, which has no headers.
    """
    if seconds is None:
        return error
    _check_number(
        "retry_after", seconds, lambda value: 0 <= value < _LONGEST, "a number of seconds from 0"
    )
    if not isinstance(error, HttpAnswer):
        raise ValueError(
            f"`retry_after` goes with an answer, not with {shown(error)}: where no answer comes, "
            "there is no header to send it in"
        )
    headers = {**error.headers, RETRY_AFTER: str(round(seconds * 1000))}
    return HttpAnswer(error.status, headers, error.body)


def checked_times(times: int | None) -> int | None:
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise ValueError(
            f"`times` must be a whole number, 1 or more, or None for every time, not {shown(times)}"
        )
    return times


def checked_after(after: int) -> int:
    if isinstance(after, bool) or not isinstance(after, int) or after < 0:
        raise ValueError(f"`after` must be a whole number of calls, 0 or more, not {shown(after)}")
    return after


def checked_when(operation: str, when: When | None) -> When | None:
    if when is None or callable(when):
        return when
    if not isinstance(when, Mapping):
        raise TypeError(
            f"`when` must be a dict of parameters or a callable that takes them, not {shown(when)}"
        )
    allowed = model.request_members(operation)
    for name, value in when.items():
        if name not in allowed:
            raise ValueError(
                f"`when` must name parameters of {operation}: "
                f"{no_such(operation, 'parameter', name, allowed)}"
            )
        if isinstance(value, (Api, ApiKey)):
            raise TypeError(
                f"`when` must have the values that the application sends, and {name} is an object "
                f"of the test: {shown(value)}. Give a value of it, such as its `id`"
            )
    return dict(snapshot(when))


def checked_region(region: str | None) -> str | None:
    return None if region is None else regions.region_name(region)


def checked_period(name: str, period: float | timedelta) -> float:
    """A period in seconds."""
    seconds = period.total_seconds() if isinstance(period, timedelta) else period
    number = f"a number over 0 and under {_LONGEST:.0f} (the longest timedelta)"
    return _check_number(
        name,
        seconds,
        lambda value: 0 < value < _LONGEST,
        f"a timedelta or seconds: {number}",
        given=period,
    )


def checked_rate(rate: float) -> float:
    return _check_number("rate", rate, lambda value: value > 0, "calls a second, over 0")


def checked_burst(burst: float) -> float:
    return _check_number("burst", burst, lambda value: value >= 1, "a number of calls, 1 or more")


def checked_probability(rate: float) -> float:
    return _check_number("rate", rate, lambda value: 0 <= value <= 1, "a probability, 0 to 1")


def _check_number(
    name: str,
    value: float,
    holds: Callable[[float], bool],
    wanted: str,
    given: object = None,
) -> float:
    if not is_finite(value) or not holds(value):
        raise ValueError(
            f"`{name}` must be {wanted}, not {shown(value if given is None else given)}"
        )
    return value


def checked_operations(operations: Iterable[str] | None) -> list[str]:
    if operations is None:
        return [EVERY_OPERATION]
    operations = _listed("operations", operations)
    names = [model.operation_name(operation) for operation in operations]
    if not names:
        raise ValueError(
            "`operations` must have at least one operation, or be None for all of them"
        )
    return names


def checked_seed(seed: int | str) -> int | str:
    if isinstance(seed, bool) or not isinstance(seed, (int, str)):
        raise TypeError(
            f"`seed` must be a whole number or text, to give the same run again, not {shown(seed)}"
        )
    if isinstance(seed, str) and not is_encodable(seed):
        raise ValueError(f"`seed` must be a whole number or Unicode text, not {shown(seed)}")
    return seed


def checked_flag(name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"`{name}` must be True or False, not {shown(value)}")
    return value


def checked_codes(operations: list[str], codes: Iterable[str] | None) -> frozenset[str] | None:
    """Codes of which each is an error of at least one of the operations.

    Without codes, each of the operations has an error of its own that is retried.
    """
    if codes is None:
        for name in operations:
            if name != EVERY_OPERATION and not model.retryable_errors(name):
                raise ValueError(
                    f"`operations`: AWS documents no retried error of {name}. Give `errors`, such "
                    "as errors=['ThrottlingException']"
                )
        return None
    chosen = _listed("errors", codes)
    is_every = EVERY_OPERATION in operations
    names = model.service_model().operation_names if is_every else operations
    known = {error.code: None for name in names for error in model.errors(name, common=True)}
    for code in chosen:
        if not isinstance(code, str) or code not in known:
            raise ValueError(
                no_such(
                    "`operations`",
                    "documented error",
                    code,
                    known,
                    listed_by="python -m pytest_appsync errors --common",
                )
            )
    if not chosen:
        raise ValueError("`errors` must have at least one code to choose from, or be None")
    return frozenset(chosen)


def _listed(name: str, names: Iterable[str]) -> list[str]:
    """``names`` as a list; a single name becomes a list of one."""
    if isinstance(names, str):
        return [names]
    try:
        return list(names)
    except TypeError:
        raise TypeError(f"`{name}` must be a list of text or None, not {shown(names)}") from None
