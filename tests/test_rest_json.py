"""What REST-JSON has and AppSync's service model of today does not use.

A newer botocore may use it tomorrow, and no release of ours will be needed then. A
service model of our own stands in for that day; botocore's serializer writes its
requests, and its parser reads its answers.
"""

from __future__ import annotations

import io
import json
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, create_request_object, prepare_request_dict
from botocore.endpoint import convert_to_response_dict
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from pytest_appsync import wire
from pytest_appsync.script.checks import check_result
from pytest_appsync.service.errors import ServiceError

HOST = "https://appsync.us-east-1.amazonaws.com"

SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Short": {"type": "string", "max": 3},
    "Unreadable": {"type": "string", "pattern": r"\p{IsGreek}+"},
    "Escaped": {"type": "string", "pattern": r"[\\S]+"},
    "Number": {"type": "double"},
    "Ratio": {"type": "float", "min": 0, "max": 1},
    "Moment": {"type": "timestamp"},
    "Bytes": {"type": "blob"},
    "Switch": {"type": "boolean"},
    "Count": {"type": "integer"},
    "Document": {
        "type": "structure",
        "required": ["title"],
        "members": {
            "title": {"shape": "Short", "locationName": "documentTitle"},
            "author": {"shape": "Text"},
        },
    },
    "Documents": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Document"}},
    "Measures": {
        "type": "structure",
        "members": {
            "number": {"shape": "Number"},
            "ratio": {"shape": "Ratio"},
            "moment": {"shape": "Moment"},
            "word": {"shape": "Unreadable"},
            "token": {"shape": "Escaped"},
            "bytes": {"shape": "Bytes"},
            "documents": {"shape": "Documents"},
        },
    },
    "FewWords": {"type": "list", "member": {"shape": "Short"}, "min": 1, "max": 2},
    "Words": {"type": "structure", "members": {"words": {"shape": "FewWords"}}},
    "InQuery": {
        "type": "structure",
        "members": {
            "words": {"shape": "FewWords", "location": "querystring", "locationName": "word"},
        },
    },
    "InHeaders": {
        "type": "structure",
        "members": {
            "trace": {"shape": "Short", "location": "header", "locationName": "x-trace"},
            "count": {"shape": "Count", "location": "header", "locationName": "x-count"},
            "loud": {"shape": "Switch", "location": "header", "locationName": "x-loud"},
            "ratio": {"shape": "Number", "location": "header", "locationName": "x-ratio"},
            "moment": {"shape": "Moment", "location": "header", "locationName": "x-moment"},
            "bytes": {"shape": "Bytes", "location": "header", "locationName": "x-bytes"},
        },
    },
    "DocumentPayload": {
        "type": "structure",
        "payload": "document",
        "members": {
            "trace": {"shape": "Text", "location": "header", "locationName": "x-trace"},
            "document": {"shape": "Document"},
        },
    },
    "BytesPayload": {
        "type": "structure",
        "payload": "content",
        "members": {"content": {"shape": "Bytes"}},
    },
}

OPERATIONS = {
    "Ping": ({}, None),
    "PutMeasures": ({"input": {"shape": "Measures"}, "output": {"shape": "Measures"}}, 201),
    "PutHeaders": ({"input": {"shape": "InHeaders"}, "output": {"shape": "InHeaders"}}, 200),
    "PutDocument": (
        {"input": {"shape": "DocumentPayload"}, "output": {"shape": "DocumentPayload"}},
        200,
    ),
    "PutWords": ({"input": {"shape": "Words"}, "output": {"shape": "Words"}}, 200),
    "FindWords": ({"input": {"shape": "InQuery"}}, 200),
    "PutBytes": ({"input": {"shape": "BytesPayload"}, "output": {"shape": "BytesPayload"}}, 200),
}

SERVICE = ServiceModel(
    {
        "metadata": {"protocol": "rest-json", "endpointPrefix": "appsync", "serviceId": "AppSync"},
        "operations": {
            name: {
                "name": name,
                "http": {
                    "method": "POST",
                    "requestUri": f"/{name}",
                    **({} if status is None else {"responseCode": status}),
                },
                **shapes,
            }
            for name, (shapes, status) in OPERATIONS.items()
        },
        "shapes": SHAPES,
    },
    "appsync",
)


def operation(name: str) -> OperationModel:
    return SERVICE.operation_model(name)


def sent(name: str, **params: Any) -> AWSPreparedRequest:
    """The request that botocore makes of the parameters, unchecked."""
    serializer = create_serializer("rest-json", include_validation=False)
    request = serializer.serialize_to_request(params, operation(name))
    prepare_request_dict(request, endpoint_url=HOST, context={})
    prepared: AWSPreparedRequest = create_request_object(request).prepare()
    return prepared


def read(name: str, **params: Any) -> dict[str, Any]:
    return dict(wire.read_request(operation(name), sent(name, **params)))


def refusal(name: str, **params: Any) -> str:
    with pytest.raises(ServiceError) as refused:
        read(name, **params)
    assert refused.value.code == "BadRequestException"
    return str(refused.value.message)


def parsed(name: str, answer: wire.Answer) -> dict[str, Any]:
    """What the client returns."""
    response = wire.to_response(answer, HOST)
    described = operation(name)
    shape: Any = described.output_shape
    found: dict[str, Any] = create_parser("rest-json").parse(
        convert_to_response_dict(response, described), shape
    )
    return found


def returned(name: str, **result: Any) -> dict[str, Any]:
    found = parsed(name, wire.result_answer(operation(name), result))
    assert found.pop("ResponseMetadata")["HTTPStatusCode"] == (OPERATIONS[name][1] or 200)
    return found


# --- requests ------------------------------------------------------------------------


def test_an_operation_may_take_nothing() -> None:
    assert read("Ping") == {}


@pytest.mark.parametrize(
    "params",
    [{}, {"trace": "abc"}, {"count": 7}, {"count": 0, "trace": "ä"}],
    ids=str,
)
def test_parameters_in_headers(params: dict[str, Any]) -> None:
    assert read("PutHeaders", **params) == params


@pytest.mark.parametrize("loud", [True, False])
def test_a_boolean_in_a_header(loud: bool) -> None:
    request = sent("PutHeaders")  # older botocores write Python's spelling of it
    request.headers["x-loud"] = "true" if loud else "false"
    assert wire.read_request(operation("PutHeaders"), request) == {"loud": loud}


@pytest.mark.parametrize("ratio", ["1", "-1.5", "+0.25", "1e3", "2.5E-2"])
def test_a_number_in_a_header(ratio: str) -> None:
    request = sent("PutHeaders")
    request.headers["x-ratio"] = ratio
    assert wire.read_request(operation("PutHeaders"), request) == {"ratio": float(ratio)}


def test_bytes_and_a_moment_in_headers() -> None:
    params = {"moment": datetime(2026, 11, 23, tzinfo=timezone.utc), "bytes": b"\x00\xff"}
    request = sent("PutHeaders", moment=params["moment"])
    request.headers["x-bytes"] = "AP8="
    assert wire.read_request(operation("PutHeaders"), request) == {
        "moment": params["moment"].timestamp(),  # type: ignore[attr-defined]
        "bytes": params["bytes"],
    }


@pytest.mark.parametrize(
    ("header", "value", "wanted"),
    [
        ("x-count", "1.5", "an integer"),
        ("x-count", "1_000", "an integer"),
        ("x-count", "\u0663", "an integer"),
        ("x-loud", "True", "a boolean"),
        ("x-ratio", "nan", "a number"),
        ("x-ratio", "1_0.5", "a number"),
        ("x-ratio", "1.5.2", "a number"),
        ("x-moment", "soon", "a timestamp"),
        ("x-bytes", "?", "base64-encoded data"),
    ],
)
def test_what_a_header_must_be(header: str, value: str, wanted: str) -> None:
    request = sent("PutHeaders")
    request.headers[header] = value
    with pytest.raises(ServiceError, match=f"at '{header[2:]}'.*Member must be {wanted}\""):
        wire.read_request(operation("PutHeaders"), request)


def test_headers_out_of_bounds() -> None:
    message = refusal("PutHeaders", trace="abcd", count="many")
    assert message.startswith("2 validation errors detected: ")
    assert "Value 'abcd' at 'trace' failed to satisfy constraint: Member must have length" in (
        message
    )
    assert "Value 'many' at 'count' failed to satisfy constraint: Member must be an integer" in (
        message
    )


def test_a_header_that_is_not_utf_8() -> None:
    request = sent("PutHeaders")
    request.headers["x-trace"] = b"\xff"  # type: ignore[assignment]
    with pytest.raises(ServiceError, match=r"Value '.*' at 'trace'.*Member must be valid Unicode"):
        wire.read_request(operation("PutHeaders"), request)


def test_a_structure_may_be_the_whole_body() -> None:
    params = {"trace": "t", "document": {"title": "abc", "author": "me"}}
    assert read("PutDocument", **params) == params
    message = refusal("PutDocument", document={"title": "abcd", "author": 7})
    assert "Value 'abcd' at 'document.title'" in message
    assert "Value '7' at 'document.author'" in message


@pytest.mark.parametrize("content", [b"\x00\xff{}", b"{}", b"not JSON"])
def test_bytes_may_be_the_whole_body(content: bytes) -> None:
    assert read("PutBytes", content=content) == {"content": content}


def test_bytes_that_are_the_whole_body_may_be_absent() -> None:
    request = sent("PutBytes", content=b"")
    request.body = None
    assert wire.read_request(operation("PutBytes"), request) == {}


@pytest.mark.parametrize("value", [0, 1, 0.5, -7, 1e300])
def test_numbers_with_a_point(value: float) -> None:
    assert read("PutMeasures", number=value) == {"number": value}


@pytest.mark.parametrize("value", [True, "0.5", [], {}], ids=repr)
def test_what_is_no_number(value: Any) -> None:
    request = sent("PutMeasures")
    request.body = json.dumps({"number": value})
    with pytest.raises(ServiceError, match=r"at 'number'.*Member must be a number"):
        wire.read_request(operation("PutMeasures"), request)


def test_a_number_has_bounds() -> None:
    assert read("PutMeasures", ratio=0) == {"ratio": 0}
    assert read("PutMeasures", ratio=1.0) == {"ratio": 1.0}
    message = refusal("PutMeasures", ratio=1.25)
    assert "Value '1.25' at 'ratio'" in message
    assert "Member must have value less than or equal to 1" in message
    message = refusal("PutMeasures", ratio=-0.25)
    assert "Member must have value greater than or equal to 0" in message


def test_a_list_has_bounds() -> None:
    assert read("PutWords", words=["a", "b"]) == {"words": ["a", "b"]}
    assert "Value '[]' at 'words'" in refusal("PutWords", words=[])
    message = refusal("PutWords", words=["a", "b", "long"])
    assert "at 'words' failed to satisfy constraint: Member must have length less than or" in (
        message
    )
    assert "Value 'long' at 'words.3.member'" in message


def test_words_in_a_query_are_refused_by_their_name() -> None:
    assert read("FindWords", words=["a", "b"]) == {"words": ["a", "b"]}
    message = refusal("FindWords", words=["a", "long", "b", "c", "d"])
    assert "Value 'long' at 'words'" in message
    assert "]' at 'words' failed to satisfy constraint: Member must have length less than or" in (
        message
    )


def test_a_moment_is_a_number() -> None:
    moment = datetime(2026, 7, 21, 11, 9, 35, tzinfo=timezone.utc)
    assert read("PutMeasures", moment=moment) == {"moment": moment.timestamp()}
    request = sent("PutMeasures")
    request.body = json.dumps({"moment": "2026-07-21"})
    with pytest.raises(ServiceError, match=r"at 'moment'.*Member must be a timestamp"):
        wire.read_request(operation("PutMeasures"), request)


def test_a_pattern_that_only_java_reads_forbids_nothing() -> None:
    assert read("PutMeasures", word="λόγος") == {"word": "λόγος"}
    assert read("PutMeasures", word="word") == {"word": "word"}


def test_a_pattern_that_was_escaped_twice_is_the_one_that_was_meant() -> None:
    assert read("PutMeasures", token="abc=") == {"token": "abc="}
    assert "pattern: [" in refusal("PutMeasures", token="a b")


# --- answers -------------------------------------------------------------------------


def test_an_operation_may_return_nothing() -> None:
    answer = wire.result_answer(operation("Ping"), {"anything": 7})
    assert (answer.status, answer.body) == (200, "{}")
    assert returned("Ping", anything=7) == {}


def test_results_in_headers() -> None:
    result = {"trace": "abc", "count": 7}
    assert returned("PutHeaders", **result) == result
    assert "x-trace" not in wire.result_answer(operation("PutHeaders"), {"count": 7}).headers
    assert json.loads(wire.result_answer(operation("PutHeaders"), result).body) == {}


@pytest.mark.parametrize("trace", [{}, {"trace": "t"}], ids=str)
def test_a_result_may_be_the_whole_body(trace: dict[str, Any]) -> None:
    result = {"document": {"title": "abc", "author": "me"}, **trace}
    assert returned("PutDocument", **result) == result
    answer = wire.result_answer(operation("PutDocument"), result)
    assert json.loads(answer.body) == {"documentTitle": "abc", "author": "me"}
    assert answer.headers["Content-Type"] == "application/json"


def test_a_whole_body_that_is_not_there_is_an_empty_object() -> None:
    assert wire.result_answer(operation("PutDocument"), {"trace": "t"}).body == "{}"


@pytest.mark.parametrize(
    ("content", "body"), [(b"\xff", b"\xff"), ("ä", "ä"), (io.BytesIO(b"\x00"), b"\x00")]
)
def test_a_result_may_be_bytes(content: Any, body: bytes | str) -> None:
    answer = wire.result_answer(operation("PutBytes"), {"content": content})
    assert answer.body == body
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert wire.result_answer(operation("PutBytes"), {}).body == b""


@pytest.mark.parametrize("content", [b"\x00\xff", b""])
def test_bytes_within_json(content: bytes) -> None:
    assert returned("PutMeasures", bytes=content) == {"bytes": content}


def test_text_given_for_bytes_within_json() -> None:
    assert returned("PutMeasures", bytes="ä") == {"bytes": "ä".encode()}


def test_a_naive_moment_is_utc_as_botocore_has_it() -> None:
    naive, aware = datetime(2026, 7, 21, 11, 9, 35), datetime(2026, 7, 21, tzinfo=timezone.utc)
    assert returned("PutMeasures", moment=naive)["moment"] == naive.replace(tzinfo=timezone.utc)
    assert returned("PutMeasures", moment=aware)["moment"] == aware
    assert returned("PutMeasures", moment=aware.timestamp())["moment"] == aware


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set")
def test_a_moment_is_the_same_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    tokyo = timezone(timedelta(hours=9))
    try:
        monkeypatch.setenv("TZ", "America/New_York")
        time.tzset()
        for moment in (
            datetime(2026, 7, 21, 11, 9, 35),
            datetime(2026, 7, 21, 20, 9, 35, tzinfo=tokyo),
        ):
            body = wire.result_answer(operation("PutMeasures"), {"moment": moment}).body
            expected = datetime(2026, 7, 21, 11, 9, 35, tzinfo=timezone.utc).timestamp()
            assert json.loads(body) == {"moment": expected}
    finally:
        monkeypatch.undo()
        time.tzset()


def test_structures_in_a_map() -> None:
    documents = {"a": {"title": "abc"}, "b": {"title": "def", "author": "me"}}
    assert read("PutMeasures", documents=documents) == {"documents": documents}
    assert returned("PutMeasures", documents=documents) == {"documents": documents}
    message = refusal("PutMeasures", documents={"a": {"title": "abcd"}})
    assert "at 'documents.a.title'" in message


def test_a_canned_answer_is_checked_in_its_maps_too() -> None:
    described = operation("PutMeasures")
    check_result(described, {"documents": {"a": {"title": "abc"}}})
    with pytest.raises(ValueError, match=r"PutMeasures.documents.a 'titel'; did you mean 'title'"):
        check_result(described, {"documents": {"a": {"titel": "abc"}}})
