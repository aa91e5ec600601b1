"""The report as a table of text."""

from __future__ import annotations

import textwrap
from dataclasses import astuple

from pytest_appsync.error_coverage.report import Report, SiteReport, State, Totals

_HEAD = ("Call site", "Operation", "Errors", "Exercised", "Retried", "Missing", "Cover")
_NAMES = 2
"""How many columns of names stand before the numbers."""
_INDENT = "  "
"""The indentation of an operation whose call site stands above it."""


def table(report: Report, *, width: int, missing: bool = False) -> list[str]:
    """The lines of the table, as coverage.py would show it.

    :param width: the number of columns that the terminal has. Where the table would be
        wider, the names of a call site stand on lines of their own.
    :param missing: whether the errors that were not exercised are named.
    """
    rows = [
        (printable(site.where), site.place.operation, *_numbers(site.totals))
        for site in report.sites
    ]
    numbers = _numbers(report.totals)
    sizes = [
        max(map(len, column)) for column in zip(_HEAD, *rows, ("TOTAL", "", *numbers), strict=True)
    ]
    gap, above = _layout(sizes, width)

    def lines(cells: tuple[str, ...]) -> list[str]:
        text = (" " * gap).join(
            cell.ljust(size) if number < _NAMES else cell.rjust(size)
            for number, (cell, size) in enumerate(zip(cells, sizes, strict=True))
            if number >= above
        )
        return [*_wrapped(cells[:above], width), (_before(above) + text).rstrip()]

    rule = "-" * _width(sizes, gap, above)
    table = [*lines(_HEAD), rule]
    for site, row in zip(report.sites, rows, strict=True):
        table += lines(row)
        if missing:
            table += _not_exercised(site, width)
    [total] = lines(("", "", *numbers))
    last = ["TOTAL", total] if above == _NAMES else ["TOTAL" + total[len("TOTAL") :]]
    return [*table, rule, *last]


def _layout(sizes: list[int], width: int) -> tuple[int, int]:
    """The widest layout that fits: the gap between columns, and how many stand above the rest."""
    layouts = [(gap, above) for gap in (2, 1) for above in range(_NAMES + 1)]
    return next(
        (layout for layout in layouts if _width(sizes, *layout) <= width),
        layouts[-1],
    )


def _width(sizes: list[int], gap: int, above: int) -> int:
    return len(_before(above)) + sum(sizes[above:]) + gap * (len(sizes) - above - 1)


def _before(above: int) -> str:
    return _INDENT if above == 1 else ""


def _wrapped(names: tuple[str, ...], width: int) -> list[str]:
    return [
        line
        for number, name in enumerate(names)
        for line in textwrap.wrap(
            name,
            width,
            initial_indent=_INDENT * number,
            subsequent_indent=_INDENT * (number + 2),
            break_on_hyphens=False,
        )
    ]


def printable(line: str) -> str:
    """The line, with line breaks, control characters and surrogates escaped."""
    return "".join(
        char if char.isprintable() else char.encode("unicode-escape").decode() for char in line
    )


def _numbers(totals: Totals) -> tuple[str, ...]:
    return (*map(str, astuple(totals)), totals.shown_percent)


def _not_exercised(site: SiteReport, width: int) -> list[str]:
    states: tuple[State, ...] = ("retried", "missing")
    lines = []
    for state in states:
        names = [error.code for error in site.in_state(state)]
        if names:
            lines += textwrap.wrap(
                f"{state}: {', '.join(names)}",
                width,
                initial_indent=" " * 4,
                subsequent_indent=" " * 6,
                break_on_hyphens=False,
                break_long_words=False,
            )
    return lines
