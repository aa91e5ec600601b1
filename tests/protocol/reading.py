"""Requests that are read, or refused with a message."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from pytest_appsync import model
from pytest_appsync.protocol.request import read_request
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.operations import OPERATIONS
from tests.protocol.botocores_side import request

SIMULATED = [name for name in OPERATIONS if name in model.service_model().operation_names]


def read(operation: str, path: str, body: Any = b"") -> dict[str, Any]:
    return read_request(model.operation_model(operation), request(path, body))


def refusal(operation: str, path: str, body: Any = b"") -> str:
    """The message with which a request is refused."""
    with pytest.raises(ServiceError) as caught:
        read(operation, path, body)
    assert caught.value.code == "BadRequestException"
    assert caught.value.message
    caught.value.message.encode()  # it has to travel as UTF-8
    assert len(caught.value.message) < 2000
    return caught.value.message


read_create = functools.partial(read, "CreateApiKey", "/v1/apis/orders/apikeys")
refusal_of_create = functools.partial(refusal, "CreateApiKey", "/v1/apis/orders/apikeys")
read_api = functools.partial(read, "CreateGraphqlApi", "/v1/apis")
refusal_of_api = functools.partial(refusal, "CreateGraphqlApi", "/v1/apis")


def api_body(**members: Any) -> bytes:
    return json.dumps({"name": "orders", "authenticationType": "API_KEY", **members}).encode()
