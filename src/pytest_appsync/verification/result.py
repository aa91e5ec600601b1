"""``Result``: the result of one fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pytest_appsync.verification.calling import NotAsked
from pytest_appsync.verification.fact import AnyFact

Outcome = Literal["same", "differs", "not asked", "later"]


@dataclass
class Result:
    """The result of one fact; its members in a report are these.

    :ivar keyword: the keyword that changes the simulation here.
    :ivar expected: what the simulation showed.
    :ivar seen: what the other side showed, or why it was not asked.
    :ivar exchanges: what was asked and answered, without secrets.
    """

    name: str
    result: Outcome
    says: str
    source: str
    keyword: str | None
    expected: Any
    seen: Any = None
    exchanges: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, fact: AnyFact, expected: Any) -> Result:
        """A result that is still to come."""
        shown = None if isinstance(expected, NotAsked) else expected
        return cls(fact.name, "not asked", fact.says, fact.source, fact.keyword, shown)

    def compare(self, seen: Any, also: tuple[Any, ...]) -> None:
        """Compare what was seen with what was expected."""
        self.seen = seen
        self.result = "same" if seen == self.expected or seen in also else "differs"

    def not_asked(self, why: str) -> None:
        self.result, self.seen = "not asked", why

    def later(self, when: str) -> None:
        self.result, self.seen = "later", when

    def take_over(self, done: dict[str, Any]) -> None:
        """Take over what an earlier run saw."""
        self.result, self.seen = done["result"], done["seen"]
        self.expected, self.exchanges = done["expected"], done["exchanges"]
