"""``appsync.client()``: made once and reused, and nothing of a test stays with it."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock

import pytest
from botocore.stub import Stubber

from pytest_appsync import AppSync
from pytest_appsync.clients.unchanged import Snapshot


def used(client: Any, appsync: AppSync) -> None:
    """All that tests do with a client without changing it."""
    api = appsync.add_api(region=client.meta.region_name)
    appsync.fail("CreateApiKey", "LimitExceededException", times=2)
    client.create_api_key(apiId=api.id)
    with pytest.raises(client.exceptions.NotFoundException):
        client.delete_api_key(apiId=api.id, id="da2-none")
    list(client.get_paginator("list_api_keys").paginate(apiId=api.id))
    assert client.can_paginate("list_api_keys")
    assert client.meta.config.read_timeout == 60
    assert client.meta.method_to_api_mapping["create_api_key"] == "CreateApiKey"
    assert "create_api_key" in dir(client)


def test_is_reused_where_it_was_only_used() -> None:
    clients = []
    for _ in range(3):
        with AppSync() as appsync:
            clients.append(appsync.client())
            used(clients[-1], appsync)
            assert appsync.client() is clients[-1]
    assert clients[0] is clients[1] is clients[2]


def swallow(**_: Any) -> None: ...


CHANGES: dict[str, Callable[[Any], object]] = {
    "an operation": lambda client: setattr(client, "create_api_key", MagicMock()),
    "a new attribute": lambda client: setattr(client, "note", "of a test"),
    "a method of its class": lambda client: setattr(type(client), "get_paginator", MagicMock()),
    "an operation of its class": lambda client: setattr(type(client), "list_api_keys", MagicMock()),
    "a missing operation": lambda client: delattr(type(client), "list_api_keys"),
    "the configuration": lambda client: setattr(client.meta.config, "read_timeout", 1),
    "part of the configuration": lambda client: client.meta.config.retries.update(mode="adaptive"),
    "more of the configuration": lambda client: client.meta.config.retries.update(made="up"),
    "its events": lambda client: setattr(client.meta, "events", MagicMock()),
    "its emitter's methods": lambda client: setattr(client.meta.events, "emit", MagicMock()),
    "a handler": lambda client: client.meta.events.register("before-call", swallow),
    "a first handler": lambda client: client.meta.events.register_first("before-send", swallow),
    "a last handler": lambda client: client.meta.events.register_last("before-send", swallow),
    "a missing handler": lambda client: client.meta.events.unregister(
        "before-send.appsync", unique_id="pytest-appsync-before-send.appsync"
    ),
    "a Stubber": lambda client: Stubber(client).activate(),
    "the mapping of methods": lambda client: client.meta.method_to_api_mapping.update(
        create_api_key="DeleteApiKey"
    ),
    "an exception": lambda client: setattr(
        client.exceptions, "LimitExceededException", ZeroDivisionError
    ),
    "an exception by its code": lambda client: client.exceptions._code_to_exception.update(
        LimitExceededException=ZeroDivisionError
    ),
    "its endpoint": lambda client: setattr(client, "_endpoint", MagicMock()),
    "its endpoint's host": lambda client: setattr(
        client._endpoint, "host", "https://other.example.com"
    ),
    "its HTTP session": lambda client: setattr(client._endpoint, "http_session", MagicMock()),
    "its signer": lambda client: setattr(client._request_signer, "_region_name", "eu-west-1"),
    "its serializer": lambda client: setattr(client, "_serializer", MagicMock()),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_is_made_again_after_a_test_changed_it(change: Callable[[Any], object]) -> None:
    with AppSync() as appsync:
        client = appsync.client()
        change(client)
        assert appsync.client() is client, "it is the test's own"
        with AppSync() as inner:
            used(inner.client(), inner)
        assert appsync.client() is client
    with AppSync() as appsync:
        assert appsync.client() is not client
        used(appsync.client(), appsync)


def test_what_holds_of_any_object() -> None:
    def made() -> Any:
        kind = type("Client", (), {"__module__": "botocore.client"})
        client: Any = kind()
        client.exceptions = None
        client.names, client._late, client.value = ["a"], None, None
        client.plain = types.SimpleNamespace(not_looked_at=[])
        return client

    client = made()
    snapshot = Snapshot(client)
    client._late = "made at its first use"
    client.plain.not_looked_at.append("b")
    assert snapshot.note_use()
    client.names[0] = "b"
    assert not snapshot.note_use()

    client = made()
    snapshot = Snapshot(client)
    client.value = 1
    assert not snapshot.note_use()


def test_other_regions_have_their_own() -> None:
    with AppSync() as appsync:
        london = appsync.client("eu-west-2")
        vars(appsync.client())["create_api_key"] = MagicMock()
        assert appsync.client("eu-west-2") is london
    with AppSync() as appsync:
        assert appsync.client("eu-west-2") is london
