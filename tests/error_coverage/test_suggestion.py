"""The names of the tests that the page suggests."""

from __future__ import annotations

import pytest

from pytest_appsync.error_coverage.report import build
from pytest_appsync.error_coverage.suggestion import for_all, for_error, module_of, subjects
from pytest_appsync.error_coverage.tallies import Place, Tally


def names(*places: Place) -> list[str]:
    """The name of each place's test for all errors."""
    found = subjects(places)
    tests = [for_all(place, found[place], None, common=False) for place in places]
    return [test.partition("\ndef ")[2].partition("(")[0] for test in tests]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (
            Place("src/app.py", 7, "rotate", "CreateApiKey"),
            "test_rotate_meets_every_error_of_create_api_key",
        ),
        (
            Place("nightly-jobs/list all.py", 1, "<module>", "ListGraphqlApis"),
            "test_list_all_meets_every_error_of_list_graphql_apis",
        ),
        (
            Place("app.py", 3, "<lambda>", "GetApi"),
            "test_app_meets_every_error_of_get_api",
        ),
        (Place("", 0, "", "GetApi"), "test_thread_or_task_meets_every_error_of_get_api"),
    ],
)
def test_function_and_operation_are_in_the_name(place: Place, name: str) -> None:
    assert names(place) == [name]
    assert name.isidentifier()


def test_each_call_site_has_names_of_its_own() -> None:
    assert names(
        Place("src/app.py", 7, "delete", "DeleteApiKey"),
        Place("src/app.py", 20, "delete", "DeleteApiKey"),
        Place("src/app.py", 20, "delete", "DeleteApi"),
        Place("src/other.py", 7, "delete", "DeleteApiKey"),
        Place("src/other.py", 9, "remove", "DeleteApiKey"),
    ) == [
        "test_delete_meets_every_error_of_delete_api_key_at_src_app_7",
        "test_delete_meets_every_error_of_delete_api_key_at_src_app_20",
        "test_delete_meets_every_error_of_delete_api",
        "test_delete_meets_every_error_of_delete_api_key_at_src_other_7",
        "test_remove_meets_every_error_of_delete_api_key",
    ]


def test_the_error_is_in_the_name() -> None:
    place = Place("src/app.py", 7, "rotate", "CreateApiKey")
    [site] = build({place: Tally(1)}, {}).sites
    tests = [for_error(place, error, subjects([place])[place], None) for error in site.errors]
    found = [test.partition("(")[0].removeprefix("def ") for test in tests]
    assert "test_rotate_meets_not_found_exception_of_create_api_key" in found
    assert len(set(found)) == len(found)
    assert all(name.isidentifier() for name in found)


@pytest.mark.parametrize(
    ("path", "line", "module"),
    [
        ("app.py", "def rotate(client):", "app"),
        ("src/orders/keys.py", "async def rotate(client):", "orders.keys"),
        ("orders/__init__.py", "def rotate():", "orders"),
        ("orders/keys.py", "    def rotate(self):", None),
        ("orders/keys.py", "def rotated():", None),
        ("nightly-jobs/app.py", "def rotate():", None),
        ("/elsewhere/app.py", "def rotate():", None),
        ("app", "def rotate():", None),
        ("", "def rotate():", None),
    ],
)
def test_the_module_of_a_function(path: str, line: str, module: str | None) -> None:
    assert module_of(Place(path, 2, "rotate", "CreateApiKey"), ["import boto3", line]) == module


def test_its_imports() -> None:
    rotate = Place("app.py", 7, "rotate", "CreateApiKey")
    text = for_all(rotate, ("rotate", "of_it"), "app", common=False)
    assert text.startswith("import pytest\n\nfrom app import rotate\n\n\n@pytest.mark.")
    script = Place("nightly.py", 7, "<module>", "CreateApiKey")
    text = for_all(script, ("nightly", "of_it"), None, common=False)
    assert text.startswith("import pytest\nimport runpy\n\n\n@pytest.mark.")
