"""How many APIs ``verify`` has at a time: an account may have 25."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pytest_appsync import AppSync
from pytest_appsync.verification import sides
from pytest_appsync.verification.asking import MOST_AT_A_TIME, PAUSES
from pytest_appsync.verification.calling import Caller
from tests.verification.serving import ROOT, verify

URL = "http://127.0.0.1:9"
"""The calls of this process are answered by the simulation that is entered."""
LATER = ["expired-key-listed", "expired-key-gone"]
MANY_APIS = ["api-arn", "api-id-form", "key-description", "empty-list", "list-order"]
TWO_APIS = ["key-of-another-api", "token-of-another-list"]


@pytest.fixture
def appsync(monkeypatch: pytest.MonkeyPatch) -> Iterator[AppSync]:
    """A simulation where a schema takes some time, as on AWS; what waits moves its time."""
    with AppSync(region="us-east-1", schema_creation=timedelta(seconds=10)) as appsync:
        monkeypatch.setattr(sides, "_sleep", lambda seconds: appsync.clock.advance(seconds=seconds))
        yield appsync


@pytest.fixture
def counts(appsync: AppSync, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many APIs, of both kinds, there were after each call."""
    counts: list[int] = []
    call = Caller.call

    def counting(self: Caller, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return call(self, operation, params)
        finally:
            counts.append(len(appsync.apis()))

    monkeypatch.setattr(Caller, "call", counting)
    return counts


def test_all_facts(appsync: AppSync, counts: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(URL) in (0, 3)
    assert 2 < max(counts) <= MOST_AT_A_TIME
    assert appsync.apis() == []
    out = capsys.readouterr().out
    assert " 0 differs" in out
    assert "could not be removed" not in out
    assert f"at most {MOST_AT_A_TIME} at a time" in out


def test_the_guide_says_the_same() -> None:
    text = (ROOT / "examples" / "guide" / "verify.md").read_text("utf-8")
    assert re.findall(r"at most (\d+) at a time", text) == [str(MOST_AT_A_TIME)]


def test_one_more_stays(appsync: AppSync, counts: list[int], tmp_path: Path) -> None:
    options = ["--resume", str(tmp_path / "state.json"), "--only", *LATER]
    facts = ["key-quota", "no-schema", "unknown-type", *TWO_APIS]
    assert verify(URL, *options, *facts) == 0
    assert max(counts) == MOST_AT_A_TIME + 1
    assert len(appsync.apis()) == 1


def test_apis_that_cannot_be_deleted(
    appsync: AppSync, counts: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """No more are made then."""
    appsync.fail("DeleteGraphqlApi", "NotFoundException", times=1)  # for the one that is not there
    appsync.fail("DeleteGraphqlApi", "BadRequestException", times=None)
    assert verify(URL, "--only", *MANY_APIS) == 3
    assert max(counts) == len(appsync.apis()) == MOST_AT_A_TIME
    captured = capsys.readouterr()
    assert f"{MOST_AT_A_TIME} APIs are there that could not be removed" in captured.out
    assert captured.err.count("could not be removed: 400 BadRequestException") == MOST_AT_A_TIME


def test_a_schema_that_is_never_done(
    appsync: AppSync, counts: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    appsync.fail("DeleteGraphqlApi", "NotFoundException", times=1)  # for the one that is not there
    appsync.fail("DeleteGraphqlApi", "ConcurrentModificationException", times=len(PAUSES) + 1)
    assert verify(URL, "--only", "schema-upload", "api-id-form") == 0
    assert max(counts) == 3, "one that is left, and two of the next fact"
    assert appsync.apis() == []


def test_each_answer_to_the_making_of_an_api_is_lost(appsync: AppSync, counts: list[int]) -> None:
    appsync.fail("CreateGraphqlApi", "ReadTimeoutError", lost=True)
    assert verify(URL, "--only", *MANY_APIS) == 3
    assert max(counts) == 1
    assert appsync.apis() == []
