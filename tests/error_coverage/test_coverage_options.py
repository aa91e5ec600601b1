"""--appsync-errors: the options, on the command line and in the ini file."""

from __future__ import annotations

import pytest

from tests.error_coverage.suites import SUITE, TOTAL, report


def test_the_ini_file_says_the_same(suite: pytest.Pytester) -> None:
    suite.makeini(
        """
        [pytest]
        appsync_errors =
            json:reports/errors.json
            term-missing
        appsync_errors_fail_under = 50
        appsync_errors_append = true
        appsync_errors_include = transport
        appsync_errors_omit = nothing/*
        """
    )
    for file in SUITE:
        result = suite.runpytest(f"{file}.py")
        assert result.ret == pytest.ExitCode.TESTS_FAILED
    content = report(suite, "reports/errors.json")
    assert content["include"] == ["transport"]
    assert content["totals"]["exercised"] == TOTAL[1] + 1
    # The command line replaces it.
    result = suite.runpytest("--appsync-errors=json:x.json", "--appsync-errors-fail-under=1")
    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--appsync-errors=tem", "*did you mean 'term'*"),
        ("--appsync-errors=json", "*the report 'json' needs a file: write json:PATH*"),
        ("--appsync-errors=xml:x", "*Allowed: term, term-missing, json:PATH, html:PATH*"),
        ("--appsync-errors=tests", "*write --appsync-errors=term tests*"),
        (
            "--appsync-errors-fail-under=101",
            "*`fail_under` must be a percentage*, not '101'*",
        ),
        ("--appsync-errors-fail-under=much", "*`fail_under` must be*not 'much'*"),
        ("--appsync-errors-include=commn", "*did you mean 'common'*"),
    ],
)
def test_a_misused_option_is_refused(pytester: pytest.Pytester, option: str, message: str) -> None:
    result = pytester.runpytest(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(message)


def test_a_misused_ini_option_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nappsync_errors_fail_under = much")
    result = pytester.runpytest("--appsync-errors")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*appsync_errors: `fail_under` must be*not 'much'*")


def test_without_the_option_nothing_is_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        from pytest_appsync.record import call_listener

        def test_nothing(appsync):
            loaded = [name for name in sys.modules if "error_coverage." in name]
            assert loaded == ["pytest_appsync.error_coverage.options"]
            assert call_listener.listener is None
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_with_the_option_botocore_waits_for_its_first_use(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            assert not {"boto3", "botocore"} & set(sys.modules)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:xdist", "--appsync-errors")
    result.assert_outcomes(passed=1)


# --- failing ---


@pytest.mark.parametrize(("percent", "fails"), [("30.7", False), ("31", True), ("0", False)])
def test_too_little_fails_the_session(suite: pytest.Pytester, percent: str, fails: bool) -> None:
    result = suite.runpytest(f"--appsync-errors-fail-under={percent}")
    assert result.ret == (pytest.ExitCode.TESTS_FAILED if fails else pytest.ExitCode.OK)
    said = "FAIL Required*not reached" if fails else "Required*reached"
    result.stdout.fnmatch_lines(
        f"{said}. Total error coverage: 30.77%",
    )
    result.stdout.fnmatch_lines("TOTAL *")


def test_no_call_at_all_is_too_little(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = pytester.runpytest("--appsync-errors-fail-under=1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines("FAIL *: there was no call to cover.")
    result = pytester.runpytest("--appsync-errors-fail-under=1", "--collect-only")
    assert result.ret == pytest.ExitCode.OK
