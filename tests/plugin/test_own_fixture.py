"""A fixture ``appsync`` of the suite's own, beside the markers and our other fixtures."""

from __future__ import annotations

import pytest


def own_fixture(pytester: pytest.Pytester, *, scope: str = "function") -> None:
    pytester.makeconftest(
        f"""
        import pytest
        from pytest_appsync import AppSync

        @pytest.fixture(scope={scope!r})
        def appsync():
            with AppSync(region="eu-central-1") as appsync:
                yield appsync
        """
    )


@pytest.mark.parametrize("scope", ["function", "module", "session"])
def test_it_works_with_all_that_we_have(pytester: pytest.Pytester, scope: str) -> None:
    own_fixture(pytester, scope=scope)
    pytester.makepyfile(
        """
        import boto3, pytest
        from botocore.exceptions import ClientError

        def test_client(appsync, appsync_client):
            assert appsync_client.meta.region_name == "eu-central-1"
            appsync_client.list_graphql_apis()

        @pytest.mark.appsync
        def test_marker():
            boto3.client("appsync", region_name="eu-central-1").list_graphql_apis()

        @pytest.mark.appsync(region="eu-central-1")
        def test_what_the_fixture_does_anyway():
            pass

        @pytest.mark.appsync_errors("CreateApiKey", "NotFoundException", "UnauthorizedException")
        def test_errors(appsync_error, appsync_client):
            with pytest.raises(ClientError, match=appsync_error.code):
                appsync_client.create_api_key(apiId="any")

        def test_an_armed_error_ends_with_its_test(appsync, appsync_client):
            api = appsync.add_api()
            appsync_client.create_api_key(apiId=api.id)

        def test_report(appsync, appsync_client):
            appsync_client.list_api_keys(apiId=appsync.add_api(api_id="orders").id)
            assert False
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=3 + 2 + 1, failed=1)
    result.stdout.fnmatch_lines(
        ["*- AppSync calls -*", "*<ListApiKeys(apiId='orders') in eu-central-1: 200>*"]
    )


@pytest.mark.parametrize(
    ("fixture", "marker", "message"),
    [
        (
            "with AppSync(region='eu-west-1') as own: yield own",
            "appsync(region='eu-west-2')",
            "@pytest.mark.appsync(region='eu-west-2') changes nothing: the fixture `appsync` of "
            "this test is not pytest-appsync's own, and has region='eu-west-1'. Have it follow*",
        ),
        ("yield AppSync()", "appsync", "*gives an AppSync that is not entered. Write in it: with*"),
        ("yield AppSync()", "appsync(strict=True)", "*gives an AppSync that is not entered*"),
        ("yield AppSync()", "usefixtures('appsync_client')", "*is not entered*"),
        ("yield 3", "appsync", "*gives 3, which is no pytest_appsync.AppSync. Have it*"),
        ("yield 3", "appsync(region='eu-west-1')", "*gives 3, which is no *"),
        (
            "yield 3",
            "appsync",
            "*begin the simulation in the fixture: with AppSync(): yield client*",
        ),
        ("yield 3", "appsync_errors('CreateApiKey', 'NotFoundException')", "*gives 3, which*"),
    ],
)
def test_what_cannot_work_says_what_to_do(
    pytester: pytest.Pytester, fixture: str, marker: str, message: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest
        from pytest_appsync import AppSync

        @pytest.fixture
        def appsync():
            {fixture}

        @pytest.mark.{marker}
        def test_it():
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(message.replace("[", "[[]"))
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize("scope", ["function", "module"])
def test_what_no_call_met_is_reported_once(pytester: pytest.Pytester, scope: str) -> None:
    own_fixture(pytester, scope=scope)
    pytester.makepyfile(
        """
        def test_unmet(appsync):
            appsync.fail("CreateApiKey", "NotFoundException")
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, errors=1)
    assert result.stdout.str().count("The test scripted what no call has met") == 1


@pytest.mark.parametrize("scope", ["function", "module"])
def test_a_failed_test_does_not_fail_twice(pytester: pytest.Pytester, scope: str) -> None:
    own_fixture(pytester, scope=scope)
    pytester.makepyfile(
        """
        def test_unmet(appsync):
            appsync.fail("CreateApiKey", "NotFoundException")
            assert False, "the reason"
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*what no call has met*")


UNMET = 'appsync.fail("CreateApiKey", "NotFoundException")'


@pytest.mark.parametrize(
    ("tests", "outcomes"),
    [
        (
            f"""
            def test_unrelated():
                assert 0
            def test_unmet(appsync):
                {UNMET}
            """,
            {"failed": 1, "passed": 1, "errors": 1},
        ),
        (
            f"""
            def test_unmet(appsync):
                {UNMET}
            def test_unrelated():
                assert 0
            """,
            {"failed": 1, "passed": 1, "errors": 1},
        ),
        (
            f"""
            def test_fails_for_it(appsync):
                {UNMET}
                assert 0
            def test_unmet(appsync):
                appsync.fail("ListApiKeys", "NotFoundException")
            """,
            {"failed": 1, "passed": 1, "errors": 1},
        ),
        (
            f"""
            def test_would_meet_it_later(appsync):
                {UNMET}
            def test_asks_for_it(appsync):
                assert 0
            """,
            {"failed": 1, "passed": 1},
        ),
        (
            """
            import pytest

            @pytest.fixture(scope="module")
            def client(appsync):
                appsync.fail("CreateApiKey", "NotFoundException")
                return appsync.client()

            def test_calls_it(client):
                client.list_graphql_apis()
                assert 0
            """,
            {"failed": 1},
        ),
    ],
)
def test_only_failures_of_tests_that_used_it_excuse_its_script(
    pytester: pytest.Pytester, tests: str, outcomes: dict[str, int]
) -> None:
    own_fixture(pytester, scope="module")
    pytester.makepyfile(tests)
    result = pytester.runpytest()
    result.assert_outcomes(**outcomes)
    if "errors" in outcomes:
        # Python 3.13 marks a part of the first line in a line of its own.
        result.stdout.fnmatch_lines(
            [
                ">       with AppSync(region=*",
                "E       AssertionError: The test scripted what no call has met:",
                "E         - fail('*', 'NotFoundException')",
                "E           *test_only_failures*.py:* in test_unmet",
            ]
        )
        result.stdout.no_fnmatch_line("*check_script*")


def test_a_report_shows_the_simulations_that_the_test_used(pytester: pytest.Pytester) -> None:
    own_fixture(pytester, scope="module")
    pytester.makepyfile(
        """
        from pytest_appsync import AppSync

        def test_wide(appsync):
            appsync.client().list_graphql_apis()

        @AppSync(region="eu-west-3")
        def test_decorated(appsync):
            appsync.client().list_graphql_apis()
            assert 0

        def test_with():
            with AppSync(region="eu-west-3") as inner:
                inner.client().list_graphql_apis()
                assert 0

        def test_wide_again(appsync):
            appsync.add_api()
            assert 0
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=3)
    calls = [line for line in result.outlines if "<ListGraphqlApis() in " in line]
    assert calls == [
        "1. <ListGraphqlApis() in eu-west-3: 200>",
        "1. <ListGraphqlApis() in eu-west-3: 200>",
        "1. <ListGraphqlApis() in eu-central-1: 200>",
    ]


def test_its_own_parameters_are_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(params=["orders", "users"])
        def appsync(request, appsync):
            appsync.add_api(request.param)
            return appsync

        def test_it(appsync):
            assert len(appsync.apis()) == 1
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


# --- parameters of ours ---


def test_a_parameter_is_keywords(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.appsync(region="eu-west-1", strict=False)
        @pytest.mark.parametrize("appsync", [{}, {"region": "eu-west-2"}], indirect=True)
        def test_it(appsync, request):
            wanted = request.node.callspec.params["appsync"].get("region", "eu-west-1")
            assert (appsync.region, appsync.strict) == (wanted, False)

        def pytest_generate_tests(metafunc):
            if metafunc.function.__name__ == "test_generated":
                metafunc.parametrize("appsync", [{"region": "eu-west-3"}], indirect=True)

        def test_generated(appsync):
            assert appsync.region == "eu-west-3"
        """
    )
    pytester.runpytest().assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("parametrize", "message"),
    [
        ("'appsync', ['eu-west-1'], indirect=True", "*takes dicts of the keywords of AppSync, "),
        ("'appsync, number', [(3, 4)], indirect=['appsync']", "*not 3. Allowed: region, "),
        ("['appsync'], [[{'regoin': 1}]], indirect=True", "*did you mean 'region'"),
        ("argnames='appsync', argvalues=[{3: 4}], indirect=True", "*has no keyword 3*"),
    ],
)
def test_any_other_parameter_is_refused(
    pytester: pytest.Pytester, parametrize: str, message: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.parametrize({parametrize})
        def test_it(appsync{", number" if "number" in parametrize else ""}):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(f"{message}*")
