"""The options of the error coverage, on the command line and in the ini file.

Every session imports this module. It imports nothing else of this folder, so that a
session without error coverage does not pay for it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from pytest_appsync.nearest import no_such

FORMS = ("term", "term-missing", "json:PATH", "html:PATH")
EXTRAS = ("observed", "common", "transport")


class Target(NamedTuple):
    """One report that is asked for.

    :ivar form: ``"term"``, ``"term-missing"``, ``"json"`` or ``"html"``.
    :ivar path: the file of a ``json`` or ``html`` report, as it was written.
    """

    form: str
    path: str = ""


class Wanted(NamedTuple):
    """The reports that a session is asked for, and how.

    :ivar targets: the reports.
    :ivar fail_under: percent, 0 to 100; ``None`` fails no session.
    :ivar append: whether the earlier run at the first ``json`` target is added.
    :ivar include: which of ``"observed"``, ``"common"`` and ``"transport"`` errors count.
    :ivar omit: patterns of paths, relative to the root directory, that are not reported.
    """

    targets: tuple[Target, ...]
    fail_under: float | None = None
    append: bool = False
    include: frozenset[str] = frozenset()
    omit: tuple[str, ...] = ()


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("appsync", "error coverage of AppSync calls (pytest-appsync)")
    group.addoption(
        "--appsync-errors",
        action="append",
        nargs="?",
        const="term",
        default=[],
        type=_argument(parse_target),
        metavar="REPORT",
        help="Report which documented errors of AppSync each call site of the application has "
        "met: term (the default), term-missing, json:PATH or html:PATH. Repeatable.",
    )
    group.addoption(
        "--appsync-errors-fail-under",
        type=_argument(parse_percent),
        metavar="N",
        help="Fail the session where less than N percent of the errors were met.",
    )
    group.addoption(
        "--appsync-errors-append",
        action="store_true",
        default=False,
        help="Add this run to the earlier one that --appsync-errors=json:PATH has written.",
    )
    group.addoption(
        "--appsync-errors-include",
        action="append",
        default=[],
        type=_argument(parse_extra),
        metavar="ERRORS",
        help="Let these count as well: observed (what AWS sends and does not document), common "
        "(the errors common to all actions of AWS) or transport (where no answer comes). "
        "Repeatable.",
    )
    group.addoption(
        "--appsync-errors-omit",
        action="append",
        default=[],
        metavar="GLOB",
        help="Leave out call sites in files that match, such as 'tests/*'. The report names the "
        "files. Repeatable.",
    )
    parser.addini("appsync_errors", "Reports as for --appsync-errors, one a line.", type="linelist")
    parser.addini("appsync_errors_fail_under", "As --appsync-errors-fail-under.", default="")
    parser.addini(
        "appsync_errors_append", "As --appsync-errors-append.", type="bool", default=False
    )
    parser.addini(
        "appsync_errors_include", "As --appsync-errors-include, one a line.", type="linelist"
    )
    parser.addini("appsync_errors_omit", "As --appsync-errors-omit, one a line.", type="linelist")


def wanted(config: pytest.Config) -> Wanted | None:
    """The reports that the options ask for; ``None`` where they ask for no error coverage.

    The command line replaces the ini file, option by option. Paths of the command line
    are relative to where pytest was called, those of the ini file to the root directory.

    :raises pytest.UsageError: for a value that is not allowed.
    """
    option, ini = config.option, config.getini
    try:
        targets = [_at(config.invocation_params.dir, text) for text in option.appsync_errors] or [
            _at(config.rootpath, text) for text in ini("appsync_errors")
        ]
        percent = option.appsync_errors_fail_under or ini("appsync_errors_fail_under")
        fail_under = parse_percent(percent) if percent else None
        include = option.appsync_errors_include or [
            parse_extra(text) for text in ini("appsync_errors_include")
        ]
    except ValueError as error:
        raise pytest.UsageError(f"appsync_errors: {error}") from None
    append = option.appsync_errors_append
    if not targets and fail_under is None and not append:
        return None
    has_file = any(target.form == "json" for target in targets)
    # The ini file is for every run, also for one that writes no JSON.
    append = append or (has_file and ini("appsync_errors_append"))
    if append and not has_file:
        raise pytest.UsageError(
            "--appsync-errors-append adds to an earlier run's file, so it needs "
            "--appsync-errors=json:PATH"
        )
    omit = option.appsync_errors_omit or ini("appsync_errors_omit")
    return Wanted(
        tuple(targets) or (Target("term"),), fail_under, append, frozenset(include), tuple(omit)
    )


def _at(directory: Path, text: str) -> Target:
    target = parse_target(text)
    return Target(target.form, str(directory / target.path)) if target.path else target


def parse_target(text: str) -> Target:
    """``term``, ``term-missing``, ``json:PATH`` or ``html:PATH``.

    :raises ValueError: for anything else, with the nearest match.
    """
    form, colon, path = text.partition(":")
    if form in ("term", "term-missing") and not colon:
        return Target(form)
    if form in ("json", "html"):
        if path:
            return Target(form, path)
        raise ValueError(
            f"the report {text!r} needs a file: write {form}:PATH, such as {form}:errors.{form}"
        )
    hint = "" if colon else f". Before a path of tests, write --appsync-errors=term {text}"
    raise ValueError(no_such("error coverage", "report", text, FORMS) + hint)


def parse_percent(text: str) -> float:
    """A percentage from 0 to 100.

    :raises ValueError: for anything else.
    """
    try:
        percent = float(text)
    except ValueError:
        percent = math.nan
    if not 0 <= percent <= 100:
        raise ValueError(f"`fail_under` must be a percentage from 0 to 100, not {text!r}")
    return percent


def parse_extra(text: str) -> str:
    """``observed``, ``common`` or ``transport``.

    :raises ValueError: for anything else, with the nearest match.
    """
    if text not in EXTRAS:
        raise ValueError(no_such("error coverage", "kind of errors to include", text, EXTRAS))
    return text


def _argument(parse: Callable[[str], object]) -> Callable[[str], str]:
    """``parse`` as a check that shows its message: argparse hides that of a ValueError.

    The option's value stays text, which pytest-xdist can send to its workers.
    """

    def check(text: str) -> str:
        try:
            parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
        return text

    return check
