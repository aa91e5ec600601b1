"""Forms of what is random or timed, and what must not be shown."""

from __future__ import annotations

import pytest

from pytest_appsync.verification.forms import (
    DAY,
    HOUR,
    form_of,
    host_form,
    lies_ahead,
    rounding,
    seconds,
    unit_of,
)
from pytest_appsync.verification.redaction import Redaction
from pytest_appsync.verification.report import as_text

NOON = 1893499200.0


@pytest.mark.parametrize(
    ("identifiers", "form"),
    [
        (["da2-abc234", "da2-zzz777"], "da2-[a-z2-7]{6}"),
        (["abc089"], "[a-z0-9]{6}"),
        (["aBc089", "aBc0899"], "[A-Za-z0-9]{6,7}"),
        (["a.b"], "characters{3}"),
        (["3b2c0e5e-1f4b-4c7d-9c55-0a8f6f0f1a2b"], "a UUID"),
    ],
)
def test_identifiers(identifiers: list[str], form: str) -> None:
    assert form_of(identifiers) == form


@pytest.mark.parametrize("drift", [-4, 0, 4, 1800, 3595])
def test_a_validity_of_whole_days(drift: int) -> None:
    now = NOON + drift
    for expires in {(now + 7 * DAY + late) // HOUR * HOUR for late in (0, 2)}:
        assert lies_ahead(expires, now) == "7 days"
        assert lies_ahead(expires * 1000, now) == "7 days"


def test_another_validity() -> None:
    assert lies_ahead(NOON + 5 * HOUR, NOON + 1800) == "5 hours"


def test_moments() -> None:
    assert [unit_of(NOON), unit_of(NOON * 1000)] == ["seconds", "milliseconds"]
    assert seconds(NOON * 1000) == NOON
    found = [rounding(NOON + more) for more in (0, 60, 1, 0.5)]
    assert found == ["whole hours", "whole minutes", "whole seconds", "not rounded"]


@pytest.mark.parametrize(
    ("uri", "form"),
    [
        (
            "https://h2.appsync-api.r-1.amazonaws.com/graphql",
            "HOST.appsync-api.r-1.amazonaws.com/graphql",
        ),
        (
            "http://127.0.0.1:80/h2.appsync-api.r-1.amazonaws.com/graphql",
            "HOST.appsync-api.r-1.amazonaws.com/graphql",
        ),
        ("id.appsync-api.r-1.amazonaws.com", "API id.appsync-api.r-1.amazonaws.com"),
        ("http://elsewhere/graphql", "no AppSync host: http://elsewhere/graphql"),
    ],
)
def test_hosts(uri: str, form: str) -> None:
    assert host_form(uri, "id") == form


def test_nothing_secret_is_left() -> None:
    redaction = Redaction()
    redaction.learn("a/secret+key", "<credential>")
    redaction.learn(None, "<nothing>")
    redaction.learn_answer(
        {
            "apiKeys": [{"id": "an-id-of-another-form"}],
            "apiKey": None,
            "graphqlApi": {
                "apiId": "abcdefgh",
                "owner": "111122223333",
                "arn": "arn:aws:appsync:r:111122223333:apis/abcdefgh",
                "uris": {"GRAPHQL": "https://hosthost.appsync-api.r.amazonaws.com/graphql"},
            },
        }
    )
    text = (
        "da2-abcdefg da1-x an-id-of-another-form a/secret+key AKIAABCDEFGHIJKLMNOP abcdefgh "
        "111122223333 hosthost arn:aws:sts::444455556666:assumed-role/me/mail@example.com "
        "arn:aws:appsync:r:777788889999:apis/x"
    )
    assert redaction.text(text) == (
        "<key id> <key id> <key id> <credential> <access key> <API id> "
        "<account> <host id> <identity> arn:aws:appsync:r:<account>:apis/x"
    )
    value = {"n": [1, 111122223333, True, None, 1.5], "b": b"da2-abc", "l": "x" * 400, "o": {1}}
    redaction.learn("111122223333", "<account>")
    assert redaction.value(value) == {
        "n": [1, "<account>", True, None, 1.5],
        "b": "<key id>",
        "l": "x" * 300 + "...",
        "o": "{1}",
    }


def test_how_it_reads() -> None:
    assert as_text("plain") == "plain"
    assert as_text([True, None]) == "[true, null]"
