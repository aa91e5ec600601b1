"""``python -m pytest_appsync``: what AWS documents, without writing a test first."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from pytest_appsync import error_table, model


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is 0, or 2 for a misuse."""
    parser = argparse.ArgumentParser(prog="python -m pytest_appsync", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    errors = commands.add_parser(
        "errors",
        help="print the errors that AWS documents for an operation",
        description="Print the errors that AWS documents, from the installed botocore's "
        "service model: code, HTTP status, whether botocore's standard retry mode tries "
        "again, and how to cause it in a simulation.",
    )
    errors.add_argument(
        "operations",
        metavar="OPERATION",
        nargs="*",
        help="such as CreateApiKey or create_api_key; all of AppSync's where none is given",
    )
    errors.add_argument(
        "--common", action="store_true", help="also the errors common to all actions"
    )
    errors.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    try:
        operations = [model.operation_name(name) for name in given.operations]
    except ValueError as error:
        errors.error(str(error))
    operations = operations or list(model.service_model().operation_names)
    if given.json:
        print(json.dumps(error_table.rows(operations, common=given.common), indent=2))
    else:
        print("\n\n".join(error_table.table(name, common=given.common) for name in operations))
    return 0


if __name__ == "__main__":
    sys.exit(main())
