"""``Fact``: what the simulation relies on, and the code that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pytest_appsync.verification.asking import Asking

Seen = Any
"""An observation, of values that JSON has. Random and timed values are replaced by their form."""

CHOICE = "not known: chosen by the simulation"
"""The source of what AWS does not document and no public material shows."""

CORPUS = "go-to-k/cdk-real-drift, test corpus"
"""The source of answers that were recorded for tests."""

KeyLook = Callable[[Asking, str, dict[str, Any]], Seen]
"""A function that looks at a key of an API after its time has come."""


@dataclass(frozen=True)
class Fact:
    """One thing that AppSync does.

    :ivar name: such as ``"key-id-form"``.
    :ivar says: what the simulation does, in a sentence.
    :ivar source: where that comes from.
    :ivar ask: asks for it and returns what was seen; the same code for both sides.
    :ivar keyword: what changes the simulation here, such as ``"AppSync(page_size=...)"``.
    :ivar also: what may be seen instead and is no difference, because it depends on how fast
        the two sides are.
    """

    name: str
    says: str
    source: str
    ask: Callable[[Asking], Seen]
    keyword: str | None = None
    also: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class LaterFact:
    """One thing that happens to a key after some days.

    :ivar name: such as ``"expired-key-listed"``; also the description of the key that waits.
    :ivar wait: how long after the key's ``expires`` it can be looked at.
    :ivar look: looks at the key, as ListApiKeys shows it; not called where it is not listed.
    """

    name: str
    says: str
    source: str
    look: KeyLook
    wait: timedelta
    keyword: str | None = None

    def look_now(self, ask: Asking, api_id: str) -> Seen:
        """The observation for the key that waits in an API."""
        keys = ask.all_keys(api_id)
        key = next((each for each in keys if each.get("description") == self.name), None)
        return "not listed" if key is None else self.look(ask, api_id, key)


AnyFact = Fact | LaterFact


def fact(
    source: str, *, keyword: str | None = None, also: tuple[Seen, ...] = ()
) -> Callable[[Callable[[Asking], Seen]], Fact]:
    """A decorator that makes a fact of a function; its docstring says the fact."""

    def declare(ask: Callable[[Asking], Seen]) -> Fact:
        return Fact(_name(ask), _says(ask), source, ask, keyword, also)

    return declare


def later_fact(
    source: str, *, wait: timedelta, keyword: str | None = None
) -> Callable[[KeyLook], LaterFact]:
    """A decorator that makes a fact that needs days of a function."""

    def declare(look: KeyLook) -> LaterFact:
        return LaterFact(_name(look), _says(look), source, look, wait, keyword)

    return declare


def _name(function: Any) -> str:
    name: str = function.__name__
    return name.replace("_", "-")


def _says(function: Any) -> str:
    return " ".join((function.__doc__ or _name(function)).split())  # -OO removes docstrings
