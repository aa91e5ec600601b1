"""``python -m pytest_appsync errors``: the errors of AWS's operations, as tables or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pytest_appsync import model
from pytest_appsync.commands.argument import argument
from pytest_appsync.commands.table import markdown_table
from pytest_appsync.model import DocumentedError
from pytest_appsync.script.documented_answers import denial
from pytest_appsync.service.operations import OPERATIONS

_CAUSES = {
    "ApiKeyLimitExceededException": "create a key more than the quota (`key_rules`)",
    "ApiKeyValidityOutOfBoundsException": "`expires` less than 1 or more than 365 days ahead",
    "ApiLimitExceededException": "create an API more than `graphql_api_quota`",
    "BadRequestException": "break a constraint of the service model",
    "ConcurrentModificationException": "change the API's schema meanwhile (`schema_creation`)",
    "ConflictException": "create a second one of the same name",
    "GraphQLSchemaException": "ask before the API has a schema",
    "LimitExceededException": "give a resource more than 50 tags",
    "NotFoundException": "name a resource that is not there",
    "ServiceQuotaExceededException": "create an API more than `event_api_quota`",
}
"""The cause of each error of the simulated operations: what an application does to meet it."""

_ONLY_OF = {
    "LimitExceededException": "TagResource",
    "ServiceQuotaExceededException": "CreateApi",
}
"""The one operation in which a code has that cause, where other operations have the code too."""


def add_command(commands: Any) -> None:
    """Add the command to the parser's subparsers."""
    parser = commands.add_parser(
        "errors",
        help="print the errors that AWS documents for an operation, or was seen to send",
        description="Print the errors that AWS documents, from the installed botocore's "
        "service model, and those that it was seen to send besides: code, HTTP status, "
        "whether botocore's standard retry mode tries again, and how to cause it in a "
        "simulation.",
    )
    parser.add_argument(
        "operations",
        metavar="OPERATION",
        nargs="*",
        type=argument(model.operation_name),
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
        print(json.dumps(rows(operations, common=given.common), indent=2))
    else:
        print("\n\n".join(table(name, common=given.common) for name in operations))
    return 0


def how_to_cause(error: DocumentedError) -> str:
    """The way to make the simulation answer with ``error``."""
    operation, code = error.operation, error.code
    if operation in OPERATIONS and code in _CAUSES and _has_cause(operation, code):
        return _CAUSES[code]
    if code == denial(operation).code:
        return f'`appsync.deny("{operation}")`'
    return f'`appsync.fail("{operation}", "{code}")`'


def _has_cause(operation: str, code: str) -> bool:
    if code == "ConcurrentModificationException":
        # It is about the schema of the API that the request names.
        names_an_api = {"apiId", "mergedApiIdentifier"} & model.request_members(operation).keys()
        return bool(names_an_api) and not operation.startswith(("Get", "List"))
    return _ONLY_OF.get(code, operation) == operation


def rows(operations: Sequence[str], *, common: bool = False) -> list[dict[str, Any]]:
    """The errors of the operations, documented and observed, each with how to cause it.

    :raises ValueError: for an operation that AppSync does not have.
    """
    return [
        {**asdict(error), "how_to_cause": how_to_cause(error)}
        for operation in operations
        for error in model.errors(operation, common=common)
    ]


def table(operation: str, *, common: bool) -> str:
    """A Markdown table of one operation's errors, and the source of those that were observed."""
    found = rows([operation], common=common)
    cells = [
        (
            f"{row['code']} (observed)" if row["observed"] else row["code"],
            str(row["http_status"]),
            "yes" if row["retryable"] else "no",
            row["how_to_cause"],
        )
        for row in found
    ]
    notes = [
        f"\n{row['code']} is not documented. It was seen: {row['source']}."
        for row in found
        if row["observed"]
    ]
    header = ("Error", "HTTP", "Retried", "How to cause it")
    return "\n".join([f"**{operation}**\n", markdown_table(header, cells), *notes])
