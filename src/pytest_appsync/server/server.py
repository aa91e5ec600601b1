"""``Server``: a simulation at a URL, for other processes and other languages."""

from __future__ import annotations

import ipaddress
import os
import threading
from types import TracebackType

from pytest_appsync.locks import renew_after_fork
from pytest_appsync.moments import is_finite
from pytest_appsync.server.calls import CallsOverHttp
from pytest_appsync.server.control import Control, Controlled
from pytest_appsync.server.door import Door, Log
from pytest_appsync.server.environment import environment_of_child
from pytest_appsync.server.listening import Listening
from pytest_appsync.simulation.lifecycle import Lifecycle

_OUTCOMES = frozenset({"_pytest.outcomes", "unittest.case"})
"""The modules of what pytest.exit and unittest's skipTest raise. This module imports neither."""


class Server:
    """A simulation at a URL, as :meth:`AppSync.serve` returns it: a context manager.

    ::

        with appsync.serve() as server:
            subprocess.run(["node", "deploy.mjs"], env=server.environment, check=True)

    It listens while it is entered. Leaving it raises an exception that code of the test (a
    ``when``, a callable of ``respond`` or ``answer_graphql``) has raised in a request, or
    :class:`UnsimulatedOperation`. The client got a 500 for it. Where the block ends with an
    exception of its own, such as ``CalledProcessError``, that one is the context; an interrupt,
    a skip or another outcome of pytest is raised in its place. Under ``strict=False`` leaving
    raises none of them.
    """

    def __init__(
        self,
        appsync: Controlled,
        lifecycle: Lifecycle,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        log: Log | None = None,
    ) -> None:
        if not isinstance(host, str) or not host:
            raise ValueError(f"`host` must be an address such as '127.0.0.1', not {host!r}")
        if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
            raise ValueError(f"`port` must be 0 (any that is free) to 65535, not {port!r}")
        self._lifecycle = lifecycle
        self._host = host
        self._port = port
        self._delay_factor = 1.0
        control = Control(appsync, lifecycle, self._set_delay_factor, host)
        calls = CallsOverHttp(self._spend, is_open=_reachable(host) != host)
        self._door = Door(lifecycle, control, calls, log)
        self._listening: Listening | None = None
        self._stopping = threading.Event()
        renew_after_fork(self, "_stopping", threading.Event)

    @property
    def url(self) -> str:
        """The URL of the simulation, such as ``http://127.0.0.1:53035``; no slash at its end.

        :raises RuntimeError: when it does not listen.
        """
        if self._listening is None:
            raise RuntimeError(
                "the server does not listen: use it in `with appsync.serve() as ...`"
            )
        host = _reachable(self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._listening.port}"

    @property
    def environment(self) -> dict[str, str]:
        """``os.environ``, with what makes AWS SDKs use this server for AppSync.

        A copy: the environment of this process stays as it is. SDKs that do not know
        ``AWS_ENDPOINT_URL_APPSYNC`` need the URL as an option, such as ``--endpoint-url``.

        :raises RuntimeError: when it does not listen.
        """
        region = self._lifecycle.region
        return environment_of_child(os.environ, self.url, _reachable(self._host), region)

    @property
    def delay_factor(self) -> float:
        """How many real seconds a scripted delay of one second takes: 1 unless it is set.

        With 0 a delay takes no time. The simulation's clock still moves by the whole delay.

        :raises ValueError: when it is set to a number below 0, or to no number.
        """
        return self._delay_factor

    @delay_factor.setter
    def delay_factor(self, factor: float) -> None:
        self._set_delay_factor(factor)

    def _set_delay_factor(self, factor: float) -> None:
        if not is_finite(factor) or factor < 0:
            raise ValueError(f"`delay_factor` must be a number, 0 or more, not {factor!r}")
        self._delay_factor = factor

    def _spend(self, seconds: float) -> float:
        """Wait while an answer takes its time, by the delay factor; see :data:`Spend`."""
        wanted = min(seconds * self._delay_factor, threading.TIMEOUT_MAX)
        self._stopping.wait(wanted)
        return min(seconds, wanted)

    def __enter__(self) -> Server:
        if self._listening is not None:
            raise RuntimeError("the server listens already: it cannot be entered twice")
        if not self._lifecycle.is_entered:
            raise RuntimeError(
                "AppSync.serve() serves a simulation that is entered: "
                "with AppSync() as appsync, appsync.serve() as server:"
            )
        self._stopping.clear()
        try:
            self._listening = Listening(
                self._host, self._port, self._door.reply, self._door.write, self._stopping
            )
        except OSError as error:
            raise OSError(
                error.errno,
                f"`serve` cannot listen at {self._host}, port {self._port}: "
                f"{error.strerror or error}",
            ) from error
        self._lifecycle.endpoint.lead_to(self.url)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        listening = self._listening
        if listening is None:
            return
        self._lifecycle.endpoint.lead_back(self.url)
        listening.stop()
        self._listening = None
        # What the block raises is mostly what the client made of the 500 (CalledProcessError,
        # HTTPError): it stays as the context. What ends the session or skips the test is not
        # replaced: of these, pytest.exit's exception and SkipTest are an Exception too.
        if error is None or (
            isinstance(error, Exception) and type(error).__module__ not in _OUTCOMES
        ):
            self._lifecycle.simulation.mistakes.check_served()

    def __repr__(self) -> str:
        where = "does not listen" if self._listening is None else f"at {self.url}"
        return f"<Server of a simulated AppSync, {where}>"


def _reachable(host: str) -> str:
    """``host``, or a loopback address where it means all addresses of this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "::1" if address.version == 6 else "127.0.0.1"
