"""Resources, and collections of them in the order of their creation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar


class Item(Protocol):
    """An item of a :class:`Collection`: an id, and a number that grows with each creation."""

    @property
    def id(self) -> str: ...

    @property
    def number(self) -> int: ...


T = TypeVar("T", bound=Item)

number_of = attrgetter("number")
"""The number of an item, as a key to sort by."""


class Resource:
    """A resource in the service.

    :ivar id: what it is found by among the resources of its kind that its owner has.
    :ivar number: its place in the order of creation.
    :ivar api_id: the API that owns it, or ``""`` where the region does.
    :ivar members: what was said of it and what AppSync made, by the members of its shape.
        What can be worked out (ARNs, defaults, states) is not among them.
    """

    __slots__ = ("api_id", "id", "members", "number")

    def __init__(self, id: str, number: int, api_id: str, members: dict[str, Any]) -> None:
        self.id = id
        self.number = number
        self.api_id = api_id
        self.members = members


class Collection(Generic[T]):
    """Items by id and in the order of their creation, both without a search through all of them."""

    __slots__ = ("_by_id", "_in_order")

    def __init__(self) -> None:
        self._by_id: dict[str, T] = {}
        self._in_order: list[T] = []

    def get(self, id: str) -> T | None:
        """The item of that id, or ``None``."""
        return self._by_id.get(id)

    def add(self, item: T) -> None:
        """Add an item whose number is higher than all others."""
        self._by_id[item.id] = item
        self._in_order.append(item)

    def remove(self, item: T) -> None:
        """Take out an item that is there."""
        del self._by_id[item.id]
        del self._in_order[bisect_right(self._in_order, item.number, key=number_of) - 1]

    def after(self, number: int) -> Iterator[T]:
        """The items that were created after the one of that number."""
        for index in range(bisect_right(self._in_order, number, key=number_of), len(self)):
            yield self._in_order[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self._in_order)

    def __len__(self) -> int:
        return len(self._in_order)
