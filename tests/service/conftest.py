"""What the tests of the service share: a client, an API with a schema, and refusals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pytest_appsync import Api, AppSync

SDL = b"""
schema { query: Query }

"All there is to ask"
type Query { orders: [Order] order(id: ID!): Order }

type Order { id: ID! placed: AWSDateTime @aws_iam }
"""

Refusal = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def client(appsync: AppSync) -> Any:
    return appsync.client()


@pytest.fixture
def api_id(appsync: AppSync, client: Any) -> str:
    """A GraphQL API with a schema and a data source."""
    api: Api = appsync.add_api("orders")
    client.start_schema_creation(apiId=api.id, definition=SDL)
    client.create_data_source(apiId=api.id, name="table", type="NONE")
    return api.id


@pytest.fixture
def refused() -> Refusal:
    """The service refuses, with this code, status and, where it is given, message."""

    @contextmanager
    def refused(code: str, http_status: int, message: str = "") -> Iterator[None]:
        with pytest.raises(ClientError) as caught:
            yield
        response: Any = caught.value.response
        found = response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]
        assert found == (code, http_status), response["Error"]["Message"]
        assert re.search(message, response["Error"]["Message"]), response["Error"]["Message"]

    return refused
