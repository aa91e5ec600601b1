"""``python -m pytest_appsync``: what AWS documents, and a simulation around any program."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from pytest_appsync import error_table, model, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; a misuse exits with 2."""
    parser = argparse.ArgumentParser(prog="python -m pytest_appsync", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_errors(commands)
    _add_run(commands)
    given = parser.parse_args(arguments)
    return int(given.command(given))


def _add_errors(commands: Any) -> None:
    parser = commands.add_parser(
        "errors",
        help="print the errors that AWS documents for an operation",
        description="Print the errors that AWS documents, from the installed botocore's "
        "service model: code, HTTP status, whether botocore's standard retry mode tries "
        "again, and how to cause it in a simulation.",
    )
    parser.add_argument(
        "operations",
        metavar="OPERATION",
        nargs="*",
        type=_argument(model.operation_name),
        help="such as CreateApiKey or create_api_key; all of AppSync's where none is given",
    )
    parser.add_argument(
        "--common", action="store_true", help="also the errors common to all actions"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=_print_errors)


def _print_errors(given: argparse.Namespace) -> int:
    operations = given.operations or list(model.service_model().operation_names)
    if given.json:
        print(json.dumps(error_table.rows(operations, common=given.common), indent=2))
    else:
        print("\n\n".join(error_table.table(name, common=given.common) for name in operations))
    return 0


def _add_run(commands: Any) -> None:
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
        type=_argument(run.parse_api),
        help="an API that is there when the program starts; repeatable",
    )
    parser.add_argument(
        "--fail",
        metavar="OPERATION=CODE[:TIMES]",
        dest="failures",
        action="append",
        default=[],
        type=_argument(run.parse_failure),
        help="an error that AWS documents, or a transport error such as ReadTimeoutError, "
        "every time or so many times; repeatable",
    )
    parser.add_argument(
        "--at",
        metavar="WHEN",
        type=_argument(run.parse_moment),
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
    parser.set_defaults(command=_run, refuse=parser.error)


def _run(given: argparse.Namespace) -> int:
    ids = [api_id for _, api_id in given.apis]
    if len(set(ids)) < len(ids):
        given.refuse(f"--api: the ids {', '.join(ids)} are not all different")
    return run.run(
        [given.program, *given.arguments],
        is_module=given.is_module,
        region=given.region,
        apis=given.apis,
        failures=given.failures,
        at=given.at,
    )


def _argument(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """``parse`` as argparse wants it: its refusals are shown, not hidden."""

    def parse_argument(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parse_argument


if __name__ == "__main__":
    sys.exit(main())
