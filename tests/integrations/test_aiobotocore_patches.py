"""Each name of aiobotocore's inside that we rely on, and what breaks when it goes."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest
import wrapt

pytest.importorskip("aiobotocore.session")

WRAPPED = {
    "aiobotocore.client:AioBaseClient._make_api_call": "async calls reach the network",
    "aiobotocore.session:AioSession._create_client": "a client without a region finds none",
    "aiobotocore.session:AioSession.get_credentials": "making a client asks for credentials",
    "aiobotocore.retries.adaptive:AsyncClientRateLimiter.on_sending_request": "it really waits",
    "aiobotocore.retries.adaptive:AsyncClientRateLimiter.on_receiving_response": "pacing stays",
}


@pytest.mark.parametrize("where", WRAPPED, ids=str)
def test_is_wrapped(where: str) -> None:
    module, _, path = where.partition(":")
    owner, _, name = path.partition(".")
    cls = getattr(importlib.import_module(module), owner)
    wrapped = inspect.getattr_static(cls, name, None)
    assert isinstance(wrapped, wrapt.FunctionWrapper), f"{where} has moved: {WRAPPED[where]}"


def test_the_endpoint_sleeps_where_we_look() -> None:
    endpoint: Any = importlib.import_module("aiobotocore.endpoint")
    source = inspect.getsource(endpoint.AioEndpoint._needs_retry)
    if hasattr(endpoint.AioEndpoint, "_sleep"):
        assert "await self._sleep(handler_response)" in source
        for cls in (endpoint.AioEndpoint, endpoint.AnyioEndpoint):
            assert isinstance(inspect.getattr_static(cls, "_sleep"), wrapt.FunctionWrapper)
    else:
        assert "await asyncio.sleep(handler_response)" in source
        assert isinstance(endpoint.__dict__["asyncio"], wrapt.ObjectProxy)
