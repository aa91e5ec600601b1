"""The calls of AppSync's operations over HTTP."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from typing import Any

from botocore.awsrequest import HeadersDict
from botocore.exceptions import (
    ConnectionError,
    ConnectTimeoutError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.model import OperationModel
from botocore.parsers import create_parser

from pytest_appsync import model
from pytest_appsync.locks import renew_after_fork
from pytest_appsync.protocol import response as responses
from pytest_appsync.protocol.http import HttpAnswer, body_of
from pytest_appsync.protocol.routing import Route, operation_of
from pytest_appsync.record.calls import Call, Calls
from pytest_appsync.server.requests import NoAnswer, ReceivedRequest, Reply, region_of
from pytest_appsync.simulation.call_in_progress import CallInProgress, Spend
from pytest_appsync.simulation.simulation import Simulation
from pytest_appsync.simulation.unsimulated import UnsimulatedOperation

_REMEMBERED = 10_000
"""The number of calls that may get another attempt. Clients make theirs within seconds."""

_NEVER_ANSWERED = (ReadTimeoutError, ConnectTimeoutError)
"""The errors for which no answer comes: a server cannot prevent the connection itself."""


class CallsOverHttp:
    """AppSync's operations over HTTP, with the record of their answers.

    :param spend: waits while a delayed answer takes its time.
    :param is_open: whether other machines may ask, which know this one by names of their own.
    """

    def __init__(self, spend: Spend, *, is_open: bool) -> None:
        self._spend = spend
        self._is_open = is_open
        self._lock = threading.Lock()
        renew_after_fork(self, "_lock", threading.Lock)
        self._record: Calls | None = None
        self._invocations: OrderedDict[tuple[str, str], Call] = OrderedDict()

    def reply(self, request: ReceivedRequest, simulation: Simulation) -> Reply:
        """The reply of a simulation to a request.

        :raises Exception: what code of the test raises, and UnsimulatedOperation.
        """
        route = operation_of(request.method, request.path)
        if route is None:
            return responses.no_such_path_answer()
        operation = model.operation_model(route.operation)
        call = self._call_of(request, route, simulation)
        asked_at = request.server_url if self._is_open else None
        progress = CallInProgress(simulation, call, spend=self._spend, asked_at=asked_at)
        try:
            answer = progress.answer(request)
        except (HTTPClientError, ConnectionError) as error:
            _record_error(progress, error)
            return NoAnswer.HELD if isinstance(error, _NEVER_ANSWERED) else NoAnswer.CLOSED
        except Exception as error:
            _record_error(progress, error)
            raise
        finally:
            progress.end()
        if answer is None:  # passed through: no other handler answers here
            raise UnsimulatedOperation(route.operation)
        _record_answer(progress, operation, answer)
        return answer

    def _call_of(self, request: ReceivedRequest, route: Route, simulation: Simulation) -> Call:
        """The call of which the request is an attempt: a new one, but for a client's retry.

        A retry after the simulation has begun again, or another one was entered, is a new call:
        its earlier attempts are in another record.
        """
        region = simulation.region
        assert region is not None, "a simulation that was entered has one"
        invocation = request.headers.get("amz-sdk-invocation-id")
        key = (invocation or "", route.operation)
        with self._lock:
            if self._record is not simulation.calls:
                self._record = simulation.calls
                self._invocations.clear()
            known = self._invocations.get(key)
            if known is not None:
                return known
            call = Call(
                route.operation,
                dict(route.labels),
                region_of(request, region),
                user_agent=request.headers.get("User-Agent"),
            )
            if invocation:
                self._invocations[key] = call
                if len(self._invocations) > _REMEMBERED:
                    self._invocations.popitem(last=False)
        return call


def _record_error(progress: CallInProgress, error: Exception) -> None:
    progress.attempt.error_code = progress.call.error_code = type(error).__name__
    progress.call.result = None


def _record_answer(progress: CallInProgress, operation: OperationModel, answer: HttpAnswer) -> None:
    """Record an answer as a boto3 client would read it."""
    call, attempt = progress.call, progress.attempt
    attempt.http_status = answer.status
    body = body_of(answer)
    # botocore gives its parser a stream where the model has a blob as the body.
    streams = operation.has_streaming_output and answer.status < 300
    received = {
        "status_code": answer.status,
        "headers": HeadersDict(answer.headers),
        "body": io.BytesIO(body) if streams else body,
        "context": {"operation_name": operation.name},
    }
    try:
        shape: Any = operation.output_shape
        parsed = _parser.parse(received, shape)
    except Exception as error:  # as it leaves a boto3 client
        _record_error(progress, error)
        return
    parsed.pop("ResponseMetadata", None)
    error_code = parsed.pop("Error", {}).get("Code") if answer.status >= 300 else None
    attempt.error_code = call.error_code = error_code or None
    shown = {name: body if hasattr(value, "read") else value for name, value in parsed.items()}
    call.result = shown if answer.status < 300 else None


_parser = create_parser("rest-json")
