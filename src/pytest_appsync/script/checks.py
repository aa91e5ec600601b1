"""What a test may say: each argument is checked at once, and a refusal helps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator

from pytest_appsync import model
from pytest_appsync.nearest import no_such
from pytest_appsync.protocol.constraints import is_encodable
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.protocol.model import UnsupportedTraitError, unsupported_trait
from pytest_appsync.record.calls import shown, snapshot
from pytest_appsync.script import transport_errors
from pytest_appsync.script.documented_answers import documented_answer
from pytest_appsync.script.transport_errors import TransportError
from pytest_appsync.service.clock import is_finite

Params = Mapping[str, Any]
When = Params | Callable[[Params], bool]
Error = str | type[Exception] | Exception | HttpAnswer

EVERY_OPERATION = "*"
"""The operation of a handle that waits for all of them."""


def checked_error(
    operation: str, error: Error, message: str | None
) -> HttpAnswer | TransportError | type[TransportError]:
    """What ``error`` stands for, where it is one that ``operation`` can produce.

    :raises ValueError: for a code that AWS does not document for the operation.
    :raises TypeError: for what is no error.
    """
    if isinstance(error, type) and issubclass(error, ClientError) and error is not ClientError:
        error = error.__name__  # a modeled class: client.exceptions.NotFoundException
    if message is not None and not isinstance(message, str):
        raise TypeError(f"message={message!r}: it is text")
    if isinstance(error, str):
        try:
            return documented_answer(model.find_error(operation, error), message)
        except ValueError as refusal:
            raise ValueError(
                f"{refusal}. An undocumented error can be had explicitly: "
                f"HttpAnswer.error({error!r}, status, message)"
            ) from None
    if message is not None:
        raise ValueError(f"message={message!r} goes with an error code, not with {error!r}")
    if isinstance(error, HttpAnswer):
        return error
    return transport_errors.checked(error)


def checked_times(times: int | None) -> int | None:
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise ValueError(f"times={times!r}: it is a whole number from 1, or None for every time")
    return times


def checked_after(after: int) -> int:
    if isinstance(after, bool) or not isinstance(after, int) or after < 0:
        raise ValueError(f"after={after!r}: it is a whole number of calls from 0")
    return after


def checked_when(operation: str, when: When | None) -> When | None:
    if when is None or callable(when):
        return when
    if not isinstance(when, Mapping):
        raise TypeError(f"when={when!r}: it is a dict of parameters or a callable that takes them")
    shape = model.operation_model(operation).input_shape
    allowed = list(shape.members) if shape else []
    for name in when:
        if name not in allowed:
            raise ValueError(
                f"when={when!r}: {no_such(f'parameter of {operation}', name, allowed)}"
            )
    return dict(snapshot(when))


def checked_seconds(seconds: float) -> float:
    end = timedelta.max.total_seconds()
    return _checked_number(
        "seconds", seconds, lambda value: 0 < value < end, f"a number over 0, under {end:.0f}"
    )


def checked_rate(rate: float) -> float:
    return _checked_number("rate", rate, lambda value: value > 0, "calls a second, over 0")


def checked_burst(burst: float) -> float:
    return _checked_number("burst", burst, lambda value: value >= 1, "a number of calls from 1")


def checked_probability(rate: float) -> float:
    return _checked_number("rate", rate, lambda value: 0 <= value <= 1, "a probability, 0 to 1")


def _checked_number(name: str, value: float, holds: Callable[[float], bool], wanted: str) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not is_finite(value)
        or not holds(value)
    ):
        raise ValueError(f"{name}={shown(value)}: it is {wanted}")
    return value


def check_result(operation: OperationModel, result: object) -> None:
    """Refuse a canned result that AppSync could not have sent.

    :raises ValueError: naming the member that does not fit the output shape.
    """
    if not isinstance(result, Mapping):
        raise ValueError(f"the result of {operation.name} is a dict, not {result!r}")
    if (trait := unsupported_trait(operation)) is not None:
        raise ValueError(str(UnsupportedTraitError(operation.name, trait)))
    shape = operation.output_shape or StructureShape("Empty", {"type": "structure", "members": {}})
    content = {name: value for name, value in result.items() if name != "ResponseMetadata"}
    _check_members(shape, content, operation.name)
    payload = shape.serialization.get("payload")
    if isinstance(text := content.get(payload), str) and not is_encodable(text):
        raise ValueError(
            f"{operation.name}.{payload}={shown(text)}: half a character cannot be sent as UTF-8"
        )
    report = ParamValidator().validate(content, shape)
    if report.has_errors():
        raise ValueError(f"that is no result of {operation.name}: {report.generate_report()}")


def _check_members(shape: Shape, value: Any, path: str) -> None:
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        for name, content in value.items():
            if name not in shape.members:
                raise ValueError(no_such(f"member of {path}", name, list(shape.members)))
            _check_members(shape.members[name], content, f"{path}.{name}")
    elif isinstance(shape, ListShape) and isinstance(value, (list, tuple)):
        for item in value:
            _check_members(shape.member, item, f"{path}[]")
    elif isinstance(shape, MapShape) and isinstance(value, Mapping):
        for key, item in value.items():
            _check_members(shape.value, item, f"{path}.{key}")


def checked_operations(operations: Iterable[str] | None) -> list[str]:
    if operations is None:
        return [EVERY_OPERATION]
    if isinstance(operations, str):
        operations = [operations]
    names = [model.operation_name(operation) for operation in operations]
    if not names:
        raise ValueError("operations=[]: chaos needs at least one operation; None means all")
    return names


def checked_seed(seed: int | str) -> int | str:
    if isinstance(seed, bool) or not isinstance(seed, (int, str)):
        raise TypeError(f"seed={seed!r}: it is a whole number or text, to give the same run again")
    return seed


def checked_flag(name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name}={value!r}: it is True or False")
    return value


def read_streams(value: Any) -> Any:
    """``value`` with the content of its streams: a canned answer is given more than once."""
    if isinstance(value, dict):
        return {name: read_streams(item) for name, item in value.items()}
    if isinstance(value, list):
        return [read_streams(item) for item in value]
    return value.read() if hasattr(value, "read") else value


def checked_codes(operations: Iterable[str], codes: Iterable[str] | None) -> frozenset[str] | None:
    """Codes of which each is documented for at least one of the operations."""
    if codes is None:
        return None
    if isinstance(codes, str):
        codes = [codes]
    names = [
        name
        for operation in operations
        for name in (
            model.service_model().operation_names if operation == EVERY_OPERATION else [operation]
        )
    ]
    documented = {error.code: None for name in names for error in model.errors(name, common=True)}
    chosen = frozenset(codes)
    for code in chosen:
        if code not in documented:
            raise ValueError(no_such("error documented for these operations", code, documented))
    if not chosen:
        raise ValueError("errors=[]: chaos needs at least one error to choose from")
    return chosen
