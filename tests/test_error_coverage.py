"""--appsync-errors: the table, its counting, its merging, and its three kinds of report."""

from __future__ import annotations

import html
import json
import re
import tokenize
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

# Imported before any inner session, so that none of them imports botocore anew.
from pytest_appsync import simulation
from pytest_appsync.error_coverage.highlight import highlighted
from pytest_appsync.error_coverage.record import Place, Tally
from pytest_appsync.error_coverage.report import build

PACKAGE = Path(simulation.__file__).parent / "error_coverage"

APPLICATION = """\
import boto3
from botocore.exceptions import ClientError


def create(api_id):
    client = boto3.client("appsync")
    return client.create_api_key(apiId=api_id)


def create_or_list(api_id, operation="create_api_key"):
    client = boto3.client("appsync")
    try:
        return getattr(client, operation)(apiId=api_id)
    except ClientError:
        return None


def keys(api_id):
    pages = boto3.client("appsync").get_paginator("list_api_keys")
    return [key["id"] for page in pages.paginate(apiId=api_id) for key in page["apiKeys"]]


class Keys:
    def delete(self, api_id, key_id):
        boto3.client("appsync").delete_api_key(apiId=api_id, id=key_id)
"""

SUITE = {
    "test_create": """
        import pytest
        from botocore.exceptions import ClientError, ReadTimeoutError
        from application import create

        def test_not_found(appsync):
            with pytest.raises(ClientError):
                create("any")

        def test_throttling_is_absorbed(appsync):
            appsync.fail("CreateApiKey", "LimitExceededException", times=2)
            create(appsync.add_api().id)

        def test_absorbed_and_then_not(appsync):
            appsync.fail("CreateApiKey", "InternalFailureException", times=1)
            appsync.fail("CreateApiKey", "UnauthorizedException", times=1)
            with pytest.raises(ClientError):
                create(appsync.add_api().id)

        def test_no_answer(appsync):
            api = appsync.add_api()
            with appsync.fail("CreateApiKey", ReadTimeoutError), pytest.raises(ReadTimeoutError):
                create(api.id)
    """,
    "test_either": """
        import pytest
        from application import create_or_list

        @pytest.mark.appsync_errors("ListApiKeys")
        def test_each_error(appsync, appsync_error):
            assert create_or_list("any", "list_api_keys") is None

        def test_a_common_error(appsync):
            appsync.fail("CreateApiKey", "ThrottlingException")
            assert create_or_list("any") is None
    """,
    "test_others": """
        import pytest
        from application import Keys, keys
        from botocore.exceptions import ClientError
        from pytest_appsync import AppSync, HttpAnswer

        @pytest.fixture
        def api(appsync, appsync_client):
            appsync_client.list_graphql_apis()
            return appsync.add_api()

        def test_listing(appsync, api):
            assert keys(api.id) == []
            appsync.fail("ListApiKeys", HttpAnswer.error("TeapotException", 418, "Short"))
            with pytest.raises(ClientError):
                keys(api.id)

        def test_two_simulations(appsync, api):
            key = appsync.add_api_key(api)
            Keys().delete(api.id, key.id)
            for code in ("UnauthorizedException", "InternalFailureException"):
                with AppSync() as inner, pytest.raises(ClientError):
                    inner.fail("DeleteApiKey", code)
                    Keys().delete("any", "any")
    """,
}

# By hand. test_create:  4 calls; NotFound, Unauthorized and ReadTimeoutError leave the client,
#                        LimitExceeded and InternalFailure are only absorbed; 7 documented.
#           test_either: line 13 is two call sites: each of ListApiKeys' 4 leaves the client;
#                        of CreateApiKey only the common ThrottlingException does.
#           test_others: list_graphql_apis is called by a fixture, not by the application;
#                        keys() lists twice and meets an error that nobody documents;
#                        delete() meets 2 of 4.
# path and line, function, operation, calls; documented, exercised, retried, missing
EXPECTED = [
    (7, "create", "CreateApiKey", 4, 7, 2, 2, 3),
    (13, "create_or_list", "CreateApiKey", 1, 7, 0, 0, 7),
    (13, "create_or_list", "ListApiKeys", 4, 4, 4, 0, 0),
    (20, "keys", "ListApiKeys", 2, 4, 0, 0, 4),
    (25, "delete", "DeleteApiKey", 3, 4, 2, 0, 2),
]
TOTAL = (26, 8, 2, 16, 30.77)


@pytest.fixture(autouse=True)
def only_our_plugin(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inner sessions do without plugins that take seconds to load."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:randomly")


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(application=APPLICATION)
    pytester.makepyfile(**SUITE)
    return pytester


def report(pytester: pytest.Pytester, name: str = "errors.json") -> dict[str, Any]:
    content: dict[str, Any] = json.loads((pytester.path / name).read_text())
    return content


def rows(content: dict[str, Any]) -> list[tuple[object, ...]]:
    counts = ("errors", "exercised", "retried", "missing")
    return [
        (
            *(site[name] for name in ("line", "function", "operation", "calls")),
            *(site["totals"][name] for name in counts),
        )
        for site in content["call_sites"]
    ]


def codes(site: dict[str, Any], kind: str, state: str) -> list[str]:
    return [
        error["code"]
        for error in site["errors"]
        if (error["kind"], error["state"]) == (kind, state)
    ]


# --- what is counted ---


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


# --- one report of many runs ---


@pytest.mark.parametrize("distribution", [(), ("--dist", "loadfile")])
def test_workers_give_the_same(suite: pytest.Pytester, distribution: tuple[str, ...]) -> None:
    pytest.importorskip("xdist")
    serial = suite.runpytest("--appsync-errors=json:s.json", "--appsync-errors=term-missing")
    parallel = suite.runpytest(
        "-n4", *distribution, "--appsync-errors=json:p.json", "--appsync-errors=term-missing"
    )
    parallel.assert_outcomes(passed=11)
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
    suite.runpytest_subprocess(*options, "test_create.py", "test_either.py")
    suite.makepyfile(application="# changed\n" + APPLICATION)
    result = suite.runpytest_subprocess(*options, "test_create.py")
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
        result.stderr.fnmatch_lines(f"*errors.json is no error coverage*{reason}*")
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


def test_workers_fail_the_session_too(suite: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    result = suite.runpytest("-n2", "--appsync-errors-fail-under=99")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_no_call_at_all_is_too_little(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = pytester.runpytest("--appsync-errors-fail-under=1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines("FAIL *: there was no call to cover.")
    result = pytester.runpytest("--appsync-errors-fail-under=1", "--collect-only")
    assert result.ret == pytest.ExitCode.OK


# --- the options ---


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
        ("--appsync-errors=json", "*'json' names no file: json:PATH*"),
        ("--appsync-errors=xml:x", "*Allowed: term, term-missing, json:PATH, html:PATH*"),
        ("--appsync-errors=tests", "*write --appsync-errors=term tests*"),
        ("--appsync-errors-fail-under=101", "*fail_under='101'*from 0 to 100*"),
        ("--appsync-errors-fail-under=much", "*fail_under='much'*"),
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
    result.stderr.fnmatch_lines("*appsync_errors: fail_under='much'*")


def test_without_the_option_nothing_is_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        from pytest_appsync import call_endings

        def test_nothing(appsync):
            assert not [name for name in sys.modules if "error_coverage." in name]
            assert call_endings.listener is None
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


# --- JSON ---


def test_the_json_fits_its_schema(suite: pytest.Pytester) -> None:
    suite.runpytest("--appsync-errors=json:errors.json", "--appsync-errors-include=common")
    schema = json.loads((PACKAGE / "error-coverage.schema.json").read_text())
    check_schema(report(suite), schema, schema["$defs"])


def check_schema(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> None:
    """The part of JSON Schema that our schema uses; and it has to know every member."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    kinds |= {"number": (int, float), "null": type(None)}  # type: ignore[dict-item]
    allowed = schema.get("type")
    if allowed is not None:
        names = allowed if isinstance(allowed, list) else [allowed]
        assert any(isinstance(value, kinds[name]) for name in names), (value, allowed)
    assert value == schema.get("const", value)
    assert "enum" not in schema or value in schema["enum"]
    if isinstance(value, int) and not isinstance(value, bool):
        assert value >= schema.get("minimum", value)
    if isinstance(value, dict):
        assert value.keys() == schema["properties"].keys()
        assert set(schema["required"]) <= value.keys()
        for name, member in value.items():
            check_schema(member, schema["properties"][name], definitions)
    if isinstance(value, list):
        for item in value:
            check_schema(item, schema["items"], definitions)


# --- HTML ---

VOID = {"meta", "wbr", "br", "link", "img", "input", "hr"}
NOT_IN_A_PARAGRAPH = {"div", "ul", "p", "table", "pre", "details", "section", "article", "h4"}


class Page(HTMLParser):
    """A page's elements; it insists that each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "p" not in self.stack or tag not in NOT_IN_A_PARAGRAPH, f"<{tag}> ends a <p>"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.stack):
            self.texts[tag][-1] += data

    def all(self, tag: str, class_name: str = "") -> list[dict[str, str | None]]:
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and class_name in (attributes.get("class") or "")
        ]


@pytest.fixture
def page(suite: pytest.Pytester) -> Page:
    suite.runpytest("--appsync-errors=html:out/errors.html").assert_outcomes(passed=11)
    return Page((suite.path / "out" / "errors.html").read_text("utf-8"))


def test_the_page_says_it_all(page: Page) -> None:
    assert page.texts["title"] == ["31% · AppSync error coverage"]
    assert page.texts["h1"][0].startswith("31%")
    assert "of the documented errors" in page.texts["h1"][0]
    assert len(page.all("article")) == len(EXPECTED)
    assert len(page.texts["tr"]) == len(EXPECTED) + 2
    source = "\n".join(page.texts["pre"])
    assert "return client.create_api_key(apiId=api_id)" in source
    summaries = "\n".join(page.texts["summary"])
    for code in ("BadRequestException", "LimitExceededException"):
        assert code in summaries
    assert len(page.all("details", "test")) == 16 + 2 + 4


def test_what_it_suggests_can_be_run(suite: pytest.Pytester, page: Page) -> None:
    tests = [text for text in page.texts["code"] if text.startswith(("def test_", "@pytest.mark"))]
    assert len(tests) == 16 + 2 + 4
    assert all(len(text.splitlines()) == 3 for text in tests)
    [one] = [text for text in tests if "test_create_meets_bad_request_exception" in text]
    [every] = [text for text in tests if "def test_create_meets_every" in text]
    suite.makepyfile(
        test_suggested="import pytest\n"
        "from application import create as real\n"
        "def create(_):\n"
        "    with pytest.raises(Exception, match='An error occurred'):\n"
        "        real('any')\n" + one + "\n" + every
    )
    suite.runpytest("test_suggested.py").assert_outcomes(passed=8)


def test_it_suggests_tests_for_transport_errors_and_scripts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        nightly="import boto3\nboto3.client('appsync').list_graphql_apis()\n",
        test_nightly="""
        import runpy

        def test_it(appsync):
            runpy.run_path("nightly.py")
        """,
    )
    pytester.runpytest(
        "--appsync-errors=html:e.html", "--appsync-errors-include=transport"
    ).assert_outcomes(passed=1)
    page = Page((pytester.path / "e.html").read_text("utf-8"))
    [suggested] = [text for text in page.texts["code"] if "_meets_read_timeout_error(" in text]
    call = '    runpy.run_path("nightly.py")  # and assert what becomes of it'
    assert call in suggested.splitlines()
    pytester.makepyfile(
        test_suggested="import pytest, runpy\n"
        + suggested.replace(call, "    with pytest.raises(ReadTimeoutError):\n    " + call)
    )
    pytester.runpytest("test_suggested.py").assert_outcomes(passed=1)


def test_it_suggests_one_test_for_all_where_more_than_one_is_left(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        app="""
        import boto3

        def listed(api_id):
            return boto3.client("appsync").list_api_keys(apiId=api_id)
        """,
        test_app="""
        import app, pytest

        @pytest.mark.parametrize("n", range(3))
        def test_it(appsync, n):
            code = appsync.errors("ListApiKeys")[n].code
            appsync.fail("ListApiKeys", code)
            with pytest.raises(Exception, match=code):
                app.listed("any")
        """,
    )
    for number, suggested in ((2, 1), (3, 0)):
        pytester.runpytest("--appsync-errors=html:e.html", "-k", " or ".join("012"[:number]))
        page = Page((pytester.path / "e.html").read_text("utf-8"))
        assert len(page.all("details", "test")) == 4 - number + suggested
        assert ("test_listed_meets_every_error" in "".join(page.texts["code"])) is bool(suggested)


def test_source_that_is_no_python_is_shown_unmarked() -> None:
    lines = ("if a < 1:  # why\n", "    b = (\n", "  \"c' & d\n")
    shown = highlighted(lines)
    assert [html.unescape(re.sub("<[^>]+>", "", line)) for line in shown] == [
        line.rstrip() for line in lines
    ]
    assert shown[0].startswith('<span class="k">if</span> a &lt;')


def test_tokens_that_overlap_lose_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """CPython 3.12.0 and 3.12.1 count what stands before an f-string's end in bytes."""
    line = 'f"é" + 1\n'
    tokens = [
        tokenize.TokenInfo(tokenize.STRING, 'f"é"', (1, 0), (1, 4), line),
        tokenize.TokenInfo(tokenize.STRING, '"', (1, 3), (1, 5), line),
        tokenize.TokenInfo(tokenize.NUMBER, "1", (1, 7), (1, 8), line),
    ]
    monkeypatch.setattr(tokenize, "generate_tokens", lambda _: iter(tokens))
    assert highlighted.__wrapped__((line,)) == (
        '<span class="s">f&quot;é&quot;</span> + <span class="n">1</span>',
    )


def test_the_page_needs_nothing_else(page: Page, suite: pytest.Pytester) -> None:
    for tag, attributes in page.elements:
        assert tag not in ("link", "img", "iframe", "object")
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    text = (suite.path / "out" / "errors.html").read_text("utf-8")
    assert "http" not in re.sub(r"HTTP|http_status", "", text)
    assert "@import" not in text
    assert "url(" not in text
    assert all("hidden" in button for button in page.all("button")), "only a script can copy"


def test_the_page_can_be_walked_and_heard(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        href = attributes.get("href")
        assert href is None or href[1:] in ids
        assert attributes.get("aria-labelledby", ids[0]) in ids
    [language] = page.all("html")
    assert language["lang"] == "en"
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(headings))
    assert all("scope" in cell for cell in page.all("th"))
    assert ": missing, never met" in "".join(page.texts["li"]), "no colour is needed to know"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_page_can_be_read(scheme: int) -> None:
    style = (PACKAGE / "page.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    assert len(blocks) == 2
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", blocks[scheme]))
    pairs = [(ink, paper) for ink in ("ink", "soft", "accent") for paper in ("paper", "card")]
    pairs += [("ink", "call"), ("comment", "code"), ("exercised-ink", "card")]
    pairs += [(f"{state}-ink", f"{state}-bg") for state in ("exercised", "retried", "missing")]
    pairs += [
        (ink, paper)
        for ink in ("ink", "keyword", "text", "comment", "digit")
        for paper in ("code", "call")
    ]
    for ink, paper in pairs:
        assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def test_an_empty_page(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest("--appsync-errors=html:e.html").assert_outcomes(passed=1)
    assert "No application code called AppSync" in (pytester.path / "e.html").read_text("utf-8")


def test_whatever_is_reported_is_escaped(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from botocore.exceptions import ClientError
        from pytest_appsync import HttpAnswer

        def call(client):
            "<script>alert(1)</script>"; return client.list_api_keys(apiId="&<b>")

        def test_it(appsync, appsync_client):
            appsync.fail("ListApiKeys", HttpAnswer.error("<i>Odd</i>", 418, "x"))
            with pytest.raises(ClientError):
                call(appsync_client)
        """
    )
    pytester.runpytest("--appsync-errors=html:e.html").assert_outcomes(passed=1)
    text = (pytester.path / "e.html").read_text("utf-8")
    Page(text)
    assert "<script>alert" not in text
    assert "&lt;i&gt;Odd&lt;/i&gt;" in text


# --- what can go wrong with files ---

ONE_SITE = {
    "app": """
        import boto3

        def create(api_id):
            return boto3.client("appsync").create_api_key(apiId=api_id)
        """,
    "test_app": """
        import app, pytest

        def test_not_found(appsync):
            with pytest.raises(Exception, match="NotFound"):
                app.create("none")

        def test_fails():
            assert 0, "the test's own reason"
        """,
}


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
