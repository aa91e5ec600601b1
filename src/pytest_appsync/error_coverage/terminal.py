"""The report as a table of text."""

from __future__ import annotations

import textwrap

from pytest_appsync.error_coverage.report import Kind, Report, SiteReport, State, Totals

_HEAD = ("Call site", "Operation", "Errors", "Exercised", "Retried", "Missing", "Cover")
_EXTRAS: tuple[tuple[Kind, str], ...] = (
    ("observed", "Observed"),
    ("common", "Common"),
    ("transport", "Transport"),
)

_WIDTH = 100
"""Where lists of names are wrapped. A fixed width makes the table the same in every terminal."""


def table(report: Report, *, missing: bool = False) -> list[str]:
    """The lines of the table, as coverage.py would show it.

    :param missing: whether the errors that were not exercised are named.
    """
    # A kind that counts is in the first columns already.
    extras = [(kind, title) for kind, title in _EXTRAS if kind not in report.include]
    head = (*_HEAD, *(title for _, title in extras))
    rows = [
        (
            printable(site.where),
            site.place.operation,
            *_numbers(site.totals),
            *(site.met(kind) for kind, _ in extras),
        )
        for site in report.sites
    ]
    total = ("TOTAL", "", *_numbers(report.totals), *("" for _ in extras))
    widths = [max(map(len, column)) for column in zip(head, *rows, total, strict=True)]

    def line(cells: tuple[str, ...]) -> str:
        text = "  ".join(
            cell.ljust(size) if number < 2 else cell.rjust(size)
            for number, (cell, size) in enumerate(zip(cells, widths, strict=True))
        )
        return text.rstrip()

    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    lines = [line(head), rule]
    for site, row in zip(report.sites, rows, strict=True):
        lines.append(line(row))
        if missing:
            lines += _names(site)
    return [*lines, rule, line(total)]


def printable(line: str) -> str:
    """The line without what would end it, steer a terminal, or not be encoded."""
    return "".join(
        char if char.isprintable() else char.encode("unicode-escape").decode() for char in line
    )


def _numbers(totals: Totals) -> tuple[str, ...]:
    counts = (totals.errors, totals.exercised, totals.retried, totals.missing)
    return (*map(str, counts), totals.shown_percent)


def _names(site: SiteReport) -> list[str]:
    states: tuple[State, ...] = ("retried", "missing")
    lines = []
    for state in states:
        names = [error.code for error in site.in_state(state)]
        if names:
            lines += textwrap.wrap(
                ", ".join(names),
                _WIDTH,
                initial_indent=f"    {state}: ",
                subsequent_indent=" " * (6 + len(state)),
                break_on_hyphens=False,
                break_long_words=False,
            )
    return lines
