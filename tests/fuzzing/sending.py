"""One input on its way through a real client, and what came of it."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from traceback import walk_tb
from typing import Any

from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appsync import AppSync
from pytest_appsync.record.calls import Call

from .client_input import ClientInput
from .start import API_ID, State, simulation, state_of
from .valid_params import input_shape
from .wire_input import WireInput

Input = WireInput | ClientInput


@dataclass(frozen=True)
class Outcome:
    """What one input led to.

    :ivar status: the HTTP status; ``None`` where the client sent nothing or could not
        read the answer.
    :ivar code: the error's code.
    :ivar result: what the client returned.
    :ivar raised: an exception that is no answer of the service.
    :ivar is_ours: whether that left our code, also through the standard library.
    :ivar sent: the URL and the body that went over the wire, if anything did.
    :ivar call: what the simulation has recorded of the call.
    :ivar settings: what GetGraphqlApi says before and after an UpdateGraphqlApi, which
        changes what no state shows.
    """

    before: State
    after: State
    seconds: float
    status: int | None = None
    code: str = ""
    message: str = ""
    result: dict[str, Any] | None = None
    raised: BaseException | None = None
    is_ours: bool = False
    sent: tuple[str, Any] | None = None
    call: Call | None = None
    settings: tuple[Any, Any] = (None, None)


class _Wire:
    """Stands before the simulation: takes note of requests, and replaces them."""

    def __init__(self) -> None:
        self.instead: WireInput | None = None
        self.sent: tuple[str, Any] | None = None

    def __call__(self, request: AWSPreparedRequest, **_: Any) -> None:
        instead = self.instead
        if instead is None:
            self.sent = (request.url, request.body)
            return
        request.url = instead.url
        request.body = instead.make_body()
        for name, value in instead.headers.items():
            request.headers[name] = value
        self.sent = (instead.url, instead.make_body())


@functools.cache
def _client(region: str) -> tuple[Any, _Wire]:
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    client: Any = AppSync().client(region, config=config)
    wire = _Wire()
    client.meta.events.register_first("before-send.appsync", wire)
    return client, wire


def send(given: Input) -> Outcome:
    """Let the simulated AppSync of the start state answer ``given``."""
    client, wire = _client(given.region)
    call = getattr(client, xform_name(given.operation))
    if isinstance(given, WireInput):
        members = input_shape(given.operation).members.items()
        labels = [name for name, member in members if member.serialization.get("location") == "uri"]
        params: dict[str, Any] = dict.fromkeys(labels, "x")
    else:
        params = given.params
    with simulation() as appsync:
        before, settings_before = state_of(appsync), _settings(given)
        wire.instead = given if isinstance(given, WireInput) else None
        wire.sent = None
        started = time.perf_counter()
        answer = _answer(lambda: call(**params))
        seconds = time.perf_counter() - started
        sent, wire.instead = wire.sent, None
        calls = appsync.calls.of(given.operation)
        return Outcome(
            before=before,
            after=state_of(appsync),
            seconds=seconds,
            sent=sent,
            call=calls[0] if calls else None,
            settings=(settings_before, _settings(given)),
            **answer,
        )


def _settings(given: Input) -> Any:
    if given.operation != "UpdateGraphqlApi":
        return None
    return _client(given.region)[0].get_graphql_api(apiId=API_ID)["graphqlApi"]


def _answer(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        result = call()
    except ClientError as error:
        return {
            "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
            "code": error.response["Error"]["Code"],
            "message": error.response["Error"]["Message"],
        }
    except Exception as error:
        return {"raised": error, "is_ours": _is_ours(error)}
    status = result.pop("ResponseMetadata")["HTTPStatusCode"]
    return {"status": status, "result": result}


def _is_ours(error: BaseException) -> bool:
    """Whether, of botocore's frames and ours, one of ours was the innermost."""
    modules = (frame.f_globals.get("__name__") for frame, _ in walk_tb(error.__traceback__))
    packages = [str(module).partition(".")[0] for module in modules]
    known = [package for package in packages if package in ("botocore", "boto3", "pytest_appsync")]
    return bool(known) and known[-1] == "pytest_appsync"
