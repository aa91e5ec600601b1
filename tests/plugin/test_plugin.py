"""pytest's side: fixtures, markers, strictness and reports, as a user's suite meets them."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest

from pytest_appsync import ApiKeyRules, AppSync
from pytest_appsync.clients import guard
from tests.prepared import run_script, run_session


def test_the_fixture_is_there_without_a_conftest(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3

        def rotate(api_id):
            boto3.client("appsync").create_api_key(apiId=api_id)

        def test_rotates_a_key(appsync):
            api = appsync.add_api("orders")
            rotate(api.id)
            [key] = appsync.api_keys(api)
            assert key.id.startswith("da2-")

        def test_starts_empty(appsync, appsync_client):
            assert appsync.apis() == []
            assert appsync_client.meta.region_name == "us-east-1"
        """
    )
    result = pytester.runpytest("--strict-markers")
    result.assert_outcomes(passed=2)


# --- the marker ---


@pytest.mark.appsync(region="eu-west-1", strict=False)
class TestClosestMarkerWins:
    @pytest.mark.appsync(region="eu-central-1")
    def test_keyword_by_keyword(self, appsync: AppSync) -> None:
        assert (appsync.region, appsync.strict) == ("eu-central-1", False)

    def test_the_class(self, appsync: AppSync) -> None:
        assert (appsync.region, appsync.strict) == ("eu-west-1", False)


def test_the_defaults(appsync: AppSync) -> None:
    assert (appsync.region, appsync.key_rules, appsync.unsimulated, appsync.strict) == (
        "us-east-1",
        ApiKeyRules.DA2,
        "error",
        True,
    )


@pytest.mark.appsync(page_size=3, graphql_api_quota=4, event_api_quota=5, seed="a")
def test_each_keyword_is_readable(appsync: AppSync) -> None:
    found = {name: getattr(appsync, name) for name in inspect.signature(AppSync).parameters}
    wanted = {"page_size": 3, "graphql_api_quota": 4, "event_api_quota": 5, "seed": "a"}
    assert wanted.items() <= found.items()
    assert found["schema_creation"] == timedelta()


def test_the_marker_alone_runs_a_test_inside(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import unittest
        import boto3, pytest

        @pytest.mark.appsync(region="eu-west-1")
        def test_function():
            assert boto3.client("appsync").list_graphql_apis()["graphqlApis"] == []

        @pytest.mark.appsync(region="eu-west-1")
        class TestCase(unittest.TestCase):
            def test_method(self):
                client = boto3.client("appsync")
                assert client.meta.region_name == "eu-west-1"
                assert client.list_graphql_apis()["graphqlApis"] == []
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("appsync(regoin='x')", "*@pytest.mark.appsync has no keyword 'regoin'*'region'*"),
        ("appsync('eu-west-1')", "*takes keywords only, not ('eu-west-1',)*"),
        ("appsync(region='')", "*`region` must be a region's name, such as 'eu-west-1', not ''*"),
        ("appsync_errors('CreateApiKeys')", "*did you mean 'CreateApiKey'*"),
        ("appsync_errors('CreateApiKey', 'NotFound')", "*did you mean 'NotFoundException'*"),
        (
            "appsync_errors('CreateApiKey', times=0)",
            "*`times` must be a whole number, 1 or more*not 0*",
        ),
        ("appsync_errors('CreateApiKey', comon=True)", "*did you mean 'common'*"),
        ("appsync_errors('CreateApiKey', observed=1)", "*`observed` must be True or False, not 1*"),
        ("appsync_errors()", "*needs an operation*"),
    ],
)
def test_a_misused_marker_fails(pytester: pytest.Pytester, marker: str, message: str) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.{marker}
        def test_something(appsync):
            pass
        """
    )
    result = pytester.runpytest()
    assert result.ret != 0
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(message)
    result.stdout.no_fnmatch_line("*During handling*")


def test_a_marker_of_one_parameter_leaves_its_siblings_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pytest_appsync.simulation import entered

        @pytest.mark.parametrize(
            "inside", [False, pytest.param(True, marks=pytest.mark.appsync(region="eu-west-1"))]
        )
        def test_it(inside):
            assert (entered.active() is not None) is inside
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


def test_a_marker_of_one_parameter_is_closer_than_the_functions(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.appsync(seed=1)

        @pytest.mark.appsync(region="eu-west-1", page_size=3)
        @pytest.mark.parametrize(
            "page_size", [3, pytest.param(4, marks=pytest.mark.appsync(page_size=4))]
        )
        def test_it(appsync, page_size):
            assert (appsync.region, appsync.page_size, appsync.seed) == ("eu-west-1", page_size, 1)
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


def test_a_marked_test_is_inside_fixtures_of_wider_scope(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pytest_appsync import AppSync
        from pytest_appsync.appsync import lifecycle_of
        from pytest_appsync.simulation import entered

        @pytest.fixture(scope="session")
        def wide():
            with AppSync(region="eu-west-1") as appsync:
                yield appsync

        @pytest.mark.appsync(region="eu-central-1")
        def test_it(wide):
            assert entered.active().settings.region == "eu-central-1"

        def test_other(wide):
            assert entered.active() is lifecycle_of(wide).simulation
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


def test_a_marked_test_is_inside_before_its_own_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest
        from pytest_appsync.simulation import entered

        order = []

        def note(name):
            order.append((name, entered.active() is not None))

        @pytest.fixture(scope="session", autouse=True)
        def whole_session():
            note("session")

        @pytest.fixture(scope="module")
        def module():
            note("module")

        @pytest.fixture(autouse=True)
        def of_each_test():
            note("each test")
            yield
            note("after each test")

        @pytest.fixture
        def api():
            note("api")
        """
    )
    pytester.makepyfile(
        """
        import pytest
        from conftest import order

        @pytest.mark.appsync(region="eu-west-1")
        def test_marked(api, module):
            assert order == [
                ("session", False), ("module", False), ("each test", True), ("api", True)
            ]

        def test_other(api):
            assert order[4:] == [
                ("after each test", True), ("each test", False), ("api", False)
            ]

        @pytest.mark.appsync_errors("CreateApiKey", "NotFoundException")
        @pytest.mark.appsync(strict=False)
        def test_with_error(api, appsync_error):
            assert order[-2:] == [("each test", True), ("api", True)]
        """
    )
    pytester.runpytest("-p", "no:randomly").assert_outcomes(passed=3)


def test_a_marked_doctest_is_inside(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.appsync(region="eu-west-1"))
        """
    )
    pytester.makepyfile(
        module="""
        def region():
            '''
            >>> from pytest_appsync.simulation import entered
            >>> entered.active().settings.region
            'eu-west-1'
            '''
        """
    )
    pytester.runpytest("--doctest-modules").assert_outcomes(passed=1)


def test_a_marked_item_without_fixtures_runs_as_ever(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        class Item(pytest.Item):
            def runtest(self):
                pass

        class File(pytest.File):
            def collect(self):
                item = Item.from_parent(self, name="it")
                item.add_marker(pytest.mark.appsync(region="eu-west-1"))
                yield item

        def pytest_collect_file(parent, file_path):
            if file_path.suffix == ".txt":
                return File.from_parent(parent, path=file_path)
        """
    )
    pytester.maketxtfile("")
    pytester.runpytest().assert_outcomes(passed=1)


def test_an_override_of_the_fixture_is_what_a_marked_test_gets(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pytest_appsync.simulation import seeding
        from pytest_appsync.simulation import entered

        @pytest.fixture
        def settings():
            return "orders"

        @pytest.fixture
        def appsync(settings, appsync):
            appsync.add_api(settings)
            return appsync

        @pytest.mark.appsync(region="eu-west-1")
        def test_it(settings):
            [api] = seeding.apis(entered.active().service, "eu-west-1")
            assert api.name == "orders"

        def test_client(appsync_client):
            [api] = appsync_client.list_graphql_apis()["graphqlApis"]
            assert api["name"] == "orders"
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


def test_a_mark_that_comes_too_late_is_an_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pytest_appsync.simulation import entered

        @pytest.fixture(scope="class")
        def late(request):
            request.node.add_marker(pytest.mark.appsync(region="eu-west-1"))

        @pytest.mark.usefixtures("late")
        class TestInTime:
            def test_first(self):
                assert entered.active().settings.region == "eu-west-1"

            def test_second(self):
                assert entered.active().settings.region == "eu-west-1"

        @pytest.fixture
        def later(request):
            request.node.add_marker(pytest.mark.appsync(region="eu-west-1"))

        def test_later(later):
            pass

        def test_that_asks(later, appsync):
            assert appsync.region == "eu-west-1"
        """
    )
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines("*marked with appsync*while its fixtures were being set up*")


def test_a_mark_of_a_setup_hook_is_in_time(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        def pytest_runtest_setup(item):
            item.add_marker(pytest.mark.appsync(region="eu-west-1"))
        """
    )
    pytester.makepyfile(
        """
        from pytest_appsync.simulation import entered

        def test_it():
            assert entered.active().settings.region == "eu-west-1"
        """
    )
    pytester.runpytest().assert_outcomes(passed=1)


def test_a_setup_hook_that_fails_before_ours_is_reported(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_setup(item):
            raise ValueError("before the plugin's")
        """
    )
    pytester.makepyfile("def test_it(appsync): pass")
    with AppSync() as of_the_session:
        of_the_session.client().list_graphql_apis()
        result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*ValueError: before the plugin's")
    result.stdout.no_fnmatch_line("*AppSync calls*")


def test_a_second_session_that_names_the_plugin_has_no_warning(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile("def test_it(appsync): pass")
    script = pytester.makepyfile(
        sessions="""
        import pytest

        for _ in range(2):
            assert pytest.main(["-W", "error", "-p", "pytest_appsync.plugin"]) == 0
        """
    )
    assert run_script(str(script)).ret == 0


@pytest.mark.parametrize("autoload", ["", "1"])
def test_the_plugin_can_be_named_whether_pytest_has_loaded_it_or_not(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, autoload: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", autoload)
    pytester.makepyfile("def test_it(appsync): pass")
    done = run_session(pytester, "-W", "error", "-p", "appsync")
    done.assert_outcomes(passed=1)


def test_a_run_that_is_repeated_knows_nothing_of_the_one_before(pytester: pytest.Pytester) -> None:
    """pytest-rerunfailures repeats a test within one pytest_runtest_protocol."""
    pytester.makeconftest(
        """
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            for _ in range(2):
                item._initrequest()
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
            return True
        """
    )
    pytester.makepyfile(
        """
        runs = []

        def test_it(request):
            runs.append(1)
            if len(runs) == 1:
                request.getfixturevalue("appsync").fail("CreateApiKey", "NotFoundException")
        """
    )
    pytester.runpytest().assert_outcomes(passed=1)


def test_a_conftest_sees_the_calls_in_a_report(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(item, call):
            report = yield
            print("seen in", call.when, *(title for title, _ in report.sections))
            return report
        """
    )
    pytester.makepyfile("def test_it(appsync): assert 0")
    pytester.runpytest("-s").stdout.fnmatch_lines("*seen in call AppSync calls*")


def test_the_fixture_may_have_another_name(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        import pytest

        aws = sys.modules["pytest_appsync.plugin"].appsync

        @pytest.mark.appsync(region="eu-west-1", strict=False)
        def test_it(aws, appsync):
            assert aws is not appsync
            assert aws.region == "eu-west-1"
        """
    )
    pytester.runpytest().assert_outcomes(passed=1)


def test_a_test_may_ask_in_another_thread_or_task(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import unittest
        from concurrent.futures import ThreadPoolExecutor

        import pytest

        @pytest.mark.appsync(strict=False)
        def test_first(appsync):
            pass

        def test_thread(request):
            with ThreadPoolExecutor(1) as threads:
                assert threads.submit(request.getfixturevalue, "appsync").result().strict

        class TestTask(unittest.IsolatedAsyncioTestCase):
            @pytest.fixture(autouse=True)
            def ask(self, request):
                self.ask = request.getfixturevalue

            async def test_it(self):
                assert self.ask("appsync").strict
        """
    )
    pytester.runpytest("-p", "no:randomly").assert_outcomes(passed=3)


def test_a_session_within_a_test_leaves_it_its_own_simulation(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("pytest_plugins = ['pytester']")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.appsync(region="eu-west-1")
        def test_outer(pytester, request):
            pytester.makepyfile("def test_inner(appsync): assert appsync.region == 'us-east-1'")
            pytester.runpytest_inprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)
            assert request.getfixturevalue("appsync").region == "eu-west-1"

        @pytest.mark.appsync(region="eu-central-1")
        def test_later(pytester, request):
            pytester.makepyfile("def test_inner(appsync): pass")
            pytester.runpytest_inprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)
            assert request.getfixturevalue("appsync_client").meta.region_name == "eu-central-1"
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


def test_the_guard_is_an_ini_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3

        def application():
            try:
                boto3.client("appsync", region_name="us-east-1").list_graphql_apis()
            except Exception:
                pass

        def test_forgot_the_fixture():
            application()

        def test_inside(appsync):
            boto3.client("appsync").list_graphql_apis()
        """
    )
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines("*ListGraphqlApis was called outside of any simulation, at *:5 in*")
    assert not guard.is_up


def test_a_session_keeps_no_simulations(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import gc, pytest

        @pytest.mark.parametrize("number", range(4))
        def test_it(appsync, number):
            gc.collect()
            alive = [it for it in gc.get_objects() if type(it) is type(appsync)]
            inactive = [it for it in alive if it is not appsync and not len(it.apis("x" * 9))]
            assert len([it for it in inactive if it.region == "sa-east-1"]) <= 1

        pytestmark = pytest.mark.appsync(region="sa-east-1")
        """
    )
    pytester.runpytest().assert_outcomes(passed=4)


# --- every documented error ---


def test_one_run_for_each_documented_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3, pytest
        from botocore.exceptions import ClientError

        def refused(appsync, code):
            with pytest.raises(ClientError, match=code):
                boto3.client("appsync").create_api_key(apiId="any")
            return appsync.calls[-1]

        @pytest.mark.appsync_errors("CreateApiKey")
        def test_all(appsync, appsync_error):
            call = refused(appsync, appsync_error.code)
            assert call.http_status == appsync_error.http_status

        @pytest.mark.appsync_errors("CreateApiKey", observed=False)
        def test_all_that_is_documented(appsync, appsync_error):
            assert not appsync_error.observed
            refused(appsync, appsync_error.code)

        @pytest.mark.appsync_errors("create_api_key", "ThrottlingException", "NotFoundException")
        @pytest.mark.parametrize("number", [1, 2])
        def test_named(appsync, appsync_error, number):
            refused(appsync, appsync_error.code)

        @pytest.mark.appsync_errors("CreateApiKey", "InternalFailureException", times=1)
        class TestTransient:
            @pytest.mark.appsync_errors("CreateApiKey", "InternalFailureException", times=1)
            def test_ridden_out(self, appsync):
                api = appsync.add_api()
                boto3.client("appsync").create_api_key(apiId=api.id)
                assert [a.http_status for a in appsync.calls[-1].attempts] == [500, 200]

        @pytest.mark.appsync_errors("ListApiKeys", common=True)
        def test_common(appsync_error):
            with pytest.raises(ClientError, match=appsync_error.code):
                boto3.client("appsync").list_api_keys(apiId="any")
        """
    )
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=8 + 7 + 4 + 1 + 20)
    result.stdout.fnmatch_lines(
        [
            "*::test_all[[]CreateApiKey-LimitExceededException-429[]] PASSED*",
            "*::test_all[[]CreateApiKey-ConcurrentModificationException-409[]] PASSED*",
            "*::test_named[[]CreateApiKey-ThrottlingException-400-1[]] PASSED*",
            "*::test_ridden_out[[]CreateApiKey-InternalFailureException-500[]] PASSED*",
            "*::test_common[[]ListApiKeys-AccessDeniedException-403[]] PASSED*",
        ]
    )


def test_operations_stack(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.appsync(strict=False)
        @pytest.mark.appsync_errors("CreateApiKey", "NotFoundException")
        @pytest.mark.appsync_errors("DeleteApiKey", "NotFoundException")
        def test_both(appsync_error):
            assert appsync_error.operation in ("CreateApiKey", "DeleteApiKey")
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


def test_an_armed_error_that_no_call_meets_fails(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.appsync_errors("CreateApiKey", "NotFoundException")
        def test_calls_nothing(appsync_error):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines("*fail('CreateApiKey', 'NotFoundException')*")


def test_what_cannot_be_parametrized_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import unittest, pytest

        @pytest.mark.appsync_errors("CreateApiKey")
        class TestCase(unittest.TestCase):
            def test_method(self):
                pass

        def test_without_marker(appsync_error):
            pass

        marked = pytest.mark.appsync_errors("CreateApiKey")

        @pytest.mark.parametrize("number", [pytest.param(1, marks=marked)])
        def test_one_parameter(number):
            pass

        @pytest.mark.parametrize("appsync_error", ["NotFoundException"], indirect=True)
        def test_own_parameter(appsync_error):
            pass
        """
    )
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(
        [
            "*pytest has not parametrized this test. A test of a unittest.TestCase*",
            "*appsync_error needs the marker*",
            "*pytest has not parametrized this test*or to one pytest.param*",
            "*appsync_error needs the marker*",
        ]
    )


def test_mistakes_of_an_item_whose_module_is_no_python(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import contextlib
        import pytest

        class Example(pytest.Item):
            def runtest(self):
                from pytest_appsync import AppSync
                with AppSync() as appsync, contextlib.suppress(Exception):
                    appsync.client().evaluate_mapping_template(template="any", context="{}")

        class Document(pytest.Module):
            obj = property(lambda self: getattr(self, "no such attribute"))

            def collect(self):
                yield Example.from_parent(self, name="example")

        def pytest_collect_file(parent, file_path):
            if file_path.suffix == ".txt":
                return Document.from_parent(parent, path=file_path)
        """
    )
    pytester.maketxtfile("")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines("*UnsimulatedOperation: *called EvaluateMappingTemplate*")


# --- strictness ---

UNMET = """
    def test_unmet(appsync, appsync_client):
        api = appsync.add_api("orders", api_id="orders")
        appsync_client.list_api_keys(apiId="orders")
        appsync.fail("CreateApiKey", "LimitExceededException", times=2)
        appsync.respond("ListTypes", {})
        appsync.delay("DeleteApiKey", 3)
        appsync.throttle(rate=1000)
        appsync.chaos(0.0, seed=1)
"""


def test_what_was_scripted_in_vain_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(UNMET)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "The test scripted what no call has met:",
            "  - fail('CreateApiKey', 'LimitExceededException', times=2)",
            "    *test_what_was_scripted_in_vain_fails_the_test.py:4 in test_unmet",
            "  - respond('ListTypes', {})",
            "    *test_what_was_scripted_in_vain_fails_the_test.py:5 in test_unmet",
            "  - delay('DeleteApiKey', 3)",
            "    *test_what_was_scripted_in_vain_fails_the_test.py:6 in test_unmet",
            "AppSync was called for:",
            "  1. <ListApiKeys(apiId='orders') in us-east-1: 200>",
            "If it need not be met: *strict=False*",
        ],
        consecutive=True,
    )


def test_strictness_can_be_turned_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import pytest\n@pytest.mark.appsync(strict=False)" + UNMET.replace("\n    ", "\n")
    )
    pytester.runpytest().assert_outcomes(passed=1)


def test_a_failed_test_does_not_fail_twice(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(UNMET + "        assert False, 'the reason'\n")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*what no call has met*")
    result.stdout.fnmatch_lines("*the reason*")


def test_the_context_manager_is_as_strict() -> None:
    with pytest.raises(AssertionError, match="what no call has met"), AppSync() as appsync:
        appsync.fail("CreateApiKey", "NotFoundException")
    with pytest.raises(ZeroDivisionError), AppSync() as appsync:
        appsync.fail("CreateApiKey", str(1 / 0))
    with AppSync(strict=False) as appsync:
        appsync.fail("CreateApiKey", "NotFoundException")


# --- reports, and the rest of pytest ---


def test_a_failed_tests_report_shows_the_calls(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3

        def rotate(api_id):
            boto3.client("appsync").create_api_key(apiId=api_id)

        def test_rotation(appsync):
            appsync.fail("CreateApiKey", "LimitExceededException", times=1)
            appsync.chaos(0.0, seed=42)
            rotate(appsync.add_api(api_id="orders").id)
            assert appsync.calls[0].http_status == 429
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- AppSync calls -*",
            "1. <CreateApiKey(apiId='orders') in us-east-1: "
            "429 LimitExceededException, slept * s; 200>",
            "   *test_a_failed_tests_report_shows_the_calls.py:4 in rotate",
            "scripted: <fail('CreateApiKey', 'LimitExceededException', times=1): 1 hit>",
            "scripted: <chaos(0.0, seed=42): 0 hits>",
            "clock: <Clock *",
        ]
    )


def test_a_comparison_of_calls_shows_both_sides(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_calls(appsync, appsync_client):
            appsync_client.list_graphql_apis()
            appsync.add_api("orders", api_id="orders")
            appsync_client.list_api_keys(apiId="orders")
            assert appsync.calls == appsync.calls[1:]
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *the calls of AppSync are not those that were expected",
            "E * expected:",
            "E *   1. <ListApiKeys(apiId='orders') in us-east-1: 200>",
            "E * called:",
            "E *   1. <ListGraphqlApis() in us-east-1: 200>",
            "E *   2. <ListApiKeys(apiId='orders') in us-east-1: 200>",
        ]
    )


def test_a_report_says_what_it_cannot_show(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import time
        from unittest import mock

        def test_time_is_mocked(appsync, appsync_client, monkeypatch):
            appsync_client.list_graphql_apis()
            monkeypatch.setattr(time, "time", mock.MagicMock())
            assert False, "the reason"

        def test_record_is_odd(appsync, appsync_client, monkeypatch):
            appsync_client.list_graphql_apis()
            monkeypatch.setattr(type(appsync.calls), "describe", mock.Mock(side_effect=OSError))
            assert appsync.calls == [], "of calls"

        def test_next(appsync):
            assert 0, "the rest is run"
        """
    )
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "*the reason",
            "*cannot be shown, because of *",
            "*of calls",
            "*cannot be shown, because of OSError*",
            "*cannot be shown, because of OSError*",
            "*the rest is run",
        ]
    )


def test_a_comparison_with_an_odd_object_fails_as_any(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        class Odd:
            __class__ = property(lambda self: 1 / 0)
            def __repr__(self):
                raise ValueError("no repr")

        class Many(list):
            def __iter__(self):
                raise ValueError("no items")

        def test_odd(appsync):
            assert appsync.calls == Odd()

        def test_item(appsync):
            assert appsync.calls == [Odd()]

        def test_many(appsync):
            appsync.client().list_graphql_apis()
            calls = appsync.calls
            try:
                assert calls == Many([1])
            except ValueError:
                assert calls == [], "its own __eq__"
        """
    )
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(failed=3)
    result.stdout.no_fnmatch_line("*INTERNALERROR*")
    result.stdout.fnmatch_lines(["*calls of AppSync are not those*", "*its own __eq__*"])


def test_other_comparisons_are_pytests_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_calls(appsync):
            assert appsync.calls != []

        def test_numbers(appsync):
            assert [1, 2] == [1, 3]
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["E *assert <no AppSync calls> != []*", "E *At index 1 diff: 2 != 3"]
    )
    result.stdout.no_fnmatch_line("*the calls of AppSync are not those*")


def test_pytest_documents_it(pytester: pytest.Pytester) -> None:
    markers = pytester.runpytest("--markers")
    markers.stdout.fnmatch_lines(
        ["@pytest.mark.appsync(region=*", "@pytest.mark.appsync_errors(operation, *"]
    )
    for name in inspect.signature(AppSync).parameters:
        markers.stdout.fnmatch_lines(f"@pytest.mark.appsync(*{name}=*")
    keywords = "common=False*times=None"
    markers.stdout.fnmatch_lines(f"@pytest.mark.appsync_errors(operation, [*]codes, {keywords}):*")
    fixtures = pytester.runpytest("--fixtures")
    # pytest 8.0 sorts them by the digits of their lines' numbers.
    fixtures.stdout.fnmatch_lines_random(
        ["appsync --*", "*A simulated AWS AppSync, fresh for this test*", "appsync_client --*"]
    )


def test_tools_that_walk_modules_import_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        import freezegun

        def test_nothing():
            with freezegun.freeze_time("2030-01-01"):
                pass
            assert not {"boto3", "botocore"} & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=1)


def test_it_can_be_switched_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_nothing(request):
            assert not request.config.pluginmanager.has_plugin("appsync")
            assert "pytest_appsync" not in sys.modules
        """
    )
    run_session(pytester, "-p", "no:appsync").assert_outcomes(passed=1)


def test_a_session_without_aws_imports_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_nothing(request):
            assert request.config.pluginmanager.has_plugin("appsync")
            heavy = {"boto3", "botocore", "urllib3", "pytest_appsync.simulation.simulation"}
            assert not heavy & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=1)


INNER_SESSIONS = """
    pytest_plugins = "pytester"

    INNER = '''
    import boto3

    def test_inner(appsync):
        boto3.client("appsync").list_graphql_apis()
    '''

    def test_one(pytester):
        pytester.makepyfile(INNER)
        pytester.runpytest_inprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)

    def test_two(pytester):
        pytester.makepyfile(INNER)
        pytester.runpytest_inprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)

    def test_three(appsync):
        import boto3
        boto3.client("appsync").list_graphql_apis()
        assert len(appsync.calls) == 1

    def test_guarded():
        import boto3, pytest
        from pytest_appsync import RealCallBlocked

        with pytest.raises(RealCallBlocked):
            boto3.client("appsync", region_name="us-east-1").list_graphql_apis()
"""


def test_sessions_inside_a_session_leave_it_whole(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(INNER_SESSIONS)
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    run_session(pytester).assert_outcomes(passed=4)


def test_wider_scopes_and_nested_simulations(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3, pytest
        from pytest_appsync import AppSync

        @pytest.fixture(scope="module")
        def shared():
            with AppSync() as appsync:
                appsync.add_api("shared", api_id="shared")
                yield appsync

        def test_one(shared):
            boto3.client("appsync").create_api_key(apiId="shared")

        def test_two(shared):
            assert len(shared.api_keys("shared")) == 1

        def test_inner(shared, appsync):
            assert boto3.client("appsync").list_graphql_apis()["graphqlApis"] == []
            assert len(shared.calls.of("ListGraphqlApis")) == 0
        """
    )
    pytester.runpytest().assert_outcomes(passed=3)
