"""The options of `run` and `serve` that describe a simulation, and the simulation itself."""

from __future__ import annotations

import argparse
import contextlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pytest_appsync.appsync import AppSync, lifecycle_of
from pytest_appsync.commands.argument import argument
from pytest_appsync.model import find_error, operation_model, operation_name
from pytest_appsync.script import transport_errors
from pytest_appsync.script.checks import Error, checked_times
from pytest_appsync.script.results import check_result
from pytest_appsync.simulation.settings import Unsimulated


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add these options to the parser of a command."""
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
        "--respond",
        metavar="OPERATION=FILE.json",
        dest="answers",
        action="append",
        default=[],
        type=argument(parse_answer),
        help="what an operation answers, every time: a JSON object with the members of its "
        "result; repeatable",
    )
    parser.add_argument(
        "--at",
        metavar="WHEN",
        type=argument(parse_moment),
        help="AppSync's time at the start: ISO 8601 (UTC where it names no zone) or seconds "
        "since the epoch",
    )
    parser.add_argument(
        "--region",
        help="of the APIs, and of clients made without one; if it is not given, the one that "
        "botocore finds, or us-east-1",
    )
    parser.set_defaults(refuse=parser.error)


def check(given: argparse.Namespace) -> None:
    """End the process where the options contradict each other."""
    ids = [api_id for _, api_id in given.apis]
    if len(set(ids)) < len(ids):
        given.refuse(f"--api: the ids {', '.join(ids)} are not all different")


def entered(
    given: argparse.Namespace,
    *,
    unsimulated: Unsimulated = "error",
    move_machine: Callable[[float], object] | None = None,
) -> AppSync:
    """A simulation that was entered, as the options say; for bad options the process ends.

    :param move_machine: moves the machine's time by a number of seconds, and AppSync's with it.
    """
    try:
        with contextlib.ExitStack() as until_it_is_ready:
            appsync = until_it_is_ready.enter_context(
                AppSync(region=given.region, unsimulated=unsimulated, strict=False)
            )
            lifecycle_of(appsync).simulation.clock.move_machine = move_machine
            for name, api_id in given.apis:
                appsync.add_api(name, api_id=api_id)
            for operation, error, times in given.failures:
                appsync.fail(operation, error, times=times)
            for operation, result in given.answers:
                appsync.respond(operation, result)
            if given.at is not None:
                appsync.clock.set(given.at)
            until_it_is_ready.pop_all()
    except ValueError as error:  # what a simulation cannot hold
        given.refuse(str(error))
    return appsync


def parse_api(text: str) -> tuple[str, str]:
    """``NAME=ID``.

    :raises ValueError: for anything else.
    """
    name, _, api_id = text.partition("=")
    if not name or not api_id:
        raise ValueError(f"{text!r} is not NAME=ID, such as orders=7eeywqbd6na5voygrlzgvyxciu")
    return name, api_id


def parse_failure(text: str) -> tuple[str, Error, int | None]:
    """``OPERATION=CODE`` or ``OPERATION=CODE:TIMES``; the code may name a transport error.

    :raises ValueError: for anything else, or a code that the operation does not document.
    """
    operation, _, rest = text.partition("=")
    code, colon, times = rest.partition(":")
    if not operation or not code or (colon and not times.isdecimal()):
        raise ValueError(
            f"{text!r} is not OPERATION=CODE[:TIMES], such as CreateApiKey=LimitExceededException:2"
        )
    error = transport_errors.named(code) or (
        find_error(operation, code, besides=transport_errors.kinds(), in_python=False).code
    )
    return operation, error, checked_times(int(times)) if times else None


def parse_answer(text: str) -> tuple[str, dict[str, Any]]:
    """``OPERATION=FILE``, the file with a JSON object that the operation could answer.

    :raises ValueError: for anything else.
    """
    operation, _, path = text.partition("=")
    if not operation or not path:
        raise ValueError(
            f"{text!r} is not OPERATION=FILE.json, such as EvaluateCode=evaluated.json"
        )
    name = operation_name(operation)
    try:
        result = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"{path!r} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path!r} is not JSON: {error}") from None
    try:
        check_result(operation_model(name), result)
    except ValueError as error:
        raise ValueError(f"{path!r}: {error}") from None
    return name, result


def parse_moment(text: str) -> datetime:
    """An ISO 8601 moment or seconds since the epoch; UTC where it names no time zone.

    :raises ValueError: for anything else, and for digits that are more probably a date.
    """
    if re.fullmatch(r"(19|20)[0-9]{2}([0-9]{4})?", text):
        raise ValueError(
            f"{text!r} could be a date, or seconds since the epoch: write a date as 2030-01-01, "
            f"and these seconds as {text}.0"
        )
    try:
        return datetime.fromtimestamp(float(text), timezone.utc)
    except (OverflowError, OSError, ValueError):
        pass
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(
            f"{text!r} is neither an ISO 8601 moment, such as 2030-01-01T12:00Z, nor seconds "
            "since the epoch"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
