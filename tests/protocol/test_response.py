"""Results and refusals as HTTP answers, which botocore parses."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from pytest_appsync import AppSync, HttpAnswer, model
from pytest_appsync.protocol.response import complete, refusal_answer, result_answer
from pytest_appsync.service.errors import ServiceError
from tests.in_processes import in_a_fork
from tests.protocol.botocores_side import parsed
from tests.protocol.reading import SIMULATED


def test_a_timestamp_arrives_as_a_datetime(appsync: AppSync) -> None:
    moment = datetime(2026, 7, 21, 11, 9, 35, 500_000, tzinfo=timezone.utc)
    association: Any = {"sourceApiAssociation": {"lastSuccessfulMergeDate": moment}}
    appsync.respond("GetSourceApiAssociation", association)
    answer = appsync.client().get_source_api_association(
        mergedApiIdentifier="merged", associationId="association"
    )
    assert answer["sourceApiAssociation"]["lastSuccessfulMergeDate"] == moment


@pytest.mark.parametrize("schema", [b"type Query { a: Int }", b"", b"\x00\xff{}"])
def test_a_payload_arrives_as_bytes(appsync: AppSync, schema: bytes) -> None:
    appsync.respond("GetIntrospectionSchema", {"schema": schema})
    answer = appsync.client().get_introspection_schema(apiId="orders", format="SDL")
    content: Any = answer["schema"]
    assert (content if isinstance(content, bytes) else content.read()) == schema


def test_what_the_output_shape_does_not_have_is_left_out() -> None:
    answer = result_answer(
        model.operation_model("CreateApiKey"),
        {"apiKey": {"id": "da2-x", "colour": "red"}, "price": 7},
    )
    assert json.loads(answer.body) == {"apiKey": {"id": "da2-x"}}


@pytest.mark.parametrize("operation", SIMULATED)
def test_a_refusal_arrives_with_code_message_and_status(operation: str) -> None:
    for error in model.errors(operation):
        described = model.operation_model(operation)
        answer = refusal_answer(described, ServiceError(error.code, "für Elise \U0001f511"))
        found = parsed(described, answer)
        assert found["Error"]["Code"] == error.code
        assert found["Error"]["Message"] == "für Elise \U0001f511"
        assert found["ResponseMetadata"]["HTTPStatusCode"] == error.http_status
        assert found["ResponseMetadata"]["RequestId"]


def test_a_refusal_without_words_has_the_documented_ones() -> None:
    answer = refusal_answer(
        model.operation_model("CreateApiKey"), ServiceError("ApiKeyLimitExceededException")
    )
    assert json.loads(answer.body) == {
        "message": "The API key exceeded a limit. Try your request again."
    }


def test_an_undocumented_error_arrives_in_awss_form() -> None:
    answer = HttpAnswer.error("TeapotException", 418, "Short and stout")
    found = parsed(model.operation_model("CreateApiKey"), answer)
    assert found["Error"] == {"Code": "TeapotException", "Message": "Short and stout"}
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(HttpAnswer.error("TeapotException", 418).body) == {"message": ""}
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 418


def test_each_answer_has_a_request_id_of_its_own_a_date_and_a_length() -> None:
    answer = HttpAnswer(200, body="ä")
    first, second = (complete(answer, 1784632175.9) for _ in range(2))
    assert first.headers["x-amzn-RequestId"] != second.headers["x-amzn-RequestId"]
    assert parsedate_to_datetime(first.headers["Date"]).timestamp() == 1784632175
    assert first.headers["Content-Length"] == "2"
    assert re.fullmatch(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first.headers["x-amzn-RequestId"]
    )
    assert first.body == "ä".encode()
    assert first.status == 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_request_ids_of_its_own() -> None:
    def request_id() -> str:
        return complete(HttpAnswer(200), 0.0).headers["x-amzn-RequestId"]

    assert in_a_fork(request_id) not in ("", request_id())


def test_the_headers_of_a_raw_answer_win() -> None:
    answer = HttpAnswer(200, {"x-amzn-RequestId": "mine", "Content-Length": "99"})
    response = complete(answer, 0.0)
    assert response.headers["x-amzn-RequestId"] == "mine"
    assert response.headers["Content-Length"] == "99"


@pytest.mark.parametrize("moment", [-(10**15), 10**18, 1e300])
def test_a_date_beyond_the_calendar_is_some_date(moment: float) -> None:
    response = complete(HttpAnswer(200), moment)
    assert parsedate_to_datetime(response.headers["Date"])
