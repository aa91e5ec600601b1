"""Many threads at one simulation: nothing is lost or counted twice, and none waits too long."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import itertools
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from importlib.machinery import SourceFileLoader
from types import ModuleType, SimpleNamespace
from typing import Any, TypeVar

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries import bucket

from pytest_appsync import Api, ApiKeyRules, AppSync, Fault
from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.clients import botocore_wrapping, client_call
from pytest_appsync.error_coverage import tallies as tallies_module
from pytest_appsync.record.call_site import CallSite
from pytest_appsync.record.calls import Attempt, Call
from pytest_appsync.script.handles import Scripted
from pytest_appsync.service.identifiers import Identifiers
from pytest_appsync.simulation import entered
from tests.in_processes import run_python
from tests.in_threads import in_threads, in_time
from tests.thoroughness import IS_THOROUGH, examples

T = TypeVar("T")

THREADS = examples(18, 32)
QUOTA = 50

ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture(autouse=True)
def switching_often() -> Iterator[None]:
    """Threads take turns far more often than Python lets them, so that races show."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Lets others have a turn wherever a function of ours is called."""

    def slow_down(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def slow(*args: Any, **kwargs: Any) -> Any:
            time.sleep(0.0002)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, slow)

    return slow_down


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


def outcome(call: Callable[..., Any], **params: Any) -> tuple[str, Any]:
    """``"ok"`` and the answer, or the error's code and nothing."""
    try:
        return "ok", call(**params)
    except ClientError as error:
        return error.response["Error"]["Code"], None


def together(works: Sequence[Callable[[], list[T]]]) -> list[T]:
    """What all of ``works`` returned, each called in a thread of its own."""
    return list(itertools.chain.from_iterable(in_threads(works)))


def repeated(work: Callable[[int], T], times: int) -> Callable[[], list[T]]:
    return lambda: [work(number) for number in range(times)]


# --- the quota -----------------------------------------------------------------------


def shared_client(appsync: AppSync) -> Callable[[], Any]:
    """One client for all, which met no simulation before: its first calls attach it."""
    client = boto3.Session().client("appsync", config=ONCE)
    return lambda: client


def client_each(appsync: AppSync) -> Callable[[], Any]:
    """Each thread makes its own client, at once with all the others."""
    return lambda: appsync.client(config=ONCE)


@pytest.mark.parametrize("clients", [shared_client, client_each])
def test_an_api_is_filled_up_to_its_quota(
    appsync: AppSync, api: Api, clients: Any, slowly: Any
) -> None:
    slowly(Identifiers, "new")  # between the quota's check and the new key
    client_of = clients(appsync)

    def hammer(thread: int) -> list[tuple[str, str, Any]]:
        client = client_of()
        return [
            (name, *outcome(client.create_api_key, apiId=api.id, description=name))
            for name in (f"key {number} of thread {thread}" for number in range(3))
        ]

    works = [functools.partial(hammer, thread) for thread in range(THREADS)]
    answers = together(works)
    created = {name: answer["apiKey"] for name, code, answer in answers if code == "ok"}
    assert Counter(code for _, code, _ in answers) == {
        "ok": QUOTA,
        "ApiKeyLimitExceededException": 3 * THREADS - QUOTA,
    }
    ids = [key["id"] for key in created.values()]
    assert len(set(ids)) == QUOTA
    assert sorted(key.id for key in appsync.api_keys(api)) == sorted(ids)

    assert len(appsync.calls) == len(answers)
    calls = {call.params["description"]: call for call in appsync.calls}
    for name, code, _ in answers:
        call = calls[name]
        assert len(call.attempts) == 1
        assert call.http_status == (200 if code == "ok" else 400)
        assert call.error_code == (None if code == "ok" else code)
        assert call.result == ({"apiKey": created[name]} if code == "ok" else None)


# --- lists ---------------------------------------------------------------------------


def test_pages_while_others_create_and_delete(appsync: AppSync, api: Api) -> None:
    stay = [appsync.add_api_key(api).id for _ in range(15)]
    client = appsync.client(config=ONCE)
    ended, was_seen = threading.Event(), threading.Event()

    def come_and_go() -> list[str]:
        ids: list[str] = []
        while len(ids) < 40 or not (was_seen.is_set() or len(ids) == 4_000):
            ids.append(client.create_api_key(apiId=api.id)["apiKey"]["id"])
            client.delete_api_key(apiId=api.id, id=ids[-1])
        ended.set()
        return ids

    def look() -> list[list[str]]:
        lists: list[list[str]] = []
        while not ended.is_set() or not lists:
            pages = client.get_paginator("list_api_keys").paginate(
                apiId=api.id, PaginationConfig={"PageSize": 4}
            )
            lists.append([key["id"] for page in pages for key in page["apiKeys"]])
            lists.append([key.id for key in appsync.api_keys(api)])
            if any(set(seen) - set(stay) for seen in lists[-2:]):
                was_seen.set()
        return lists

    results: list[Any] = in_threads([come_and_go] * 4 + [look] * 4)
    came = {id for ids in results[:4] for id in ids}
    lists = [seen for lists in results[4:] for seen in lists]
    assert len(came) == sum(map(len, results[:4])) >= 160
    for seen in lists:
        assert len(set(seen)) == len(seen), "a key was listed twice"
        assert set(seen) <= came | set(stay), "a key was listed that was never made"
        assert [id for id in seen if id in stay] == stay, "a key was there and not listed"
    assert any(came.intersection(seen) for seen in lists), "no key came while a thread listed"
    assert [key.id for key in appsync.api_keys(api)] == stay


def test_of_many_who_delete_a_key_one_succeeds(appsync: AppSync, api: Api) -> None:
    client = appsync.client(config=ONCE)
    ids = [appsync.add_api_key(api).id for _ in range(10)]

    def delete_all() -> list[str]:
        return [outcome(client.delete_api_key, apiId=api.id, id=id)[0] for id in ids]

    outcomes = in_threads([delete_all] * 8)
    for one_key in zip(*outcomes, strict=True):
        assert Counter(one_key) == {"ok": 1, "NotFoundException": 7}
    assert appsync.api_keys(api) == []


# --- scripts -------------------------------------------------------------------------


def create_often(appsync: AppSync, threads: int, times: int) -> Counter[str]:
    """How many of all the threads' CreateApiKey calls, an attempt each, came to what."""
    client = appsync.client(config=ONCE)

    def create(_: int) -> str:
        return outcome(client.create_api_key, apiId="any")[0]

    return Counter(together([repeated(create, times)] * threads))


def test_threads_share_the_times_of_a_queue(appsync: AppSync, slowly: Any) -> None:
    slowly(Scripted, "take")  # between asking whether it is live and the hit
    slowly(Fault, "take")
    first = appsync.fail("CreateApiKey", "LimitExceededException", times=37)
    canned = appsync.respond("CreateApiKey", {"apiKey": {"id": "da2-canned"}}, times=41)
    last = appsync.fail("CreateApiKey", "UnauthorizedException", times=13)
    delay = appsync.delay("CreateApiKey", 50, times=29)
    clock_began, began = appsync.clock.now(), time.time()
    assert create_often(appsync, 16, 10) == {
        "LimitExceededException": 37,
        "ok": 41,
        "UnauthorizedException": 13,
        "NotFoundException": 160 - 37 - 41 - 13,
    }
    moved = appsync.clock.now() - clock_began - (time.time() - began)
    # Each thread waits for itself: all together waited that long, the clock is the furthest.
    assert 50 - 0.5 <= moved <= 29 * 50 + 0.5
    assert [each.hits for each in (first, canned, last, delay)] == [37, 41, 13, 29]


def test_threads_share_what_is_let_through(appsync: AppSync) -> None:
    appsync.fail("CreateApiKey", "UnauthorizedException", after=23)
    assert create_often(appsync, 16, 10) == {"NotFoundException": 23, "UnauthorizedException": 137}


def test_threads_share_a_bucket(appsync: AppSync) -> None:
    throttle = appsync.throttle("CreateApiKey", rate=1e-9, burst=31)
    assert create_often(appsync, 16, 10) == {"NotFoundException": 31, "LimitExceededException": 129}
    assert throttle.hits == 129


def test_chaos_counts_what_it_did(appsync: AppSync) -> None:
    chaos = appsync.chaos(0.5, seed=1, errors=["InternalFailureException"])
    counts = create_often(appsync, 16, 10)
    assert sum(counts.values()) == 160
    assert counts["InternalFailureException"] == chaos.hits
    # The numbers are drawn one after the other, in whichever threads.
    assert 50 < chaos.hits < 110


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_retries_are_recorded_and_waited_for_once(appsync: AppSync, api: Api, mode: Any) -> None:
    client = appsync.client(config=Config(retries={"mode": mode}))
    fault = appsync.fail("CreateApiKey", "LimitExceededException", times=20)
    clock_began, began = appsync.clock.now(), time.time()

    def create(_: int) -> str:
        return outcome(client.create_api_key, apiId=api.id)[0]

    outcomes = together([repeated(create, 3)] * 12)
    attempts = [attempt for call in appsync.calls for attempt in call.attempts]
    assert len(appsync.calls) == len(outcomes) == 36
    assert sum(attempt.http_status == 429 for attempt in attempts) == fault.hits == 20
    assert [call.error_code for call in appsync.calls if call.result is None] == [
        code for code in outcomes if code != "ok"
    ]
    for call in appsync.calls:
        assert all(attempt.error_code for attempt in call.attempts[:-1]), "it was retried"
    assert all(attempt.slept >= 0 for attempt in attempts)
    waited = appsync.clock.now() - clock_began - (time.time() - began)
    slept = [sum(attempt.slept for attempt in call.attempts) for call in appsync.calls]
    # Each thread waits for itself, and the clock is the furthest of them.
    assert max(slept) - 0.1 <= waited <= sum(slept) + 0.1


def test_no_thread_waits_for_tokens_that_came_meanwhile(appsync: AppSync) -> None:
    """Of those who found a client's pace exceeded, all but one may look when it is not."""

    def waits(params: Any) -> Any:
        bucket_now = SimpleNamespace(available_capacity=5.0, max_rate=1.0)
        call = client_call.answered()
        assert call is not None
        botocore_wrapping.wait_for_tokens(call, bucket_now, 1)
        return {"graphqlApis": []}

    appsync.respond("ListGraphqlApis", waits)
    appsync.client().list_graphql_apis()
    assert 0 <= appsync.calls[0].attempts[0].slept < 0.1


# --- a callable may itself call AppSync ----------------------------------------------


def same_client(appsync: AppSync, client: Any, api: Api) -> None:
    client.list_api_keys(apiId=api.id)


def other_client(appsync: AppSync, client: Any, api: Api) -> None:
    appsync.client("eu-west-1").list_graphql_apis()
    appsync.client("eu-west-1", config=ONCE).list_graphql_apis()


def other_thread(appsync: AppSync, client: Any, api: Api) -> None:
    """A thread that is waited for."""
    in_time(lambda: client.list_api_keys(apiId=api.id), 20)


def own_methods(appsync: AppSync, client: Any, api: Api) -> None:
    key = appsync.add_api_key(appsync.add_api("inner"), description="inner")
    appsync.api_keys(api)
    appsync.apis()
    appsync.accepts(api, key)
    appsync.clock.advance(seconds=1)
    appsync.clock.set(appsync.clock.now())
    appsync.calls.of("ListApiKeys")
    lifecycle_of(appsync).simulation.describe()
    appsync.throttle("DeleteApiKey", rate=1)
    appsync.fail("DeleteApiKey", "NotFoundException").withdraw()
    with appsync.respond("ListTypes", {"types": []}), appsync.delay("ListTypes", 1):
        client.list_types(apiId=api.id, format="SDL")


def own_methods_in_a_thread(appsync: AppSync, client: Any, api: Api) -> None:
    in_time(lambda: own_methods(appsync, client, api), 20)


def simulation_within(appsync: AppSync, client: Any, api: Api) -> None:
    with AppSync() as within:
        client.list_graphql_apis()
        assert len(within.calls) == 1


ASKING = [same_client, other_client, other_thread, own_methods, own_methods_in_a_thread]


@pytest.mark.appsync(strict=False)
@pytest.mark.parametrize("ask", [*ASKING, simulation_within])
def test_a_callable_may_itself_call_appsync(appsync: AppSync, api: Api, ask: Any) -> None:
    ask_from_everywhere(appsync, api, ask, threads=1)


@pytest.mark.appsync(strict=False)
@pytest.mark.parametrize("ask", ASKING)
def test_a_callable_that_many_threads_ask_may_itself_call_appsync(
    appsync: AppSync, api: Api, ask: Any
) -> None:
    ask_from_everywhere(appsync, api, ask, threads=examples(3, 6))


def ask_from_everywhere(appsync: AppSync, api: Api, ask: Any, threads: int) -> None:
    """``ask`` is asked as each kind of callable that a script may have."""
    client = appsync.client(config=ONCE)
    asked: list[str] = []

    def asks(what: str, answer: Any) -> Any:
        def when_or_result(params: Any) -> Any:
            ask(appsync, client, api)
            asked.append(what)
            return answer

        return when_or_result

    appsync.fail("CreateApiKey", "NotFoundException", when=asks("fail", False))
    appsync.delay("CreateApiKey", 1, when=asks("delay", True))
    appsync.respond(
        "CreateApiKey",
        asks("result", {"apiKey": {"id": "da2-canned"}}),
        when=asks("respond", True),
    )

    def create() -> Any:
        return client.create_api_key(apiId=api.id)["apiKey"]

    assert in_threads([create] * threads) == [{"id": "da2-canned"}] * threads
    kinds = ("fail", "delay", "respond", "result")
    assert Counter(asked) == dict.fromkeys(kinds, threads)
    created = appsync.calls.of("CreateApiKey")
    assert [call.result for call in created] == [{"apiKey": {"id": "da2-canned"}}] * threads
    assert all(len(call.attempts) == 1 for call in appsync.calls)


# --- the clock -----------------------------------------------------------------------


def test_no_move_of_the_clock_is_lost(appsync: AppSync) -> None:
    clock_began, began = appsync.clock.now(), time.time()
    in_threads([repeated(lambda _: appsync.clock.advance(seconds=1), 500)] * 8)
    moved = appsync.clock.now() - clock_began - (time.time() - began)
    assert moved == pytest.approx(4000, abs=0.5)


@pytest.mark.appsync(key_rules=dataclasses.replace(ApiKeyRules.DA2, kept_after_expiry=None))
def test_time_moves_while_others_call(appsync: AppSync, api: Api) -> None:
    client: Any = appsync.client(config=ONCE)
    week = timedelta(days=7).total_seconds()
    began = appsync.clock.now()
    creating = Counter(range(6))

    def advance() -> list[dict[str, Any]]:
        while creating:
            appsync.clock.advance(minutes=1)
        return []

    def create(thread: int) -> list[dict[str, Any]]:
        created: list[dict[str, Any]] = []
        for _ in range(8):
            created.append(client.create_api_key(apiId=api.id)["apiKey"])
            seen = appsync.clock.now()
            while appsync.clock.now() < seen + 3600:
                time.sleep(0)
        del creating[thread]
        return created

    works: list[Any] = [advance, *(functools.partial(create, thread) for thread in creating)]
    answers: list[dict[str, Any]] = together(works)
    keys = appsync.api_keys(api)
    assert {(key["id"], key["expires"]) for key in answers} == {(k.id, k.expires) for k in keys}
    expiries = [key.expires for key in keys]
    assert expiries == sorted(expiries), "a later key expires earlier: time is read outside"
    assert len(set(expiries)) >= 8
    assert began + week - 3600 <= expiries[0]
    assert expiries[-1] <= appsync.clock.now() + week


# --- simulations and clients ---------------------------------------------------------


def test_entered_here_used_there_left_elsewhere() -> None:
    appsync = AppSync()
    in_time(lifecycle_of(appsync).enter)
    api = appsync.add_api()
    in_threads([lambda: boto3.Session().client("appsync").create_api_key(apiId=api.id)] * 4)
    assert len(appsync.api_keys(api)) == 4
    in_time(lifecycle_of(appsync).leave)
    assert entered.active() is None


def test_a_call_belongs_to_the_simulation_in_which_it_began() -> None:
    client = boto3.Session().client("appsync", region_name="us-east-1")
    asked, left = threading.Event(), threading.Event()
    first, second = AppSync(strict=False), AppSync()

    def slow(params: Any) -> bool:
        asked.set()
        return left.wait(30)

    def change() -> None:
        assert asked.wait(30)
        lifecycle_of(first).leave()
        with second:
            left.set()
            ended.wait(30)

    def call() -> Any:
        try:
            return client.list_graphql_apis()["graphqlApis"]
        finally:
            ended.set()

    ended = threading.Event()
    lifecycle_of(first).enter()
    first.fail("ListGraphqlApis", "InternalFailureException", times=2, when=slow)
    works: list[Callable[[], Any]] = [call, change]
    assert in_threads(works) == [[], None]
    assert [attempt.http_status for attempt in first.calls[0].attempts] == [500, 500, 200]
    assert len(second.calls) == 0


def test_a_decorated_function_in_many_threads() -> None:
    appsync = AppSync()
    inside = threading.Barrier(8)

    @appsync
    def use() -> int:
        inside.wait(30)
        appsync.client().list_graphql_apis()
        inside.wait(30)
        return len(appsync.calls)

    for _ in range(5):
        assert in_threads([use] * 8) == [8] * 8
        assert not lifecycle_of(appsync).is_entered


def test_clients_are_made_in_threads(appsync: AppSync) -> None:
    regions = ("us-west-1", "eu-west-2", "ap-south-2")
    shared: set[Any] = set()

    def make() -> list[str]:
        clients: list[Any] = [appsync.client(region) for region in regions]
        shared.update(clients)
        clients.append(appsync.client(regions[0], config=ONCE))
        for client in clients:
            client.create_graphql_api(name="mine", authenticationType="API_KEY")
        return [client.meta.region_name for client in clients]

    assert in_threads([make] * 5) == [[*regions, regions[0]]] * 5
    assert [len(appsync.apis(region)) for region in regions] == [10, 5, 5]
    assert len(shared) == len(regions), "the client of a region was made more than once"


# --- what we do to other libraries ---------------------------------------------------


def test_what_is_wrapped_by_many_at_once_is_wrapped_once(monkeypatch: Any) -> None:
    wrapped: Any = vars(bucket.TokenBucket)["acquire"]
    for _ in range(20):
        monkeypatch.setattr(bucket.TokenBucket, "acquire", wrapped.__wrapped__)
        in_threads([botocore_wrapping.install] * 8)
        outermost: Any = vars(bucket.TokenBucket)["acquire"]
        assert outermost is not wrapped.__wrapped__, "it was not wrapped"
        assert outermost.__wrapped__ is wrapped.__wrapped__, "it was wrapped twice"


def test_who_enters_waits_for_a_module_that_another_thread_imports(monkeypatch: Any) -> None:
    begun = threading.Event()
    execute = SourceFileLoader.exec_module

    def exec_slowly(loader: SourceFileLoader, module: ModuleType) -> None:
        if module.__name__ == bucket.__name__:
            begun.set()
            time.sleep(0.2)  # longer than entering takes until it looks for the class
        execute(loader, module)

    def enter() -> None:
        begun.wait()
        with AppSync():
            again: Any = sys.modules[bucket.__name__]
            assert hasattr(again.TokenBucket.acquire, "__wrapped__")

    monkeypatch.setattr(SourceFileLoader, "exec_module", exec_slowly)
    monkeypatch.setattr("botocore.retries.bucket", bucket)  # an import puts the new one there
    monkeypatch.delitem(sys.modules, bucket.__name__)
    works: list[Callable[[], object]] = [lambda: importlib.import_module(bucket.__name__), enter]
    in_threads(works)


def test_who_looks_for_a_library_does_not_wait_for_who_imports_it() -> None:
    """Finders run under Python's one global import lock, which the other may need next."""
    run_python("""
import faulthandler; faulthandler.dump_traceback_later(20, exit=True)
import importlib.machinery, sys, threading, time, pytest_appsync
begun = threading.Event()
execute = importlib.machinery.SourceFileLoader.exec_module

def exec_module(self, module):
    if module.__name__ == "botocore":
        begun.set()
        time.sleep(0.3)  # as long as another thread takes to come to the finder
    return execute(self, module)

def look():
    begun.wait()
    import botocore.session

importlib.machinery.SourceFileLoader.exec_module = exec_module
other = threading.Thread(target=look)
other.start()
import botocore.config
other.join()
assert hasattr(sys.modules["botocore.session"].Session.create_client, "_self_wrapper")
""")


IMPORTING = """
import sys, threading, traceback
import faulthandler; faulthandler.dump_traceback_later(30, exit=True)
errors, together = [], threading.Barrier(6)
def run(code):
    together.wait()
    try:
        exec(code, {})
    except BaseException:
        errors.append(traceback.format_exc())
BOTO3 = 'import boto3; boto3.Session().client("appsync", region_name="us-east-1")'
OURS = 'from pytest_appsync import AppSync; AppSync()'
threads = [threading.Thread(target=run, args=(code,)) for code in (BOTO3, OURS) * 3]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit("".join(errors[:1]) or None)
"""


IMPORTED = ["import pytest_appsync", "", *(["import botocore.session"] if IS_THOROUGH else [])]


@pytest.mark.parametrize("before", IMPORTED)
def test_threads_may_import_boto3_and_us_at_once(before: str) -> None:
    run_python(before + IMPORTING)


def test_calls_of_many_threads_are_tallied(slowly: Any) -> None:
    slowly(tallies_module, "Tally")  # between looking for a call site's tally and having one
    record = tallies_module.Tallies()
    retried = [Attempt(500, "InternalFailureException"), Attempt(200)]

    def note(line: int) -> None:
        site = CallSite("app.py", line, "rotate")
        record.note(Call("CreateApiKey", {}, "us-east-1", retried, site=site), None)

    in_threads([repeated(note, 50)] * 8)
    tallies = record.places(lambda site: site.path).values()
    assert [tally.calls for tally in tallies] == [8] * 50
    assert [tally.retried for tally in tallies] == [{"InternalFailureException": 8}] * 50


# --- this file's own tool ------------------------------------------------------------


def test_a_deadlock_fails_instead_of_hanging() -> None:
    lock = threading.Lock()

    def lock_twice() -> None:
        with lock, lock:
            pass

    with pytest.raises(AssertionError, match=r"1 of 1 threads have not ended[\s\S]*in lock_twice"):
        in_time(lock_twice, 0.2)
