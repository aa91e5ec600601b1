"""The door: which part answers a request, and the answer to errors of a test's own code."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from pytest_appsync.protocol import response as responses
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.protocol.routing import operation_of
from pytest_appsync.server import api_endpoint
from pytest_appsync.server.calls import CallsOverHttp
from pytest_appsync.server.connection import refuse_unsendable
from pytest_appsync.server.control import Control
from pytest_appsync.server.requests import ReceivedRequest, Reply
from pytest_appsync.simulation.lifecycle import Lifecycle
from pytest_appsync.simulation.simulation import Simulation
from pytest_appsync.simulation.unsimulated import UnsimulatedOperation

Log = Callable[[str], object]


class Door:
    """The way from each request to the simulation that is entered now.

    :param log: gets a line for each request.
    """

    def __init__(
        self, lifecycle: Lifecycle, control: Control, calls: CallsOverHttp, log: Log | None
    ) -> None:
        self._lifecycle = lifecycle
        self._control = control
        self._calls = calls
        self._log = log

    def reply(self, request: ReceivedRequest) -> Reply:
        """The reply to a request."""
        simulation = self._lifecycle.simulation
        try:
            reply = self._reply(request, simulation)
            if isinstance(reply, HttpAnswer):
                refuse_unsendable(reply)
        except BaseException as error:
            if not simulation.mistakes.holds(error):
                simulation.mistakes.note(request.target, error, is_served=True)
            text = f"{type(error).__name__} in the code of the test: {error}"
            if isinstance(error, UnsimulatedOperation):
                if self._log is not None:  # only the command has one
                    error.in_command = "serve"
                text = str(error)
            text = text.encode("ascii", "replace").decode()
            reply = HttpAnswer.error("InternalFailure", 500, text)
        if isinstance(reply, HttpAnswer):
            reply = responses.complete(reply, simulation.clock.now())
        route = operation_of(request.method, request.path)
        operation = "" if route is None else f" ({route.operation})"
        self.write(f"{quote(request.method)} {request.target}{operation}", reply)
        return reply

    def write(self, asked: str, reply: Reply) -> None:
        """Write a line of the log.

        :param asked: method, target and operation; of a request that cannot be read, what it
            begins with.
        """
        if self._log is None:
            return
        if isinstance(reply, HttpAnswer):
            code = reply.headers.get("x-amzn-ErrorType", "")
            self._log(f"{asked}: {reply.status} {code}".rstrip())
        else:
            self._log(f"{asked}: {reply.value}")

    def _reply(self, request: ReceivedRequest, simulation: Simulation) -> Reply:
        if self._control.concerns(request):
            return self._control.reply(request)
        if not self._lifecycle.is_entered:
            return HttpAnswer.error("ServiceUnavailable", 503, "The simulation was left.")
        target = api_endpoint.target_of(request)
        if target is None:
            return self._calls.reply(request, simulation)
        return api_endpoint.reply(request, target, simulation)
