"""An unmodified script or module inside a simulation: ``python -m pytest_appsync run``."""

from __future__ import annotations

import argparse
import runpy
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pytest_appsync.appsync import AppSync, lifecycle_of
from pytest_appsync.commands.argument import argument
from pytest_appsync.model import find_error
from pytest_appsync.script import transport_errors
from pytest_appsync.script.checks import Error, checked_times

Failure = tuple[str, Error, int | None]


def add_command(commands: Any) -> None:
    """Add the command to the parser's subparsers."""
    parser = commands.add_parser(
        "run",
        usage="%(prog)s [OPTIONS] {SCRIPT | -m MODULE} [ARGS ...]",
        help="run a script or a module inside a simulation",
        description="Run an unmodified script or module inside a simulated AppSync, then "
        "print the record of its calls to stderr. The exit code is the program's own.",
    )
    parser.add_argument(
        "--api",
        metavar="NAME=ID",
        dest="apis",
        action="append",
        default=[],
        type=argument(parse_api),
        help="an API that is there when the program starts; repeatable",
    )
    parser.add_argument(
        "--fail",
        metavar="OPERATION=CODE[:TIMES]",
        dest="failures",
        action="append",
        default=[],
        type=argument(parse_failure),
        help="an error that AWS documents, or a transport error such as ReadTimeoutError, "
        "every time or so many times; repeatable",
    )
    parser.add_argument(
        "--at",
        metavar="WHEN",
        type=argument(parse_moment),
        help="AppSync's time at the start: ISO 8601 (UTC where it names no zone) or seconds "
        "since the epoch",
    )
    parser.add_argument(
        "--region", default="us-east-1", help="of the APIs, and of clients made without one"
    )
    parser.add_argument(
        "-m", dest="is_module", action="store_true", help="the program is a module's name"
    )
    parser.add_argument("program", metavar="SCRIPT or MODULE")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS")
    parser.set_defaults(command=_run_command, refuse=parser.error)


def _run_command(given: argparse.Namespace) -> int:
    ids = [api_id for _, api_id in given.apis]
    if len(set(ids)) < len(ids):
        given.refuse(f"--api: the ids {', '.join(ids)} are not all different")
    return run(
        [given.program, *given.arguments],
        is_module=given.is_module,
        region=given.region,
        apis=given.apis,
        failures=given.failures,
        at=given.at,
    )


def run(
    arguments: Sequence[str],
    *,
    is_module: bool,
    region: str,
    apis: Sequence[tuple[str, str]],
    failures: Sequence[Failure],
    at: datetime | None,
) -> int:
    """Run a program as Python would, and print the record of its calls to stderr.

    :param arguments: a script's path or a module's name, and the program's arguments.
    :param apis: names and ids of the APIs that are there when it starts.
    :param failures: operations, errors, and how many times; ``None`` for every time.
    :param at: the service's time when it starts.
    :returns: the program's exit code; 1 where it raised.
    """
    with AppSync(region=region, strict=False) as appsync:
        for name, api_id in apis:
            appsync.add_api(name, api_id=api_id)
        for operation, error, times in failures:
            appsync.fail(operation, error, times=times)
        if at is not None:
            appsync.clock.set(at)
        exit_code = _run(arguments, is_module=is_module)
        sys.stdout.flush()
        print(f"--- AppSync calls\n{lifecycle_of(appsync).simulation.describe()}", file=sys.stderr)
    return exit_code


def _run(arguments: Sequence[str], *, is_module: bool) -> int:
    program = arguments[0]
    argv, path = sys.argv, sys.path[:]
    sys.argv = list(arguments)
    if not is_module:
        sys.path.insert(0, str(Path(program).resolve().parent))
    try:
        if is_module:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(program, run_name="__main__")
    except SystemExit as exit:
        if exit.code is None or isinstance(exit.code, int):
            return exit.code or 0
        print(exit.code, file=sys.stderr)
        return 1
    except BaseException as error:
        traceback.print_exc()
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    finally:
        sys.argv, sys.path[:] = argv, path
    return 0


def parse_api(text: str) -> tuple[str, str]:
    """``NAME=ID``.

    :raises ValueError: for anything else.
    """
    name, _, api_id = text.partition("=")
    if not name or not api_id:
        raise ValueError(f"{text!r} is not NAME=ID, such as orders=7eeywqbd6na5voygrlzgvyxciu")
    return name, api_id


def parse_failure(text: str) -> Failure:
    """``OPERATION=CODE`` or ``OPERATION=CODE:TIMES``; the code may name a transport error.

    :raises ValueError: for anything else, or a code that the operation does not document.
    """
    operation, _, rest = text.partition("=")
    code, colon, times = rest.partition(":")
    if not operation or not code or (colon and not times.isdecimal()):
        raise ValueError(
            f"{text!r} is not OPERATION=CODE[:TIMES], such as CreateApiKey=LimitExceededException:2"
        )
    error = transport_errors.named(code) or find_error(operation, code).code
    return operation, error, checked_times(int(times)) if times else None


def parse_moment(text: str) -> datetime:
    """An ISO 8601 moment or seconds since the epoch; UTC where it names no time zone.

    :raises ValueError: for anything else.
    """
    try:
        return datetime.fromtimestamp(float(text), timezone.utc)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(
            f"{text!r} is neither an ISO 8601 moment, such as 2030-01-01T12:00Z, nor seconds "
            "since the epoch"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
