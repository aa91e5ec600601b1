"""pytest's side: fixtures, markers and the end of a test. The package does the work.

Nothing here imports boto3 or botocore until a fixture needs them.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_appsync.clients import guard, guard_of_children, import_hooks
from pytest_appsync.error_coverage import options as error_coverage_options
from pytest_appsync.fixture_order import has_fixtures, use_first
from pytest_appsync.nearest import no_such

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

    from pytest_appsync.appsync import AppSync
    from pytest_appsync.model import DocumentedError
    from pytest_appsync.server.server import Server
    from pytest_appsync.simulation.lifecycle import Lifecycle

_LIFECYCLE: pytest.StashKey[Lifecycle] = pytest.StashKey()
"""Of a test, as long as it may be reported."""
_ENTERED: pytest.StashKey[list[Lifecycle]] = pytest.StashKey()
"""Of a session: those of its tests that were not left yet."""


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


_HAS_GUARD: pytest.StashKey[bool] = pytest.StashKey()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """The guard comes first: a conftest.py may import an application that calls AppSync."""
    _begin_guard(early_config)


def _begin_guard(config: pytest.Config) -> None:
    if not config.stash.get(_HAS_GUARD, False):
        config.stash[_HAS_GUARD] = True
        guard.begin_session(config.getini("appsync_guard"))
        config.add_cleanup(guard.end_session)
        guard_of_children.begin_session(config.getini("appsync_guard"))
        config.add_cleanup(guard_of_children.end_session)


def pytest_configure(config: pytest.Config) -> None:
    _begin_guard(config)
    config.stash[_ENTERED] = []
    config.add_cleanup(lambda: _forget_all(config))
    config.stash[_FAILURES] = _Failures()
    config.pluginmanager.register(config.stash[_FAILURES], "appsync-failures")
    config.addinivalue_line(
        "markers",
        "appsync(region=..., key_rules=..., unsimulated=..., strict=...): configure the simulated "
        "AppSync of the `appsync` fixture, with the keywords of pytest_appsync.AppSync; the "
        "closest marker wins, keyword by keyword. A test with this marker runs in a simulation "
        "whether it asks for the fixture or not.",
    )
    config.addinivalue_line(
        "markers",
        "appsync_errors(operation, *codes, common=False, times=None): run the test once for each "
        "error that AWS documents for the operation, with that error armed; the fixture "
        "`appsync_error` is the error. Codes narrow it; common=True adds the errors common to all "
        "actions; times=n makes each error go away after n attempts.",
    )
    wanted = error_coverage_options.wanted(config)
    if wanted is not None:
        from pytest_appsync.error_coverage.pytest_hooks import ErrorCoverage

        config.pluginmanager.register(ErrorCoverage(config, wanted), "appsync_error_coverage")


_FIXTURES = {"appsync": "appsync", "appsync_errors": "appsync_error"}
"""By the name of the marker that asks for them."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What the markers ask for, also of a test that does not name the fixtures."""
    wanted = _wanted_fixtures(item)
    if wanted:
        use_first(item, wanted)


def _wanted_fixtures(item: pytest.Item) -> list[str]:
    if not has_fixtures(item):
        return []
    names = [marker.name for marker in item.iter_markers() if marker.name in _FIXTURES]
    return [_FIXTURES[name] for name in dict.fromkeys(names)]


_test: ContextVar[pytest.Item | None] = ContextVar("pytest_appsync_test", default=None)
"""The test whose fixture appsync is about to be set up, in this thread or task."""


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> None:
    """Tell the fixture its test. The fixture request would, and takes longer than all the rest."""
    if fixturedef.argname == "appsync":
        _test.set(request.node)


@pytest.fixture
def appsync() -> Iterator[AppSync]:
    """A simulated AWS AppSync, fresh for this test; see pytest_appsync.AppSync."""
    test = _test.get()
    if test is None:
        raise pytest.UsageError(
            "the fixture appsync does not know which test it is for: it was asked for under "
            "another name than appsync"
        )
    _test.set(None)
    if "pytest_appsync.appsync" not in sys.modules:
        import_hooks.forget_stale_modules()
    from pytest_appsync.appsync import AppSync, lifecycle_of

    keywords = _marked_keywords(test, AppSync)
    if region := test.config.getini("appsync_region"):
        keywords.setdefault("region", region)
    appsync = AppSync(**keywords)
    lifecycle = lifecycle_of(appsync)
    test.stash[_LIFECYCLE] = lifecycle
    lifecycle.enter()
    entered = test.config.stash[_ENTERED]
    entered.append(lifecycle)
    try:
        yield appsync
    finally:
        if lifecycle in entered:  # or else the session has ended before this
            lifecycle.leave()
            entered.remove(lifecycle)


def _forget_all(config: pytest.Config) -> None:
    """Nothing answers after the session, even where Ctrl-C kept fixtures from their end."""
    entered = config.stash[_ENTERED]
    while entered:
        entered.pop().forget()


@pytest.fixture
def appsync_client(appsync: AppSync) -> AppSyncClient:
    """A boto3 AppSync client of the simulation's region, made once and reused."""
    return appsync.client()


@pytest.fixture
def appsync_server(appsync: AppSync) -> Iterator[Server]:
    """The simulation of the fixture appsync at a URL, for other processes: appsync.serve()."""
    with appsync.serve() as server:
        yield server


class ArmedError(NamedTuple):
    """What one run of a test with the marker ``appsync_errors`` is given."""

    error: DocumentedError
    times: int | None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    markers = list(metafunc.definition.iter_markers("appsync_errors"))
    if not markers:
        return
    if "appsync_error" not in metafunc.fixturenames:
        metafunc.fixturenames.append("appsync_error")
    # Of a class and its test that name the same error, the test says how often it comes.
    armed = {
        (armed.error.operation, armed.error.code): armed
        for marker in reversed(markers)
        for armed in _marked_errors(*marker.args, **marker.kwargs)
    }.values()
    ids = [f"{error.operation}-{error.code}-{error.http_status}" for error, _ in armed]
    metafunc.parametrize("appsync_error", armed, ids=ids, indirect=True)


def _marked_errors(*args: Any, **kwargs: Any) -> list[ArmedError]:
    import_hooks.forget_stale_modules()
    from pytest_appsync import model
    from pytest_appsync.script.checks import checked_flag, checked_times

    for name in kwargs:
        if name not in ("common", "times"):
            raise pytest.UsageError(
                no_such("keyword of @pytest.mark.appsync_errors", name, ("common", "times"))
            )
    if not args:
        raise pytest.UsageError("@pytest.mark.appsync_errors needs an operation")
    operation, *codes = args
    try:
        times = checked_times(kwargs.get("times"))
        common = checked_flag("common", kwargs.get("common", False))
        errors: Iterable[DocumentedError]
        if codes:
            errors = [model.find_error(operation, code) for code in codes]
        else:
            errors = model.errors(operation, common=common)
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(f"@pytest.mark.appsync_errors: {error}") from None
    return [ArmedError(error, times) for error in errors]


@pytest.fixture
def appsync_error(request: pytest.FixtureRequest, appsync: AppSync) -> DocumentedError:
    """The error that @pytest.mark.appsync_errors armed for this run of the test."""
    armed: ArmedError | None = getattr(request, "param", None)
    if armed is None:
        if request.node.get_closest_marker("appsync_errors"):
            pytest.fail(
                "@pytest.mark.appsync_errors parametrizes, and pytest cannot parametrize this "
                "test (a unittest.TestCase?): write it as a function or in a plain class",
                pytrace=False,
            )
        raise pytest.UsageError(
            "the fixture appsync_error needs the marker that says which errors: "
            "@pytest.mark.appsync_errors('CreateApiKey')"
        )
    appsync.fail(armed.error.operation, armed.error.code, times=armed.times)
    return armed.error


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    lifecycle = item.stash.get(_LIFECYCLE, None)
    if lifecycle is not None and report.failed:
        report.sections.append(("AppSync calls", lifecycle.simulation.describe()))
    if lifecycle is not None and call.when == "teardown":
        del item.stash[_LIFECYCLE]  # a session keeps its items, but not their simulations
    return report


class _Failures:
    """Which tests have failed already, while they go on: a subtest of theirs has."""

    def __init__(self) -> None:
        self.node_ids: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.node_ids.add(report.nodeid)


_FAILURES: pytest.StashKey[_Failures] = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    lifecycle = item.stash.get(_LIFECYCLE, None)
    if lifecycle is None and _wanted_fixtures(item):
        raise pytest.UsageError(
            "this test was marked with appsync or appsync_errors while its fixtures were being "
            "set up, and they ran outside of the simulation: mark it before "
            "(pytest_collection_modifyitems), or have it ask for the fixture"
        )
    failed = item.config.stash[_FAILURES].node_ids
    failed.discard(item.nodeid)  # an earlier run of it is not this one
    returned = yield
    lifecycle = item.stash.get(_LIFECYCLE, None)
    complaint = None
    if lifecycle is not None and item.nodeid not in failed:
        try:
            lifecycle.check_script()
        except AssertionError as error:
            complaint = str(error)
    if complaint:
        pytest.fail(complaint, pytrace=False)
    return returned


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    calls = sys.modules.get("pytest_appsync.record.calls")
    if op != "==" or calls is None:
        return None
    for one, other in ((left, right), (right, left)):
        if isinstance(one, calls.Calls) and isinstance(other, Sequence):
            expected = calls.Calls(other).describe() or ["nothing"]
            actual = one.describe() or ["nothing"]
            return [
                "the calls of AppSync are not those that were expected",
                "expected:",
                *(f"  {line}" for line in expected),
                "called:",
                *(f"  {line}" for line in actual),
            ]
    return None


def _marked_keywords(node: pytest.Item, kind: type[AppSync]) -> dict[str, Any]:
    """The keywords of the test's markers, the closest one winning."""
    keywords: dict[str, Any] = {}
    for marker in node.iter_markers("appsync"):
        allowed = list(inspect.signature(kind).parameters)
        if marker.args:
            raise pytest.UsageError(
                f"@pytest.mark.appsync takes keywords only, not {marker.args!r}. "
                f"Allowed: {', '.join(allowed)}"
            )
        for name, value in marker.kwargs.items():
            if name not in allowed:
                raise pytest.UsageError(no_such("keyword of @pytest.mark.appsync", name, allowed))
            keywords.setdefault(name, value)
    return keywords
