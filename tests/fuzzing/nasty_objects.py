"""Python objects that an application should not give to boto3."""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import enum
import fractions
import io
import pathlib
import random
import types
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .nasty_text import INTEGERS, nasty_text


class GrudgeError(Exception):
    """What our spiteful objects raise."""


def _refuse(*_: Any, **__: Any) -> Any:
    raise GrudgeError("not with me")


class Spiteful:
    """Refuses to be shown, compared, counted, hashed or walked."""

    __repr__ = __str__ = __eq__ = __hash__ = __len__ = __bool__ = __iter__ = _refuse
    __getitem__ = __contains__ = __format__ = __int__ = __float__ = __index__ = _refuse


class Elusive:
    """Does not even say what it is."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise GrudgeError("not with me")

    __repr__ = _refuse


class SpitefulMapping(Mapping[str, Any]):
    """A mapping as far as anybody can see from outside."""

    __repr__ = _refuse

    def __getitem__(self, name: str) -> Any:
        return _refuse()

    def __iter__(self) -> Iterator[str]:
        return _refuse()  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return 3


class SpitefulDict(dict[str, Any]):
    items = keys = values = __iter__ = get = _refuse


class SpitefulList(list[Any]):
    __iter__ = __len__ = __repr__ = _refuse


class TextOfItsOwn(str):
    __str__ = __repr__ = encode = _refuse
    __slots__ = ()


class NumberOfItsOwn(int):
    __str__ = __repr__ = __eq__ = _refuse
    __hash__ = int.__hash__


class Colour(enum.Enum):
    RED = "red"


def _list_of_itself() -> list[Any]:
    endless: list[Any] = []
    endless.append(endless)
    return endless


def _dict_of_itself() -> dict[str, Any]:
    endless: dict[str, Any] = {"name": "x"}
    endless["again"] = {"more": [endless]}
    return endless


def _deep_list(depth: int) -> list[Any]:
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    return nested


def _deep_dict(depth: int) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for _ in range(depth):
        nested = {"a": nested}
    return nested


MADE: tuple[Callable[[], Any], ...] = (
    lambda: None,
    lambda: True,
    list,
    dict,
    lambda: (),
    lambda: [None],
    lambda: {"a": None},
    lambda: {None: 1},
    lambda: {7: "x"},
    lambda: {("a", "b"): 1},
    lambda: {"\ud800": 7},
    lambda: {b"k": b"v"},
    lambda: set(),
    lambda: {"a"},
    lambda: frozenset({1}),
    lambda: range(3),
    lambda: (number for number in range(3)),
    lambda: iter([]),
    lambda: map(str, [1]),
    lambda: b"",
    lambda: b"\xff\x00",
    lambda: bytearray(b"x"),
    lambda: memoryview(b"x"),
    lambda: array.array("i", [1]),
    lambda: io.BytesIO(b"{}"),
    lambda: io.StringIO("{}"),
    lambda: float("nan"),
    lambda: float("inf"),
    lambda: -float("inf"),
    lambda: -0.0,
    lambda: 1e308,
    lambda: 7.0,
    lambda: 10**5000,
    lambda: 1j,
    lambda: decimal.Decimal("NaN"),
    lambda: decimal.Decimal(7),
    lambda: fractions.Fraction(1, 3),
    lambda: datetime.datetime(2026, 7, 21),
    lambda: datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc),
    lambda: datetime.date(2026, 7, 21),
    lambda: datetime.timedelta(days=7),
    lambda: uuid.UUID(int=7),
    lambda: pathlib.PurePosixPath("a/b"),
    lambda: Colour.RED,
    lambda: Colour,
    lambda: object(),
    lambda: int,
    lambda: len,
    lambda: types,
    lambda: ...,
    lambda: NotImplemented,
    lambda: ValueError("x"),
    lambda: types.MappingProxyType({"a": 1}),
    lambda: collections.OrderedDict(a=1),
    lambda: collections.deque([1]),
    lambda: collections.UserDict(a=1),
    Spiteful,
    Elusive,
    SpitefulMapping,
    lambda: SpitefulDict(a=1),
    lambda: SpitefulList([1]),
    lambda: TextOfItsOwn("x"),
    lambda: NumberOfItsOwn(7),
    lambda: Spiteful,
    _list_of_itself,
    _dict_of_itself,
)


def nasty_object(rng: random.Random) -> Any:
    """One of them, alone or in a container."""
    value = _one(rng)
    kind = rng.random()
    if kind < 0.8:
        return value
    if kind < 0.9:
        return [value]
    return {"a": value}


def _one(rng: random.Random) -> Any:
    kind = rng.random()
    if kind < 0.6:
        return rng.choice(MADE)()
    if kind < 0.7:
        return rng.choice(INTEGERS)
    if kind < 0.97:
        return nasty_text(rng)
    depth = rng.choice((100, rng.randrange(150, 1100), 10_000))
    return rng.choice((_deep_list, _deep_dict))(depth)
