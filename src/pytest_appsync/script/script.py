"""``Script``: what a simulation was told to do instead of the service.

Failures and answers of one operation form a queue. The first that is live and concerns
a call decides about an attempt: it meets it or, by its ``after``, lets it through. One
that has a number of times gives way to the next when it is used up. An attempt that the
queue does not meet can meet a condition (throttling, chaos), and goes on to the simulated
service otherwise.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TypeVar

from pytest_appsync.record.calls import Call
from pytest_appsync.record.graphql_requests import GraphqlRequest
from pytest_appsync.script.conditions import Condition
from pytest_appsync.script.graphql_answers import GraphqlAnswer
from pytest_appsync.script.handles import Answering, Delay, Queued, Scripted

S = TypeVar("S", bound=Scripted)


class Script:
    """The handles of one simulation, in the order in which they were scripted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scripted: list[Scripted] = []

    def add(self, scripted: S) -> S:
        """Add a handle at the end."""
        with self._lock:
            self._scripted.append(scripted)
        return scripted

    def take(self, call: Call) -> Answering | None:
        """The handle that answers the attempt, or ``None``; the attempt counts as its hit.

        First the queue of failures and answers, whose head alone decides; then the
        conditions.
        """
        if not self._scripted:
            return None
        return self._take_head(call) or self._take_first(Condition, call)

    def take_delay(self, call: Call) -> Delay | None:
        """The handle that delays the attempt, or ``None``; the attempt counts as its hit."""
        return self._take_first(Delay, call) if self._scripted else None

    def _take_head(self, call: Call) -> Queued | None:
        for queued in self._concerned(Queued, call):
            with self._lock:
                if queued.live:
                    return queued if queued.take(call) else None
        return None

    def _take_first(self, kind: type[S], call: Call) -> S | None:
        for scripted in self._concerned(kind, call):
            with self._lock:
                if scripted.live and scripted.take(call):
                    return scripted
        return None

    def _concerned(self, kind: type[S], call: Call) -> Iterator[S]:
        """A ``when`` runs without the lock: it may call AppSync itself."""
        for scripted in list(self._scripted):
            if isinstance(scripted, kind) and scripted.live and scripted.concerns(call):
                yield scripted

    def take_graphql(self, request: GraphqlRequest) -> GraphqlAnswer | None:
        """The handle that answers the GraphQL request, or ``None``."""
        for scripted in list(self._scripted):
            if isinstance(scripted, GraphqlAnswer) and scripted.api_id == request.api.id:
                with self._lock:
                    if scripted.live:
                        scripted.hits += 1
                        return scripted
        return None

    def unmet(self) -> list[Scripted]:
        """The failures, answers and delays that no call has met."""
        return [
            scripted
            for scripted in self._scripted
            if not scripted.hits and not isinstance(scripted, Condition)
        ]

    def __iter__(self) -> Iterator[Scripted]:
        return iter(list(self._scripted))
