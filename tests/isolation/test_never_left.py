"""Simulations that a test enters and never leaves: they fail the session at its end."""

from __future__ import annotations

import pytest

from pytest_appsync.simulation import entered
from tests.prepared import run_session
from tests.thoroughness import IS_THOROUGH

HEADING = "*AppSync simulations that a test has entered and never left*"

IN_A_METHOD = """
import unittest
from pytest_appsync import AppSync

class TestKeys{base}:
    def {name}(self):
        self.appsync = AppSync()
        self.appsync.__enter__()

    def test_first(self):
        self.appsync.fail("CreateApiKey", "NotFoundException")

    def test_second(self):
        pass
"""
IN_SET_UP = IN_A_METHOD.format(base="(unittest.TestCase)", name="setUp")
IN_SETUP_METHOD = IN_A_METHOD.format(base="", name="setup_method")
IN_THE_TEST = """
from pytest_appsync import AppSync

class TestKeys:
    def test_first(self):
        AppSync().__enter__().fail("CreateApiKey", "NotFoundException")

    def test_second(self):
        AppSync().__enter__()
"""
IN_FIXTURES = """
import pytest
from pytest_appsync import AppSync

@pytest.fixture(scope="module")
def appsync():
    return AppSync().__enter__()

class TestKeys:
    @pytest.fixture
    def other(self):
        return AppSync().__enter__()

    def test_first(self, appsync):
        appsync.fail("CreateApiKey", "NotFoundException")
        appsync.__exit__(ValueError, ValueError(), None)
        appsync.__enter__().fail("CreateApiKey", "NotFoundException")

    def test_second(self, other):
        pass
"""


@pytest.mark.parametrize("suite", [IN_SET_UP, IN_SETUP_METHOD, IN_THE_TEST, IN_FIXTURES])
def test_it_fails_the_session_and_is_named(pytester: pytest.Pytester, suite: str) -> None:
    pytester.makepyfile(test_it=suite)
    result = pytester.runpytest()
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            HEADING,
            "entered in test_it.py::TestKeys::test_first: The test scripted what no call has met:",
            "  - fail('CreateApiKey', 'NotFoundException')*",
            "entered in test_it.py::TestKeys::test_second",
            "Such a simulation answers all later tests*Leave it: with AppSync() as appsync: ..., "
            "or in a unittest.TestCase self.enterContext(AppSync()), or self.addCleanup(*",
        ],
    )
    assert result.stdout.str().count("entered in ") == 2
    assert entered.all_entered() == []


def test_workers_of_xdist_tell_the_session(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(test_it=IN_SET_UP)
    result = run_session(pytester, "-n", "1")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines([HEADING, "entered in test_it.py::TestKeys::test_first: *"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


OF_MODULE = """
from pytest_appsync import AppSync

def setup_module(module):
    module.of_module = AppSync()
    module.of_module.__enter__()

def teardown_module(module):
    module.of_module.__exit__(None, None, None)

def test_of_module():
    pass
"""
LEFT = """
import asyncio, unittest
import pytest
from pytest_appsync import AppSync

@pytest.fixture(scope="{scope}")
def wide():
    with AppSync() as appsync:
        yield appsync

@pytest.fixture(scope="{scope}")
def other():
    with AppSync() as appsync:
        yield appsync

def test_plain():
    with AppSync():
        pass

def test_asks(wide):
    pass

def test_asks_later(request):
    request.getfixturevalue("other")

async def use():
    async with AppSync():
        pass

def test_async():
    asyncio.run(use())

class TestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.of_class = AppSync()
        cls.of_class.__enter__()
        cls.addClassCleanup(cls.of_class.__exit__, None, None, None)

    def setUp(self):
        self.appsync = AppSync()
        self.appsync.__enter__()
        self.addCleanup(self.appsync.__exit__, None, None, None)

    def test_it(self):
        pass

@AppSync()
class TestDecorated:
    def test_first(self):
        pass

    def test_second(self):
        pass

def test_last(appsync):
    {last}
"""


def as_ever(result: pytest.RunResult) -> None:
    result.stdout.no_fnmatch_line(HEADING)
    assert entered.all_entered() == []


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
def test_what_is_left_in_time_is_fine(pytester: pytest.Pytester, scope: str) -> None:
    pytester.makepyfile(test_it=LEFT.format(scope=scope, last="pass"), test_later=OF_MODULE)
    result = pytester.runpytest()
    as_ever(result)
    result.assert_outcomes(passed=9)
    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ("assert 0", pytest.ExitCode.TESTS_FAILED),
        ("raise KeyboardInterrupt", pytest.ExitCode.INTERRUPTED),
        ("pytest.exit('enough', returncode=0)", pytest.ExitCode.OK),
    ],
)
@pytest.mark.parametrize("scope", ["module", "session"] if IS_THOROUGH else ["session"])
def test_a_session_that_stops_early_leaves_its_fixtures(
    pytester: pytest.Pytester, scope: str, last: str, status: pytest.ExitCode
) -> None:
    pytester.makepyfile(
        test_early=OF_MODULE,
        test_it=LEFT.format(scope=scope, last=last),
        test_never="def test_never(): assert 0",
    )
    result = pytester.runpytest_inprocess("-x", no_reraise_ctrlc=True)
    as_ever(result)
    assert result.ret == status


def test_what_an_interrupt_keeps_entered_is_no_mistake(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pytest_appsync import AppSync

        @pytest.fixture(scope="class")
        def wide(request):
            appsync = AppSync()
            appsync.__enter__()
            request.addfinalizer(lambda: appsync.__exit__(None, None, None))

        @pytest.fixture(scope="class")
        def interrupted(wide):
            yield
            raise KeyboardInterrupt

        class TestKeys:
            def test_first(self, interrupted):
                pass

            def test_second(self):
                pass

        def test_next():
            pass
        """
    )
    result = pytester.runpytest_inprocess(no_reraise_ctrlc=True)
    as_ever(result)
    result.stdout.fnmatch_lines("*KeyboardInterrupt*")
    assert result.ret == pytest.ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    "begin", ["", "def pytest_configure():", "def pytest_sessionstart():"], ids=lambda text: text
)
def test_one_of_the_whole_session_may_end_with_it(pytester: pytest.Pytester, begin: str) -> None:
    pytester.makeconftest(
        f"""
        from pytest_appsync import AppSync

        OF_SESSION = AppSync()

        {begin or "if True:"}
            OF_SESSION.__enter__()

        def pytest_unconfigure():
            OF_SESSION.__exit__(None, None, None)
        """
    )
    pytester.makepyfile("def test_first(): pass\ndef test_second(appsync): pass")
    result = pytester.runpytest()
    as_ever(result)
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.OK


def test_one_that_a_hook_enters_with_the_first_test_may_end_with_the_session(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeconftest(
        """
        from pytest_appsync import AppSync

        OF_SESSION = AppSync()
        entered = []

        def pytest_runtest_setup():
            if not entered:
                entered.append(OF_SESSION.__enter__())

        def pytest_sessionfinish():
            OF_SESSION.__exit__(None, None, None)
        """
    )
    pytester.makepyfile("def test_first(): pass\ndef test_second(appsync): pass")
    result = pytester.runpytest()
    as_ever(result)
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.OK


def test_a_session_within_a_test_tells_only_its_own(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("pytest_plugins = ['pytester']")
    pytester.makepyfile(
        """
        from pytest_appsync import AppSync

        def test_outer(appsync, pytester):
            pytester.makepyfile("def test_inner(appsync): pass")
            result = pytester.runpytest_inprocess()
            assert result.ret == 0

        def test_that_leaves_it_entered(pytester):
            pytester.makepyfile(
                "from pytest_appsync import AppSync\\ndef test_inner(): AppSync().__enter__()"
            )
            result = pytester.runpytest_inprocess()
            assert result.ret == 1
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line(HEADING)
