"""Entering and leaving, one inside the other, and what was called."""

from __future__ import annotations

import asyncio
import functools
import inspect
import pickle
import sys
import threading
import time
import unittest
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config
from botocore.exceptions import ParamValidationError

from pytest_appsync import (
    ApiKeyRules,
    AppSync,
    HttpAnswer,
    RealCallBlocked,
    UnsimulatedOperation,
)
from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.clients import guard
from pytest_appsync.clients.responses import to_response
from pytest_appsync.record.calls import Call
from pytest_appsync.service.operations import OPERATIONS
from pytest_appsync.simulation import entered
from pytest_appsync.simulation.call_in_progress import CallInProgress
from pytest_appsync.simulation.simulation import Simulation


def _simulation_of(appsync: AppSync) -> Simulation:
    return lifecycle_of(appsync).simulation


def test_the_inner_simulation_answers() -> None:
    client = boto3.client("appsync", region_name="us-east-1")
    with AppSync() as outer:
        client.create_graphql_api(name="outer", authenticationType="API_KEY")
        with AppSync() as inner:
            client.create_graphql_api(name="inner", authenticationType="API_KEY")
            assert [api.name for api in inner.apis()] == ["inner"]
        client.create_graphql_api(name="outer again", authenticationType="API_KEY")
        assert [api.name for api in outer.apis()] == ["outer", "outer again"]


def test_the_last_one_entered_answers_in_every_thread(appsync: AppSync) -> None:
    api = appsync.add_api()
    thread = threading.Thread(
        target=lambda: boto3.client("appsync", region_name="us-east-1").create_api_key(apiId=api.id)
    )
    thread.start()
    thread.join()
    assert len(appsync.api_keys(api)) == 1


def fail_inside(simulation: AppSync, error: type[BaseException]) -> None:
    with simulation:
        simulation.fail("CreateApiKey", "NotFoundException")
        raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_nothing_active(error: type[BaseException]) -> None:
    with pytest.raises(error):
        fail_inside(AppSync(), error)
    assert entered.active() is None


def test_entering_twice_is_refused(appsync: AppSync) -> None:
    with pytest.raises(
        RuntimeError,
        match=r"^this AppSync is active already: it cannot be entered twice\. Leave it first",
    ):
        appsync.__enter__()
    assert entered.active() is _simulation_of(appsync)


def test_leaving_twice_is_refused() -> None:
    with AppSync() as simulation:
        pass
    with pytest.raises(RuntimeError, match="not active: it cannot be left"):
        simulation.__exit__(None, None, None)


def test_leaving_out_of_order_is_refused_and_leaves_nothing_active() -> None:
    outer, inner = AppSync(), AppSync()
    outer.__enter__()
    inner.__enter__()
    with pytest.raises(RuntimeError, match="fixture of this one must ask for"):
        outer.__exit__(None, None, None)
    assert entered.active() is _simulation_of(inner)
    inner.__exit__(None, None, None)
    assert entered.active() is None


def test_each_entry_begins_with_an_empty_service() -> None:
    simulation = AppSync()
    seeded = simulation.add_api("before the first entry")
    with simulation:
        assert simulation.apis() == [seeded]
        simulation.client().list_graphql_apis()
        simulation.clock.advance(days=1)
    assert len(simulation.calls) == 1, "what was called can be looked at afterwards"
    with simulation:
        assert simulation.apis() == []
        assert len(simulation.calls) == 0


def test_seeds_are_there_at_each_call_of_a_decorated_function() -> None:
    simulation = AppSync()

    @simulation
    def names(appsync: AppSync) -> list[str]:
        appsync.add_api("inside")
        return [api.name for api in appsync.apis()]

    simulation.add_api("before the first entry")
    for _ in range(3):
        assert names() == ["before the first entry", "inside"]  # type: ignore[call-arg]


def test_nothing_is_there_where_nothing_was_seeded() -> None:
    simulation = AppSync()

    @simulation
    def add() -> int:
        simulation.add_api()
        return len(simulation.apis())

    assert [add() for _ in range(3)] == [1, 1, 1]


def test_a_clock_that_was_moved_before_the_first_entry_is_a_seed() -> None:
    simulation = AppSync()
    simulation.clock.advance(days=2)
    simulation.clock.advance(days=-2)
    simulation.clock.advance(days=1)

    @simulation
    def ahead() -> float:
        return simulation.clock.now() - time.time()

    assert [round(ahead() / 3600) for _ in range(2)] == [24, 24]


@pytest.mark.parametrize(
    "change",
    [
        lambda appsync: appsync.add_api(),
        lambda appsync: appsync.add_api_key("any"),
        lambda appsync: appsync.fail("CreateApiKey", "NotFoundException"),
        lambda appsync: appsync.respond("StartSchemaCreation", {}),
        lambda appsync: appsync.delay("CreateApiKey", 1),
        lambda appsync: appsync.deny("CreateApiKey"),
        lambda appsync: appsync.throttle(rate=1),
        lambda appsync: appsync.chaos(0.5, seed=1),
    ],
)
def test_a_simulation_that_was_left_refuses_changes(change: Any) -> None:
    with AppSync() as simulation:
        pass
    with pytest.raises(RuntimeError, match="after this simulation was left"):
        change(simulation)


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"region": ""}, ValueError, "`region` must be .* not ''"),
        ({"key_rules": "DA2"}, TypeError, "ApiKeyRules.DA2"),
        ({"key_rules": ApiKeyRules}, TypeError, "ApiKeyRules.DA2"),
        ({"unsimulated": "pass-through"}, ValueError, "did you mean 'passthrough'?"),
        ({"strict": "no"}, TypeError, "`strict` must be True or False, not 'no'"),
    ],
)
def test_nonsense_is_refused_at_once(
    keywords: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message.replace("?", r"\?")):
        AppSync(**keywords)


# --- what is not simulated ---


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_an_operation_that_is_not_simulated_never_reaches_the_network(
    appsync: AppSync, mode: str
) -> None:
    config: Any = {"retries": {"mode": mode}}
    client = boto3.client("appsync", config=Config(**config))
    with pytest.raises(UnsimulatedOperation) as raised:
        client.evaluate_mapping_template(template="{}", context="{}")
    assert raised.value.operation == "EvaluateMappingTemplate"
    message = str(raised.value)
    assert "appsync.respond('EvaluateMappingTemplate', {...})" in message
    assert "appsync.fail('EvaluateMappingTemplate', 'InternalFailureException')" in message
    assert "unsimulated='passthrough'" in message
    assert "python -m pytest_appsync operations" in message
    [call] = appsync.calls
    assert call.error_code == "UnsimulatedOperation"
    assert len(call.attempts) == 1


@pytest.mark.appsync(unsimulated="passthrough")
def test_passthrough_leaves_it_to_the_next_handler_and_signs_it(appsync: AppSync) -> None:
    client = boto3.client("appsync", aws_access_key_id="AKIA", aws_secret_access_key="secret")
    seen: list[bool] = []

    def next_handler(request: Any, **_: Any) -> Any:
        seen.append("Authorization" in request.headers)
        return to_response(HttpAnswer(200, body='{"evaluationResult": "{}"}'), request.url)

    client.meta.events.register("before-send", next_handler)
    assert client.evaluate_mapping_template(template="{}", context="{}")["evaluationResult"] == "{}"
    assert seen == [True]
    [call] = appsync.calls
    assert call.result == {"evaluationResult": "{}"}
    with (
        appsync.fail("EvaluateMappingTemplate", "BadRequestException"),
        pytest.raises(client.exceptions.BadRequestException),
    ):
        client.evaluate_mapping_template(template="{}", context="{}")


# --- the record ---


def test_calls_tell_what_the_application_asked(appsync: AppSync, appsync_client: Any) -> None:
    api = appsync.add_api()
    created = appsync_client.create_api_key(apiId=api.id, description="mine")
    with pytest.raises(appsync_client.exceptions.NotFoundException):
        appsync_client.delete_api_key(apiId=api.id, id="da2-none")
    create, delete = appsync.calls
    assert (create.operation, create.region) == ("CreateApiKey", "us-east-1")
    assert create.params == {"apiId": api.id, "description": "mine"}
    assert create.result == {"apiKey": created["apiKey"]}
    assert (create.http_status, create.error_code) == (200, None)
    assert (delete.http_status, delete.error_code, delete.result) == (
        404,
        "NotFoundException",
        None,
    )
    assert create.site is not None
    assert (create.site.path, create.site.function) == (
        __file__,
        "test_calls_tell_what_the_application_asked",
    )
    assert "CreateApiKey(apiId=" in repr(appsync.calls)
    assert "404 NotFoundException" in repr(delete)
    assert [call.operation for call in appsync.calls.of("delete_api_key")] == ["DeleteApiKey"]
    assert list(appsync.calls[:1]) == [create]
    with pytest.raises(ValueError, match="did you mean 'CreateApiKey'"):
        appsync.calls.of("CreateApiKeys")


def test_a_long_record_shows_its_end(appsync: AppSync, appsync_client: Any) -> None:
    for number in range(70):
        appsync_client.list_graphql_apis(maxResults=1 + number % 2)
    shown = repr(appsync.calls).splitlines()
    assert shown[:2] == ["<70 AppSync calls:", "  ... 20 earlier calls"]
    assert shown[2].startswith("  21. <ListGraphqlApis(")
    assert len(shown) == 53


def test_a_call_that_never_left_the_client_is_not_recorded(
    appsync: AppSync, appsync_client: Any
) -> None:
    with pytest.raises(ParamValidationError):
        appsync_client.create_api_key()
    assert len(appsync.calls) == 0
    assert repr(appsync.calls) == "<no AppSync calls>"


def test_the_record_is_a_snapshot(appsync: AppSync, appsync_client: Any) -> None:
    tags = {"team": "web"}
    created = appsync_client.create_graphql_api(name="a", authenticationType="API_KEY", tags=tags)
    tags["team"] = created["graphqlApi"]["tags"]["team"] = "changed"
    [call] = appsync.calls
    assert call.params["tags"] == {"team": "web"}
    assert call.result is not None
    assert call.result["graphqlApi"]["tags"] == {"team": "web"}


def test_calls_compare_as_lists(appsync: AppSync, appsync_client: Any) -> None:
    assert appsync.calls == []
    appsync_client.list_graphql_apis()
    assert appsync.calls == [appsync.calls[0]] == appsync.calls[:5]
    assert appsync.calls != []
    assert appsync.calls != len(appsync.calls)


def test_a_parameter_without_a_repr_is_shown_all_the_same(appsync: AppSync) -> None:
    class Odd(str):
        __slots__ = ()

        def __repr__(self) -> str:
            raise ZeroDivisionError

    client: Any = boto3.client("appsync")
    client.meta.events.register("before-call.appsync", lambda params, **_: params.update(body=b"{"))
    with pytest.raises(client.exceptions.BadRequestException):  # so nothing could be read
        client.create_api_key(apiId=Odd("x"))
    assert "apiId=<Odd whose repr raises ZeroDivisionError>" in repr(appsync.calls)
    with pytest.raises(Exception, match="not found"):
        appsync.client().list_api_keys(apiId="x" * 1000)
    assert "... (1002 characters)" in repr(appsync.calls[-1])


def test_leaving_what_was_never_entered_loses_nothing() -> None:
    simulation = AppSync()
    api = simulation.add_api()
    with pytest.raises(RuntimeError, match="not active"):
        lifecycle_of(simulation).leave()
    with simulation:
        assert simulation.apis() == [api]


@pytest.mark.parametrize(
    ("missed", "more", "raised", "said"),
    [
        ("tags", {}, UnsimulatedOperation, r"simulate \(not without `tags`\), and"),
        ("API_KEY", {}, UnsimulatedOperation, r"\(not with the `authenticationType` API_KEY\)"),
        ("tags", {"tags": {"team": "web"}}, KeyError, "tags"),
        ("orders", {}, KeyError, "orders"),
        ("elsewhere", {}, KeyError, "elsewhere"),
    ],
)
def test_only_what_a_newer_service_model_may_allow_is_unsimulated(
    monkeypatch: pytest.MonkeyPatch, missed: str, more: Any, raised: type[Exception], said: str
) -> None:
    """A parameter that it requires no more, or a value of an enum. Else it is our mistake."""

    def create(region: Any, params: Any) -> Any:
        raise KeyError(missed)

    monkeypatch.setitem(OPERATIONS, "CreateGraphqlApi", create)
    with (
        AppSync(strict=False, unsimulated="passthrough") as simulation,
        pytest.raises(raised, match=said) as caught,
    ):
        simulation.client().create_graphql_api(name="orders", authenticationType="API_KEY", **more)
    assert "passthrough" not in str(caught.value), "which would not help"


def test_unsimulated_operation_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(UnsimulatedOperation("ListTypes", "as a test")))
    assert error.why == "as a test"
    assert error.operation == "ListTypes"
    assert "ListTypes" in str(error)
    assert str(error).count("\n") < 12


# --- the guard ---


def test_the_guard_blocks_what_would_be_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "is_up", True)
    client = boto3.client("appsync", region_name="us-east-1")
    with pytest.raises(RealCallBlocked) as blocked:
        client.list_graphql_apis()
    assert blocked.value.operation == "ListGraphqlApis"
    assert __file__ in str(blocked.value)
    with ThreadPoolExecutor(1) as pool:
        error = pool.submit(client.list_graphql_apis).exception()
    assert isinstance(error, RealCallBlocked)
    with AppSync():
        assert client.list_graphql_apis()["graphqlApis"] == []
    with pytest.raises(botocore.exceptions.NoCredentialsError):
        boto3.Session().client("s3", region_name="us-east-1").list_buckets()


def test_the_guard_is_down_for_a_call_within_one_whose_simulation_has_ended() -> None:
    """It belongs to no call, also not to the one in which it is made, and is not refused."""
    simulation = AppSync(strict=False)
    lifecycle_of(simulation).enter()
    client: Any = boto3.client(
        "appsync", region_name="us-east-1", aws_access_key_id="A", aws_secret_access_key="b"
    )

    def network(request: Any, **_: Any) -> Any:
        return to_response(HttpAnswer(200, body='{"graphqlApis": []}'), request.url)

    def leave(_: Any) -> Any:
        client.meta.events.register("before-send.appsync.ListGraphqlApis", network)
        lifecycle_of(simulation).leave()
        real = client.list_graphql_apis()
        return {"types": [{"name": f"Apis{len(real['graphqlApis'])}"}]}

    simulation.respond("ListTypes", leave)
    answer = client.list_types(apiId="any", format="SDL")
    assert answer["types"] == [{"name": "Apis0"}]
    assert [call.operation for call in simulation.calls] == ["ListTypes"]


# --- decorating ---

decorating = AppSync()


@decorating
def create_a_key(name: str, *, again: bool = False) -> int:
    api = decorating.add_api(name)
    decorating.client().create_api_key(apiId=api.id)
    return len(decorating.apis())


def test_decorates_a_function() -> None:
    assert create_a_key("orders") == 1


@pytest.mark.skipif(sys.version_info < (3, 14), reason="Python evaluates annotations at once")
def test_decorates_a_function_whose_annotations_only_a_type_checker_knows() -> None:
    source = "def function(appsync: AppSync, number: int) -> Missing: return appsync, number"
    names: dict[str, Any] = {}
    exec(compile(source, "application.py", "exec", dont_inherit=True), names)
    decorated = decorating(names["function"])
    assert decorated(3) == (decorating, 3)
    assert list(inspect.signature(decorated).parameters) == ["number"]


def test_a_decorated_function_runs_in_its_simulation_where_that_is_active() -> None:
    with decorating:
        decorating.add_api("earlier")
        assert create_a_key("orders") == 2
        assert len(decorating.apis()) == 2, "the function left what it had not entered"
    assert create_a_key("orders", again=True) == 1, "each call enters the simulation again"
    assert create_a_key.__name__ == "create_a_key"


def test_decorates_a_coroutine_function() -> None:
    @decorating
    async def application() -> int:
        await asyncio.sleep(0)
        decorating.client().create_graphql_api(name="a", authenticationType="API_KEY")
        return len(decorating.apis())

    assert inspect.iscoroutinefunction(application)
    assert asyncio.run(application()) == 1


def test_enters_and_leaves_in_a_coroutine() -> None:
    async def application() -> None:
        async with AppSync() as appsync:
            assert entered.active() is _simulation_of(appsync)

    asyncio.run(application())
    assert entered.active() is None


@decorating
class TestDecoratedClass:
    helper = "not a test"

    def test_first(self) -> None:
        decorating.add_api("first")
        assert [api.name for api in decorating.apis()] == ["first"]

    def test_second(self, tmp_path: object) -> None:
        assert decorating.apis() == []


@decorating
class TestDecoratedCase(unittest.TestCase):
    def setUp(self) -> None:
        self.api = decorating.add_api("from setUp")

    def tearDown(self) -> None:
        assert entered.active() is _simulation_of(decorating)

    def test_key(self) -> None:
        decorating.client().create_api_key(apiId=self.api.id)
        assert len(decorating.api_keys(self.api)) == 1


def run_case(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_a_decorated_case_is_strict_and_never_fails_twice() -> None:
    simulation = AppSync()

    @simulation
    class Case(unittest.TestCase):
        def test_unmet(self) -> None:
            simulation.fail("CreateApiKey", "NotFoundException")

        def test_fails_anyway(self) -> None:
            simulation.fail("CreateApiKey", "NotFoundException")
            self.fail("the test's own reason")

    result = run_case(Case)
    reasons = sorted(text.strip().splitlines()[-1] for _, text in result.failures)
    assert len(reasons) == 2
    assert not result.errors
    assert any("the test's own reason" in reason for reason in reasons)
    assert entered.active() is None


@pytest.mark.parametrize("base", [unittest.TestCase, object])
def test_a_class_is_decorated_once(base: type) -> None:
    with pytest.raises(TypeError, match="Case'> is decorated already: of two"):

        @AppSync()
        @AppSync()
        class Case(base):  # type: ignore[misc]
            def test_it(self) -> None:
                """Never run."""


def test_a_method_keeps_the_decorators_around_its_own() -> None:
    seen = []

    def in_loop(test: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(test)
        def run(*args: Any) -> None:
            seen.append("in_loop")
            asyncio.run(test(*args))

        return run

    @AppSync()
    class Case:
        @in_loop
        @AppSync()
        async def test_it(self) -> None:
            seen.append("test")

    Case().test_it()
    assert seen == ["in_loop", "test"]


def test_a_coroutine_in_a_decorated_class_runs_inside() -> None:
    found: list[str] = []

    @AppSync()
    class Case:
        async def test_it(self, appsync: AppSync) -> None:
            appsync.add_api("orders")
            await asyncio.sleep(0)
            client: Any = appsync.client()
            found.extend(each["name"] for each in client.list_graphql_apis()["graphqlApis"])

    test: Any = Case().test_it
    asyncio.run(test())
    assert found == ["orders"]


def test_a_derived_class_keeps_what_it_has_put_around_a_test_of_its_base() -> None:
    seen = []

    def twice(test: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(test)
        def run(*args: Any) -> None:
            test(*args)
            test(*args)

        return run

    @AppSync()
    class Case:
        def test_it(self) -> None:
            seen.append(entered.active())

    @AppSync()
    class Derived(Case):
        test_it = twice(Case.test_it)

    Derived().test_it()
    assert len(seen) == 2
    assert None not in seen


@pytest.mark.parametrize("base", [unittest.TestCase, object])
def test_a_decorated_method_of_a_decorated_class_has_its_own_simulation(base: type) -> None:
    of_class, of_method = AppSync(), AppSync()
    seen = []

    @of_class
    class Case(base):  # type: ignore[misc]
        @of_method
        def test_it(self) -> None:
            boto3.client("appsync", region_name="us-east-1").list_graphql_apis()
            seen.append((len(of_class.calls), len(of_method.calls)))

    if base is object:
        Case().test_it()
    else:
        assert run_case(Case).wasSuccessful()
    assert seen == [(0, 1)]


def test_decorates_asyncio_cases() -> None:
    simulation = AppSync()

    @simulation
    class Case(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self) -> None:
            self.api = simulation.add_api()

        async def test_key(self) -> None:
            simulation.client().create_api_key(apiId=self.api.id)
            assert len(simulation.api_keys(self.api)) == 1

        async def test_unmet(self) -> None:
            simulation.fail("CreateApiKey", "NotFoundException")

    result = run_case(Case)
    assert result.testsRun == 2
    assert [test.id().rpartition(".")[2] for test, _ in result.failures] == ["test_unmet"]


def test_decorated_functions_call_each_other() -> None:
    @decorating
    def inner() -> int:
        return len(decorating.apis())

    @decorating
    def outer() -> int:
        decorating.add_api()
        return inner()

    assert outer() == 1
    assert entered.active() is None


def test_decorated_coroutines_run_side_by_side() -> None:
    @decorating
    async def create(pauses: int) -> None:
        for _ in range(pauses):
            await asyncio.sleep(0)
        decorating.client().create_graphql_api(name="a", authenticationType="API_KEY")

    async def both() -> None:
        await asyncio.gather(create(1), create(5))

    asyncio.run(both())
    assert entered.active() is None
    assert len(decorating.calls) == 2


def test_the_closest_decorator_counts() -> None:
    base, closer = AppSync(region="eu-west-1"), AppSync(region="eu-central-1")

    @base
    class Base:
        def test_region(self) -> str:
            active = entered.active()
            assert active is not None
            return active.settings.region or "none"

        @staticmethod
        def test_static() -> bool:
            return entered.active() is not None

        @classmethod
        def test_class(cls) -> bool:
            return entered.active() is not None

    @closer
    class Derived(Base):
        pass

    assert (Base().test_region(), Derived().test_region()) == ("eu-west-1", "eu-central-1")
    assert Derived.test_static()
    assert Derived.test_class()


def test_test_cases_inherit_their_simulation() -> None:
    simulation, closer = AppSync(), AppSync()

    @simulation
    class Base(unittest.TestCase):
        def test_it(self) -> None:
            assert entered.active() is _simulation_of(simulation)

    class Derived(Base):
        def test_unmet(self) -> None:
            simulation.fail("CreateApiKey", "NotFoundException")

        def test_subtest_fails(self) -> None:
            simulation.fail("CreateApiKey", "NotFoundException")
            with self.subTest("one"):
                self.fail("the subtest's own reason")

    @closer
    class Closer(Base):
        def test_it(self) -> None:
            assert entered.active() is _simulation_of(closer)

    result = run_case(Derived)
    assert result.testsRun == 3
    reasons = "".join(text for _, text in result.failures)
    assert len(result.failures) == 2
    assert "the subtest's own reason" in reasons
    assert "what no call has met" in reasons
    assert run_case(Closer).wasSuccessful()


def test_a_parameter_named_appsync_is_given_the_simulation() -> None:
    simulation, other = AppSync(), AppSync()

    def decorate(function: Any) -> Any:
        return simulation(function)

    @decorate
    def first(appsync: Any, number: int) -> tuple[Any, int]:
        assert entered.active() is _simulation_of(simulation)
        return appsync, number

    @decorate
    def last(number: int, appsync: Any) -> tuple[Any, int]:
        return appsync, number

    @decorate
    async def keyword(*numbers: int, appsync: Any) -> tuple[Any, int]:
        return appsync, sum(numbers)

    @decorate
    def own_default(appsync: Any = None) -> Any:
        return appsync

    assert first(1) == first(number=1) == last(1) == last(number=1) == (simulation, 1)
    assert asyncio.run(keyword(1, 2)) == (simulation, 3)
    assert inspect.iscoroutinefunction(keyword)
    assert first(appsync=other, number=1) == (other, 1)
    assert own_default() is None
    assert list(inspect.signature(first).parameters) == ["number"]
    assert callable(decorate(print)), "it has no signature"


@decorating
class TestGivenTheSimulation:
    @pytest.mark.parametrize("number", [1])
    def test_method(self, appsync: AppSync, number: int, tmp_path: object) -> None:
        assert (appsync, number) == (decorating, 1)

    @staticmethod
    def test_static(appsync: AppSync) -> None:
        assert appsync is decorating


def test_the_parentheses_of_the_decorator_are_forgotten() -> None:
    untyped: Any = AppSync
    with pytest.raises(TypeError, match=r"without parentheses .*: write @AppSync\(\)$"):
        untyped(test_the_parentheses_of_the_decorator_are_forgotten)
    with pytest.raises(TypeError, match=r"keyword arguments only, such as .*, not 'us-east-1'"):
        untyped("us-east-1")


def test_refuses_to_decorate_what_would_run_outside() -> None:
    def generator() -> Any:
        yield

    with pytest.raises(TypeError, match="is a generator function"):
        AppSync()(generator)
    with pytest.raises(TypeError, match="has no test"):
        AppSync()(type("Empty", (), {}))
    with pytest.raises(TypeError, match="neither a function"):
        AppSync()(3)  # type: ignore[type-var]


def test_refuses_what_is_awaited_after_the_simulation_has_ended() -> None:
    simulation = AppSync()

    class Deferred:
        def __await__(self) -> Generator[None, None, int]:
            yield from ()
            return len(boto3.client("appsync").list_graphql_apis()["graphqlApis"])

    @simulation
    def ask() -> Deferred:
        return Deferred()

    with pytest.raises(TypeError, match=r"returned <.*Deferred.*>: .* outside of"):
        ask()
    assert entered.active() is None

    @simulation
    async def ask_inside() -> int:
        return await ask()  # the simulation of this function goes on

    assert asyncio.run(ask_inside()) == 0


def test_a_call_that_ends_twice_is_counted_once() -> None:
    """Ctrl-C may come when its end is noted, and the exception ends it again."""
    with AppSync() as appsync:
        simulation = lifecycle_of(appsync).simulation
        progress = CallInProgress(simulation, Call("ListApiKeys", {}, "us-east-1"))
        progress.returned({})
        progress.raised(KeyboardInterrupt())
        assert progress.call.error_code == "KeyboardInterrupt"
        assert simulation.time_lines._own.calls == 0
