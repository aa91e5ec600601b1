"""The plugin for pytest: fixtures, options and the end of a test. The package does the work.

Nothing here imports boto3 or botocore until a fixture needs them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from pytest_appsync import markers, reports
from pytest_appsync.clients import guard, guard_of_children
from pytest_appsync.error_coverage import options as error_coverage_options
from pytest_appsync.markers import refuse
from pytest_appsync.record.call_site import CallSite
from pytest_appsync.record.functions_of_tests import running_tests, setting_up
from pytest_appsync.session_end import SessionEnd
from pytest_appsync.simulation import entered

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

    from pytest_appsync.appsync import AppSync
    from pytest_appsync.model import DocumentedError
    from pytest_appsync.server.server import Server
    from pytest_appsync.simulation.decoration import DecoratedClass
    from pytest_appsync.simulation.simulation import Simulation

# --- the session ---


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "appsync_guard",
        "Refuse AppSync calls outside of any simulation (pytest-appsync).",
        type="bool",
        default=False,
    )
    parser.addini(
        "appsync_region",
        "The region of the simulated AppSync of the `appsync` fixture, unless a marker names "
        "another one (pytest-appsync). Without it, the region that botocore finds, or us-east-1.",
        default="",
    )
    error_coverage_options.add_options(parser)


_FIXTURE_FUNCTIONS: pytest.StashKey[set[Callable[..., object]]] = pytest.StashKey()
"""The functions of the fixtures that a session has set up, and of pytest-bdd's steps."""
_HAS_GUARD: pytest.StashKey[bool] = pytest.StashKey()
_SESSION_END: pytest.StashKey[SessionEnd] = pytest.StashKey()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """The guard comes first: a conftest.py may import an application that calls AppSync."""
    _begin_guard(early_config)


def _begin_guard(config: pytest.Config) -> None:
    if not config.stash.get(_HAS_GUARD, False):
        config.stash[_HAS_GUARD] = True
        wanted = _guard_is_wanted(config)
        guard.begin_session(wanted)
        config.add_cleanup(guard.end_session)
        guard_of_children.begin_session(wanted)
        config.add_cleanup(guard_of_children.end_session)


def _guard_is_wanted(config: pytest.Config) -> bool:
    try:
        wanted: bool = config.getini("appsync_guard")
    # pytest's text names the value, not the option. Before pytest 9.2 it is no UsageError.
    except (TypeError, ValueError, pytest.UsageError) as error:
        raise pytest.UsageError(
            "the ini option `appsync_guard` must be true or false (or yes or no, on or off, "
            f"1 or 0): {error}"
        ) from None
    return wanted


def pytest_configure(config: pytest.Config) -> None:
    _begin_guard(config)
    config.stash[_FIXTURE_FUNCTIONS] = set()
    before = entered.all_entered()
    config.add_cleanup(lambda: _end_simulations(before))
    config.stash[_FAILURES] = _Failures()
    config.pluginmanager.register(config.stash[_FAILURES], "appsync-failures")
    config.stash[_SESSION_END] = SessionEnd()
    config.pluginmanager.register(config.stash[_SESSION_END], "appsync-session-end")
    markers.register(config)
    wanted = error_coverage_options.wanted(config)
    if wanted is not None:
        from pytest_appsync.error_coverage.pytest_hooks import ErrorCoverage

        config.pluginmanager.register(ErrorCoverage(config, wanted), "appsync_error_coverage")


def _end_simulations(before: Sequence[Simulation]) -> None:
    """End the simulations of the session, also those of fixtures that Ctrl-C has interrupted."""
    for simulation in entered.all_entered():
        if simulation not in before:
            entered.forget(simulation)


pytest_generate_tests = markers.parametrize_errors


# --- fixtures ---


@pytest.fixture
def appsync(request: pytest.FixtureRequest) -> Iterator[AppSync]:
    """A simulated AWS AppSync, fresh for this test; see pytest_appsync.AppSync."""
    test = request.node
    keywords = markers.keywords_of(test)
    if hasattr(request, "param"):
        keywords |= markers.keywords_of_parameter(test, request.param)
    if region := test.config.getini("appsync_region"):
        keywords.setdefault("region", region)
    appsync = _configured(keywords)
    lifecycle = _lifecycle_of(appsync)
    lifecycle.enter()
    running = reports.running(test)
    running.to_check.append(lifecycle.simulation)
    running.is_inside = True
    try:
        yield appsync
    finally:
        if lifecycle.is_entered:  # the session may have ended before, because of Ctrl-C
            lifecycle.leave()


def _configured(keywords: dict[str, Any]) -> AppSync:
    try:
        return markers.appsync_class()(**keywords)
    except (TypeError, ValueError) as error:
        refuse(f"the fixture `appsync` cannot be as its markers and appsync_region say: {error}")


def _lifecycle_of(appsync: AppSync) -> Any:
    from pytest_appsync.appsync import lifecycle_of

    return lifecycle_of(appsync)


@pytest.fixture
def appsync_client(appsync: AppSync) -> AppSyncClient:
    """A boto3 AppSync client of the simulation's region, made once and reused."""
    return _usable(appsync).client()


@pytest.fixture
def appsync_server(appsync: AppSync) -> Iterator[Server]:
    """The simulation of the fixture appsync at a URL, for other processes: appsync.serve()."""
    with _usable(appsync).serve() as server:
        yield server


@pytest.fixture
def appsync_error(request: pytest.FixtureRequest, appsync: AppSync) -> Iterator[DocumentedError]:
    """The error that @pytest.mark.appsync_errors armed for this run of the test."""
    armed: object = getattr(request, "param", None)
    if not isinstance(armed, markers.ArmedError):
        if armed is None and request.node.get_closest_marker("appsync_errors"):
            refuse(
                "@pytest.mark.appsync_errors parametrizes, and pytest has not parametrized this "
                "test. A test of a unittest.TestCase: write it as a function or in a plain class. "
                "A marker that was added later, or to one pytest.param: write it above the test"
            )
        refuse(
            "the fixture appsync_error needs the marker that says which errors: "
            "@pytest.mark.appsync_errors('CreateApiKey')"
        )
    error = armed.error
    # A suite's own fixture `appsync` may live longer than the test.
    with _usable(appsync).fail(error.operation, error.code, times=armed.times) as fault:
        # Not the line of pytest that asks for this fixture.
        line = (request.node.location[1] or 0) + 1
        fault.site = CallSite(str(request.node.path), line, request.node.name)
        yield error


@pytest.fixture(autouse=True)
def _appsync_of_test(request: pytest.FixtureRequest) -> None:
    """Runs a marked test, and a test of a decorated class, inside.

    pytest sets it up after the fixtures of wider scopes and before all others.
    """
    test = request.node
    decorated = _decoration_of(request)
    if decorated is not None and decorated.begin_test():
        # Ended also where a fixture that is asked for below cannot be set up.
        request.addfinalizer(decorated.end_test)  # noqa: PT021
        reports.running(test).to_check.append(decorated.lifecycle.simulation)
    for name in markers.wanted_fixtures(test):
        found = request.getfixturevalue(name)
        running = reports.running(test)
        if name == "appsync" and not running.is_inside:
            _check_own_fixture(test, found)
        running.is_inside = True


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> None:
    """Enter the simulation of a decorated class before setup_class and setUpClass.

    This also notes the function of each fixture, for :func:`_functions`.
    """
    request.config.stash[_FIXTURE_FUNCTIONS].add(fixturedef.func)
    # An autouse fixture of class scope would do the same, and cost each test of every suite
    # 0.1 ms, which is a seventh of an empty test; the hook costs too little to be measured.
    if fixturedef.scope == "class":
        decorated = _decoration_of(request)
        if decorated is not None and decorated.begin_class():
            request.node.addfinalizer(decorated.end_class)


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_before_step_call(
    request: pytest.FixtureRequest, step_func: Callable[..., object]
) -> None:
    """A step of pytest-bdd is the test's own code, as the function of a fixture is."""
    request.config.stash[_FIXTURE_FUNCTIONS].add(step_func)


def _decoration_of(request: pytest.FixtureRequest) -> DecoratedClass | None:
    # As decoration.ATTRIBUTE says. Importing it would import botocore.
    found: DecoratedClass | None = getattr(request.cls, "pytest_appsync_decorated", None)
    return found


def _usable(appsync: AppSync) -> AppSync:
    """The value of the fixture `appsync`, checked: a suite may have its own such fixture."""
    if not isinstance(appsync, markers.appsync_class()):
        refuse(
            f"the fixture `appsync` of this test gives {_shown(appsync)}, which is no "
            "pytest_appsync.AppSync. Have it yield one, or rename it. Or leave its value as it is, "
            "take the markers of pytest-appsync away from the test, and begin the simulation in "
            "the fixture: with AppSync(): yield client"
        )
    if not _lifecycle_of(appsync).is_entered:
        refuse(
            "the fixture `appsync` of this test gives an AppSync that is not entered. Write in "
            "it: with AppSync(...) as appsync: yield appsync"
        )
    return appsync


def _check_own_fixture(test: pytest.Item, appsync: AppSync) -> None:
    """Fail a test whose marker a suite's own fixture `appsync` has not read."""
    _usable(appsync)
    for name, value in markers.keywords_of(test).items():
        if getattr(appsync, name) != value:
            refuse(
                f"@pytest.mark.appsync({name}={_shown(value)}) changes nothing: the fixture "
                f"`appsync` of this test is not pytest-appsync's own, and has "
                f"{name}={_shown(getattr(appsync, name))}. Have it follow the marker "
                '(request.node.get_closest_marker("appsync").kwargs), or take the keyword away'
            )


def _shown(value: object) -> str:
    from pytest_appsync.record.calls import shown

    return shown(value)


# --- a test's beginning and end ---


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    reports.begin_test(item)
    _read_files_of_botocore(getattr(item, "fixturenames", ()))


def _read_files_of_botocore(fixtures: Sequence[str]) -> None:
    """Read what our fixtures need before another fixture mocks the file system, as pyfakefs does.

    Without it, the first test of a process would fail where later ones pass.
    """
    if "appsync" in fixtures:
        markers.appsync_class()
    if "appsync_client" in fixtures:
        from pytest_appsync.clients import new_client

        new_client.read_files()


class _Failures:
    """The tests that have failed while they go on, because a subtest has failed."""

    def __init__(self) -> None:
        self.node_ids: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.node_ids.add(report.nodeid)


_FAILURES: pytest.StashKey[_Failures] = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    is_outside = not reports.running(item).is_inside and _is_set_up(item)
    if is_outside and markers.wanted_fixtures(item):
        refuse(
            "this test was marked with appsync or appsync_errors while its fixtures were being "
            "set up, and they ran outside of the simulation. Mark it before "
            "(pytest_collection_modifyitems), or have it ask for the fixture"
        )
    item.config.stash[_FAILURES].node_ids.discard(item.nodeid)  # an earlier run is not this one
    returned = yield
    __tracebackhide__ = True
    if not _has_failed(item):
        _check_mistakes(item)
        _check_end_of_test(item)
    return returned


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    __tracebackhide__ = True
    if _has_failed(item):
        for simulation in reports.used_by(item):
            simulation.excuse_script()  # a fixture that checks it would fail the test again
    returned = yield
    if not _has_failed(item):
        _check_mistakes(item)
    return returned


def _has_failed(item: pytest.Item) -> bool:
    return item.nodeid in item.config.stash[_FAILURES].node_ids


def _is_set_up(item: pytest.Item) -> bool:
    """Whether the item had fixtures set up. An item of another plugin need not have any."""
    return "_appsync_of_test" in getattr(item, "fixturenames", ())


def _check_end_of_test(item: pytest.Item) -> None:
    """Fail a test that has passed so far where its script was not met, as `strict` asks for."""
    for simulation in reports.running(item).to_check:
        try:
            simulation.check_script()
        except AssertionError as error:
            refuse(str(error))


def _check_mistakes(item: pytest.Item) -> None:
    """Raise a mistake of the test that the application has swallowed."""
    __tracebackhide__ = True
    for mistakes in reports.mistakes_of(item):
        mistakes.check()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    session_end = item.config.stash[_SESSION_END]
    session_end.begin_test()
    functions = functools.partial(_functions, item)
    running_tests.append(functions)
    try:
        return (yield)
    finally:
        running_tests.remove(functions)
        session_end.end_test(item.nodeid)


def _functions(item: pytest.Item) -> list[object]:
    """The functions of a test itself: it has seen an exception that has reached one of them."""
    owners = [item.getparent(pytest.Class), item.getparent(pytest.Module)]
    return [
        getattr(item, "function", None),
        # What holds an example of Sybil is a module without `obj`.
        *(each for owner in owners for each in setting_up(getattr(owner, "obj", None))),
        *item.config.stash[_FIXTURE_FUNCTIONS],
    ]


# --- reports ---

pytest_appsync_shorten = reports.pytest_appsync_shorten
pytest_runtest_makereport = reports.pytest_runtest_makereport
pytest_assertrepr_compare = reports.pytest_assertrepr_compare
