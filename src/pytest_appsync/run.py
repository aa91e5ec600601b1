"""An unmodified script or module inside a simulation: ``python -m pytest_appsync run``."""

from __future__ import annotations

import runpy
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from pytest_appsync.script import transport_errors
from pytest_appsync.script.checks import checked_times
from pytest_appsync.model import find_error
from pytest_appsync.script.checks import Error
from pytest_appsync.appsync import AppSync, lifecycle_of

Failure = tuple[str, Error, int | None]


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
