"""The socket that listens, and a thread for each of its connections."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from pytest_appsync.locks import renew_after_fork
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.server.connection import Connection
from pytest_appsync.server.requests import ReceivedRequest, Reply

_POLL = 0.02
"""Seconds between two checks whether the serving ends. Start and end may take 50 ms together."""

_PATIENCE = 5.0
"""Seconds to wait for connections to end: code of a test may run in one of them."""


class Listening(socketserver.TCPServer):
    """A server that listens from its creation until :meth:`stop`.

    :param reply: gives the reply to a request; it is called in many threads.
    :param refused: is told of each request that cannot be read; likewise.
    :param stopping: is set when the serving ends.
    :raises OSError: when the address cannot be used.
    """

    # Elsewhere it lets a server have the port that another one has left a minute ago. On Windows it
    # lets two servers have one port at once (https://learn.microsoft.com, "Using SO_REUSEADDR and
    # SO_EXCLUSIVEADDRUSE"), and a client reaches either.
    allow_reuse_address = sys.platform != "win32"
    request_queue_size = 128

    def __init__(
        self,
        host: str,
        port: int,
        reply: Callable[[ReceivedRequest], Reply],
        refused: Callable[[str, HttpAnswer], object],
        stopping: threading.Event,
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._stopping = stopping
        self._process = os.getpid()
        handler: Any = partial(Connection, reply=reply, refused=refused, stopping=stopping)
        self._lock = threading.Lock()
        renew_after_fork(self, "_lock", threading.Lock)
        self._connections: dict[socket.socket, threading.Thread] = {}
        super().__init__((host, port), handler)
        self._thread = threading.Thread(
            target=self.serve_forever, args=(_POLL,), name="pytest-appsync server", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self._serve,
            args=(request, client_address),
            name="pytest-appsync connection",
            daemon=True,
        )
        with self._lock:
            self._connections[request] = thread
        thread.start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        try:
            with contextlib.suppress(OSError):  # the client has gone
                self.finish_request(connection, address)
        finally:
            self.shutdown_request(connection)
            with self._lock:
                del self._connections[connection]

    def stop(self) -> None:
        """Close the socket and all connections, and wait for their threads to end.

        In a forked process this closes the process's own copy of the socket only: the threads
        are the parent's.
        """
        if os.getpid() != self._process:
            self.server_close()
            return
        self._stopping.set()
        self.shutdown()
        self.server_close()
        self._thread.join()
        with self._lock:
            connections = dict(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + _PATIENCE
        for thread in connections.values():
            thread.join(max(0.0, deadline - time.monotonic()))
