"""--appsync-errors: what can go wrong with the files of reports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.error_coverage.suites import ONE_SITE
else:
    from suites import ONE_SITE


def test_a_report_that_cannot_be_written_hides_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**ONE_SITE)
    pytester.mkdir("taken")
    result = pytester.runpytest("--appsync-errors=html:taken", "--appsync-errors=term")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines_random(
        ["*the test's own reason*", "app.py:4*", "FAIL The html report*could not be written*taken*"]
    )
    passing = pytester.runpytest("--appsync-errors=html:taken", "-k", "not_found")
    assert passing.ret == pytest.ExitCode.TESTS_FAILED


def test_a_mistyped_path_destroys_no_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**ONE_SITE)
    pytester.runpytest("--appsync-errors=json:keep.json")
    before = (pytester.path / "keep.json").read_text()
    result = pytester.runpytest("nosuchfile", "--appsync-errors=json:keep.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (pytester.path / "keep.json").read_text() == before


def test_no_call_is_no_full_mark(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest("--appsync-errors=json:empty.json")
    assert json.loads((pytester.path / "empty.json").read_text())["totals"]["percent"] == 0


@pytest.mark.parametrize("broken", ["a directory", "no line", "no path"])
def test_what_cannot_be_added_to_is_refused(pytester: pytest.Pytester, broken: str) -> None:
    pytester.makepyfile(**ONE_SITE)
    pytester.runpytest("--appsync-errors=json:earlier.json")
    path = pytester.path / "earlier.json"
    if broken == "a directory":
        path.unlink()
        path.mkdir()
    else:
        content = json.loads(path.read_text())
        content["call_sites"][0] |= {"line": "four"} if broken == "no line" else {"path": 4}
        path.write_text(json.dumps(content))
    result = pytester.runpytest("--appsync-errors=json:earlier.json", "--appsync-errors-append")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*earlier.json is no error coverage*")


def test_append_in_the_ini_file_leaves_other_reports_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**ONE_SITE)
    pytester.makeini("[pytest]\nappsync_errors = json:a.json\nappsync_errors_append = true\n")
    result = pytester.runpytest("--appsync-errors=term", "-k", "not_found")
    assert result.ret == 0


def test_the_printed_number_can_be_required(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**ONE_SITE)
    options = ("--appsync-errors-fail-under=14.29", "-k", "not_found")
    result = pytester.runpytest(*options)  # 1 of 7 is 14.2857...
    assert result.ret == 0
    result.stdout.fnmatch_lines("Required AppSync error coverage of 14.29% reached.*14.29%")
