"""The list of what the service holds, as a test looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pytest_appsync.record.calls import shown
from pytest_appsync.service.api_keys import ApiKey
from pytest_appsync.service.apis import Api

T = TypeVar("T", bound="Api | ApiKey")


class Held(list[T]):
    """A list of APIs or keys whose ``in`` and ``count`` go by the id.

    ``key not in appsync.api_keys(api)`` would otherwise be true of a key that has only changed
    or expired since the test got it, and of every id.
    """

    def __init__(self, kind: type[T], items: Iterable[T] = ()) -> None:
        super().__init__(items)
        self._kind: type[T] = kind

    def __contains__(self, item: object) -> bool:
        """Whether it has this API, or this key, also where it has changed since.

        :raises TypeError: for an id, a name, an answer of boto3, or one of the other kind.
        """
        kind = self._kind
        if not isinstance(item, kind):
            raise TypeError(
                f"`in` and count() take an {kind.__name__} here, not {shown(item, 60)}. Look for "
                "an id in a list of ids, such as [key.id for key in appsync.api_keys(api)]"
            )
        return any(_identity(each) == _identity(item) for each in self)

    def count(self, item: object) -> int:
        """How often it has this API, or this key, which is once or not at all.

        :raises TypeError: as ``in``.
        """
        return int(item in self)


def _identity(held: Api | ApiKey) -> tuple[str, str | None]:
    return held.id, held.region if isinstance(held, Api) else None
