"""Control over HTTP: a simulation that tests in other languages script and look at.

The words are those of ``AppSync``: ``POST /_pytest_appsync/fail`` with the keywords of
``AppSync.fail`` as JSON. AppSync has no path that begins so.
"""

from __future__ import annotations

import dataclasses
import inspect
import ipaddress
import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pytest_appsync.moments import epoch_seconds
from pytest_appsync.nearest import no_such
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.script import transport_errors
from pytest_appsync.script.handles import Scripted
from pytest_appsync.server.connection import refuse_unsendable
from pytest_appsync.server.requests import ReceivedRequest
from pytest_appsync.service.api_keys import ApiKey
from pytest_appsync.service.apis import Api
from pytest_appsync.simulation.clock import Clock
from pytest_appsync.simulation.lifecycle import Lifecycle

PREFIX = "/_pytest_appsync/"

_METHODS = (
    "add_api",
    "add_api_key",
    "answer_graphql",
    "chaos",
    "delay",
    "deny",
    "fail",
    "outage",
    "respond",
    "throttle",
)
"""Methods of ``AppSync`` whose keywords are JSON."""


class Controlled(Protocol):
    """The ``AppSync`` that is controlled. Its methods have the names above."""

    @property
    def clock(self) -> Clock: ...

    def apis(self, region: str | None) -> list[Api]: ...

    def api_keys(self, api: str) -> list[ApiKey]: ...


class _RefusedError(Exception):
    """The refusal of a request with another status than 400; its text says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """The methods of an ``AppSync`` as JSON over HTTP.

    :param set_delay_factor: sets how many seconds a delay of one second takes.
    :param host: what the server was told to listen at. Requests to this name are accepted.
    """

    def __init__(
        self,
        appsync: Controlled,
        lifecycle: Lifecycle,
        set_delay_factor: Callable[[float], None],
        host: str,
    ) -> None:
        self._appsync = appsync
        self._lifecycle = lifecycle
        self._set_delay_factor = set_delay_factor
        self._handles: list[Scripted] = []
        self._host = host.lower()
        self._posted: dict[str, Callable[..., Any]] = {
            **{name: getattr(appsync, name) for name in _METHODS},
            "advance_clock": self._advance_clock,
            "set_clock": self._set_clock,
            "set_delay_factor": self._change_delay_factor,
            "withdraw": self._withdraw,
            "begin_again": self._begin_again,
        }
        self._got: dict[str, Callable[..., Any]] = {
            "apis": appsync.apis,
            "api_keys": appsync.api_keys,
            "calls": self._calls,
            "clock": self._clock,
            "graphql_requests": self._graphql_requests,
            "script": self._script,
        }

    def concerns(self, request: ReceivedRequest) -> bool:
        """Whether the request's path belongs to control."""
        return request.path.startswith(PREFIX)

    def reply(self, request: ReceivedRequest) -> HttpAnswer:
        """The answer to a request: 200 and the result, or why it was refused."""
        status = 200
        try:
            body = json.dumps(self._do(request), default=_as_json)
        except _RefusedError as refused:
            status, body = refused.status, _message(refused)
        except (TypeError, ValueError, LookupError, OverflowError, RuntimeError) as error:
            # A method or a keyword was refused, or JSON cannot show the record.
            status, body = 400, _message(error)
        return HttpAnswer(status, {"Content-Type": "application/json"}, body)

    def _do(self, request: ReceivedRequest) -> Any:
        self._refuse_web_pages(request)
        methods = {"GET": self._got, "POST": self._posted}
        if request.method not in methods:
            raise _RefusedError(405, no_such("control", "method", request.method, methods))
        word, words = request.path.removeprefix(PREFIX), methods[request.method]
        if word not in words:
            for method, others in methods.items():
                if word in others:
                    raise _RefusedError(405, f"{word} is asked for with {method}")
            raise _RefusedError(404, no_such("control", f"word to {request.method}", word, words))
        do = words[word]
        given = _json_object(request.body) if request.method == "POST" else request.query
        signature = inspect.signature(do)
        for name in given:
            if name not in signature.parameters:
                raise ValueError(no_such(word, "keyword", name, signature.parameters))
        if "error" in given:
            given["error"] = _error(given["error"])
        if "answer" in given:
            given["answer"] = _http_answer(given["answer"])
        try:
            signature.bind(**given)
        except TypeError as error:
            raise ValueError(f"{word}: {error}") from None
        made = do(**given)
        return self._shown(made) if isinstance(made, Scripted) else made

    def _refuse_web_pages(self, request: ReceivedRequest) -> None:
        """Refuse a web page's request: it has an Origin, or a host name of its own DNS."""
        if "Origin" in request.headers:
            raise _RefusedError(
                403, "no web page may control the simulation: there is an Origin header"
            )
        host = request.host
        if host != "localhost" and host != self._host and not _is_address(host):
            raise _RefusedError(
                403,
                f"control is asked for by this machine's address or name, not by {host!r}: "
                "a program that knows no other name sends the header `Host: localhost`",
            )

    # --- words ---

    def _advance_clock(
        self,
        weeks: float | None = None,
        days: float | None = None,
        hours: float | None = None,
        minutes: float | None = None,
        seconds: float | None = None,
    ) -> Any:
        self._appsync.clock.advance(
            weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds
        )
        return self._clock()

    def _set_clock(self, now: float) -> Any:
        self._appsync.clock.set(epoch_seconds("now", now))
        return self._clock()

    def _clock(self) -> Any:
        return {"now": self._appsync.clock.now()}

    def _change_delay_factor(self, factor: float) -> Any:
        self._set_delay_factor(factor)
        return {"factor": factor}

    def _withdraw(self, handle: int) -> Any:
        if type(handle) is not int or handle not in range(1, len(self._handles) + 1):
            raise ValueError(f"the simulation has no handle {handle!r}")
        self._handles[handle - 1].withdraw()
        return self._shown(self._handles[handle - 1])

    def _begin_again(self) -> Any:
        """Begin again with an empty service. The answer names what no call has met."""
        if self._lifecycle.has_ended:
            raise RuntimeError(
                "begin_again after this simulation was left changes nothing that a call could "
                "meet; ask for it while the simulation is entered"
            )
        simulation = self._lifecycle.simulation
        unmet = [scripted.written for scripted in simulation.script.unmet()]
        simulation.begin_again()
        self._handles.clear()
        return {"unmet": unmet}

    def _calls(self) -> Any:
        return [
            {**_fields(call), "http_status": call.http_status}
            for call in self._lifecycle.simulation.calls
        ]

    def _graphql_requests(self) -> Any:
        return self._lifecycle.simulation.graphql_requests

    def _script(self) -> Any:
        return [self._shown(scripted) for scripted in self._lifecycle.simulation.script]

    def _shown(self, scripted: Scripted) -> Any:
        if scripted not in self._handles:
            self._handles.append(scripted)
        return {
            "handle": self._handles.index(scripted) + 1,
            "written": scripted.written,
            "hits": scripted.hits,
        }


def _message(error: Exception) -> str:
    return json.dumps({"message": str(error)})


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ValueError("the body is not a JSON object")
    return content


def _error(error: Any) -> Any:
    """An error code, the name of a transport exception, or the members of an HttpAnswer."""
    if isinstance(error, str):
        return transport_errors.named(error) or error
    if isinstance(error, dict):
        return _answer_of_members(error)
    raise ValueError(f"`error` must be a code, an exception's name or an object, not {error!r}")


def _http_answer(answer: Any) -> Any:
    """An HttpAnswer where there is a ``status``; else the JSON of a GraphQL answer."""
    return _answer_of_members(answer) if isinstance(answer, dict) and "status" in answer else answer


def _answer_of_members(members: Mapping[str, Any]) -> HttpAnswer:
    allowed = [field.name for field in dataclasses.fields(HttpAnswer)]
    for name in members:
        if name not in allowed:
            raise ValueError(no_such("an answer", "member", name, allowed))
    if "status" not in members:
        raise ValueError("an answer needs a `status`")
    answer = HttpAnswer(**members)
    refuse_unsendable(answer)
    return answer


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass, without what is only for Python."""
    return {
        field.name: getattr(value, field.name)
        for field in dataclasses.fields(value)
        if not field.name.startswith("_")
    }


def _as_json(value: Any) -> Any:
    """The JSON of an object that :func:`json.dumps` does not know."""
    if isinstance(value, Scripted):
        return value.written
    if dataclasses.is_dataclass(value):
        return _fields(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
