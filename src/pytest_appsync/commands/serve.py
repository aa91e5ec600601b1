"""``python -m pytest_appsync serve``: a simulation as a server in the foreground."""

from __future__ import annotations

import argparse
import contextlib
import signal
import threading
from typing import Any

from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.commands import simulation_options
from pytest_appsync.commands.stderr import print_record, tell
from pytest_appsync.server.server import Server

_LONGEST_WAIT = 0.5
"""Seconds. On Windows Ctrl-C is not noticed during a wait without an end."""


def add_command(commands: Any) -> None:
    """Add the command to the parser's subparsers."""
    parser = commands.add_parser(
        "serve",
        help="a simulation as a server, for other processes and other languages",
        description="Serve a simulated AppSync until Ctrl-C or SIGTERM. The first line of "
        "stdout is the URL, for AWS_ENDPOINT_URL_APPSYNC or --endpoint-url; stderr has a line "
        "for each request, and at the end the record of the calls, with the "
        "failures and answers that no call has met. The exit code is 0.",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="the address to listen at; any other than the loopback lets other machines in",
    )
    parser.add_argument("--port", type=int, default=0, help="any that is free if it is not given")
    simulation_options.add_options(parser)
    parser.set_defaults(command=_serve_command)


def _serve_command(given: argparse.Namespace) -> int:
    simulation_options.check(given)
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    appsync = simulation_options.entered(given)
    lifecycle = lifecycle_of(appsync)
    with contextlib.ExitStack() as until_the_end:
        until_the_end.push(appsync)
        try:
            server = until_the_end.enter_context(
                Server(appsync, lifecycle, host=given.host, port=given.port, log=tell)
            )
        except (OSError, ValueError) as error:
            given.refuse(str(error))
        print(server.url, flush=True)
        while not ending.wait(_LONGEST_WAIT):
            pass
    print_record(lifecycle.simulation)
    return 0
