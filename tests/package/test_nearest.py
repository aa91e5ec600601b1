"""What "did you mean" offers: what is really near, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appsync.nearest import nearest, no_such

CODES = [
    "NodsException",
    "NotFoundException",
    "LimitExceededException",
    "ValidationError",
    "ThrottlingException",
]


@pytest.mark.parametrize(
    ("given_name", "meant"),
    [
        ("NotFound", "NotFoundException"),  # a missing Exception
        ("notfoundexception", "NotFoundException"),  # another case
        ("not_found_exception", "NotFoundException"),
        ("NotFuondException", "NotFoundException"),  # two letters
        ("NotFoundExceptions", "NotFoundException"),
        ("Notfound", "NotFoundException"),
        ("ValidationException", "ValidationError"),
        ("LimitExceded", "LimitExceededException"),
        ("Limit", None),
        ("NtFund3", None),
        ("CodeException", None),  # most of what comes before Exception must fit
        ("Exception", None),
        ("ServiceUnavailable", None),
        ("", None),
    ],
)
def test_what_is_near(given_name: str, meant: str | None) -> None:
    assert nearest(given_name, CODES) == meant


@pytest.mark.parametrize(
    ("given_name", "names", "meant"),
    [
        ("api", ["apiId", "format"], "apiId"),
        ("abc", ["xyc"], None),  # most of a short name must fit
        ("id", ["ad"], None),
        ("keys", ["key", "keyz"], "key"),
        ("keyz", ["keys", "keyz"], "keyz"),
        ("CreateApiKe", ["CreateApi", "CreateApiKey"], "CreateApiKey"),
    ],
)
def test_the_nearest_one_wins(given_name: str, names: list[str], meant: str | None) -> None:
    assert nearest(given_name, names) == meant


@settings(deadline=None)
@given(st.text("abcdefghij", min_size=6, max_size=12), st.data())
def test_a_letter_or_two_are_forgiven(name: str, data: st.DataObject) -> None:
    letters = list(name)
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.integers(0, len(letters) - 1))
        letters[place : place + 1] = data.draw(st.sampled_from([[], ["z"], [letters[place], "z"]]))
    assert nearest("".join(letters), [name]) == name


@settings(deadline=None)
@given(st.text("abc", min_size=6, max_size=12), st.integers(3, 6))
def test_three_letters_are_not(name: str, more: int) -> None:
    assert nearest(name + "z" * more, [name]) is None
    assert nearest("z" * more + name[more:], [name]) is None


def test_a_short_list_is_shown_as_a_whole() -> None:
    names = [f"name{number}" for number in range(12)]
    assert no_such("the box", "thing", "other", names) == (
        f"the box has no thing 'other'. Allowed: {', '.join(names)}"
    )


def test_a_long_list_is_cut() -> None:
    names = [f"name{number}" for number in range(13)]
    shown = ", ".join(names[:8])
    assert no_such("the box", "thing", "other", names) == (
        f"the box has no thing 'other'. Allowed: {shown} and 5 more"
    )
    assert no_such("the box", "thing", "other", names, listed_by="things --all") == (
        f"the box has no thing 'other'. Allowed: {shown} and 5 more; `things --all` lists them"
    )


def test_a_name_that_is_not_shown_can_be_meant() -> None:
    assert no_such("the box", "thing", "cuped", ["ball"], besides=["cupid"]) == (
        "the box has no thing 'cuped'; did you mean 'cupid'? Allowed: ball"
    )


@pytest.mark.parametrize(
    ("given_name", "meant"),
    [
        ("CreateKey", "CreateApiKey"),
        ("create_key", "CreateApiKey"),
        ("appsync:CreateApiKey", "CreateApiKey"),  # as in a policy of IAM
        ("CreateApiKey:LimitExceededException", "CreateApiKey"),
        ("CreateGraphQLAPIs", None),
        ("get_source_api", "GetSourceApiAssociation"),  # and not GetApi, which says less
        ("Create", None),  # one word fits too many
        ("KeyOfAnother", None),
    ],
)
def test_a_name_of_the_same_words_can_be_meant(given_name: str, meant: str | None) -> None:
    names = ["CreateApiKey", "DeleteApiKey", "CreateApi", "GetApi", "GetSourceApiAssociation"]
    hint = f"; did you mean {meant!r}? " if meant else ". "
    assert no_such("AppSync", "operation", given_name, names).startswith(
        f"AppSync has no operation {given_name!r}{hint}Allowed"
    )


def test_where_there_is_none_nothing_is_listed() -> None:
    assert no_such("the simulation", "API", "orders", []) == (
        "the simulation has no API 'orders'. There is none"
    )
