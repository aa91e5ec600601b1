"""Pieces of JSON text that are wrong, ambiguous or too much."""

from __future__ import annotations

import json
import random
from typing import Any

from .nasty_text import INTEGERS, nasty_text

_PIECES = (
    "null",
    "true",
    "false",
    '""',
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "[{}]",
    '{"": null}',
    '{"a": {"b": [1, {"c": null}]}}',
    "NaN",
    "Infinity",
    "-Infinity",
    "[NaN]",
    "1e999",
    "-1e999",
    "1e-999",
    "-0",
    "-0.0",
    "7.0",
    "1.5",
    "1E400",
    "0x10",
    "01",
    "+1",
    ".5",
    "1.",
    "1_000",
    "'x'",
    "x",
    "undefined",
    "True",
    "None",
    r'"\ud800"',
    r'"\udc00\ud800"',
    r'"\ud83d\udd11"',
    r'"\u0000"',
    r'"\x41"',
    r'"\u12"',
    '"\n"',
    '"\x00"',
    '"unfinished',
    "[1, 2",
    "[1,]",
    '{"a": 1,}',
    "{a: 1}",
    '{"a" 1}',
    "/* comment */ 1",
    "1 // comment",
    "",
    " ",
    ",",
    '{"\\ud800": 1}',
    '{"a": 1, "a": "b", "a": null}',
)


def nasty_piece(rng: random.Random) -> str:
    """Text to stand where a JSON value stands; much of it is no JSON."""
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(_PIECES)
    if kind < 0.65:
        return str(rng.choice(INTEGERS))
    if kind < 0.9:
        text = json.dumps(nasty_text(rng), ensure_ascii=rng.random() < 0.5)
        return rng.choice((text, text, f"[{text}]", f"{{{text}: {text}}}", f"{{{text}: 7}}"))
    return _too_much(rng)


def _too_much(rng: random.Random) -> str:
    kind = rng.randrange(8)
    # The depths at which a reader's own depth decides are those just below the limit.
    depth = rng.choice((50, 500, rng.randrange(880, 1010), rng.randrange(2000, 100_000)))
    if kind == 0:
        return "[" * depth + "]" * depth
    if kind == 1:
        return '{"a":' * depth + "1" + "}" * depth
    if kind == 2:
        return "[" * depth
    if kind == 3:
        return rng.choice("19") * rng.choice((30, 4300, 4301, 20_000))
    if kind == 4:
        return "[" + ", ".join([rng.choice(_PIECES[:8])] * rng.randrange(100, 5000)) + "]"
    if kind == 5:
        members = (f'"k{number}": {number % 3}' for number in range(rng.randrange(40, 5000)))
        return "{" + ", ".join(members) + "}"
    if kind == 6:
        return f'{{"{"k" * rng.randrange(100, 10**5)}": 7}}'
    return "0." + "1" * rng.randrange(10, 10**5)


class Raw:
    """A piece of JSON text that stands in parameters in the place of a value."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Raw({self.text!r})"


def written(content: Any) -> str:
    """``content`` as JSON text, each :class:`Raw` as it is."""
    pieces: list[str] = []

    def put_aside(value: Any) -> str:
        assert isinstance(value, Raw)
        pieces.append(value.text)
        return f"\ue000{len(pieces) - 1}\ue001"

    text = json.dumps(content, default=put_aside, ensure_ascii=False)
    for number, piece in enumerate(pieces):
        text = text.replace(f'"\ue000{number}\ue001"', piece)
    return text
