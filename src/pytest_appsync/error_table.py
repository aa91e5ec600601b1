"""What AWS documents, as a table for people: ``python -m pytest_appsync errors``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pytest_appsync import model
from pytest_appsync.model import DocumentedError
from pytest_appsync.script.documented_answers import denial
from pytest_appsync.service.operations import OPERATIONS

_CAUSES = {
    "ApiKeyLimitExceededException": "create a key more than the quota (`key_rules`)",
    "ApiKeyValidityOutOfBoundsException": "`expires` less than 1 or more than 365 days ahead",
    "ApiLimitExceededException": "create a GraphQL API more than the quota",
    "BadRequestException": "break a constraint of the service model",
    "NotFoundException": "name an API or a key that is not there",
}
"""What an application does to meet an error of a simulated operation."""


def how_to_cause(error: DocumentedError) -> str:
    """What makes the simulation answer with ``error``."""
    operation, code = error.operation, error.code
    if operation in OPERATIONS and code in _CAUSES:
        return _CAUSES[code]
    if error == denial(operation):
        return f'`appsync.deny("{operation}")`'
    return f'`appsync.fail("{operation}", "{code}")`'


def rows(operations: Sequence[str], *, common: bool = False) -> list[dict[str, Any]]:
    """The documented errors of the operations, each with how to cause it.

    :raises ValueError: for an operation that AppSync does not have.
    """
    return [
        {**asdict(error), "how_to_cause": how_to_cause(error)}
        for operation in operations
        for error in model.errors(operation, common=common)
    ]


def table(operation: str, *, common: bool = False) -> str:
    """A Markdown table of one operation's documented errors.

    :raises ValueError: for an operation that AppSync does not have.
    """
    name = model.operation_name(operation)
    cells = [("Error", "HTTP", "Retried", "How to cause it"), ("---",) * 4]
    cells += [
        (
            row["code"],
            str(row["http_status"]),
            "yes" if row["retryable"] else "no",
            row["how_to_cause"],
        )
        for row in rows([name], common=common)
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = (
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return f"**{name}**\n\n" + "\n".join(f"| {line} |" for line in lines)
