"""--appsync-errors: which calls and errors are counted, and the table of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pytest_appsync.error_coverage.record import Place, Tally
from pytest_appsync.error_coverage.report import build

if TYPE_CHECKING:
    from tests.error_coverage.suites import APPLICATION, EXPECTED, TOTAL, codes, report, rows
else:
    from suites import APPLICATION, EXPECTED, TOTAL, codes, report, rows


def test_the_table_is_the_one_that_was_computed_by_hand(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--appsync-errors=json:errors.json")
    result.assert_outcomes(passed=11)
    content = report(suite)
    assert rows(content) == EXPECTED
    assert tuple(content["totals"].values()) == TOTAL
    assert {site["path"] for site in content["call_sites"]} == {"application.py"}
    create, either, _, keys, _ = content["call_sites"]
    assert codes(create, "documented", "exercised") == [
        "NotFoundException",
        "UnauthorizedException",
    ]
    assert codes(create, "documented", "retried") == [
        "LimitExceededException",
        "InternalFailureException",
    ]
    assert codes(create, "transport", "exercised") == ["ReadTimeoutError"]
    assert codes(either, "common", "exercised") == ["ThrottlingException"]
    assert codes(keys, "other", "exercised") == ["TeapotException"]
    assert create["source"] == "return client.create_api_key(apiId=api_id)"


def test_it_is_printed_as_coverage_would(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--appsync-errors=term-missing")
    result.stdout.fnmatch_lines(
        [
            "*- AppSync error coverage -*",
            "Call site                            Operation     Errors  Exercised  Retried  "
            "Missing  Cover  Common  Transport",
            "-----*",
            "application.py:7 in create           CreateApiKey       7          2        2        "
            "3    29%    0/16        1/7",
            "    retried: LimitExceededException, InternalFailureException",
            "    missing: BadRequestException, ApiKeyLimitExceededException, "
            "ApiKeyValidityOutOfBoundsException",
            "application.py:13 in create_or_list  CreateApiKey       7          0        0        "
            "7     0%    1/16        0/7",
            "    missing: BadRequestException, NotFoundException, LimitExceededException, "
            "UnauthorizedException,",
            "             InternalFailureException, ApiKeyLimitExceededException,",
            "             ApiKeyValidityOutOfBoundsException",
            "application.py:13 in create_or_list  ListApiKeys        4          4        0        "
            "0   100%    0/16        0/7",
            "application.py:20 in keys            ListApiKeys        4          0        0        "
            "4     0%    0/16        0/7",
            "    missing: BadRequestException, NotFoundException, UnauthorizedException, "
            "InternalFailureException",
            "application.py:25 in delete          DeleteApiKey       4          2        0        "
            "2    50%    0/16        0/7",
            "    missing: BadRequestException, NotFoundException",
            "-----*",
            "TOTAL                                                  26          8        2       "
            "16    31%",
            "Not counted, since *: calls by tests and fixtures themselves (2).",
        ],
        consecutive=True,
    )
    plain = suite.runpytest("--appsync-errors")
    plain.stdout.fnmatch_lines("TOTAL *")
    plain.stdout.no_fnmatch_line("*missing: *")


def test_common_and_transport_errors_count_when_asked_for(suite: pytest.Pytester) -> None:
    result = suite.runpytest(
        "--appsync-errors=json:errors.json",
        "--appsync-errors=term",
        "--appsync-errors-include=common",
        "--appsync-errors-include=transport",
    )
    totals = report(suite)["totals"]
    extra = totals["errors"] - TOTAL[0]
    assert extra % 5 == 0
    assert extra > 5 * 16
    assert totals["exercised"] == TOTAL[1] + 2
    result.stdout.fnmatch_lines("Call site * Cover")


def test_files_can_be_left_out(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--appsync-errors", "--appsync-errors-omit=appl*.py")
    result.stdout.fnmatch_lines("No application code called AppSync in a simulation.")


def test_helpers_of_tests_count_and_tests_do_not(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import unittest
        import boto3, pytest

        def helper(api_id):
            return boto3.client("appsync").list_api_keys(apiId=api_id)

        class TestMethod:
            def setup_method(self):
                pass

            def test_it(self, appsync):
                def inner():
                    boto3.client("appsync").list_graphql_apis()
                inner()

        @pytest.mark.appsync()
        class TestCase(unittest.TestCase):
            def setUp(self):
                boto3.client("appsync").list_graphql_apis()

            def test_it(self):
                boto3.client("appsync").list_graphql_apis()

        def test_helper(appsync):
            helper(appsync.add_api().id)
        """
    )
    result = pytester.runpytest("--appsync-errors=json:errors.json", "--appsync-errors")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines("Not counted, *themselves (3).")
    assert [row[1] for row in rows(report(pytester))] == ["helper"]


def test_doctests_are_tests_of_no_function(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        application=APPLICATION
        + '''

def listed():
    """
    >>> from pytest_appsync import AppSync
    >>> with AppSync() as appsync:
    ...     keys(appsync.add_api().id)
    []
    """
'''
    )
    result = pytester.runpytest("--doctest-modules", "--appsync-errors=json:errors.json")
    result.assert_outcomes(passed=1)
    assert rows(report(pytester)) == [(20, "keys", "ListApiKeys", 1, 4, 0, 0, 4)]


def test_code_that_is_in_no_file_or_in_another_place(
    pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "application_elsewhere.py").write_text(APPLICATION)
    pytester.syspathinsert(elsewhere)
    pytester.makepyfile(
        """
        from application_elsewhere import keys

        def test_it(appsync, appsync_client):
            api_id = appsync.add_api().id
            exec("client.list_api_keys(apiId=api_id)", dict(client=appsync_client, api_id=api_id))
            keys(api_id)
        """
    )
    pytester.runpytest("--appsync-errors=json:errors.json").assert_outcomes(passed=1)
    sites = report(pytester)["call_sites"]
    assert [(site["path"], site["source"]) for site in sites] == [
        (
            (elsewhere / "application_elsewhere.py").as_posix(),
            APPLICATION.splitlines()[19].strip(),
        ),
        ("<string>", ""),
    ]


def test_an_operation_that_the_service_model_does_not_have_documents_nothing() -> None:
    """A client may have a service model of its own: Loader reads ~/.aws/models too."""
    place = Place("app.py", 7, "paint", "PaintApi")
    tally = Tally(3, raised=Counter({"OddException": 2}))
    [site] = build({place: tally}, {}, include=["transport"]).sites
    kinds = Counter(error.kind for error in site.errors)
    assert kinds["documented"] == kinds["common"] == 0
    assert [error.code for error in site.of("other")] == ["OddException"]
    assert "ReadTimeoutError" in [error.code for error in site.in_state("missing")]


def test_a_thread_of_its_own_has_no_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from concurrent.futures import ThreadPoolExecutor

        def test_it(appsync, appsync_client):
            with ThreadPoolExecutor() as pool:
                pool.submit(appsync_client.list_api_keys, apiId=appsync.add_api().id).result()
        """
    )
    result = pytester.runpytest("--appsync-errors=json:errors.json", "--appsync-errors=html:e.html")
    result.assert_outcomes(passed=1)
    assert rows(report(pytester)) == [(0, "", "ListApiKeys", 1, 4, 0, 0, 4)]


def test_an_interrupted_call_says_nothing_of_appsync(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        def call(client):
            client.list_api_keys(apiId="any")

        def test_it(appsync):
            def interrupt(**_):
                raise KeyboardInterrupt

            client = appsync.client(config=__import__("botocore.config").config.Config())
            client.meta.events.register("before-call.appsync", interrupt)
            with pytest.raises(KeyboardInterrupt):
                call(client)
            with pytest.raises(ValueError, match="mine"):
                client.meta.events.register_first("before-call.appsync", mine)
                call(client)

        def mine(**_):
            raise ValueError("mine")
        """
    )
    pytester.runpytest("--appsync-errors=json:errors.json").assert_outcomes(passed=1)
    [site] = report(pytester)["call_sites"]
    assert site["calls"] == 2
    assert codes(site, "other", "exercised") == ["ValueError"]
