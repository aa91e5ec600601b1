"""The tallies of each call site: how many calls it made, and which errors they met.

This module imports neither botocore nor pytest. What AWS documents is compared at the end.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_appsync.locks import renew_after_fork

if TYPE_CHECKING:
    from pytest_appsync.record.call_site import CallSite
    from pytest_appsync.record.calls import Call


class Place(NamedTuple):
    """A call site and what it asks for.

    :ivar path: the source file; empty where no frame of the application made the call.
    :ivar line: from 1; 0 where there is none.
    :ivar function: the function's name; empty where there is none.
    :ivar operation: AWS's name, such as ``"CreateApiKey"``.
    """

    path: str
    line: int
    function: str
    operation: str


@dataclass
class Tally:
    """The results of the calls of one place.

    :ivar calls: how many there were.
    :ivar raised: how often an error left the client, by its code or, where no answer
        came, by the exception's name.
    :ivar retried: how often botocore tried again after an error, by the same names.
    """

    calls: int = 0
    raised: Counter[str] = field(default_factory=Counter)
    retried: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.calls += other.calls
        self.raised.update(other.raised)
        self.retried.update(other.retried)


class Tallies:
    """The tally of each place; calls may end in any thread."""

    def __init__(self) -> None:
        self._by_site: defaultdict[tuple[CallSite | None, str], Tally] = defaultdict(Tally)
        self._lock = threading.Lock()
        renew_after_fork(self, "_lock", threading.Lock)

    def note(self, call: Call, error: BaseException | None) -> None:
        """Count a call that has ended.

        :param error: the exception that left the client, if any.
        """
        attempts = call.attempts
        with self._lock:
            tally = self._by_site[call.site, call.operation]
            tally.calls += 1
            if error is None and len(attempts) == 1:
                return
            for attempt in attempts if error is None else attempts[:-1]:
                if attempt.error_code is not None:
                    tally.retried[attempt.error_code] += 1
            # A test that is interrupted or times out says nothing about AppSync.
            if isinstance(error, Exception):
                tally.raised[code_of(error)] += 1

    def places(self, locate: Callable[[CallSite], str | None]) -> dict[Place, Tally]:
        """The tally of each place.

        :param locate: gives the path to report; ``None`` leaves the call site out.
        """
        found: dict[Place, Tally] = {}
        with self._lock:
            for (site, operation), tally in self._by_site.items():
                if site is None:
                    place = Place("", 0, "", operation)
                else:
                    path = locate(site)
                    if path is None:
                        continue
                    # Code that a program generated may have no line.
                    place = Place(path, site.line or 0, site.function, operation)
                found.setdefault(place, Tally()).add(tally)
        return found

    def calls_at(self, is_there: Callable[[CallSite], bool]) -> int:
        """How many calls were made at sites for which ``is_there`` holds."""
        with self._lock:
            return sum(
                tally.calls
                for (site, _), tally in self._by_site.items()
                if site is not None and is_there(site)
            )


def code_of(error: Exception) -> str:
    """The code of AWS's error, or the exception's name where it is no answer of AWS."""
    try:
        code = str(error.response["Error"]["Code"] or "")  # type: ignore[attr-defined]
    except Exception:  # an exception of the application may have any ``response``
        code = ""
    return code or type(error).__name__


def merge(into: dict[Place, Tally], places: dict[Place, Tally]) -> None:
    for place, tally in places.items():
        into.setdefault(place, Tally()).add(tally)


def to_plain(places: dict[Place, Tally]) -> list[list[Any]]:
    """The tallies as lists, numbers and text, which can be sent between processes."""
    return [
        [list(place), tally.calls, dict(tally.raised), dict(tally.retried)]
        for place, tally in places.items()
    ]


def from_plain(plain: Iterable[Any]) -> dict[Place, Tally]:
    """The tallies that :func:`to_plain` was given."""
    return {
        Place(*place): Tally(calls, Counter(raised), Counter(retried))
        for place, calls, raised, retried in plain
    }
