"""The report as JSON, which a later run can be added to.

The schema is ``error-coverage.schema.json`` beside this module. ``version`` grows when a
program that reads the earlier one would get wrong numbers.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_appsync.error_coverage.tallies import Place, Tally

if TYPE_CHECKING:
    from pytest_appsync.error_coverage.report import ErrorState, Report, SiteReport, Totals

FORMAT = "pytest-appsync error coverage"
VERSION = 1


def to_json(report: Report) -> str:
    """The report as JSON. Equal calls give equal text, in any order and from any process."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "include": list(report.include),
        "omitted": list(report.omitted),
        "totals": _totals(report.totals),
        "call_sites": [_site(site) for site in report.sites],
    }
    return json.dumps(content, indent=2) + "\n"


def _totals(totals: Totals) -> dict[str, Any]:
    return {**asdict(totals), "percent": round(totals.percent, 2)}


def _site(site: SiteReport) -> dict[str, Any]:
    return {
        "path": site.place.path,
        "line": site.place.line,
        "function": site.place.function,
        "source": site.source,
        "operation": site.place.operation,
        "calls": site.calls,
        "totals": _totals(site.totals),
        "errors": [_error(error) for error in site.errors],
    }


def _error(error: ErrorState) -> dict[str, Any]:
    return {
        "code": error.code,
        "http_status": error.http_status,
        "kind": error.kind,
        "state": error.state,
        "counted": error.counted,
        "raised": error.raised,
        "retried": error.retried,
    }


def read(path: Path) -> dict[Place, tuple[Tally, str]]:
    """The report of an earlier run: the tally and the line of source of each place.

    :raises FileNotFoundError: where there is no file.
    :raises ValueError: for a file that is not a report, or is of another version.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}")
        if content["version"] != VERSION:
            raise ValueError(f"its version is {content['version']!r}, and {VERSION} is allowed")
        sites = {}
        for site in content["call_sites"]:
            place = Place(
                _text(site["path"]),
                _number(site["line"]),
                _text(site["function"]),
                _text(site["operation"]),
            )
            tally = Tally(_number(site["calls"]))
            for error in site["errors"]:
                tally.raised += Counter({_text(error["code"]): _number(error["raised"])})
                tally.retried += Counter({_text(error["code"]): _number(error["retried"])})
            sites[place] = tally, _text(site["source"])
    except FileNotFoundError:
        raise
    except Exception as error:  # its content may have any shape and depth
        raise ValueError(
            f"{path} is not an error coverage of pytest-appsync that a run can be added to "
            f"({error}); remove it, or leave --appsync-errors-append out"
        ) from None
    return sites


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")
    return value


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r} is not a whole number")
    return value
