"""The check whether a client is as it was made: its attributes, handlers and configuration."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from operator import is_
from typing import Any, Generic, TypeVar

from botocore.loaders import Loader
from botocore.model import ServiceModel

Client = TypeVar("Client")


class Snapshot(Generic[Client]):
    """A client, with the values of its attributes, and of theirs, when it was made.

    It names none of them, so it holds for the private ones of every botocore: each object of
    botocore that the client refers to is looked at. That needs 0.01 ms, and making a client 4 ms.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        # Made at its first use, it is an attribute whose own attributes count.
        _ = client.exceptions  # type: ignore[attr-defined]
        self._namespaces = [vars(type(client)), *map(vars, _objects(client))]
        # One comparison of all values needs a third of the time. The object at the end is not at
        # its place where there is a value more, or fewer.
        self._values = [*[namespace.values() for namespace in self._namespaces], (object(),)]
        attributes = [each for namespace in self._namespaces for each in namespace.items()]
        dicts = [(name, value) for name, value in attributes if isinstance(value, dict)]
        self._dicts: list[dict[Any, Any]] = [value for _, value in dicts]
        self._may_grow = [name.startswith("_") for name, _ in dicts]
        self._lists: list[list[Any]] = [value for _, value in attributes if isinstance(value, list)]
        self._note()

    def _note(self) -> None:
        self._attributes = [dict(namespace) for namespace in self._namespaces]
        self._in_values = [*chain.from_iterable(self._values)]
        self._in_dicts = [dict(each) for each in self._dicts]
        self._in_lists = [list(each) for each in self._lists]

    def note_use(self) -> bool:
        """Note what botocore alone has changed, for the next time.

        botocore makes some private attributes at their first use, and fills caches: so a private
        attribute that was ``None`` may be set, and a private dict may have grown. (A new handler
        is noticed all the same, because botocore then makes a new dict for the cache of its
        handlers.)

        :returns: whether nothing else has changed: all other attributes are the same objects, and
            dicts and lists have equal contents.
        """
        if self._is_unused():
            return True
        was_only_used = self._was_only_used()
        if was_only_used:
            self._note()
        return was_only_used

    def _is_unused(self) -> bool:
        """Whether nothing at all has changed."""
        return (
            all(map(is_, chain.from_iterable(self._values), self._in_values))
            and self._dicts == self._in_dicts
            and self._lists == self._in_lists
        )

    def _was_only_used(self) -> bool:
        return (
            all(map(_are_same, self._namespaces, self._attributes))
            and all(
                now == before or (may_grow and before.items() <= now.items())
                for now, before, may_grow in zip(
                    self._dicts, self._in_dicts, self._may_grow, strict=True
                )
            )
            and self._lists == self._in_lists
        )


def _objects(client: object) -> list[Any]:
    """The client and the objects of botocore that it has, directly or not, each once.

    The service model and the loader of data files belong to no client.
    """
    found: dict[int, Any] = {}
    waiting = [client]
    while waiting:
        each = waiting.pop()
        if (
            id(each) not in found
            and type(each).__module__.startswith("botocore.")
            and not isinstance(each, (ServiceModel, Loader))
            and hasattr(each, "__dict__")
        ):
            found[id(each)] = each
            waiting += vars(each).values()
    return list(found.values())


def _are_same(now: Mapping[str, Any], before: dict[str, Any]) -> bool:
    return len(now) == len(before) and all(
        now.get(name) is value or (value is None and name.startswith("_"))
        for name, value in before.items()
    )
