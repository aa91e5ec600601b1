"""Pages of lists in creation order, and what ``nextToken`` is made of.

A token names the list that it belongs to and the last item of the page. So an item that is
created or deleted between two pages moves no other item. The token is signed with a secret of
the simulation: so any other token is recognised, and none has to be remembered.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from itertools import islice

from pytest_appsync.service.collection import Collection, T
from pytest_appsync.service.errors import bad_request

Scope = tuple[object, ...]
"""The identity of a list, of values that JSON has."""


class Pager:
    """The pages of lists, and the signed tokens between them.

    :param secret: what the tokens are signed with.
    :param page_size: how many items a page has when ``maxResults`` is absent or 0.
        AWS does not document it; "something like 10" were seen
        (aws/amazon-neptune-for-graphql #39).
    """

    def __init__(self, secret: bytes, page_size: int) -> None:
        self._secret = secret
        self._page_size = page_size

    def page(
        self,
        items: Collection[T],
        *,
        scope: Scope,
        max_results: int | None,
        next_token: str | None,
        visible: Callable[[T], bool] = lambda item: True,
    ) -> tuple[list[T], str | None]:
        """One page of ``items``, and the token of the next one if there is more.

        :param scope: the identity of the list (operation, region, API, filters). A token is
            valid only for the list that it came from.
        :raises ServiceError: BadRequestException for a token that was not given
            out for this list.
        """
        last_seen = 0 if next_token is None else self._read(next_token, scope)
        found = (item for item in items.after(last_seen) if visible(item))
        page = list(islice(found, max_results or self._page_size))
        if not page or next(found, None) is None:
            return page, None
        return page, self._write(page[-1].number, scope)

    def _write(self, number: int, scope: Scope) -> str:
        content = str(number).encode()
        return base64.urlsafe_b64encode(self._signature(content, scope) + content).decode()

    def _read(self, token: str, scope: Scope) -> int:
        try:
            raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            raw = b""
        signature, content = raw[:16], raw[16:]
        if not hmac.compare_digest(signature, self._signature(content, scope)):
            raise bad_request("Invalid pagination token given.")
        return int(content)

    def _signature(self, content: bytes, scope: Scope) -> bytes:
        message = json.dumps(scope).encode() + b"\0" + content
        return hashlib.blake2b(message, key=self._secret, digest_size=16).digest()
