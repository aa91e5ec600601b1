"""AWS's own tests of REST-JSON, as far as AppSync's service models use their traits.

They ship in botocore's source distribution. ``tox -e protocol`` gets it and names the folder
with the tests in the environment variable ``REST_JSON_TESTS``.

A case of a request says what a client makes of parameters: we must read the parameters back.
A case of an answer says what a client makes of an HTTP response: we write the result, and
botocore's parser must find the same in it. A case whose operation has a trait that
:mod:`pytest_appsync.protocol.model` does not know is left out, and the trait is named.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.endpoint import convert_to_response_dict
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.parsers import create_parser

from pytest_appsync.clients.responses import to_response
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.protocol.model import unsupported_trait
from pytest_appsync.protocol.request import read_request
from pytest_appsync.protocol.response import complete, result_answer

FOLDER = os.environ.get("REST_JSON_TESTS")

pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="REST_JSON_TESTS does not name AWS's protocol tests: tox -e protocol"
)


CLIENTS_WORK = {"RestJsonQueryIdempotencyTokenAutoFill": "the client makes up the token"}
"""What a server cannot pass, although it knows all the traits: why."""


class Case(NamedTuple):
    """A case of AWS's.

    :ivar operation: the operation that it is about, of a service model of its own.
    """

    id: str
    operation: OperationModel
    content: dict[str, Any]


def cases(direction: str) -> list[Case]:
    """:param direction: ``input`` for requests, ``output`` for answers."""
    if FOLDER is None:
        return []
    suites = json.loads((Path(FOLDER) / direction / "rest-json.json").read_text("utf-8"))
    return [
        Case(content["id"], operation_of(suite, content), content)
        for suite in suites
        for content in suite["cases"]
    ]


def with_a(outcome: str, direction: str) -> pytest.MarkDecorator:
    """The cases that say what comes of it: ``params``, ``result`` or ``errorCode``."""
    found = [case for case in cases(direction) if outcome in case.content]
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in found])


def operation_of(suite: dict[str, Any], content: dict[str, Any]) -> OperationModel:
    given = content["given"]
    described = {
        "metadata": {**suite["metadata"], "serviceId": "AppSync"},
        "shapes": suite["shapes"],
        "operations": {given["name"]: given},
    }
    return ServiceModel(described, "appsync").operation_model(given["name"])


def leave_out(case: Case) -> None:
    """Skip a case for the trait that it is about."""
    if (trait := unsupported_trait(case.operation)) is not None:
        pytest.skip(f"AppSync does not use {trait}")
    if case.id in CLIENTS_WORK:
        pytest.skip(CLIENTS_WORK[case.id])


def in_python(shape: Shape, value: Any) -> Any:
    """A value of AWS's JSON as botocore takes and gives it; a member that is null is absent."""
    if isinstance(shape, StructureShape):
        return {
            name: in_python(shape.members[name], item)
            for name, item in value.items()
            if item is not None
        }
    if isinstance(shape, ListShape):
        return [in_python(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {name: in_python(shape.value, item) for name, item in value.items()}
    if shape.type_name == "blob":
        return value.encode()
    if shape.type_name == "timestamp":
        return datetime.fromtimestamp(value, timezone.utc)
    return value


def timestamps_as_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: timestamps_as_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [timestamps_as_numbers(item) for item in value]
    return value.timestamp() if isinstance(value, datetime) else value


@pytest.mark.parametrize(("direction", "least"), [("input", 25), ("output", 25)])
def test_some_cases_are_not_left_out(direction: str, least: int) -> None:
    assert sum(unsupported_trait(case.operation) is None for case in cases(direction)) >= least


@with_a("params", "input")
def test_a_request(case: Case) -> None:
    leave_out(case)
    sent, shape = case.content["serialized"], case.operation.input_shape
    url = "https://appsync.us-east-1.amazonaws.com" + sent["uri"]
    request = AWSPreparedRequest(sent["method"], url, HTTPHeaders(), sent.get("body"), False)
    params = case.content["params"]
    expected = timestamps_as_numbers(params if shape is None else in_python(shape, params))
    assert read_request(case.operation, request) == expected


@with_a("result", "output")
def test_an_answer(case: Case) -> None:
    leave_out(case)
    shape, result = case.operation.output_shape, case.content["result"]
    expected = result if shape is None else in_python(shape, result)
    parsed = as_botocore_parses(case.operation, result_answer(case.operation, expected))
    metadata = parsed.pop("ResponseMetadata")
    assert metadata["HTTPStatusCode"] == case.content["response"]["status_code"]
    assert parsed == expected


@with_a("errorCode", "output")
def test_an_error(case: Case) -> None:
    status, code = case.content["response"]["status_code"], case.content["errorCode"]
    answer = HttpAnswer.error(code, status, case.content.get("errorMessage", ""))
    parsed = as_botocore_parses(case.operation, answer)
    assert parsed["ResponseMetadata"]["HTTPStatusCode"] == status
    assert parsed["Error"]["Code"] == code
    assert parsed["Error"]["Message"] == case.content.get("errorMessage", "")


def as_botocore_parses(operation: OperationModel, answer: HttpAnswer) -> dict[str, Any]:
    response = to_response(complete(answer, 0.0), "https://appsync.us-east-1.amazonaws.com")
    shape: Any = operation.output_shape
    parsed: dict[str, Any] = create_parser("rest-json").parse(
        convert_to_response_dict(response, operation), shape
    )
    return parsed
