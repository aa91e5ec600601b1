"""Other plugins of pytest in the same session."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.prepared import run_session
from tests.thoroughness import only_thorough


def test_rerunfailures_starts_each_run_afresh(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_rerunfailures")
    pytester.makepyfile(
        """
        import boto3

        runs = []

        def test_flaky(appsync):
            assert appsync.apis() == [] and len(appsync.calls) == 0
            appsync.fail("CreateGraphqlApi", "InternalFailureException", times=1)
            client = boto3.client("appsync")
            client.create_graphql_api(name="a", authenticationType="API_KEY")
            runs.append(1)
            assert len(runs) == 3
        """
    )
    result = pytester.runpytest_subprocess("--reruns", "2")
    assert result.parseoutcomes() == {"passed": 1, "rerun": 2}


def test_rerunfailures_reruns_what_was_unmet(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_rerunfailures")
    pytester.makepyfile(
        """
        def test_unmet(appsync):
            appsync.fail("CreateGraphqlApi", "InternalFailureException")
        """
    )
    result = pytester.runpytest_subprocess("--reruns", "1")
    assert result.parseoutcomes() == {"failed": 1, "rerun": 1}


def test_rerunfailures_adds_up_in_the_error_coverage(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_rerunfailures")
    pytester.makepyfile(
        """
        import boto3

        runs = []

        def create(api_id):
            client = boto3.client("appsync")
            try:
                client.create_api_key(apiId=api_id)
            except client.exceptions.ClientError:
                pass

        def test_flaky(appsync):
            runs.append(1)
            code = ["UnauthorizedException", "BadRequestException"][len(runs) - 1]
            appsync.fail("CreateApiKey", code)
            create("any")
            assert len(runs) == 2
        """
    )
    result = pytester.runpytest_subprocess("--reruns", "1", "--appsync-errors")
    assert result.parseoutcomes() == {"passed": 1, "rerun": 1}
    result.stdout.fnmatch_lines(
        ["*:8 in create", "  CreateApiKey       7          2        0        5 *"], consecutive=True
    )


@pytest.mark.parametrize("method", ["signal", "thread"])
def test_timeout_does_not_count_simulated_time(pytester: pytest.Pytester, method: str) -> None:
    pytest.importorskip("pytest_timeout")
    pytester.makepyfile(
        """
        def test_patient(appsync, appsync_client):
            appsync.delay("ListGraphqlApis", 50)
            for _ in range(100):
                appsync_client.list_graphql_apis()
        """
    )
    options = ("--timeout", "20", "--timeout-method", method)
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)


needs_subtests = pytest.mark.skipif(
    not hasattr(pytest, "Subtests") and find_spec("pytest_subtests") is None,
    reason="neither pytest nor a plugin has subtests",
)


@needs_subtests
def test_subtests_share_their_tests_simulation(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_with_subtests(appsync, appsync_client, subtests):
            api = appsync.add_api()
            for number in range(3):
                with subtests.test(number=number):
                    appsync_client.create_api_key(apiId=api.id)
                    assert len(appsync.api_keys(api)) == number + 1
        """
    )
    result = pytester.runpytest_inprocess()
    assert result.ret == 0
    assert "failed" not in result.parseoutcomes()


def run_an_unmet_script_with_a_failed_subtest(pytester: pytest.Pytester) -> pytest.RunResult:
    pytester.makepyfile(
        """
        def test_with_subtests(appsync, subtests):
            appsync.fail("ListGraphqlApis", "UnauthorizedException")
            with subtests.test("first"):
                assert 0, "the subtest's own reason"
        """
    )
    result = pytester.runpytest_inprocess()
    assert result.ret == 1
    return result


@needs_subtests
def test_a_failed_subtest_is_failure_enough(pytester: pytest.Pytester) -> None:
    result = run_an_unmet_script_with_a_failed_subtest(pytester)
    result.stdout.no_fnmatch_line("*what no call has met*")


@needs_subtests
def test_a_subtest_whose_failure_is_forgiven_is_none(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(item, call):
            report = yield
            if report.failed and "own reason" in str(report.longrepr):
                report.outcome, report.wasxfail = "skipped", "known"
            return report
        """
    )
    result = run_an_unmet_script_with_a_failed_subtest(pytester)
    result.stdout.fnmatch_lines("*what no call has met*")


@only_thorough
def test_randomly_and_xdist_together(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_randomly")
    pytester.makepyfile(
        """
        import boto3, pytest

        @pytest.mark.parametrize("number", range(20))
        def test_is_alone(appsync, number):
            client = boto3.client("appsync")
            client.create_graphql_api(name=f"api{number}", authenticationType="API_KEY")
            assert [api.name for api in appsync.apis()] == [f"api{number}"]

        @pytest.mark.appsync_errors("CreateApiKey")
        def test_error(appsync_error):
            with pytest.raises(Exception, match=appsync_error.code):
                boto3.client("appsync").create_api_key(apiId="any")
        """
    )
    # Workers must collect the same tests, so there are two.
    run_session(pytester, "-n", "2", "-p", "randomly").assert_outcomes(passed=28)


APPLICATION = """
import boto3

client = boto3.client("appsync", region_name="us-east-1")

def create(api_id):
    return client.create_api_key(apiId=api_id)["apiKey"]["id"]
"""


def test_module_level_clients_before_and_after_collection(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(application=APPLICATION, late=APPLICATION)
    pytester.makepyfile(
        """
        import application

        def test_imported_before(appsync):
            api = appsync.add_api()
            assert application.create(api.id) == appsync.api_keys(api)[0].id

        def test_imported_inside(appsync):
            import late
            api = appsync.add_api()
            assert late.create(api.id) == appsync.api_keys(api)[0].id
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)
    # Also where a conftest imports the application, before most plugins are configured.
    pytester.makeconftest("import application")
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


POWERTOOLS = """
import boto3
from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger(service="rotation")
client = boto3.client("appsync", region_name="us-east-1")

@logger.inject_lambda_context
def handler(event: dict, context: LambdaContext) -> dict:
    key = client.create_api_key(apiId=event["apiId"])["apiKey"]
    logger.info("created", extra={"expires": key["expires"]})
    return {"expires": key["expires"]}
"""


def test_powertools_idioms(pytester: pytest.Pytester) -> None:
    pytest.importorskip("aws_lambda_powertools")
    pytester.makepyfile(application=POWERTOOLS.replace("Logger, Tracer", "Logger"))
    pytester.makepyfile(
        """
        from types import SimpleNamespace
        import application

        CONTEXT = SimpleNamespace(
            function_name="f", memory_limit_in_mb=128, aws_request_id="1",
            invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:f",
        )

        def test_handler(appsync):
            api = appsync.add_api()
            appsync.fail("CreateApiKey", "LimitExceededException", times=1)
            answer = application.handler({"apiId": api.id}, CONTEXT)
            assert answer == {"expires": appsync.api_keys(api)[0].expires}
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_steps_of_bdd_are_the_tests_own_code(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_bdd")
    pytester.makefile(
        ".feature",
        keys="""
        Feature: keys
          Scenario: a key
            Given an API
            When code is evaluated
            Then the API has a key
        """,
    )
    pytester.makepyfile(
        app="""
        def create(client, api_id):
            return client.create_api_key(apiId=api_id)
        """,
        test_keys="""
        import pytest
        from pytest_bdd import given, scenarios, then, when

        from app import create
        from pytest_appsync import UnsimulatedOperation

        scenarios("keys.feature")

        @given("an API", target_fixture="api")
        def make_api(appsync):
            return appsync.add_api()

        @when("code is evaluated")
        def evaluate(appsync_client):
            runtime = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
            with pytest.raises(UnsimulatedOperation):
                appsync_client.evaluate_code(runtime=runtime, code="code", context="{}")

        @then("the API has a key")
        def look(appsync, appsync_client, api):
            appsync_client.list_api_keys(apiId=api.id)
            create(appsync_client, api.id)
            assert len(appsync.api_keys(api)) == 1
        """,
    )
    result = pytester.runpytest_subprocess("--appsync-errors")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines("app.py:2 in create*")
    result.stdout.no_fnmatch_line("*test_keys.py:*")
