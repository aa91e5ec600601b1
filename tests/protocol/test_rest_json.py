"""What AppSync's operations of today do not do with the traits that AppSync uses.

A newer botocore may do it tomorrow, and no release of ours will be needed then. A
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
from botocore.model import OperationModel, ServiceModel

from pytest_appsync.protocol.request import read_request
from pytest_appsync.protocol.response import result_answer
from pytest_appsync.script.results import check_result
from pytest_appsync.service.errors import ServiceError
from tests.protocol.botocores_side import parsed, sent

SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Short": {"type": "string", "max": 3},
    "Unreadable": {"type": "string", "pattern": r"\p{IsGreek}+"},
    "Escaped": {"type": "string", "pattern": r"[\\S]+"},
    "Moment": {"type": "timestamp"},
    "Bytes": {"type": "blob"},
    "Count": {"type": "integer", "min": -7},
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
            "count": {"shape": "Count"},
            "moment": {"shape": "Moment"},
            "word": {"shape": "Unreadable"},
            "token": {"shape": "Escaped"},
            "bytes": {"shape": "Bytes"},
            "documents": {"shape": "Documents"},
            "counts": {"shape": "Counts"},
            "countByName": {"shape": "CountByName"},
        },
    },
    "Counts": {"type": "list", "member": {"shape": "Count"}},
    "CountByName": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Count"}},
    "FewWords": {"type": "list", "member": {"shape": "Short"}, "min": 1, "max": 2},
    "Words": {"type": "structure", "members": {"words": {"shape": "FewWords"}}},
    "InQuery": {
        "type": "structure",
        "members": {
            "words": {"shape": "FewWords", "location": "querystring", "locationName": "word"},
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
    "PutWords": ({"input": {"shape": "Words"}, "output": {"shape": "Words"}}, 200),
    "FindWords": ({"input": {"shape": "InQuery"}}, 200),
    "PutBytes": ({"output": {"shape": "BytesPayload"}}, 200),
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


def read(name: str, **params: Any) -> dict[str, Any]:
    return read_request(operation(name), sent(operation(name), params, checked=False))


def refusal(name: str, **params: Any) -> str:
    with pytest.raises(ServiceError) as refused:
        read(name, **params)
    assert refused.value.code == "BadRequestException"
    return str(refused.value.message)


def refusal_of_body(name: str, **content: Any) -> str:
    """The same for a body that botocore would not write."""
    request = sent(operation(name), {}, checked=False)
    request.body = json.dumps(content)
    with pytest.raises(ServiceError) as refused:
        read_request(operation(name), request)
    return str(refused.value.message)


def returned(name: str, **result: Any) -> dict[str, Any]:
    found = parsed(operation(name), result_answer(operation(name), result))
    assert found.pop("ResponseMetadata")["HTTPStatusCode"] == (OPERATIONS[name][1] or 200)
    return found


# --- requests ------------------------------------------------------------------------


def test_an_operation_may_take_nothing() -> None:
    assert read("Ping") == {}


@pytest.mark.parametrize("count", [-7, 0, 2**31 - 1])
def test_a_number_may_be_negative(count: int) -> None:
    assert read("PutMeasures", count=count) == {"count": count}


def test_a_number_has_bounds() -> None:
    message = refusal("PutMeasures", count=-8)
    assert "Value '-8' at 'count'" in message
    assert "Member must have value greater than or equal to -7" in message


@pytest.mark.parametrize("value", [True, "0.5", [], {}], ids=repr)
def test_what_is_no_timestamp(value: Any) -> None:
    assert "at 'moment' failed to satisfy constraint: Member must be a timestamp" in (
        refusal_of_body("PutMeasures", moment=value)
    )


@pytest.mark.parametrize("count", [2**31, -(2**31) - 1])
def test_an_integer_within_a_list_or_a_map_has_32_bits(count: int) -> None:
    complaint = "Member must fit into 32 bits"
    assert complaint in refusal("PutMeasures", counts=[0, count])
    assert complaint in refusal("PutMeasures", countByName={"a": count})


@pytest.mark.parametrize("count", [2**31 - 1, -7])
def test_an_integer_of_32_bits_is_read(count: int) -> None:
    params = {"counts": [count], "countByName": {"a": count}}
    assert read("PutMeasures", **params) == params


def test_a_number_that_is_none_is_refused_once() -> None:
    message = refusal_of_body("PutMeasures", counts=["many"])
    assert message == (
        "1 validation error detected: Value 'many' at 'counts.1.member' failed to satisfy "
        "constraint: Member must be an integer"
    )


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


def test_a_pattern_that_only_java_reads_forbids_nothing() -> None:
    assert read("PutMeasures", word="λόγος") == {"word": "λόγος"}
    assert read("PutMeasures", word="word") == {"word": "word"}


def test_a_pattern_that_was_escaped_twice_is_the_one_that_was_meant() -> None:
    assert read("PutMeasures", token="abc=") == {"token": "abc="}
    assert "pattern: [" in refusal("PutMeasures", token="a b")


# --- answers -------------------------------------------------------------------------


def test_an_operation_may_return_nothing() -> None:
    answer = result_answer(operation("Ping"), {"anything": 7})
    assert (answer.status, answer.body) == (200, b"{}")
    assert returned("Ping", anything=7) == {}


def test_a_member_may_have_another_name_on_its_way() -> None:
    answer = result_answer(operation("PutMeasures"), {"documents": {"a": {"title": "abc"}}})
    assert json.loads(answer.body) == {"documents": {"a": {"documentTitle": "abc"}}}
    assert answer.headers["Content-Type"] == "application/json"
    assert returned("PutMeasures", documents={}) == {"documents": {}}


@pytest.mark.parametrize(
    ("content", "body"), [(b"\xff", b"\xff"), ("ä", "ä".encode()), (io.BytesIO(b"\x00"), b"\x00")]
)
def test_a_result_may_be_bytes(content: Any, body: bytes) -> None:
    answer = result_answer(operation("PutBytes"), {"content": content})
    assert answer.body == body
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert result_answer(operation("PutBytes"), {}).body == b""


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
            body = result_answer(operation("PutMeasures"), {"moment": moment}).body
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
    complaint = r"PutMeasures.documents.a has no member 'titel'; did you mean 'title'"
    with pytest.raises(ValueError, match=complaint):
        check_result(described, {"documents": {"a": {"titel": "abc"}}})
