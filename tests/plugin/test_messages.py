"""What a newcomer reads: short, about the own test, with what to do."""

from __future__ import annotations

from traceback import walk_tb
from typing import Any

import pytest

from pytest_appsync import UnsimulatedOperation
from pytest_appsync.tracebacks import shortened_traceback

EVALUATING = """
def evaluate(client):
    return client.evaluate_mapping_template(template="{}", context="{}")

def swallow(client):
    try:
        evaluate(client)
    except Exception:
        pass

def listing(client):
    return client.list_graphql_apis()
"""


def report_of(result: pytest.RunResult, test: str) -> list[str]:
    """What stands under the heading of a failed test, up to the record of its calls.

    Lines that only mark a place, or separate frames, are left out.
    """
    begin = next(number for number, line in enumerate(result.outlines) if f"_ {test} _" in line)
    lines = result.outlines[begin + 1 :]
    heading = ("-----", "_____", "=====")
    end = next(number for number, line in enumerate(lines) if line.startswith(heading))
    return [line for line in lines[:end] if line.strip(" ^_")]


def test_wrapt_is_no_frame_of_the_application_without_its_compiled_part() -> None:
    library: dict[str, Any] = {"__name__": "wrapt.wrappers"}
    exec("def call(function): function()", library)

    def function() -> None:
        raise UnsimulatedOperation("EvaluateCode")

    with pytest.raises(UnsimulatedOperation) as caught:
        library["call"](function)
    trace = shortened_traceback(caught.value, caught.value.__traceback__)
    names = [frame.f_globals["__name__"] for frame, _ in walk_tb(trace)]
    assert names == [__name__, __name__], "a report would have 27 lines of wrapt"


@pytest.mark.parametrize("options", [(), ("--full-trace",), ("--tb=short",)])
def test_an_unsimulated_operation_is_a_dozen_lines(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    pytester.makepyfile(
        application=EVALUATING,
        test_it="""
        import unittest
        import boto3
        from pytest_appsync import AppSync
        from application import evaluate, swallow

        def test_raises(appsync_client):
            evaluate(appsync_client)

        def test_swallows(appsync_client):
            swallow(appsync_client)

        @AppSync()
        class Case(unittest.TestCase):
            def test_raises(self):
                evaluate(boto3.client("appsync"))
        """,
    )
    result = pytester.runpytest(*options)
    result.assert_outcomes(failed=3)
    for test in "test_raises", "test_swallows", "Case.test_raises":
        lines = report_of(result, test)
        assert any("appsync.respond('EvaluateMappingTemplate', {...})" in line for line in lines)
        if "--full-trace" in options:
            assert len(lines) > 50
        else:
            frames = sum(line.startswith("application.py:") for line in lines)
            assert len(lines) <= 11 + 2 * frames, lines
            assert any("application.py:2" in line for line in lines)
            assert not any("botocore/" in line for line in lines)


def test_a_decorated_test_is_told_what_was_not_met_as_one_with_the_fixture(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        test_it="""
        import asyncio
        import unittest
        import pytest
        from pytest_appsync import AppSync

        decorating = AppSync()

        def test_fixture(appsync):
            appsync.fail("GetGraphqlApi", "NotFoundException")

        @AppSync()
        def test_function(appsync):
            appsync.fail("GetGraphqlApi", "NotFoundException")

        @pytest.mark.xfail(raises=AssertionError, strict=True)
        @AppSync()
        def test_expected(appsync):
            appsync.fail("GetGraphqlApi", "NotFoundException")

        @AppSync()
        class TestClass:
            def test_method(self, appsync):
                appsync.fail("GetGraphqlApi", "NotFoundException")

        @decorating
        class Case(unittest.TestCase):
            def test_case(self):
                decorating.fail("GetGraphqlApi", "NotFoundException")

        @decorating
        class Coroutines(unittest.IsolatedAsyncioTestCase):
            async def test_case(self):
                decorating.fail("GetGraphqlApi", "NotFoundException")

        def test_called():
            @AppSync()
            def run(appsync):
                appsync.fail("GetGraphqlApi", "NotFoundException")

            run()
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=6, xfailed=1)
    fixture = report_of(result, "test_fixture")
    assert len(fixture) == 5
    for test in "test_function", "TestClass.test_method", "Case.test_case", "Coroutines.test_case":
        lines = report_of(result, test)
        assert len(lines) == len(fixture)
        assert lines[0] == fixture[0]
    called = report_of(result, "test_called")
    assert not any("decoration.py" in line for line in called)
    assert any(line.startswith(">       run()") for line in called)
    result.stdout.fnmatch_lines(["FAILED *::test_function - Failed: The test *"])


def test_a_refused_call_is_a_dozen_lines(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        application=EVALUATING,
        test_it="""
        import boto3
        from application import listing

        def test_calls():
            listing(boto3.client("appsync", region_name="us-east-1"))
        """,
    )
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E  *RealCallBlocked: ListGraphqlApis was called outside of any*"])
    assert len(report_of(result, "test_calls")) <= 12
    assert not [line for line in result.outlines if "botocore/" in line]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("'CreateApiKey', 'NotFound'", "*did you mean 'NotFoundException'?*"),
        (
            "'CreateApiKye'",
            "*AppSync has no operation 'CreateApiKye'; did you mean 'CreateApiKey'?*",
        ),
        ("3", "*AppSync has no operation 3.*"),
        ("'CreateApiKey', tmes=2", "*did you mean 'times'?*"),
        (
            "'CreateApiKey', times=0",
            "*`times` must be a whole number, 1 or more, or None for every time, not 0*",
        ),
        ("'CreateApiKey', common='x'", "*`common` must be True or False, not 'x'*"),
    ],
)
def test_a_wrong_argument_of_appsync_errors_is_a_usage_error(
    pytester: pytest.Pytester, arguments: str, message: str
) -> None:
    pytester.makepyfile(
        test_it=f"""
        import pytest

        @pytest.mark.appsync_errors({arguments})
        def test_each(appsync_error):
            pass
        """
    )
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([f"test_it.py::test_each: {message}"])
    result.stdout.no_fnmatch_line("*During handling*")
    result.stdout.no_fnmatch_line("*Traceback*")
    assert len(result.outlines) < 20


@pytest.mark.parametrize(
    ("keyword", "ini", "message"),
    [
        ("region='eu-centrall-1'", "", "*did you mean 'eu-central-1'?"),
        ("strict=3", "", "*`strict` must be True or False, not 3"),
        ("unsimulated='pass'", "", "*`unsimulated` must be 'error' or 'passthrough', not 'pass'*"),
        ("", "appsync_region = eu-west1", "*not 'eu-west1'; did you mean 'eu-west-1'?"),
    ],
)
def test_a_wrong_value_of_a_setting_is_a_usage_error(
    pytester: pytest.Pytester, keyword: str, ini: str, message: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.appsync({keyword})
        def test_it():
            pass
        """
    )
    pytester.makeini(f"[pytest]\n{ini}\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"the fixture `appsync` cannot be as its markers {message}"])
    result.stdout.no_fnmatch_line("*__post_init__*")


def test_botos_own_answer_in_place_of_an_api_gets_a_short_hint(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_answer(appsync, appsync_client):
            api = appsync_client.create_graphql_api(name="a", authenticationType="API_KEY")
            appsync.api_keys(api)

        def test_member(appsync, appsync_client):
            api = appsync_client.create_graphql_api(name="a", authenticationType="API_KEY")
            appsync.add_api_key(api["graphqlApi"])
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    said = [line for line in result.outlines if line.startswith("E   ")]
    assert [line.partition(" characters)")[2] for line in said] == [
        ': give its ["graphqlApi"]["apiId"]',
        ': give its ["apiId"]',
    ]
    assert all(len(line) < 180 for line in said)


MISSPELT = {
    "appsync_error": "appsync_errors",
    "appsync_erorrs": "appsync_errors",
    "appsync_Errors": "appsync_errors",
    "appsyncerrors": "appsync_errors",
    "apsync_errors": "appsync_errors",
    "appsnyc": "appsync",
    "app_sync": "appsync",
    "AppSync": "appsync",
}


@pytest.mark.parametrize("name", MISSPELT)
def test_a_misspelt_marker_is_an_error(pytester: pytest.Pytester, name: str) -> None:
    mark = f"@pytest.mark.{name}"
    pytester.makepyfile(f"import pytest\n{mark}(page_size=2)\ndef test_it(): pass")
    result = pytester.runpytest("-W", "ignore::pytest.PytestUnknownMarkWarning")
    result.assert_outcomes(errors=1)
    meant = f"did you mean @pytest.mark.{MISSPELT[name]}? *`markers`"
    result.stdout.fnmatch_lines([f"{mark} is no marker of pytest-appsync; {meant}"])


def test_a_suites_own_markers_are_its_own(pytester: pytest.Pytester) -> None:
    names = ["appsync_live", "appsync_slow", "appsync_it", "appsyncdb", "appsync_error"]
    names += ["api", "api_async", "appsec"]
    marks = "".join(f"@pytest.mark.{name}\n" for name in names)
    pytester.makepyfile(f"import pytest\n{marks}def test_it(): pass")
    pytester.makeini("[pytest]\nmarkers =\n    appsync_error(code): a marker of this suite\n")
    pytester.runpytest("-W", "ignore::pytest.PytestUnknownMarkWarning").assert_outcomes(passed=1)


@pytest.mark.parametrize("value", ["on please", "ture", "2"])
def test_a_wrong_value_of_appsync_guard_is_a_usage_error(
    pytester: pytest.Pytester, value: str
) -> None:
    pytester.makepyfile("def test_it(): pass")
    pytester.makeini(f"[pytest]\nappsync_guard = {value}\n")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *`appsync_guard` must be true or false (*): *{value!r}*"])
    assert "Traceback" not in result.stderr.str() + result.stdout.str()


SWALLOWED = (
    "*this exception reached no function of the test, so the application may have swallowed it."
)


def test_only_a_simulations_mistake_has_a_way_to_turn_the_check_off(
    pytester: pytest.Pytester,
) -> None:
    """For a refused call the check is all that notices the fixture that a test forgot."""
    pytester.makepyfile(
        application=EVALUATING,
        test_it="""
        import boto3
        from application import swallow

        def test_in_a_simulation(appsync_client):
            swallow(appsync_client)

        def test_refused():
            swallow(boto3.client("appsync", region_name="us-east-1"))
        """,
    )
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    without, with_it = f"E  {SWALLOWED}", f"E  {SWALLOWED} If it did not: *appsync(strict=False)*"
    result.stdout.fnmatch_lines([with_it, without])
    assert result.stdout.str().count("If it did not") == 1
