"""The handles of what a test scripted: failures, answers and delays.

To ask whether a handle concerns a call (:meth:`Scripted.concerns`) changes nothing. To take an
attempt (:meth:`Scripted.take`) counts it as a hit.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import ref

from pytest_appsync import model
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.protocol.response import result_answer
from pytest_appsync.record.call_site import CallSite
from pytest_appsync.record.calls import Call, shown, snapshot
from pytest_appsync.script import transport_errors
from pytest_appsync.script.checks import EVERY_OPERATION, Params, Produced, When
from pytest_appsync.script.documented_answers import denial, denial_message, documented_answer
from pytest_appsync.script.period import Period
from pytest_appsync.script.results import check_result

Result = Mapping[str, Any]
S = TypeVar("S", bound="Scripted")
T = TypeVar("T")


@dataclass(kw_only=True, eq=False, repr=False)
class Scripted:
    """The handle of something that was scripted. As a context manager it withdraws it at the end.

    :ivar operation: the operation that it waits for.
    :ivar written: how the test wrote it.
    :ivar times: how many attempts it meets; ``None`` for every one.
    :ivar when: which calls it meets; ``None`` for every one.
    :ivar site: the test's line that scripted it; ``None`` for another process.
    """

    operation: str
    written: str
    times: int | None = None
    when: When | None = None
    site: CallSite | None = field(default=None, init=False)
    # What follows is the script's own, and no test needs it.
    has_raised: bool = field(default=False, init=False)
    """Whether a callable of it has raised, or returned what it must not."""
    original: Scripted | None = field(default=None, init=False)
    """The handle that the test holds, where this is a copy of it."""
    own_hits: int = field(default=0, init=False)
    """How many attempts it has met, without those of its copies."""
    latest_copy: ref[Scripted] | None = field(default=None, init=False)
    """The latest copy of it, if there is one."""
    _withdrawn: bool = field(default=False, init=False)

    @property
    def hits(self) -> int:
        """How many attempts it has met: in a test of a decorated class, those of this test."""
        copy = None if self.latest_copy is None else self.latest_copy()
        return self.own_hits if copy is None else copy.hits

    def count_hits_of(self, copy: Scripted) -> None:
        """Count the hits of ``copy``, the latest copy of this handle, as hits of this one."""
        copy.original, copy.latest_copy = self.original or self, None
        copy.original.latest_copy = ref(copy)

    @property
    def live(self) -> bool:
        """Whether it can still meet a call."""
        return not self.is_withdrawn and (self.times is None or self.own_hits < self.times)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it, or the handle that it is a copy of, was withdrawn."""
        return self._withdrawn or (self.original is not None and self.original.is_withdrawn)

    def withdraw(self) -> None:
        """End it. From now on AppSync answers as if it had not been scripted."""
        self._withdrawn = True

    def is_over(self, now: Callable[[], float]) -> bool:
        """Whether its time has passed for a caller, whose time ``now`` gives."""
        return False

    def concerns(self, call: Call) -> bool:
        """Whether the operation and ``when`` fit the call."""
        if self.operation not in (call.operation, EVERY_OPERATION):
            return False
        if self.when is None:
            return True
        params = call.params
        if callable(self.when):
            return bool(called("when", self.when, snapshot(params)))
        return all(
            name in params and _fits(params[name], wanted) for name, wanted in self.when.items()
        )

    def take(self, call: Call, now: Callable[[], float]) -> bool:
        """Count an attempt of a call that it concerns.

        :param now: gives the caller's time, seconds since the epoch (UTC).
        :returns: whether it meets the attempt; ``False`` where it lets it through.
        """
        self.meet()
        return True

    def meet(self) -> None:
        """Count an attempt that it meets."""
        self.own_hits += 1

    def give_back(self) -> None:
        """Take back a hit: the attempt was not met, because a callable has raised."""
        self.own_hits -= 1
        self.has_raised = True

    def __enter__(self: S) -> S:
        return self

    def __exit__(self, *_: object) -> None:
        self.withdraw()

    def __repr__(self) -> str:
        return f"<{self.written}: {self.hits} hit{'' if self.hits == 1 else 's'}>"


def _fits(value: Any, wanted: Any) -> bool:
    """Whether a parameter is what ``when`` asks for. botocore takes a blob as text or as bytes."""
    if isinstance(value, str) and isinstance(wanted, (bytes, bytearray)):
        value = value.encode(errors="surrogatepass")
    elif isinstance(wanted, str) and isinstance(value, (bytes, bytearray)):
        wanted = wanted.encode(errors="surrogatepass")
    # Text stays text for an object of the test that compares itself, as those of dirty-equals do.
    return bool(value == wanted)


def called(keyword: str, given: Callable[[T], Any], argument: T) -> Any:
    """What a callable of the test returns.

    :raises TypeError: for a coroutine function.
    """
    returned = given(argument)
    if inspect.isawaitable(returned):
        if inspect.iscoroutine(returned):
            returned.close()  # or Python warns that it was never awaited
        raise TypeError(
            f"`{keyword}` must be a plain function, not one that is awaited: "
            f"{shown(given)} has returned {shown(returned)}"
        )
    return returned


class Answering(Scripted):
    """A handle that answers attempts instead of the service."""

    def produce(self, call: Call, url: str) -> HttpAnswer:
        """The answer.

        :raises botocore.exceptions.BotoCoreError: where no answer comes.
        """
        raise NotImplementedError


class Queued(Answering):
    """A failure or an answer. Those of one operation form a queue."""


@dataclass(kw_only=True, eq=False, repr=False)
class Fault(Queued):
    """A scripted failure, as :meth:`AppSync.fail` returns it.

    :ivar error: what the client meets: an answer, or an exception of its HTTP layer.
    :ivar after: how many calls it lets through first.
    :ivar lost: whether the operation takes effect before its answer is lost.
    :ivar region: the region of the clients that it meets; ``None`` for all.
    :ivar period: the simulated time that it lasts; ``None`` until it is withdrawn.
    """

    error: Produced
    after: int = 0
    lost: bool = False
    region: str | None = None
    period: Period | None = None
    _let_through: set[Call] = field(default_factory=set, init=False)

    def is_over(self, now: Callable[[], float]) -> bool:
        if self.period is None:
            return False
        self.period.note_time()
        return self.period.is_over(now())

    def concerns(self, call: Call) -> bool:
        """Whether the region, the operation and ``when`` fit the call."""
        return self.region in (None, call.region) and super().concerns(call)

    def take(self, call: Call, now: Callable[[], float]) -> bool:
        if len(self._let_through) < self.after:
            self._let_through.add(call)
        return call not in self._let_through and super().take(call, now)

    def produce(self, call: Call, url: str) -> HttpAnswer:
        if isinstance(self.error, HttpAnswer):
            return self.error
        if isinstance(self.error, type):
            raise transport_errors.make(self.error, url)
        # One instance may be raised often. Its traceback must not grow with each time.
        raise self.error.with_traceback(None)


class Outage(Fault):
    """A failure of every operation, as :meth:`AppSync.outage` returns it.

    It comes before the queue of failures.
    """


class Denial(Fault):
    """A refusal by IAM, as :meth:`AppSync.deny` returns it: its message names the request."""

    def produce(self, call: Call, url: str) -> HttpAnswer:
        return documented_answer(denial(call.operation), denial_message(call, url))


@dataclass(kw_only=True, eq=False, repr=False)
class Response(Queued):
    """A canned answer, as :meth:`AppSync.respond` returns it.

    :ivar result: what the client returns, or the callable that makes it.
    """

    result: Result | Callable[[Params], Result]

    def produce(self, call: Call, url: str) -> HttpAnswer:
        operation = model.operation_model(call.operation)
        result = self.result
        if callable(result):
            result = called("result", result, snapshot(call.params))
        check_result(operation, result)
        return result_answer(operation, result)


@dataclass(kw_only=True, eq=False, repr=False)
class Delay(Scripted):
    """Time that an answer takes, as :meth:`AppSync.delay` returns it.

    :ivar seconds: in simulated time.
    """

    seconds: float
