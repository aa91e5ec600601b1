"""The traits of REST-JSON that are understood are those that AppSync uses.

An operation with another one says so: a service model of our own has one of each.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from pytest_appsync import AppSync, UnsimulatedOperation, model
from pytest_appsync.protocol import model as protocol_model
from pytest_appsync.protocol.model import (
    BODY_TYPES,
    CONSTRAINTS,
    PATH_TYPES,
    PAYLOAD_TYPES,
    QUERY_TYPES,
    UnsupportedTraitError,
    unsupported_trait,
)
from pytest_appsync.protocol.request import read_request
from pytest_appsync.protocol.response import result_answer
from pytest_appsync.script import results


@pytest.mark.parametrize("operation", model.service_model().operation_names)
def test_each_operation_of_appsync_is_understood(operation: str) -> None:
    assert unsupported_trait(model.operation_model(operation)) is None


def test_what_is_understood_is_what_appsync_uses() -> None:
    used: dict[str, set[str]] = {
        "uri": set(),
        "querystring": set(),
        "body": set(),
        "payload": set(),
    }
    constraints: set[str] = set()

    def gather(shape: Shape, place: str, within: tuple[str, ...] = ()) -> None:
        used[place].add(shape.type_name)
        constraints.update(shape.metadata)
        if shape.name in within:
            return
        for part in parts_of(shape):
            gather(part, place, (*within, shape.name))

    for name in model.service_model().operation_names:
        operation = model.operation_model(name)
        for shape in filter(None, (operation.input_shape, operation.output_shape)):
            constraints.update(shape.metadata)
            payload = shape.serialization.get("payload")
            for member_name, member in shape.members.items():
                location = member.serialization.get("location", "body")
                gather(member, "payload" if member_name == payload else location)
    assert used == {
        "uri": PATH_TYPES,
        "querystring": QUERY_TYPES | {"list"},
        "body": BODY_TYPES,
        "payload": PAYLOAD_TYPES,
    }
    assert constraints == CONSTRAINTS


def parts_of(shape: Shape) -> list[Shape]:
    if isinstance(shape, StructureShape):
        return list(shape.members.values())
    if isinstance(shape, ListShape):
        return [shape.member]
    return [shape.key, shape.value] if isinstance(shape, MapShape) else []


# --- traits that AppSync does not use ----------------------------------------------------

SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Number": {"type": "double"},
    "Bytes": {"type": "blob"},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "Numbers": {"type": "list", "member": {"shape": "Number"}},
    "TextByText": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
    "Document": {"type": "structure", "document": True, "members": {}},
    "Plain": {"type": "structure", "members": {"text": {"shape": "Text"}}},
}


def operation(
    *,
    given: dict[str, Any] | None = None,
    taken: dict[str, Any] | None = None,
    uri: str = "/v1/things",
    **traits: Any,
) -> OperationModel:
    """:param given: the input, as a structure of the service model. :param taken: the output."""
    shapes = {
        **SHAPES,
        "Input": {"type": "structure", "members": {}, **(given or {})},
        "Output": {"type": "structure", "members": {}, **(taken or {})},
    }
    described = {
        "name": "PutThing",
        "http": {"method": "POST", "requestUri": uri},
        "input": {"shape": "Input"},
        "output": {"shape": "Output"},
        **traits,
    }
    service = {
        "metadata": {"protocol": "rest-json", "endpointPrefix": "appsync", "serviceId": "AppSync"},
        "operations": {"PutThing": described},
        "shapes": shapes,
    }
    return ServiceModel(service, "appsync").operation_model("PutThing")


def member(shape: str, **traits: Any) -> dict[str, Any]:
    return {"members": {"thing": {"shape": shape, **traits}}}


NOT_APPSYNCS: dict[str, tuple[OperationModel, str]] = {
    "header": (operation(given=member("Text", location="header")), "the location header (thing)"),
    "headers": (
        operation(given=member("TextByText", location="headers")),
        "the location headers (thing)",
    ),
    "header of an answer": (
        operation(taken=member("Text", location="header")),
        "the location header in an answer (thing)",
    ),
    "status": (
        operation(taken=member("Text", location="statusCode")),
        "the location statusCode in an answer (thing)",
    ),
    "number in the path": (
        operation(given=member("Number", location="uri"), uri="/v1/{thing}"),
        "the type double in the path (Number)",
    ),
    "greedy label": (
        operation(given=member("Text", location="uri"), uri="/v1/{thing+}"),
        "the URI /v1/{thing+}",
    ),
    "query in the path": (operation(uri="/v1/things?kind=new"), "the URI /v1/things?kind=new"),
    "number in the query": (
        operation(given=member("Number", location="querystring")),
        "the type double in the query string (Number)",
    ),
    "list of numbers in the query": (
        operation(given=member("Numbers", location="querystring")),
        "the type double in the query string (Number)",
    ),
    "map in the query": (
        operation(given=member("TextByText", location="querystring")),
        "the type map in the query string (TextByText)",
    ),
    "number": (operation(given=member("Number")), "the type double in the body (Number)"),
    "number in an answer": (
        operation(taken=member("Numbers")),
        "the type double in the body (Number)",
    ),
    "document": (operation(given=member("Document")), "document in the body (Document)"),
    "jsonvalue": (operation(given=member("Text", jsonvalue=True)), "jsonvalue in the body (Text)"),
    "timestampFormat": (
        operation(taken=member("Text", timestampFormat="iso8601")),
        "timestampFormat in the body (Text)",
    ),
    "event stream": (
        operation(taken=member("Plain", eventstream=True)),
        "eventstream in the body (Plain)",
    ),
    "payload of a request": (
        operation(given={**member("Bytes"), "payload": "thing"}),
        "payload as input (Input)",
    ),
    "structure as payload": (
        operation(taken={**member("Plain"), "payload": "thing"}),
        "the type structure as payload (Plain)",
    ),
    "streamed payload": (
        operation(taken={**member("Bytes", streaming=True), "payload": "thing"}),
        "streaming as payload (Bytes)",
    ),
    "host": (operation(endpoint={"hostPrefix": "data."}), "a host of its own (endpoint)"),
    "checksum": (operation(httpChecksum={"requestChecksumRequired": True}), "(httpChecksum)"),
    "old checksum": (operation(httpChecksumRequired=True), "(httpChecksum)"),
    "compression": (operation(requestcompression={"encodings": ["gzip"]}), "(requestcompression)"),
}


@pytest.mark.parametrize("name", NOT_APPSYNCS)
def test_an_operation_with_another_trait_says_so(name: str) -> None:
    described, trait = NOT_APPSYNCS[name]
    found = unsupported_trait(described)
    assert found is not None
    assert trait in found
    request: Any = None
    for use in (
        lambda: read_request(described, request),
        lambda: result_answer(described, {}),
    ):
        with pytest.raises(UnsupportedTraitError) as refused:
            use()
        assert (refused.value.operation, refused.value.trait) == ("PutThing", found)
        assert str(refused.value).startswith("PutThing has a trait that pytest-appsync does not")
        assert found in str(refused.value)
    with pytest.raises(ValueError, match="PutThing has a trait"):
        results.check_result(described, {})


def test_another_protocol_is_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    described = operation()
    service = type(described.service_model)
    monkeypatch.setattr(service, "resolved_protocol", "smithy-rpc-v2-cbor", raising=False)
    assert unsupported_trait(described) == "the protocol smithy-rpc-v2-cbor"


@pytest.mark.parametrize("trait", ["sensitive", "union", "idempotencyToken"])
def test_a_trait_without_effect_is_no_hindrance(trait: str) -> None:
    shapes = {"members": {"thing": {"shape": "Text", trait: True}}}
    assert unsupported_trait(operation(given=shapes, taken=shapes)) is None


def test_an_operation_may_take_and_give_nothing() -> None:
    service = ServiceModel(
        {
            "metadata": {"protocol": "rest-json", "endpointPrefix": "x", "serviceId": "AppSync"},
            "operations": {"Ping": {"name": "Ping", "http": {"method": "GET", "requestUri": "/"}}},
            "shapes": {},
        },
        "appsync",
    )
    assert unsupported_trait(service.operation_model("Ping")) is None


def test_an_operation_with_another_trait_is_not_simulated(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a newer botocore may have it, some day."""
    understood = protocol_model.unsupported_trait
    monkeypatch.setattr(
        "pytest_appsync.simulation.call_in_progress.unsupported_trait",
        lambda described: "checksum" if described.name == "ListApiKeys" else understood(described),
    )
    api = appsync.add_api()
    client = appsync.client()
    assert client.create_api_key(apiId=api.id)["apiKey"]
    reason = r"ListApiKeys.* \(it has a trait that is not understood: checksum\), and the test"
    with pytest.raises(UnsimulatedOperation, match=reason):
        client.list_api_keys(apiId=api.id)
