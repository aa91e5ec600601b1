"""The record of requests to the endpoints of APIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_appsync.record.calls import shown
from pytest_appsync.service.api_keys import ApiKey
from pytest_appsync.service.apis import Api


@dataclass(eq=False, repr=False, slots=True)
class GraphqlRequest:
    """A GraphQL request to a served API, or a publishing request to a served Event API.

    :ivar api: the API as it was then.
    :ivar key: the key in ``x-api-key``, as it was then; ``None`` for one that the API does
        not have, and for a request without one.
    :ivar query: the GraphQL document as it was sent; ``None`` where there is none.
    :ivar variables: its variables; of a publishing request the body, with ``channel`` and
        ``events``.
    :ivar operation_name: which operation of the document is asked for, or ``None``.
    :ivar status: the HTTP status of the answer; ``None`` where none was given.
    :ivar note: what was not simulated, or ``None``.
    """

    api: Api
    key: ApiKey | None = None
    query: str | None = None
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    status: int | None = None
    note: str | None = None

    def __repr__(self) -> str:
        key = "no known key" if self.key is None else self.key.id
        asked = shown(self.variables if self.query is None else self.query, 60)
        note = f" ({self.note})" if self.note else ""
        return f"<{asked} to {self.api.name} with {key}: {self.status}{note}>"
