"""--appsync-errors: which calls and errors are counted, and the table of them."""

from __future__ import annotations

from collections import Counter

import pytest

from pytest_appsync.error_coverage.report import build
from pytest_appsync.error_coverage.suite_code import SuiteCode
from pytest_appsync.error_coverage.tallies import Place, Tally, code_of
from pytest_appsync.record.call_site import CallSite
from tests.error_coverage.suites import APPLICATION, EXPECTED, TOTAL, codes, report, rows
from tests.thoroughness import IS_THOROUGH


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


def test_it_is_printed_as_coverage_would(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    result = suite.runpytest("--appsync-errors=term-missing")
    result.stdout.fnmatch_lines(
        [
            "*- AppSync error coverage -*",
            "Call site                            Operation     Errors  Exercised  Retried  "
            "Missing  Cover",
            "-" * 93,
            "application.py:7 in create           CreateApiKey       7          2        2        "
            "3    29%",
            "    retried: LimitExceededException, InternalFailureException",
            "    missing: BadRequestException, ApiKeyLimitExceededException, "
            "ApiKeyValidityOutOfBoundsException",
            "application.py:13 in create_or_list  CreateApiKey       7          0        0        "
            "7     0%",
            "    missing: BadRequestException, NotFoundException, LimitExceededException, "
            "UnauthorizedException,",
            "      InternalFailureException, ApiKeyLimitExceededException, "
            "ApiKeyValidityOutOfBoundsException",
            "application.py:13 in create_or_list  ListApiKeys        4          4        0        "
            "0   100%",
            "application.py:20 in keys            ListApiKeys        4          0        0        "
            "4     0%",
            "    missing: BadRequestException, NotFoundException, UnauthorizedException, "
            "InternalFailureException",
            "application.py:25 in delete          DeleteApiKey       4          2        0        "
            "2    50%",
            "    missing: BadRequestException, NotFoundException",
            "-" * 93,
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
    result.stdout.fnmatch_lines("* Missing  Cover")


def test_observed_errors_count_when_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(application=APPLICATION)
    pytester.makepyfile(
        """
        import pytest
        from application import create

        @pytest.mark.appsync_errors("CreateApiKey")
        def test_each(appsync, appsync_error):
            with pytest.raises(Exception, match=appsync_error.code):
                create("any")
        """
    )
    options = ("--appsync-errors=json:errors.json", "--appsync-errors=term")
    pytester.runpytest(*options).stdout.fnmatch_lines("*CreateApiKey *7 *100%")
    [site] = report(pytester)["call_sites"]
    assert codes(site, "observed", "exercised") == ["ConcurrentModificationException"]
    assert site["totals"]["errors"] == 7
    pytester.runpytest(*options, "--appsync-errors-include=observed")
    assert report(pytester)["totals"]["errors"] == 8


def test_files_can_be_left_out(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--appsync-errors", "--appsync-errors-omit=appl*.py")
    result.stdout.fnmatch_lines(
        [
            "All application code that called AppSync in a simulation is omitted.",
            "Omitted, as the options say: application.py.",
        ]
    )


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


# What pytest and unittest call around a test, each by a name of its own.
AROUND = (
    *("setup_module", "teardown_module", "setup_function", "teardown_function"),
    *("setup_class", "teardown_class", "setup_method", "teardown_method"),
    *("setUpModule", "tearDownModule", "setUpClass", "tearDownClass", "setUp", "tearDown"),
    *("asyncSetUp", "asyncTearDown"),
)


def test_an_applications_function_counts_under_any_name(pytester: pytest.Pytester) -> None:
    functions = "\n".join(
        f"def {name}(client): client.list_graphql_apis()\n" for name in (*AROUND, "test_it")
    )
    pytester.makepyfile(
        application=functions,
        test_application="""
        import application, pytest

        class TestIt:
            # This one is called by the test, not by pytest: it is a helper.
            def setUp(self, client):
                client.list_graphql_apis()

            def test_all(self, appsync, appsync_client):
                for name in dir(application):
                    if not name.startswith("__"):
                        getattr(application, name)(appsync_client)
                self.setUp(appsync_client)
        """,
    )
    pytester.runpytest("--appsync-errors=json:errors.json").assert_outcomes(passed=1)
    called = [row[1] for row in rows(report(pytester))]
    assert sorted(map(str, called)) == sorted([*AROUND, "test_it", "setUp"])


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_what_pytest_calls_around_tests_does_not_count(
    pytester: pytest.Pytester, mode: str
) -> None:
    """By whichever name, in a package, a module, a class and its bases."""
    header = """
import boto3, unittest
from pytest_appsync import AppSync
"""

    def functions(*names: str, indent: str = "", before: str = "") -> str:
        return "".join(
            f"{indent}{before}def {name}({'_' if indent else ''}):\n"
            f"{indent}    print('RAN {name}')\n{indent}    with AppSync():\n"
            f"{indent}        boto3.client('appsync').list_graphql_apis()\n"
            for name in names
        )

    of_class = "@classmethod\n    "
    module = (
        header
        + functions("setup_module", "teardown_module", "setup_function", "teardown_function")
        + "def test_function(): pass\n"
        + "class Base:\n"
        + functions("setup_class", "teardown_class", indent="    ", before=of_class)
        + "class TestInherited(Base):\n"
        + functions("setup_method", "teardown_method", indent="    ")
        + "    def test_method(self): pass\n"
    )
    cases = (
        header
        + functions("setUpModule", "tearDownModule")
        + "class TestCase(unittest.IsolatedAsyncioTestCase):\n"
        + functions("setUpClass", "tearDownClass", indent="    ", before=of_class)
        + functions("setUp", "tearDown", indent="    ")
        + functions("asyncSetUp", "asyncTearDown", indent="    ", before="async ")
        + "    def test_case(self): pass\n"
    )
    package = pytester.mkpydir("package")
    (package / "__init__.py").write_text(header + functions("setup_module", "teardown_module"))
    (package / "test_in_package.py").write_text("def test_it(): pass\n")
    pytester.makepyfile(test_module=module, test_cases=cases)
    namespace = pytester.mkdir("namespace")
    (namespace / "test_in_namespace.py").write_text("def test_it(): pass\n")
    result = pytester.runpytest(
        f"--import-mode={mode}", "-s", "--appsync-errors=json:errors.json", "--appsync-errors=term"
    )
    result.assert_outcomes(passed=5)
    assert rows(report(pytester)) == []
    # Two of the package, which pytest 8.0 does not always call; four of a module, two and two of
    # its class; two of the module of test cases and six of its class.
    calls = result.stdout.str().count("RAN ")
    assert calls in (16, 18)
    result.stdout.fnmatch_lines(f"Not counted, *themselves ({calls}).")


def test_a_function_that_wraps_itself_has_no_lines() -> None:
    def function() -> None: ...

    function.__wrapped__ = function  # type: ignore[attr-defined]
    tests = SuiteCode()
    tests.add(function)
    assert not tests.has(CallSite(__file__, function.__code__.co_firstlineno, "function"))


@pytest.mark.parametrize("xdist", ["no:xdist", *(["xdist"] if IS_THOROUGH else [])])
def test_a_code_that_utf_8_cannot_encode(pytester: pytest.Pytester, xdist: str) -> None:
    pytester.makepyfile(
        r"""
        import pytest
        from botocore.exceptions import ClientError
        from pytest_appsync import HttpAnswer

        def listed(client):
            client.list_api_keys(apiId="any")

        def test_it(appsync, appsync_client):
            appsync.fail("ListApiKeys", HttpAnswer(400, {}, b'{"__type": "odd\\udce9"}'))
            with pytest.raises(ClientError):
                listed(appsync_client)
        """
    )
    result = pytester.runpytest(
        *(("-n1",) if xdist == "xdist" else ("-p", xdist)),
        "--appsync-errors=json:e.json",
        "--appsync-errors=html:e.html",
    )
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    [site] = report(pytester, "e.json")["call_sites"]
    assert codes(site, "other", "exercised") == ["odd\udce9"]


class UnhelpfulError(Exception):
    """Any exception of an application may come out of a client's event handler."""

    @property
    def response(self) -> object:
        raise RuntimeError("there was no response")


@pytest.mark.parametrize(
    "response", [None, {}, {"Error": None}, {"Error": {}}, {"Error": {"Code": 0}}]
)
def test_an_exception_without_a_code_counts_by_its_name(response: object) -> None:
    error = ValueError()
    error.response = response  # type: ignore[attr-defined]
    assert code_of(error) == "ValueError"
    assert code_of(UnhelpfulError()) == "UnhelpfulError"


def test_code_without_a_line_is_counted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(appsync, appsync_client):
            code = compile("client.list_graphql_apis()", "made.py", "exec")
            exec(code.replace(co_linetable=b""), {"client": appsync_client})
            exec(code, {"client": appsync_client})
        """
    )
    result = pytester.runpytest("--appsync-errors=json:errors.json")
    result.assert_outcomes(passed=1)
    assert sum(site["calls"] for site in report(pytester)["call_sites"]) == 2


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
