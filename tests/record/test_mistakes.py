"""A mistake of a test is an ordinary exception. The test fails, also where it was swallowed."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
import traceback
import unittest
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.pool import ThreadPool
from pathlib import Path
from queue import Queue
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from pytest_appsync import AppSync, RealCallBlocked, UnsimulatedOperation
from pytest_appsync.record.functions_of_tests import code_of
from pytest_appsync.record.mistakes import Mistakes, has_reached
from tests.in_threads import in_time
from tests.prepared import fork_python, run_session
from tests.thoroughness import IS_THOROUGH

MODES = ["legacy", "standard", "adaptive"]
EVALUATE: dict[str, Any] = {
    "runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
    "code": "export {}",
    "context": "{}",
}
"""The parameters of EvaluateCode, which is not simulated."""

APPLICATION = """
import asyncio, boto3, threading

EVALUATE = dict(
    runtime=dict(name="APPSYNC_JS", runtimeVersion="1.0.0"), code="export {}", context="{}"
)

def client():
    return boto3.client("appsync", region_name="us-east-1")

def evaluate(made=None):
    return (made or client()).evaluate_code(**EVALUATE)

def careless(call=evaluate, *args):
    try:
        return call(*args)
    except Exception:
        return None

def start():
    return client().start_schema_creation(apiId="any", definition=b"type Query { a: Int }")

def upload():
    return careless(start)

def evaluate_template():
    return client().evaluate_mapping_template(template="{}", context="{}")

def in_a_thread():
    thread = threading.Thread(target=careless)
    thread.start()
    thread.join()
"""
PLUGINS = ("-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider")


HEAD = "import pytest, application\nfrom pytest_appsync import *\n"


@pytest.fixture
def outcome(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """The result of a session over a suite, of this text, for an application."""
    pytester.makepyfile(application=APPLICATION)

    def run(suite: str, *args: str) -> pytest.RunResult:
        pytester.path.joinpath("test_suite.py").write_text(HEAD + suite)
        pytester.syspathinsert()
        return pytester.runpytest_inprocess(*PLUGINS, *args)

    return run


@pytest.fixture
def outcomes(pytester: pytest.Pytester) -> Callable[[Mapping[str, str]], dict[str, list[str]]]:
    """How the tests of each suite ended, of one session over all of them."""
    pytester.makepyfile(application=APPLICATION)

    def run(suites: Mapping[str, str]) -> dict[str, list[str]]:
        names = {f"test_{number}.py": name for number, name in enumerate(suites)}
        for file, name in names.items():
            pytester.path.joinpath(file).write_text(HEAD + suites[name])
        pytester.syspathinsert()
        found: dict[str, list[str]] = {name: [] for name in suites}
        reports = pytester.inline_run(*PLUGINS, "--tb=line").getreports("pytest_runtest_logreport")
        for report in reports:
            assert "The test scripted what no call has met" not in report.longreprtext
            if report.when == "call" or report.failed:
                name = names[report.nodeid.split("::")[0]]
                own = re.search(r"^E .*(, the test's own)", report.longreprtext, re.MULTILINE)
                found[name].append(f"{report.when} {report.outcome}{own[1] if own else ''}")
        return found

    return run


SWALLOWED = {
    "an operation that is not simulated": """
def test(appsync):
    application.careless()
""",
    "a result of the wrong shape": """
def test(appsync):
    appsync.respond("StartSchemaCreation", lambda params: {"stat": "X"})
    application.upload()
""",
    "a result that is no dict": """
def test(appsync):
    appsync.respond("StartSchemaCreation", lambda params: None)
    application.upload()
""",
    "an assertion in a callable": """
def test(appsync):
    def answer(params):
        assert params["apiId"] == "other"
    appsync.respond("StartSchemaCreation", answer)
    application.upload()
""",
    "a coroutine function": """
def test(appsync):
    async def answer(params):
        return {"status": "PROCESSING"}
    appsync.respond("StartSchemaCreation", answer)
    application.upload()
""",
    "a transport error of the callable's own": """
def test(appsync):
    from botocore.exceptions import ConnectTimeoutError
    def answer(params):
        raise ConnectTimeoutError(endpoint_url="x")
    appsync.respond("StartSchemaCreation", answer)
    application.upload()
    assert len(appsync.calls[0].attempts) == 1
""",
    "a when that raises": """
def test(appsync):
    appsync.fail("StartSchemaCreation", "NotFoundException", when=lambda params: 1 / 0)
    application.upload()
""",
    "a when of an answer that raises": """
def test(appsync):
    appsync.respond(
        "StartSchemaCreation", {"status": "PROCESSING"}, when=lambda params: params["id"])
    application.upload()
""",
    "a when of a delay that raises": """
def test(appsync):
    appsync.delay("StartSchemaCreation", 1, when=lambda params: params["id"])
    appsync.respond("StartSchemaCreation", {"status": "PROCESSING"})
    application.upload()
""",
    "a when that is a coroutine function": """
def test(appsync):
    async def when(params):
        return True
    appsync.fail("StartSchemaCreation", "NotFoundException", when=when)
    application.upload()
""",
    "pytest.fail in a callable": """
def test(appsync):
    appsync.respond("StartSchemaCreation", lambda params: pytest.fail("not that"))
    try:
        application.upload()
    finally:
        pass
""",
    "in a thread of the application": """
def test(appsync):
    application.in_a_thread()
""",
    "in a task of the application": """
import asyncio
def test(appsync):
    async def run():
        await asyncio.to_thread(application.careless)
    asyncio.run(run())
""",
    "by a helper beside the test": """
def helper():
    try:
        application.evaluate()
    except Exception:
        pass
def test(appsync):
    helper()
""",
    "a simulation of the test's own": """
def test():
    with AppSync():
        application.careless()
""",
    "a simulation of a wider fixture": """
@pytest.fixture(scope="module")
def wide():
    with AppSync() as appsync:
        yield appsync
def test(wide):
    application.careless()
""",
    "a decorated function": """
@AppSync()
def test():
    application.careless()
""",
    "a decorated coroutine function": """
import asyncio
@AppSync()
async def use():
    application.careless()
def test():
    asyncio.run(use())
""",
    "a decorated class": """
@AppSync()
class TestIt:
    def test(self):
        application.careless()
""",
    "a decorated TestCase": """
import unittest
@AppSync()
class Tests(unittest.TestCase):
    def test(self):
        application.careless()
""",
    "the tearDown of a decorated TestCase": """
import unittest
@AppSync()
class Tests(unittest.TestCase):
    def tearDown(self):
        application.careless()
    def test(self):
        pass
""",
    "a marked TestCase": """
import unittest
@pytest.mark.appsync
class Tests(unittest.TestCase):
    def test(self):
        application.careless()
""",
    "one that was seen is of another type": """
def test(appsync):
    with pytest.raises(UnsimulatedOperation):
        application.evaluate()
    appsync.respond("EvaluateCode", lambda params: 1 / 0)
    application.careless()
""",
    "one that was seen is of another operation": """
def test(appsync):
    with pytest.raises(UnsimulatedOperation):
        application.evaluate()
    application.careless(application.evaluate_template)
""",
}


def test_what_the_application_swallows_fails_the_test(
    outcomes: Callable[[Mapping[str, str]], dict[str, list[str]]],
) -> None:
    found = outcomes(SWALLOWED)
    assert {name: ends for name, ends in found.items() if ends[-1:] != ["call failed"]} == {}
    assert max(map(len, found.values())) == 1


def test_the_failure_is_the_exception_and_says_why(
    outcome: Callable[..., pytest.RunResult],
) -> None:
    result = outcome(SWALLOWED["an operation that is not simulated"])
    result.stdout.fnmatch_lines(
        [
            "*return (made or client()).evaluate_code([*][*]EVALUATE)*",
            "E *UnsimulatedOperation: The application called EvaluateCode, *",
            "*AppSync calls*",
        ]
    )
    if sys.version_info >= (3, 11):
        result.stdout.fnmatch_lines("*the application may*")
    result.stdout.no_fnmatch_line("*pytest_appsync/plugin.py*")


@pytest.mark.parametrize(
    "suite",
    [
        """
@pytest.fixture
def late(appsync):
    yield
    application.careless()
def test(late):
    pass
""",
        """
@pytest.fixture
def sim():
    with AppSync() as appsync:
        yield
        application.careless()
def test(sim):
    pass
""",
    ],
)
def test_what_a_teardown_swallows_is_an_error(
    outcome: Callable[..., pytest.RunResult], suite: str
) -> None:
    outcome(suite).assert_outcomes(passed=1, errors=1)


SEEN = {
    "pytest.raises": """
def test(appsync):
    with pytest.raises(UnsimulatedOperation):
        application.evaluate()
""",
    "pytest.raises of a callable": """
def test(appsync):
    pytest.raises(UnsimulatedOperation, application.evaluate)
""",
    "pytest.raises in a helper, of a callable": """
def helper(call):
    pytest.raises(UnsimulatedOperation, call)
def test(appsync):
    helper(application.evaluate)
""",
    "a wrong answer": """
def test(appsync):
    response = appsync.respond("StartSchemaCreation", lambda params: {"stat": "X"})
    with pytest.raises(ValueError, match="did you mean 'status'"):
        application.start()
    assert response.hits == 0
""",
    "a when that raises": """
def test(appsync):
    fault = appsync.fail("StartSchemaCreation", "NotFoundException", when=lambda params: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        application.start()
    assert fault.hits == 0
""",
    "except in the test": """
def test(appsync):
    try:
        application.evaluate()
    except Exception:
        pass
""",
    "in a function of the test": """
def test(appsync):
    def use():
        try:
            application.evaluate()
        except Exception:
            pass
    import threading
    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
""",
    "under decorators": """
import functools
def plain(function):
    def wrapper(appsync):
        return function(appsync)
    return wrapper
def proper(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
@proper
@plain
def test(appsync):
    with pytest.raises(UnsimulatedOperation):
        application.evaluate()
@plain
def test_plain(appsync):
    with pytest.raises(UnsimulatedOperation):
        application.evaluate()
""",
    "under hypothesis": """
from hypothesis import HealthCheck, given, settings, strategies
@settings(max_examples=3, deadline=None, database=None,
          suppress_health_check=list(HealthCheck))
@given(number=strategies.integers())
def test(appsync, number):
    with pytest.raises(UnsimulatedOperation):
        application.evaluate()
""",
    "in a fixture": """
@pytest.fixture
def use(appsync):
    try:
        application.evaluate()
    except Exception:
        pass
    def later():
        try:
            application.evaluate()
        except Exception:
            pass
    return later
def test(use):
    use()
""",
    "in a fixture that is asked for later": """
@pytest.fixture
def use():
    def later():
        try:
            application.evaluate()
        except Exception:
            pass
    return later
def test(appsync, request):
    request.getfixturevalue("use")()
""",
    "in setup_method": """
class TestIt:
    def setup_method(self):
        with AppSync():
            try:
                application.evaluate()
            except Exception:
                pass
    def test(self):
        pass
""",
    "in a TestCase": """
import unittest
@pytest.mark.appsync
class Tests(unittest.TestCase):
    def test(self):
        with self.assertRaises(UnsimulatedOperation):
            application.evaluate()
        self.assertRaises(UnsimulatedOperation, application.evaluate)
        try:
            application.evaluate()
        except Exception:
            pass
""",
    "in a decorated TestCase": """
import unittest
@AppSync()
class Tests(unittest.TestCase):
    def setUp(self):
        try:
            application.evaluate()
        except Exception:
            pass
    def test(self):
        with self.assertRaises(UnsimulatedOperation):
            application.evaluate()
""",
    "a simulation of the test's own": """
def test():
    with AppSync():
        with pytest.raises(UnsimulatedOperation):
            application.evaluate()
    with pytest.raises(UnsimulatedOperation), AppSync():
        application.evaluate()
""",
    "a wider simulation, each test its own": """
@pytest.fixture(scope="module")
def wide():
    with AppSync() as appsync:
        yield appsync
def test_one(wide):
    with pytest.raises(UnsimulatedOperation):
        application.evaluate()
def test_two(wide):
    pass
""",
    "a decorated function": """
@AppSync()
def test():
    with pytest.raises(UnsimulatedOperation):
        application.evaluate()
@AppSync()
class TestIt:
    def test(self):
        with pytest.raises(UnsimulatedOperation):
            application.evaluate()
""",
    "one of a pool's": """
from multiprocessing.pool import ThreadPool
def test(appsync):
    client = application.client()
    with ThreadPool() as pool, pytest.raises(UnsimulatedOperation):
        pool.map(lambda number: application.evaluate(client), range(8))
""",
    "one of a gather's": """
import asyncio
def test(appsync):
    async def run():
        with pytest.raises(UnsimulatedOperation):
            await asyncio.gather(*(asyncio.to_thread(application.evaluate) for _ in range(5)))
    asyncio.run(run())
""",
    "not strict": """
@pytest.mark.appsync(strict=False)
def test(appsync):
    application.careless()
    with AppSync(strict=False):
        application.careless()
""",
}


def test_what_the_test_has_seen_does_not_fail_it_again(
    outcomes: Callable[[Mapping[str, str]], dict[str, list[str]]],
) -> None:
    found = outcomes(SEEN)
    expected = {name: ["call passed"] * suite.count("def test") for name, suite in SEEN.items()}
    assert found == expected


UNDER_WAY = {
    "a failure": """
def test(appsync):
    application.careless()
    assert False, "no, the test's own"
""",
    "a failure of a TestCase": """
import unittest
@AppSync()
class Tests(unittest.TestCase):
    def test(self):
        application.careless()
        self.fail("no, the test's own")
""",
    "a failure in a with": """
def test():
    with AppSync():
        application.careless()
        assert False, "no, the test's own"
""",
    "a failure of a decorated function": """
@AppSync()
def test():
    application.careless()
    assert False, "no, the test's own"
""",
}


def test_what_is_on_its_way_is_not_replaced(
    outcomes: Callable[[Mapping[str, str]], dict[str, list[str]]],
) -> None:
    found = outcomes(UNDER_WAY)
    assert found == {key: ["call failed, the test's own"] for key in UNDER_WAY}


def test_a_skipped_or_expected_failure_stays_one(
    outcome: Callable[..., pytest.RunResult],
) -> None:
    result = outcome(
        """
def test_skipped(appsync):
    application.careless()
    pytest.skip("not here")

@pytest.mark.xfail
def test_expected(appsync):
    application.careless()

@pytest.fixture
def broken(appsync):
    application.careless()
    raise ValueError

def test_broken(broken):
    pass
"""
    )
    result.assert_outcomes(skipped=1, xfailed=1, errors=1)


def test_only_one_of_many_is_raised_again(outcome: Callable[..., pytest.RunResult]) -> None:
    result = outcome(
        """
def test(appsync):
    for _ in range(5):
        application.careless()
        application.careless(application.evaluate_template)
"""
    )
    result.assert_outcomes(failed=1)
    assert result.stdout.str().count("The application called") == 1


# --- no hang ---


def evaluate(client: Any, **_: Any) -> Any:
    return client.evaluate_code(**EVALUATE)


def test_a_thread_pool_does_not_hang(appsync: AppSync) -> None:
    client = appsync.client()

    def use() -> None:
        with ThreadPool() as pool, pytest.raises(UnsimulatedOperation):
            pool.map(lambda number: evaluate(client), range(2))

    in_time(use, 20)


def test_a_queue_is_joined(appsync: AppSync) -> None:
    client = appsync.client()
    waiting: Queue[int] = Queue()
    met: list[Exception] = []

    def work() -> None:
        while True:
            waiting.get()
            try:
                evaluate(client)
            except Exception as error:
                met.append(error)
            finally:
                waiting.task_done()

    threading.Thread(target=work, daemon=True).start()
    for number in range(3):
        waiting.put(number)
    in_time(waiting.join, 20)
    assert [type(error) for error in met] == [UnsimulatedOperation] * 3


def test_a_pool_under_the_guard_does_not_hang(
    outcome: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> None:
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    result = outcome(
        """
from multiprocessing.pool import ThreadPool
def test():
    client = application.client()
    with ThreadPool() as pool, pytest.raises(RealCallBlocked):
        pool.map(lambda number: application.evaluate(client), range(2))
"""
    )
    result.assert_outcomes(passed=1)


# --- neither retried nor wrapped ---


def raising(error: Exception) -> Callable[[Any], Any]:
    def answer(params: Any) -> Any:
        raise error

    return answer


MISTAKES: list[Exception] = [
    ValueError("mine"),
    OSError("mine"),
    ReadTimeoutError(endpoint_url="mine"),
    ConnectTimeoutError(endpoint_url="mine"),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("keyword", ["result", "when", "delay"])
def test_it_is_not_retried(appsync: AppSync, mode: str, mistake: Exception, keyword: str) -> None:
    options: Any = {"retries": {"mode": mode, "max_attempts": 4}}
    client = boto3.client("appsync", config=Config(**options))
    asked: list[Any] = []

    def answer(params: Any) -> Any:
        asked.append(params)
        raise mistake

    if keyword == "result":
        handle: Any = appsync.respond("EvaluateCode", answer)
    elif keyword == "when":
        handle = appsync.fail("EvaluateCode", "BadRequestException", when=answer)
    else:
        handle = appsync.delay("EvaluateCode", 1, when=answer)
    with pytest.raises(type(mistake)) as raised:
        client.evaluate_code(**EVALUATE)
    assert raised.value is mistake
    assert len(asked) == 1
    assert handle.hits == 0


def test_what_raised_is_not_used_up(appsync: AppSync) -> None:
    answers: Any = iter([None, {"evaluationResult": "1"}, {"evaluationResult": "2"}])
    first = appsync.respond("EvaluateCode", lambda params: next(answers), times=2)
    appsync.respond("EvaluateCode", {"evaluationResult": "3"}, times=1)
    client = appsync.client()
    with pytest.raises(ValueError, match="must be a dict"):
        client.evaluate_code(**EVALUATE)
    found = [client.evaluate_code(**EVALUATE)["evaluationResult"] for _ in range(3)]
    assert found == ["1", "2", "3"]
    assert first.hits == 2


def test_the_last_turn_comes_back_before_those_behind_it(appsync: AppSync) -> None:
    """Also where another call has put the handle aside meanwhile."""
    client = appsync.client()
    wrong = [True]

    def answer(params: Any) -> Any:
        if wrong.pop():
            wrong.append(False)
            client.list_graphql_apis()  # finds the handle used up
            raise ValueError("mine")
        wrong.append(False)
        return {"evaluationResult": "first"}

    appsync.respond("EvaluateCode", answer, times=1)
    appsync.respond("EvaluateCode", {"evaluationResult": "second"}, times=1)
    with pytest.raises(ValueError, match="mine"):
        client.evaluate_code(**EVALUATE)
    found = [client.evaluate_code(**EVALUATE)["evaluationResult"] for _ in range(2)]
    assert found == ["first", "second"]


# --- in a script ---


def test_for_a_with_in_a_script_it_counts_whether_it_left_the_block(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        APPLICATION
        + """
from pytest_appsync import AppSync, UnsimulatedOperation

def outcome(use):
    try:
        use()
    except Exception as error:
        return type(error).__name__
    return "ok"

def swallowed():
    with AppSync():
        try:
            evaluate()
        except Exception:
            pass

def left():
    try:
        with AppSync():
            evaluate()
    except UnsimulatedOperation:
        raise LookupError

def not_strict():
    with AppSync(strict=False):
        careless()

@AppSync()
def decorated():
    careless()

@AppSync()
def decorated_and_seen():
    try:
        evaluate()
    except Exception:
        pass

async def async_with():
    async with AppSync():
        careless()

print(*map(outcome, [
    swallowed, left, not_strict, decorated, decorated_and_seen, lambda: asyncio.run(async_with())
]))
"""
    )
    done = fork_python(str(script))
    assert done.err == ""
    assert done.out.split() == [
        "UnsimulatedOperation",
        "LookupError",
        "ok",
        "UnsimulatedOperation",
        "ok",
        "UnsimulatedOperation",
    ]


def test_unittest_alone(tmp_path: Path) -> None:
    suite = tmp_path / "test_alone.py"
    suite.write_text(
        APPLICATION
        + """
import unittest
from pytest_appsync import AppSync, UnsimulatedOperation

@AppSync()
class Tests(unittest.TestCase):
    def test_seen(self):
        with self.assertRaises(UnsimulatedOperation):
            evaluate()
    def test_swallowed(self):
        careless()
    def test_with(self):
        with AppSync(), self.assertRaises(UnsimulatedOperation):
            evaluate()
"""
    )
    done = fork_python("-m", "unittest", "-v", "test_alone", cwd=tmp_path)
    assert "FAILED (errors=1)" in done.err
    assert "test_swallowed (test_alone.Tests" in done.err
    assert "UnsimulatedOperation" in done.err


# --- the guard, outside of tests ---

GUARDED = "[pytest]\nappsync_guard = true\n"
HEADING = "*AppSync calls outside of any test, refused by appsync_guard*"


@pytest.mark.parametrize(
    "conftest",
    [
        "application.careless()",
        "def pytest_sessionstart(session): application.careless()",
        "def pytest_sessionfinish(session): application.careless()",
        "def pytest_runtest_logfinish(nodeid): application.careless()",
    ],
)
def test_a_call_outside_of_tests_fails_the_session(
    outcome: Callable[..., pytest.RunResult], pytester: pytest.Pytester, conftest: str
) -> None:
    pytester.makeini(GUARDED)
    pytester.makeconftest(f"import application\n{conftest}\n")
    result = outcome("def test(): pass")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            HEADING,
            "RealCallBlocked: EvaluateCode was called outside of any simulation, "
            "at *application.py:*",
        ]
    )


def test_a_call_in_a_test_under_the_guard_fails_that_test_only(
    outcome: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> None:
    pytester.makeini(GUARDED)
    result = outcome(
        """
def test_first(): pass
def test_swallows(): application.careless()
def test_seen():
    with pytest.raises(RealCallBlocked):
        application.evaluate()
def test_last(): pass
"""
    )
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.no_fnmatch_line(HEADING)


def test_a_session_without_a_call_is_as_ever(
    outcome: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> None:
    pytester.makeini(GUARDED)
    result = outcome("def test(): pass")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line(HEADING)


def test_workers_of_xdist_tell_the_session(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(application=APPLICATION, test_suite="def test(): pass")
    pytester.makeconftest(
        "import application, os\nif 'PYTEST_XDIST_WORKER' in os.environ: application.careless()"
    )
    pytester.makeini(GUARDED)
    result = run_session(pytester, "-n", "1", "-p", "no:randomly")
    result.stdout.fnmatch_lines([HEADING, "RealCallBlocked: EvaluateCode was called*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


AFTER = [
    ("import atexit; atexit.register(application.careless)", 1),
    ("def pytest_unconfigure(): application.careless()", 1),
    ("", 0),
]
MORE_AFTER = [("import atexit; atexit.register(application.evaluate)", 1)]


@pytest.mark.parametrize(("conftest", "status"), [*AFTER, *(MORE_AFTER if IS_THOROUGH else ())])
def test_a_call_after_the_session_fails_the_process(
    pytester: pytest.Pytester, conftest: str, status: int
) -> None:
    pytester.makepyfile(application=APPLICATION, test_suite="def test(): print()")
    pytester.makeconftest(f"import application\n{conftest}")
    pytester.makeini(GUARDED)
    # A Python of its own once: the conftest is the first to import botocore.
    run = pytester.runpytest_subprocess if "def" in conftest else partial(run_session, pytester)
    result = run(*PLUGINS)
    result.assert_outcomes(passed=1)
    assert result.ret == status
    if status:
        result.stderr.fnmatch_lines([HEADING, "RealCallBlocked: EvaluateCode was called*"])
    else:
        assert result.stderr.str() == ""


# --- the rule itself ---


def test_a_traceback_says_what_has_seen_it() -> None:
    def other() -> None:
        raise KeyError

    def use() -> None:
        other()

    def hide() -> Exception:
        try:
            use()
        except KeyError as error:
            return error
        raise AssertionError

    error = hide()
    assert has_reached(error, code_of([use]))
    assert has_reached(error, code_of([hide]))
    assert has_reached(error, code_of([test_a_traceback_says_what_has_seen_it]))
    assert not has_reached(error, code_of([test_a_thread_pool_does_not_hang]))


def hidden() -> Exception:
    try:
        raise ValueError
    except ValueError as error:
        return error


def seen() -> Exception:
    try:
        raise ValueError
    except ValueError as error:
        return error


def test_one_that_was_seen_settles_its_kind() -> None:
    mistakes = Mistakes()
    for name, error in (("A", hidden()), ("B", hidden()), ("A", seen()), ("A", hidden())):
        mistakes.note(name, error)
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        mistakes.check([seen])
    assert "hidden" in "".join(traceback.format_tb(raised.value.__traceback__))
    mistakes.check()


def of_gevent(base: type[BaseException]) -> BaseException:
    made: BaseException = type("Timeout", (base,), {"__module__": "gevent.timeout"})()
    return made


@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt(),
        SystemExit(),
        GeneratorExit(),
        of_gevent(BaseException),
        type("OurTimeout", (type(of_gevent(BaseException)),), {})(),
    ],
)
def test_an_interrupt_is_no_mistake(error: BaseException) -> None:
    mistakes = Mistakes()
    mistakes.note("EvaluateCode", error)
    assert mistakes.take() == []


@pytest.mark.parametrize("error", [pytest.fail.Exception("no"), of_gevent(Exception)])
def test_what_code_of_the_test_raises_is_a_mistake(error: BaseException) -> None:
    mistakes = Mistakes()
    mistakes.note("EvaluateCode", error)
    assert mistakes.take() == [error]


def test_they_are_ordinary_exceptions() -> None:
    assert issubclass(UnsimulatedOperation, Exception)
    assert issubclass(RealCallBlocked, Exception)


class Undecorated(unittest.TestCase):
    """A test of unittest, in a simulation of its own, run by pytest."""

    def test_seen(self) -> None:
        with AppSync() as appsync, self.assertRaises(UnsimulatedOperation):  # noqa: PT027
            evaluate(appsync.client())


class UndecoratedAsync(unittest.IsolatedAsyncioTestCase):
    """``assertRaises`` removes the traceback, also of what another thread has raised."""

    async def test_seen(self) -> None:
        with AppSync() as appsync, self.assertRaises(UnsimulatedOperation):  # noqa: PT027
            await asyncio.to_thread(evaluate, appsync.client())


kept: list[BaseException] = []


def keep(client: Any) -> None:
    try:
        evaluate(client)
    except Exception as error:
        kept.append(error.with_traceback(None))


def test_an_exception_that_the_application_keeps_without_its_traceback() -> None:
    def use() -> None:
        with AppSync() as appsync:
            keep(appsync.client())

    with pytest.raises(UnsimulatedOperation, match="EvaluateCode"):
        use()


def test_assert_raises_in_a_plain_function() -> None:
    def use() -> None:
        with AppSync() as appsync, unittest.TestCase().assertRaises(UnsimulatedOperation):  # noqa: PT027
            evaluate_here = appsync.client().evaluate_code
            evaluate_here(
                runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}, code="any", context="{}"
            )

    use()


def test_asyncio_gathers_exceptions(appsync: AppSync) -> None:
    client = appsync.client()

    async def run() -> None:
        call = asyncio.to_thread(evaluate, client)
        with pytest.raises(UnsimulatedOperation):
            await asyncio.gather(call, return_exceptions=False)

    asyncio.run(run())
