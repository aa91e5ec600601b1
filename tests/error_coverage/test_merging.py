"""--appsync-errors: one report of many processes and of many runs."""

from __future__ import annotations

import re

import pytest

from tests.error_coverage.suites import APPLICATION, EXPECTED, SUITE, report, rows
from tests.thoroughness import IS_THOROUGH


@pytest.mark.parametrize(
    "distribution", [("-n2",), ("-n4", "--dist", "loadfile")] if IS_THOROUGH else [("-n2",)]
)
def test_workers_give_the_same(suite: pytest.Pytester, distribution: tuple[str, ...]) -> None:
    """Also where the tests of one file are divided: xdist's way where nothing else is said."""
    pytest.importorskip("xdist")
    serial = suite.runpytest("--appsync-errors=json:s.json", "--appsync-errors=term-missing")
    parallel = suite.runpytest(
        *distribution, "--appsync-errors=json:p.json", "--appsync-errors=term-missing",
        "--appsync-errors-fail-under=99",
    )  # fmt: skip
    parallel.assert_outcomes(passed=11)
    assert parallel.ret == pytest.ExitCode.TESTS_FAILED
    parallel.stdout.fnmatch_lines("FAIL Required*not reached*")
    assert (suite.path / "p.json").read_bytes() == (suite.path / "s.json").read_bytes()
    begin = "AppSync error coverage"
    printed = [
        re.sub(r"\w\.json", "", result.stdout.str().partition(begin)[2]).rpartition("=====")[0]
        for result in (serial, parallel)
    ]
    tables = [text.partition("JSON")[0] for text in printed]
    assert "TOTAL" in printed[0]
    assert tables[0] == tables[1]


def test_a_worker_that_crashed_is_said(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile("import os\ndef test_crash(): os._exit(1)")
    result = pytester.runpytest("-n1", "--appsync-errors", "--max-worker-restart=0")
    result.stdout.fnmatch_lines("Worker gw0 did not report: *")


def test_a_run_is_added_to_an_earlier_one(suite: pytest.Pytester) -> None:
    options = ("--appsync-errors=json:errors.json", "--appsync-errors-append")
    for file in SUITE:
        suite.runpytest(*options, f"{file}.py")
    assert rows(report(suite)) == EXPECTED
    suite.runpytest("--appsync-errors=json:errors.json", "test_create.py")
    assert len(rows(report(suite))) == 1


def test_what_has_changed_since_is_left_out(suite: pytest.Pytester) -> None:
    options = ("--appsync-errors", "--appsync-errors=json:errors.json", "--appsync-errors-append")
    suite.runpytest(*options, "test_create.py", "test_either.py")
    suite.makepyfile(application="# changed\n" + APPLICATION)
    result = suite.runpytest(*options, "test_create.py")
    result.stdout.fnmatch_lines(
        "Left out of the earlier run, *: application.py:13, application.py:13, application.py:7."
    )
    assert [row[:3] for row in rows(report(suite))] == [(8, "create", "CreateApiKey")]


def test_only_a_report_of_ours_is_added_to(suite: pytest.Pytester) -> None:
    options = ("--appsync-errors=json:errors.json", "--appsync-errors-append")
    for content, reason in (
        ("{}", "format"),
        ('{"format": "coverage.py"}', "its format is 'coverage.py'"),
        ("not JSON", "Expecting value"),
        ('{"format": "pytest-appsync error coverage", "version": 2}', "its version is 2"),
    ):
        (suite.path / "errors.json").write_text(content)
        result = suite.runpytest(*options)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(f"*errors.json is not an error coverage*{reason}*")
    result = suite.runpytest("--appsync-errors-append")
    result.stderr.fnmatch_lines("*needs --appsync-errors=json:PATH*")


def test_subtests_add_up(pytester: pytest.Pytester) -> None:
    if not hasattr(pytest, "Subtests"):
        pytest.importorskip("pytest_subtests")
    pytester.makepyfile(application=APPLICATION)
    pytester.makepyfile(
        """
        from application import create_or_list

        def test_with_subtests(appsync, subtests):
            for code in ("UnauthorizedException", "BadRequestException"):
                with subtests.test(code=code):
                    appsync.fail("CreateApiKey", code, times=1)
                    create_or_list("any")
        """
    )
    pytester.runpytest("--appsync-errors=json:errors.json")
    assert rows(report(pytester)) == [(13, "create_or_list", "CreateApiKey", 2, 7, 2, 0, 5)]


def add_helper(suite: pytest.Pytester) -> None:
    """A module that calls AppSync too, and its test."""
    suite.makepyfile(
        helper="""
        import boto3

        def listed():
            boto3.client("appsync").list_graphql_apis()
        """,
        test_helped="""
        import helper

        def test_it(appsync):
            helper.listed()
        """,
    )


@pytest.mark.parametrize("xdist", ["no:xdist", *(["xdist"] if IS_THOROUGH else [])])
def test_what_is_omitted_is_named(suite: pytest.Pytester, xdist: str) -> None:
    add_helper(suite)
    result = suite.runpytest(
        *(("-n1",) if xdist == "xdist" else ("-p", xdist)),
        "--appsync-errors=json:e.json", "--appsync-errors=html:e.html",
        "--appsync-errors-omit=help*.py", "--appsync-errors-omit=nothing/*",
    )  # fmt: skip
    result.stdout.fnmatch_lines("Omitted, as the options say: helper.py.")
    assert "Omitted, as the options say: helper.py." in (suite.path / "e.html").read_text("utf-8")
    assert report(suite, "e.json")["omitted"] == ["helper.py"]
    assert rows(report(suite, "e.json")) == EXPECTED


def test_what_is_omitted_now_is_not_added_from_an_earlier_run(suite: pytest.Pytester) -> None:
    options = ("--appsync-errors=json:e.json", "--appsync-errors-append")
    add_helper(suite)
    suite.runpytest(*options)
    suite.makepyfile(test_nothing="def test_nothing(): pass")
    result = suite.runpytest(*options, "--appsync-errors-omit=appl*", "test_nothing.py")
    result.stdout.fnmatch_lines("Omitted, as the options say: application.py.")
    assert [row[:3] for row in rows(report(suite, "e.json"))] == [(4, "listed", "ListGraphqlApis")]
