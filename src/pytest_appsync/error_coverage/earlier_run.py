"""The error coverage of an earlier run, to which this run is added."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from pytest_appsync.error_coverage import json_report
from pytest_appsync.error_coverage.source import Sources
from pytest_appsync.error_coverage.tallies import Place, Tally, merge


class EarlierRun:
    """What an earlier run has recorded.

    :param path: its JSON report. Without one, or where there is no such file, it is empty.
    :raises ValueError: for a file that is not a report, or is of another version.
    """

    def __init__(self, path: str | None) -> None:
        self._sites: dict[Place, tuple[Tally, str]] = {}
        if path is not None:
            with contextlib.suppress(FileNotFoundError):
                self._sites = json_report.read(Path(path))

    def add_to(
        self,
        places: dict[Place, Tally],
        lines: dict[Place, str],
        sources: Sources,
        is_omitted: Callable[[str], bool],
    ) -> list[str]:
        """Add its tallies to ``places``, and its places' lines of source to ``lines``.

        :param sources: the files that this run may read.
        :param is_omitted: whether the options leave out a path; it may note the path.
        :returns: what a reader of the numbers should know.
        """
        stale, unread = [], []
        for place, (tally, line) in self._sites.items():
            if is_omitted(place.path):
                continue
            if not sources.may_read(place):
                unread.append(place)
            elif sources.line(place) != line:
                stale.append(place)
                continue
            lines[place] = line
            merge(places, {place: tally})
        notes = []
        if stale:
            notes.append(
                f"Left out of the earlier run, since their source has changed: {_named(stale)}."
            )
        if unread:
            notes.append(
                "Added from the earlier run without a look at their source, since this run did "
                f"not use it and it lies outside of the root directory: {_named(unread)}."
            )
        return notes


def _named(places: list[Place]) -> str:
    return ", ".join(sorted(f"{place.path}:{place.line}" for place in places))
