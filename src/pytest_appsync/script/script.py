"""``Script``: what a test scripted in place of the service's own answers.

Failures and answers of one operation form a queue. The first that is live and concerns
a call decides about an attempt: it meets it or, by its ``after``, lets it through. After its
``times`` the next one decides. An attempt that the queue does not meet can meet a condition
(throttling, chaos). Otherwise the simulated service answers it. An outage comes before all of
these.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from pytest_appsync.locks import renew_after_fork
from pytest_appsync.record.call_site import call_site
from pytest_appsync.record.calls import SHOWN, Call
from pytest_appsync.script.conditions import Condition
from pytest_appsync.script.graphql_answers import GraphqlAnswer
from pytest_appsync.script.handles import Answering, Delay, Outage, Queued, Scripted

if TYPE_CHECKING:
    from pytest_appsync.record.graphql_requests import GraphqlRequest

S = TypeVar("S", bound=Scripted)


class Script:
    """The handles of one simulation, in the order in which they were scripted."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        renew_after_fork(self, "lock", threading.Lock)
        self._live: list[Scripted] = []
        self._unmet: list[Scripted] = []
        self._latest: deque[Scripted] = deque(maxlen=SHOWN)
        self._count = 0

    def follow(self, other: Script) -> None:
        """Count the hits of this copy's handles as hits of those of ``other``, which a test has."""
        with self.lock:
            for copy, original in zip(self._live, other._live, strict=True):
                original.count_hits_of(copy)

    def add(self, scripted: S) -> S:
        """Add a handle at the end, and note where the test made it."""
        scripted.site = call_site()
        with self.lock:
            self._live.append(scripted)
            self._latest.append(scripted)
            self._count += 1
        return scripted

    def take(self, call: Call, now: Callable[[], float]) -> Answering | None:
        """The handle that answers the attempt, or ``None``; the attempt counts as its hit.

        First the outages; then the queue of failures and answers, whose head alone
        decides; then the conditions.

        :param now: gives the caller's time, seconds since the epoch (UTC).
        :raises Exception: what a callable of the test raises.
        """
        if not self._live:
            return None
        return (
            self._take_first(Outage, call, now)
            or self._take_head(call, now)
            or self._take_first(Condition, call, now)
        )

    def take_delay(self, call: Call, now: Callable[[], float]) -> Delay | None:
        """The handle that delays the attempt, or ``None``; the attempt counts as its hit.

        The arguments and exceptions are those of :meth:`take`.
        """
        return self._take_first(Delay, call, now) if self._live else None

    def give_back(self, handle: Scripted) -> None:
        """Take back the hit of a handle that could not meet its attempt: a callable has raised."""
        with self.lock:
            handle.give_back()
            if handle.live and handle not in self._live:
                # It was the first of its queue, so all before it are used up.
                self._live.insert(0, handle)

    def _take_head(self, call: Call, now: Callable[[], float]) -> Queued | None:
        for queued in self._concerned(Queued, call, now):
            with self.lock:
                if queued.live:
                    return queued if queued.take(call, now) else None
        return None

    def _take_first(self, kind: type[S], call: Call, now: Callable[[], float]) -> S | None:
        for scripted in self._concerned(kind, call, now):
            with self.lock:
                if scripted.live and scripted.take(call, now):
                    return scripted
        return None

    def _concerned(self, kind: type[S], call: Call, now: Callable[[], float]) -> Iterator[S]:
        """The handles that concern a call. No lock is held: a ``when`` may itself call AppSync."""
        for scripted in self._still_live():
            if not isinstance(scripted, kind) or not scripted.live or scripted.is_over(now):
                continue
            try:
                concerns = scripted.concerns(call)
            except BaseException:
                scripted.has_raised = True
                raise
            if concerns:
                yield scripted

    def _still_live(self) -> list[Scripted]:
        """The handles that can still meet a call. The others are removed from the list."""
        with self.lock:
            ended = [scripted for scripted in self._live if not scripted.live]
            if ended:
                self._live = [scripted for scripted in self._live if scripted.live]
                self._unmet += filter(_is_unmet, ended)
            return list(self._live)

    def take_graphql(self, request: GraphqlRequest) -> GraphqlAnswer | None:
        """The handle that answers the GraphQL request, or ``None``."""
        for scripted in self._still_live():
            if isinstance(scripted, GraphqlAnswer) and scripted.api_id == request.api.id:
                with self.lock:
                    if scripted.live:  # pragma: no branch -- another thread's request took it
                        scripted.meet()
                        return scripted
        return None

    def unmet(self) -> list[Scripted]:
        """The failures, outages, answers and delays that no call has met."""
        with self.lock:
            return list(filter(_is_unmet, [*self._unmet, *self._live]))

    def __len__(self) -> int:
        """How many were scripted."""
        return self._count

    def __iter__(self) -> Iterator[Scripted]:
        """The latest of them, as many as a report shows."""
        return iter(list(self._latest))


def _is_unmet(scripted: Scripted) -> bool:
    # A handle that raised has been reported already.
    return not (scripted.own_hits or scripted.has_raised or isinstance(scripted, Condition))
