"""Answers as botocore's HTTP layer returns them."""

from __future__ import annotations

from pytest_appsync import HttpAnswer
from pytest_appsync.clients.responses import to_response

URL = "https://appsync.us-east-1.amazonaws.com/v1/apis"


def test_a_response_is_the_answer() -> None:
    response = to_response(HttpAnswer(418, {"X-Tea": "green"}, b"\x00\xff"), URL)
    assert (response.status_code, response.url) == (418, URL)
    assert response.headers["x-tea"] == "green"
    assert response.content == b"\x00\xff"


def test_text_travels_as_utf_8_in_pieces_of_any_size() -> None:
    response = to_response(HttpAnswer(200, body="ä"), URL)
    assert list(response.raw.stream(1)) == [b"\xc3", b"\xa4"]
    assert b"".join(to_response(HttpAnswer(200, body="ä"), URL).raw.stream()) == b"\xc3\xa4"
