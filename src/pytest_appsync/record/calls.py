"""The record of what the application asked of AppSync."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, Protocol, overload

from pytest_appsync import model
from pytest_appsync.record.call_site import CallSite


class Handle(Protocol):
    """What a test scripted, as far as a record shows it."""

    @property
    def hits(self) -> int: ...

    site: CallSite | None

    @property
    def written(self) -> str:
        """How the test wrote it."""

    def withdraw(self) -> None:
        """End it: it meets no more calls."""


@dataclass(slots=True)
class Attempt:
    """One HTTP request of a call, and what came of it.

    :ivar http_status: the answer's status, or ``None`` where no answer came.
    :ivar error_code: the answer's error code; the exception's name where no answer
        came; ``None`` for a success.
    :ivar slept: the seconds that botocore waited because of this attempt: its
        backoff before the next one and, in adaptive mode, the pacing before this one.
        No thread slept: they moved the simulation's clock.
    :ivar met: the handle that decided the attempt, such as what ``AppSync.fail``
        returned; ``None`` where the service answered. A delay decides an attempt only
        where it is longer than the client waits.
    """

    http_status: int | None = None
    error_code: str | None = None
    slept: float = 0.0
    met: Handle | None = field(default=None, compare=False)

    def __str__(self) -> str:
        # botocore calls an error that has no code by its status: "502".
        parts = dict.fromkeys(str(part) for part in (self.http_status, self.error_code) if part)
        return " ".join(parts) + (f", slept {self.slept:.1f} s" if self.slept else "")


@dataclass(eq=False, repr=False, slots=True)
class Call:
    """One call of an operation by the application, with botocore's retries in it.

    :ivar operation: AWS's name, such as ``"CreateApiKey"``.
    :ivar params: the parameters as AppSync read them from the latest request. A blob is bytes,
        also where the application gave text; a moment is seconds since the epoch (UTC). Of a
        request that AppSync could not read, or that went on past the simulation, it is what the
        application gave its client; in another process, what the path says.
    :ivar region: the region of the client.
    :ivar attempts: what was sent, oldest first; more than one where botocore retried.
    :ivar result: what the client returned, without ``ResponseMetadata``. The schema of
        GetIntrospectionSchema, which the client returns as a stream, is bytes. ``None`` for
        a call that raised.
    :ivar error_code: the code of the error that left the client, the exception's
        name where no answer came, or ``None``.
    :ivar http_status: the status of the last answer, or ``None``.
    :ivar site: the application's line that made the call; ``None`` for a call of another
        process.
    :ivar user_agent: what the client of another process calls itself; ``None`` for a call of
        this process.
    """

    operation: str
    params: Mapping[str, Any]
    region: str
    attempts: list[Attempt] = field(default_factory=list)
    result: dict[str, Any] | None = None
    error_code: str | None = None
    site: CallSite | None = None
    user_agent: str | None = None

    @property
    def http_status(self) -> int | None:
        return self.attempts[-1].http_status if self.attempts else None

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={shown(value)}" for name, value in self.params.items())
        attempts = "; ".join(str(attempt) for attempt in self.attempts)
        return f"<{self.operation}({params}) in {self.region}: {attempts}>"

    def describe_met(self) -> list[str]:
        """A line for each handle, such as ``attempts 1, 2 met fail('CreateApiKey', ...)``."""
        numbers: dict[Handle, list[str]] = {}
        for number, attempt in enumerate(self.attempts, 1):
            if attempt.met is not None:
                numbers.setdefault(attempt.met, []).append(str(number))
        return [
            f"attempt{'s' * (len(which) > 1)} {', '.join(which)} met {handle.written}"
            for handle, which in numbers.items()
        ]


SHOWN = 50
"""How many calls a report shows, equal ones in a row as one.

A test that fails after thousands must stay readable.
"""

_UNCHANGEABLE = frozenset({str, int, float, bool, bytes, type(None)})


def snapshot(value: Any) -> Any:
    """A copy of what a call was given or returned, which changes with no other object.

    Streams and other objects are kept as they are. So is a value that cannot be copied: it
    holds itself, is nested too deeply, or raises when it is read. botocore decides whether it
    can be sent.
    """
    try:
        return _copied(value)
    except Exception:
        return value


def _copied(value: Any) -> Any:
    if type(value) in _UNCHANGEABLE:  # most values are, and isinstance(value, Mapping) is slow
        return value
    if isinstance(value, (dict, Mapping)):
        return {name: _copied(item) for name, item in list(value.items())}
    if isinstance(value, (list, tuple)):
        return [_copied(item) for item in value]
    return value


def shown(value: object, longest: int = 200) -> str:
    """The repr of any object of a test or an application, shortened; it never raises."""
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"


class Calls(Sequence[Call]):
    """The calls in the order in which the application made them; equal to a list of them."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, calls: Sequence[Call] = ()) -> None:
        self._calls = list(calls)

    def add(self, call: Call) -> None:
        self._calls.append(call)  # needs no lock: threads find a list as it is or with it

    def of(self, operation: str) -> Calls:
        """The calls of one operation, written ``CreateApiKey`` or ``create_api_key``.

        :raises ValueError: when AppSync has no such operation, with the nearest match.
        """
        name = model.operation_name(operation)
        return Calls([call for call in self._calls if call.operation == name])

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> Calls: ...
    def __getitem__(self, index: int | slice) -> Call | Calls:
        found = self._calls[index]
        return Calls(found) if isinstance(found, list) else found

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequence):
            return list(self) == list(other)
        return NotImplemented

    def __contains__(self, call: object) -> bool:
        if not isinstance(call, Call):
            raise TypeError(
                f"`in` and count() take a Call here, not {shown(call)}. Look for an operation with "
                "appsync.calls.of('CreateApiKey')"
            )
        return call in self._calls

    def count(self, call: object) -> int:
        """How often it has a call, which is once or not at all.

        :raises TypeError: for what is no call, such as the name of an operation. ``in`` raises
            it too: no name would ever be in it, whether the operation was called or not.
        """
        return int(call in self)

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def __repr__(self) -> str:
        if not self._calls:
            return "<no AppSync calls>"
        return "\n  ".join([f"<{len(self._calls)} AppSync calls:", *self.describe()]) + "\n>"

    def describe(
        self, *, sites: bool = False, note: Callable[[Call], str | None] = lambda call: None
    ) -> list[str]:
        """The latest calls, a numbered line each; equal ones in a row have one line.

        :param sites: also each call's place in the application and the handles that
            decided its attempts, in lines of their own.
        :param note: gives one more line for a call, or ``None``.
        """
        calls = list(self._calls)  # another thread may add to it
        backwards = zip(range(len(calls), 0, -1), reversed(calls), strict=True)
        described = ((number, _described(call, sites, note)) for number, call in backwards)
        lines: list[str] = []
        first = 1
        for text, group in islice(groupby(described, key=lambda each: each[1]), SHOWN):
            last, *others = (number for number, _ in group)
            first = others[-1] if others else last
            told = [f"{first}. {text[0]}", *(f"   {line}" for line in text[1:])]
            if first + 1 < last:
                told.append(f"{first + 1}. … {last}. the same")
            elif first < last:
                told.append(f"{last}. the same")
            lines = told + lines
        if first > 1:
            lines.insert(0, f"... {first - 1} earlier call{'s' * (first > 2)}")
        return lines


def _described(call: Call, sites: bool, note: Callable[[Call], str | None]) -> list[str]:
    lines = [repr(call)]
    if sites and call.site is not None:
        lines.append(str(call.site))
    if sites:
        lines += call.describe_met()
    return [*lines, *filter(None, [note(call)])]
