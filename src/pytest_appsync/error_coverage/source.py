"""The source files of the application that may be read."""

from __future__ import annotations

import linecache
from collections.abc import Iterable
from pathlib import Path

from pytest_appsync.error_coverage.tallies import Place
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


class Sources:
    """The source files of call sites.

    A file is read where this session has run its code, or where it lies in the root
    directory: the paths of an earlier report are what that file says, and it may come
    from another machine.

    :param root: where relative paths begin.
    :param recorded: the places that this session has recorded.
    """

    def __init__(self, root: Path, recorded: Iterable[Place]) -> None:
        self._root = root
        self._recorded = frozenset(place.path for place in recorded)

    def may_read(self, place: Place) -> bool:
        """Whether the file of ``place`` may be read, links followed."""
        if place.path in self._recorded:
            return True
        try:
            resolved = (self._root / place.path).resolve()
            # Since Python 3.13 links in a circle are no error: one of them is left.
            return not resolved.is_symlink() and resolved.is_relative_to(self._root.resolve())
        except (OSError, RuntimeError, ValueError):  # links in a circle, a NUL in the path
            return False

    def lines(self, place: Place) -> list[str]:
        """The lines of the place's file; none where it may not or cannot be read."""
        if not place.line or not self.may_read(place):
            return []
        name = str(self._root / place.path)
        try:
            linecache.checkcache(name)
            return linecache.getlines(name)
        except Exception:  # linecache catches some errors only, others by Python's version
            return []

    def line(self, place: Place) -> str:
        """The line of the place, stripped; empty where it cannot be read."""
        lines = self.lines(place)
        return lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""
