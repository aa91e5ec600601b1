"""``python -m pytest_appsync operations``: which operations of AppSync are simulated."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_appsync import model
from pytest_appsync.commands.table import markdown_table
from pytest_appsync.protocol.model import unsupported_trait
from pytest_appsync.service.operations import BY_RESOURCE, OPERATIONS


def add_command(commands: Any) -> None:
    """Add the command to the parser's subparsers."""
    parser = commands.add_parser(
        "operations",
        help="print the operations of AppSync that are simulated, and those that are not",
        description="Print the operations of the installed botocore's service model: those that "
        "are simulated, by resource, and those that are not.",
    )
    parser.set_defaults(command=_print_operations)


def _print_operations(given: argparse.Namespace) -> int:
    print(table())
    return 0


def table() -> str:
    """A Markdown table of the operations that the installed botocore knows."""
    known = model.service_model().operation_names
    simulated = {
        name
        for name in OPERATIONS.keys() & known
        if unsupported_trait(model.operation_model(name)) is None
    }
    rows = {
        about: [name for name in operations if name in simulated]
        for about, operations in BY_RESOURCE.items()
    }
    rows["not simulated"] = [name for name in known if name not in simulated]
    return markdown_table(
        ("Resource", "Operations"),
        [(about, ", ".join(names)) for about, names in rows.items() if names],
    )
