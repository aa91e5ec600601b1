"""The application's source, as far as it can be read."""

from __future__ import annotations

import linecache
from collections.abc import Iterable
from pathlib import Path

from pytest_appsync.error_coverage.record import Place
from pytest_appsync.record.call_site import CallSite


def reported_path(root: Path, started_in: Path, site: CallSite) -> str:
    """The path to report: relative to the root directory where it lies in it, with ``/``.

    :param started_in: where Python was started, for a file that was imported from ``.``.
    """
    if site.path.startswith("<"):  # such as <string>, of exec()
        return site.path
    path = started_in / site.path
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def lines_of(root: Path, place: Place) -> list[str]:
    """The lines of the file; none where it cannot be read."""
    if not place.line:
        return []
    name = str(root / place.path)
    linecache.checkcache(name)
    return linecache.getlines(name)


def source_lines(root: Path, places: Iterable[Place]) -> dict[Place, str]:
    """The line of each place, stripped."""
    found = {}
    for place in places:
        lines = lines_of(root, place)
        found[place] = lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""
    return found
