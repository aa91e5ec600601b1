"""--appsync-errors=term: the table fits the terminal."""

from __future__ import annotations

from collections import Counter

import pytest

from pytest_appsync.error_coverage.report import Report, build
from pytest_appsync.error_coverage.tallies import Place, Tally
from pytest_appsync.error_coverage.terminal import table
from tests.prepared import run_session

FOLDER = "applications/nightly/rotation_of_the_keys_of_all_tenants"
SHORT = Place("app.py", 7, "rotate", "CreateApiKey")
LONG_PATH = Place(f"{FOLDER}/associations_and_sources.py", 1234, "rotate", "ListApiKeys")
LONG_OPERATION = Place("app.py", 9, "introspect_all_tenants", "StartDataSourceIntrospection")


def report_of(*places: Place) -> Report:
    tallies = {
        place: Tally(3, Counter(), Counter({"UnauthorizedException": 2})) for place in places
    }
    return build(tallies, {})


@pytest.mark.parametrize("width", [40, 42, 43, 60, 80, 120, 200])
@pytest.mark.parametrize(
    "places",
    [(SHORT,), (LONG_PATH,), (LONG_OPERATION,), (SHORT, LONG_PATH, LONG_OPERATION)],
    ids=["short", "a long path", "a long operation", "all"],
)
def test_the_table_fits_and_says_it_all(width: int, places: tuple[Place, ...]) -> None:
    lines = table(report_of(*places), width=width)
    assert max(map(len, lines)) <= width, "\n".join(lines)
    assert lines[-1].endswith(" 0%")
    text = "".join(line.strip() for line in lines).replace(" ", "")
    for place in places:
        assert f"{place.path}:{place.line}in{place.function}{place.operation}" in text
    numbers = [line.split()[-5:] for line in lines if line.endswith("%")]
    assert len(numbers) == len(places) + 1
    assert len({len(line) for line in lines if line.endswith("%")}) == 1, "below each other"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_names_of_what_is_missing_fit(width: int) -> None:
    lines = table(report_of(SHORT, LONG_OPERATION), width=width, missing=True)
    assert max(map(len, lines)) <= width
    assert "    retried: UnauthorizedException" in lines
    assert "ApiKeyValidityOutOfBoundsException" in "".join(lines)


def test_what_does_not_fit_stands_above() -> None:
    report = report_of(SHORT, LONG_PATH)
    assert table(report, width=60) == [
        "Call site",
        "  Operation     Errors  Exercised  Retried  Missing  Cover",
        "----------------------------------------------------------",
        "app.py:7 in rotate",
        "  CreateApiKey       7          0        1        6     0%",
        "applications/nightly/rotation_of_the_keys_of_all_tenants/ass",
        "    ociations_and_sources.py:1234 in rotate",
        "  ListApiKeys        4          0        1        3     0%",
        "----------------------------------------------------------",
        "TOTAL               11          0        2        9     0%",
    ]


def test_columns_of_what_does_not_count_are_left_out() -> None:
    [head, *_] = table(report_of(SHORT), width=200)
    assert head.split() == [
        *("Call", "site", "Operation", "Errors", "Exercised", "Retried", "Missing", "Cover")
    ]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_width_is_that_of_pytests_terminal(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    result = suite.runpytest("--appsync-errors=term-missing")
    result.assert_outcomes(passed=11)
    lines = result.outlines
    [begin] = [number for number, line in enumerate(lines) if line.startswith("Call site")]
    [end] = [number for number, line in enumerate(lines) if line.startswith("TOTAL ")]
    assert max(map(len, lines[begin : end + 1])) <= columns
    [head] = [line for line in lines if line.endswith("Missing  Cover")]
    assert head.startswith("Call site" if columns == 120 else "  Operation")


def test_without_a_terminal_there_is_no_table(suite: pytest.Pytester) -> None:
    result = run_session(suite, "-p", "no:terminal", "--appsync-errors")
    assert result.ret == pytest.ExitCode.OK
    assert result.outlines == []
