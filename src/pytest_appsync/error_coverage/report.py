"""The data of every report: what was recorded, compared with what AWS documents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pytest_appsync import model
from pytest_appsync.error_coverage.tallies import Place, Tally
from pytest_appsync.script import transport_errors

Kind = Literal["documented", "observed", "common", "transport", "other"]
State = Literal["exercised", "retried", "missing"]

STATES: tuple[State, ...] = ("exercised", "retried", "missing")


@dataclass(frozen=True)
class ErrorState:
    """One error at one call site.

    :ivar code: AWS's code, or the name of an exception of botocore's HTTP layer.
    :ivar http_status: ``None`` where no answer comes, or AWS documents no such error.
    :ivar kind: ``"documented"`` for the operation; ``"observed"`` where AWS was seen to
        send it and does not document it; ``"common"`` to all actions; ``"transport"``
        where no answer comes; ``"other"`` for what was met and is none of these.
    :ivar counted: whether it counts towards the total.
    :ivar raised: how often it left the client.
    :ivar retried: how often botocore tried again after it.
    :ivar documentation: AWS's text.
    """

    code: str
    http_status: int | None
    kind: Kind
    counted: bool
    raised: int
    retried: int
    documentation: str

    @property
    def state(self) -> State:
        """``"exercised"`` where it left the client, ``"retried"`` where only botocore saw it."""
        if self.raised:
            return "exercised"
        return "retried" if self.retried else "missing"


@dataclass(frozen=True)
class Totals:
    """The number of errors that count, and their states, in the order in which reports show them.

    :ivar errors: exercised, retried and missing together.
    """

    errors: int
    exercised: int
    retried: int
    missing: int

    @property
    def percent(self) -> float:
        """The share that was exercised, in percent; 0 where no error counts."""
        return 100.0 * self.exercised / self.errors if self.errors else 0.0

    @property
    def shown_percent(self) -> str:
        """The share in whole percent. It is 0% or 100% only where that is exact."""
        if 0 < self.exercised < self.errors:
            return f"{min(99, max(1, round(self.percent)))}%"
        return f"{round(self.percent)}%"


@dataclass(frozen=True)
class SiteReport:
    """One call site and operation, with its errors in the order of AWS's service model.

    :ivar source: the line of source, stripped; empty where it cannot be read.
    """

    place: Place
    source: str
    calls: int
    errors: tuple[ErrorState, ...]

    @property
    def totals(self) -> Totals:
        return totals(self.errors)

    def of(self, kind: Kind) -> list[ErrorState]:
        return [error for error in self.errors if error.kind == kind]

    def met(self, kind: Kind) -> str:
        """How many of a kind were exercised, such as ``2/16``."""
        errors = self.of(kind)
        return f"{sum(error.state == 'exercised' for error in errors)}/{len(errors)}"

    def in_state(self, state: State) -> list[ErrorState]:
        """The errors that count and are in ``state``."""
        return [error for error in self.errors if error.counted and error.state == state]

    @property
    def where(self) -> str:
        """The place as text, such as ``app.py:12 in rotate``."""
        if not self.place.line:
            return "(a thread or task of its own)"
        return f"{self.place.path}:{self.place.line} in {self.place.function}"


@dataclass(frozen=True)
class Report:
    """All call sites, by path, line and operation.

    :ivar include: the kinds that count beside the documented errors.
    :ivar omitted: the files that call AppSync and are left out, as the options say.
    :ivar notes: what a reader of the numbers should know.
    """

    sites: tuple[SiteReport, ...]
    include: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def totals(self) -> Totals:
        return totals(error for site in self.sites for error in site.errors)

    @property
    def why_empty(self) -> str:
        """Why there is no call site."""
        if self.omitted:
            return "All application code that called AppSync in a simulation is omitted."
        return "No application code called AppSync in a simulation."


def totals(errors: Iterable[ErrorState]) -> Totals:
    states = [error.state for error in errors if error.counted]
    return Totals(len(states), *(states.count(state) for state in STATES))


def build(
    places: Mapping[Place, Tally],
    lines: Mapping[Place, str],
    *,
    include: Collection[str] = (),
    omitted: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> Report:
    """Compare what was recorded with the service model of the installed botocore.

    :param lines: the line of source of each place, as far as it can be read.
    :param include: ``"observed"``, ``"common"``, ``"transport"``: the kinds that count as well.
    """
    sites = (
        SiteReport(place, lines.get(place, ""), tally.calls, _errors(place, tally, include))
        for place, tally in sorted(places.items())
    )
    return Report(tuple(sites), tuple(sorted(include)), tuple(sorted(omitted)), tuple(notes))


def _errors(place: Place, tally: Tally, include: Collection[str]) -> tuple[ErrorState, ...]:
    errors = _known(place.operation)
    for code in sorted({*tally.raised, *tally.retried} - errors.keys()):
        errors[code] = (None, "other", "")
    return tuple(
        ErrorState(
            code,
            status,
            kind,
            kind == "documented" or kind in include,
            tally.raised[code],
            tally.retried[code],
            documentation,
        )
        for code, (status, kind, documentation) in errors.items()
    )


def _known(operation: str) -> dict[str, tuple[int | None, Kind, str]]:
    found: dict[str, tuple[int | None, Kind, str]] = {}
    try:
        own = model.errors(operation)
        known = model.errors(operation, common=True)
    except ValueError:
        # A client may have a service model of its own, which AWS does not document: botocore
        # reads ~/.aws/models too.
        own = known = ()
    for error in known:
        kind: Kind = "observed" if error.observed else "documented" if error in own else "common"
        found[error.code] = (error.http_status, kind, error.documentation)
    for name in _transport_errors():
        found.setdefault(name, (None, "transport", "botocore raises it: no answer came."))
    return found


def _transport_errors() -> list[str]:
    """The exceptions of botocore's HTTP layer, without the base classes of several."""
    kinds = transport_errors.kinds()
    bases = {base for kind in kinds.values() for base in kind.__mro__[1:]}
    return [name for name, kind in kinds.items() if kind not in bases]
