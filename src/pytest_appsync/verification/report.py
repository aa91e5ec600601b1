"""The report of a run: a table on the terminal, and JSON to send."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, TextIO, get_args

import boto3
import botocore

from pytest_appsync.verification.fact import AnyFact, LaterFact
from pytest_appsync.verification.result import Outcome, Result

_WIDEST = 44
"""Characters of a cell of the table."""
_BAR = 24


def table(results: Sequence[Result]) -> str:
    """The table of facts. Below it stand the differences in full, why facts were not asked, and a
    summary."""
    rows = [("Fact", "Expected", "Seen", "Result")]
    rows += [(each.name, _cell(each.expected), _cell(each.seen), each.result) for each in results]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines.insert(1, "-" * sum((*widths, 6)))
    for each in results:
        if each.result == "differs":
            lines += ["", *_difference(each)]
    reasons = Counter(as_text(each.seen) for each in results if each.result == "not asked")
    if reasons:
        lines += ["", "Not asked:"]
        lines += [f"    {number} because: {reason}" for reason, number in reasons.items()]
    return "\n".join([*lines, "", summary(results)])


def summary(results: Sequence[Result]) -> str:
    """How many facts have which result."""
    found = Counter(each.result for each in results)
    counts = (f"{found[outcome]} {outcome}" for outcome in get_args(Outcome))
    return f"{number_of(results)}: {', '.join(counts)}"


def number_of(facts: Sequence[object]) -> str:
    """A number of facts as text, such as ``2 facts``."""
    return f"{len(facts)} {'fact' if len(facts) == 1 else 'facts'}"


def exit_code(results: Sequence[Result]) -> int:
    """1 where something differs, else 3 where something could not be asked, else 0."""
    found = {each.result for each in results}
    return 1 if "differs" in found else 3 if "not asked" in found else 0


def as_json(results: Iterable[Result], *, region: str, side: str, at: str) -> str:
    """A report to send: no secrets, no account.

    :param side: ``"AWS"`` or ``"endpoint"``, whose URL is not in the report.
    :param at: when it was seen.
    """
    content: dict[str, Any] = {
        "version": 1,
        "seen": {"at": at, "region": region, "side": side},
        "with": {
            "pytest-appsync": version("pytest-appsync"),
            "boto3": boto3.__version__,
            "botocore": botocore.__version__,
        },
        "facts": [asdict(each) for each in results],
    }
    return json.dumps(content, indent=1, default=str) + "\n"


def listing(facts: Sequence[AnyFact]) -> str:
    """All facts, with where they come from."""
    lines = []
    for each in facts:
        lines.append(f"{each.name}: {each.says}")
        days = ", needs days" if isinstance(each, LaterFact) else ""
        changed = f"; changed by {each.keyword}" if each.keyword else ""
        lines.append(f"    source: {each.source}{changed}{days}")
    return "\n".join([*lines, number_of(facts)])


def as_text(seen: object) -> str:
    """An observation as text."""
    return seen if isinstance(seen, str) else json.dumps(seen, sort_keys=True)


class Progress:
    """A bar on a terminal; nothing elsewhere."""

    def __init__(self, stream: TextIO, total: int) -> None:
        self._stream = stream if stream.isatty() else None
        self._total = total

    def __call__(self, number: int, name: str) -> None:
        """Show how many facts are done, and which one is next."""
        if self._stream is not None:
            done = "#" * (_BAR * number // self._total)
            self._stream.write(f"\r[{done:.<{_BAR}}] {number}/{self._total} {name:<40.40}")
            self._stream.flush()

    def end(self) -> None:
        """Remove the bar."""
        if self._stream is not None:
            self._stream.write(f"\r{'':{_BAR + 60}}\r")
            self._stream.flush()


def _cell(seen: Any) -> str:
    text = "" if seen is None else " ".join(as_text(seen).split())
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."


def _difference(result: Result) -> list[str]:
    lines = [
        f"{result.name}: {result.says}",
        f"    source:   {result.source}",
        f"    expected: {as_text(result.expected)}",
        f"    seen:     {as_text(result.seen)}",
    ]
    if result.keyword is not None:
        lines.append(f"    the simulation does so with {result.keyword}")
    return lines
