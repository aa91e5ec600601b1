"""Lists in creation order, and the ``nextToken`` that walks them.

A token names the list it belongs to and the last item that was given out, so
items that come or go between two pages shift nothing. It is signed with a
secret of the simulation: a token that was never given out is recognised
without remembering those that were.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, Protocol, TypeVar

from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.identifiers import random_bits

PAGE_SIZE = 25
"""Items on a page when ``maxResults`` is absent or 0 (AWS does not document it)."""


class Listed(Protocol):
    """What a :class:`Ledger` holds: an id, and a place in the order of creation."""

    @property
    def id(self) -> str: ...

    @property
    def position(self) -> int: ...


T = TypeVar("T", bound=Listed)


class Ledger(Generic[T]):
    """Items found by id and walked in order of creation, both without a scan."""

    __slots__ = ("_by_id", "_in_order", "get")

    def __init__(self) -> None:
        self._by_id: dict[str, T] = {}
        self._in_order: list[T] = []
        self.get: Callable[[str], T | None] = self._by_id.get
        """The item of that id, or ``None``."""

    def add(self, item: T) -> None:
        self._by_id[item.id] = item
        self._in_order.append(item)

    def remove(self, item: T) -> None:
        del self._by_id[item.id]
        del self._in_order[bisect_right(self._in_order, item.position, key=_position) - 1]

    def after(self, position: int) -> Iterator[T]:
        start = bisect_right(self._in_order, position, key=_position)
        for index in range(start, len(self._in_order)):
            yield self._in_order[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self._in_order)

    def __len__(self) -> int:
        return len(self._in_order)


def _position(item: Listed) -> int:
    return item.position


class Pager:
    """Cuts lists into pages and signs the tokens between them."""

    def __init__(self) -> None:
        self._secret = random_bits(128).to_bytes(16, "big")

    def page(
        self,
        ledger: Ledger[T],
        *,
        scope: tuple[str | None, ...],
        max_results: int | None,
        next_token: str | None,
        visible: Callable[[T], bool] = lambda item: True,
    ) -> tuple[list[T], str | None]:
        """One page of ``ledger``, and the token of the next one if there is more.

        :param scope: what the list is a list of (operation, region, API, filters);
            a token is good only for the list that it came from.
        :raises ServiceError: BadRequestException for a token that was not given
            out for this list.
        """
        last_seen = 0 if next_token is None else self._read(next_token, scope)
        found = (item for item in ledger.after(last_seen) if visible(item))
        page = list(islice(found, max_results or PAGE_SIZE))
        if not page or next(found, None) is None:
            return page, None
        return page, self._write(page[-1].position, scope)

    def _write(self, position: int, scope: tuple[str | None, ...]) -> str:
        content = str(position).encode()
        return base64.urlsafe_b64encode(self._signature(content, scope) + content).decode()

    def _read(self, token: str, scope: tuple[str | None, ...]) -> int:
        try:
            raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            raw = b""
        signature, content = raw[:16], raw[16:]
        if not hmac.compare_digest(signature, self._signature(content, scope)):
            raise ServiceError("BadRequestException", "Invalid pagination token given.")
        return int(content)

    def _signature(self, content: bytes, scope: tuple[str | None, ...]) -> bytes:
        message = json.dumps(scope).encode() + b"\0" + content
        return hashlib.blake2b(message, key=self._secret, digest_size=16).digest()
