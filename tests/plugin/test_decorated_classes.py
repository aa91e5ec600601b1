"""Decorated classes: what pytest and unittest run around their tests is inside as well."""

from __future__ import annotations

import unittest
from typing import Any

import pytest

from pytest_appsync import AppSync
from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.simulation import entered
from tests.prepared import run_script, run_session

PYTEST_STYLE = """
    import boto3, pytest
    from pytest_appsync import AppSync

    simulation = AppSync()
    before = simulation.add_api("before the first entry")

    def names():
        apis = boto3.client("appsync", region_name="us-east-1").list_graphql_apis()
        return [api["name"] for api in apis["graphqlApis"]]

    @simulation
    class TestIt:
        @classmethod
        def setup_class(cls):
            boto3.client("appsync").create_graphql_api(name="class", authenticationType="API_KEY")
            simulation.clock.advance(days=1)

        @classmethod
        def teardown_class(cls):
            assert names() == ["before the first entry", "class"]

        def setup_method(self):
            assert names() == ["before the first entry", "class"]
            simulation.add_api("method")

        def teardown_method(self):
            assert names() == ["before the first entry", "class", "method", "fixture", "test"]

        @pytest.fixture(autouse=True)
        def each(self):
            simulation.add_api("fixture")
            yield
            assert names()[-1] == "test"

        @pytest.mark.parametrize("number", range(3))
        def test_it(self, number):
            simulation.add_api("test")
            assert simulation.clock.now() - __import__("time").time() > 80000
            assert len(simulation.calls) == 1, "of setup_method"

    class TestDerived(TestIt):
        pass

    @simulation
    class TestOther:
        def test_it(self):
            assert names() == ["before the first entry"]

    def test_outside():
        from pytest_appsync.simulation import entered
        assert entered.active() is None
"""


def test_fixtures_of_a_pytest_style_class_are_inside(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    pytester.makepyfile(PYTEST_STYLE)
    pytester.runpytest().assert_outcomes(passed=3 + 3 + 1 + 1)


def test_it_needs_no_plugin_where_only_the_test_calls(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from pytest_appsync import AppSync

        simulation = AppSync()
        simulation.add_api("before the first entry")

        @simulation
        class TestIt:
            def test_first(self):
                simulation.add_api("test")
                assert len(simulation.apis()) == 2

            def test_second(self):
                self.test_first()
        """
    )
    run_session(pytester, "-p", "no:appsync").assert_outcomes(passed=2)
    pytester.runpytest().assert_outcomes(passed=2)


CASE = """
    import boto3, pytest, unittest
    from pytest_appsync import AppSync

    simulation = AppSync()
    simulation.add_api("before the first entry")

    def names():
        apis = boto3.client("appsync", region_name="us-east-1").list_graphql_apis()
        return [api["name"] for api in apis["graphqlApis"]]

    @simulation
    class TestCase(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            boto3.client("appsync").create_graphql_api(name="class", authenticationType="API_KEY")
            cls.addClassCleanup(names)

        @classmethod
        def tearDownClass(cls):
            assert names() == ["before the first entry", "class"]

        def setUp(self):
            assert names() == ["before the first entry", "class"]

        def tearDown(self):
            assert names() == ["before the first entry", "class", "test"]

        def test_first(self):
            simulation.add_api("test")

        def test_second(self):
            simulation.add_api("test")

    class TestDerived(TestCase):
        @classmethod
        def setUpClass(cls):
            simulation.client().create_graphql_api(name="class", authenticationType="API_KEY")

    def test_outside():
        from pytest_appsync.simulation import entered
        assert entered.active() is None

    if __name__ == "__main__":
        from pytest_appsync.clients import guard
        guard.is_up = True
        unittest.main()
"""


def test_fixtures_of_a_unittest_case_are_inside(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    pytester.makepyfile(CASE)
    pytester.runpytest().assert_outcomes(passed=5)


def test_and_with_unittests_own_runner(pytester: pytest.Pytester) -> None:
    done = run_script(str(pytester.makepyfile(CASE)))
    assert done.ret == 0
    done.stderr.fnmatch_lines("OK")


def run_case(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_a_failing_set_up_of_the_class_leaves_nothing_entered() -> None:
    @AppSync()
    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            raise ValueError("the reason")

        def test_it(self) -> None: ...

    result = run_case(Case)
    assert ["the reason" in text for _, text in result.errors] == [True]
    assert entered.active() is None


def test_a_class_keeps_its_own_ways() -> None:
    """A static setUpClass, an own __init_subclass__, a decorated base."""
    base, closer = AppSync(), AppSync()
    seen: list[Any] = []

    @base
    class Base(unittest.TestCase):
        name = ""

        def __init_subclass__(cls, name: str) -> None:
            cls.name = name

        @classmethod
        def setUpClass(cls) -> None:
            seen.append(entered.active())

        def test_it(self) -> None:
            seen.append(entered.active())

    @closer
    class Closer(Base, name="closer"):
        @classmethod
        def setUpClass(cls) -> None:
            super().setUpClass()
            closer.add_api("class")

        def test_it(self) -> None:
            assert [api.name for api in closer.apis()] == ["class"]
            super().test_it()

    class Static(Base, name="static"):
        @staticmethod
        def setUpClass() -> None:
            base.add_api("class")

        def test_it(self) -> None:
            assert [api.name for api in base.apis()] == ["class"]

    assert (Closer.name, Static.name) == ("closer", "static")
    for case in (Closer, Static):
        result = run_case(case)
        assert result.wasSuccessful(), [*result.failures, *result.errors]
        assert entered.active() is None
    of_class, of_test = seen
    assert of_class is lifecycle_of(closer).simulation
    assert of_test is not of_class


def test_each_test_of_a_class_is_strict_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import unittest
        from pytest_appsync import AppSync

        simulation = AppSync()

        @simulation
        class TestIt:
            def setup_method(self):
                simulation.fail("CreateApiKey", "NotFoundException")

            def test_unmet(self):
                pass

            def test_own_reason(self):
                assert False, "the reason"

        class_wide = AppSync()

        @class_wide
        class TestClassWide:
            @classmethod
            def setup_class(cls):
                class_wide.fail("ListApiKeys", "NotFoundException", times=1)

            def test_met(self):
                try:
                    class_wide.client().list_api_keys(apiId="any")
                except Exception:
                    pass
                assert class_wide.calls[-1].error_code == "NotFoundException"

            test_met_again = test_met

            def test_unmet(self):
                pass

        @simulation
        class TestCase(unittest.TestCase):
            def setUp(self):
                simulation.fail("CreateApiKey", "NotFoundException")

            def test_unmet(self):
                pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, failed=4)
    assert result.stdout.str().count("The test scripted what no call has met") == 3


def test_an_interrupted_session_leaves_a_class_usable(pytester: pytest.Pytester) -> None:
    """Ctrl-C may keep the fixtures around a class from their end."""
    pytester.makepyfile(
        module="""
        from pytest_appsync import AppSync

        simulation = AppSync()
        runs = []

        @simulation
        class TestIt:
            @classmethod
            def setup_class(cls):
                simulation.add_api()

            def test_it(self):
                assert len(simulation.apis()) == 1
                runs.append(1)
        """,
        conftest="""
        import pytest
        from module import runs

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_teardown():
            if len(runs) == 1:
                raise KeyboardInterrupt
        """,
        sessions="""
        import pytest
        from pytest_appsync.simulation import entered

        for expected in (2, 0):
            assert pytest.main(["module.py"]) == expected
            assert entered.active() is None
        """,
    )
    done = run_script(str(pytester.path / "sessions.py"))
    assert done.ret == 0


def test_the_report_shows_the_calls_of_each_simulation(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pytest_appsync import AppSync

        @pytest.fixture(scope="module")
        def wide():
            with AppSync(region="eu-west-1") as appsync:
                appsync.client().list_graphql_apis()
                yield appsync

        def test_with(wide):
            with AppSync(region="eu-west-2") as appsync:
                appsync.client().list_graphql_apis()
            assert False

        def test_later(wide):
            assert False

        decorating = AppSync(region="eu-central-1")

        @decorating
        def test_decorated():
            decorating.client().list_graphql_apis()
            assert False

        def test_none():
            assert False
        """
    )
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        [
            "*_ test_with _*",
            "AppSync in eu-west-1:",
            "1. <ListGraphqlApis() in eu-west-1: 200>",
            "AppSync in eu-west-2:",
            "1. <ListGraphqlApis() in eu-west-2: 200>",
            "*_ test_later _*",
            "*- AppSync calls -*",
            "1. <ListGraphqlApis() in eu-west-1: 200>",
            "*_ test_decorated _*",
            "*- AppSync calls -*",
            "1. <ListGraphqlApis() in eu-central-1: 200>",
            "*_ test_none _*",
            "*- AppSync calls -*",
            "1. <ListGraphqlApis() in eu-west-1: 200>",
        ]
    )


def test_a_handle_of_set_up_class_counts_what_its_copies_meet(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import unittest
        from botocore.exceptions import ClientError
        from pytest_appsync import AppSync

        simulation = AppSync(region="eu-west-1")

        @simulation
        class Tests(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.fault = simulation.fail("ListGraphqlApis", "UnauthorizedException")

            def call(self):
                with self.assertRaises(ClientError):
                    simulation.client().list_graphql_apis()

            def test_hits(self):
                self.call()
                assert self.fault.hits == 1
                assert simulation.calls[0].attempts[0].met is self.fault

            def test_hits_of_this_test_only(self):
                self.call()
                self.call()
                assert self.fault.hits == 2

            def test_withdraw(self):
                self.call()
                self.fault.withdraw()
                simulation.client().list_graphql_apis()
    """)
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=3)
