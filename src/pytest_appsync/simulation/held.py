"""The list of what the service holds, as a test looks at it."""

from __future__ import annotations

from typing import TypeVar

from pytest_appsync.service.api_keys import ApiKey
from pytest_appsync.service.apis import Api

T = TypeVar("T", Api, ApiKey)


class Held(list[T]):
    """A list of APIs or keys whose ``in`` goes by the id.

    ``key not in appsync.api_keys(api)`` would otherwise be true of a key that has only changed
    or expired since the test got it, and of every id.
    """

    def __contains__(self, item: object) -> bool:
        """Whether it has this API, or this key, also where it has changed since.

        :raises TypeError: for an id, a name, or an answer of boto3.
        """
        if not isinstance(item, (Api, ApiKey)):
            raise TypeError(
                f"`in` takes an Api or an ApiKey here, not {item!r}. Look for an id in a list of "
                "ids, such as [key.id for key in appsync.api_keys(api)]"
            )
        return any(_identity(each) == _identity(item) for each in self)


def _identity(held: Api | ApiKey) -> tuple[str, str | None]:
    return held.id, held.region if isinstance(held, Api) else None
