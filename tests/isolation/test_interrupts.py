"""Ctrl-C at any step of entering, calling and leaving: nothing is left active, nothing locked.

CPython looks for signals where a function of Python begins and where one of C has returned,
so that is where these tests interrupt: at a quarter of the steps, one after the other, and with
``tox -e thorough`` at each.
"""

from __future__ import annotations

import gc
import inspect
import sys
import unittest
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import boto3
import pytest
from botocore.config import Config

from pytest_appsync import AppSync
from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.clients import botocore_wrapping, client_call
from pytest_appsync.simulation import entered
from tests.thoroughness import examples

ONE_OF = examples(4, 1)
"""Of so many steps one is interrupted."""

OURS = ("pytest_appsync.", "contextlib")
"""What our modules' names begin with, and those of what carries on for them."""

UNDOING = (
    "pytest_appsync.appsync",
    "pytest_appsync.simulation.decoration",
    "pytest_appsync.simulation.lifecycle",
)


class Interrupt:
    """Raises KeyboardInterrupt at the next new step of ours, or of a function that we call.

    :param done: the steps that are not new; the one at which it is raised is added.
    :ivar at: that step, once it has come.
    """

    def __init__(self, done: set[str]) -> None:
        self._done = done
        self.at = ""

    def __enter__(self) -> Interrupt:
        gc.disable()  # hypothesis has a step of its own whenever it begins, between any two of ours
        sys.setprofile(self._profile)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        gc.enable()

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        module, code = str(frame.f_globals.get("__name__")), frame.f_code
        if event not in ("call", "c_return") or self.at or module == __name__:
            return
        if module == "weakref":
            return  # the callback of a weak reference: Python drops what is raised there
        if code.co_flags & inspect.CO_GENERATOR and event == "call":
            return  # perhaps it is closed, and then it is not looked at
        if not (is_ours(frame) or is_ours(frame.f_back)) or is_first_of_undoing(frame, event):
            return
        of = f" of {argument.__name__}" if event == "c_return" else ""
        caller = frame.f_back
        by = f", called at {caller.f_code.co_name}:{caller.f_lineno}" if caller else ""
        at = f"{event}{of} in {module}:{frame.f_lineno} {code.co_name}{by}"
        if at not in self._done:
            self._done.add(at)
            if zlib.crc32(at.encode()) % ONE_OF:
                return
            self.at = at
            raise KeyboardInterrupt


def is_ours(frame: FrameType | None) -> bool:
    return frame is not None and str(frame.f_globals.get("__name__")).startswith(OURS)


def is_first_of_undoing(frame: FrameType, event: str) -> bool:
    """Whether it is the step about which no function can do anything: its own first."""
    if event != "call" or frame.f_globals["__name__"] not in UNDOING:
        return False
    if frame.f_code.co_name == "leave":
        # But __exit__ minds what happens in leave().
        return frame.f_back is None or frame.f_back.f_code.co_name != "__exit__"
    return frame.f_code.co_name in ("__exit__", "end_test")


def interruptions(
    work: Callable[[Interrupt], object],
) -> Iterator[tuple[str, BaseException | None]]:
    """``work`` again and again, interrupted at each of its steps: where, and what came of it.

    :param work: what it does with the ``Interrupt`` as a context counts.
    """
    done: set[str] = set()
    first = Interrupt(done)
    first.at = "nowhere: imports and caches have steps of their own"
    work(first)
    while True:
        outcome: BaseException | None = None
        interrupt = Interrupt(done)
        try:
            work(interrupt)
        except BaseException as error:
            outcome = error.with_traceback(None)
        if not interrupt.at:
            assert outcome is None
            assert len(done) > 20, "hardly anything was interrupted"
            return
        yield interrupt.at, outcome


def assert_nothing_is_left(where: str, client: Any, around: AppSync | None = None) -> None:
    expected = None if around is None else lifecycle_of(around).simulation
    assert entered.active() is expected, where
    assert client_call.current() is None, where
    assert not botocore_wrapping.is_made_inside.get(), where
    # In another thread: what this thread has locked, it may lock again.
    with AppSync() as appsync, ThreadPoolExecutor(1) as pool:
        pool.submit(client.list_graphql_apis).result(timeout=10)
        assert len(appsync.calls) == 1, where


@pytest.fixture
def client() -> Any:
    return boto3.client("appsync", region_name="us-east-1")


def in_a_with(interrupt: Interrupt) -> None:
    with interrupt, AppSync():
        pass


@AppSync()
def nothing() -> None:
    pass


def decorated(interrupt: Interrupt) -> None:
    with interrupt:
        nothing()


@AppSync()
class Case(unittest.TestCase):
    def test_nothing(self) -> None:
        pass


def in_a_case(interrupt: Interrupt) -> None:
    with interrupt:
        Case("test_nothing").run(unittest.TestResult())


@pytest.mark.parametrize("work", [in_a_with, decorated])
def test_entering_and_leaving(work: Callable[[Interrupt], None], client: Any) -> None:
    for where, outcome in interruptions(work):
        assert isinstance(outcome, KeyboardInterrupt), where
        assert_nothing_is_left(where, client)


def test_a_test_case(client: Any) -> None:
    for where, _ in interruptions(in_a_case):
        assert_nothing_is_left(where, client)


def test_calling() -> None:
    # It has the most steps of ours: a retry, its delay, the quota and the pace of retries.
    config: Any = {"retries": {"mode": "adaptive"}}
    client = boto3.client("appsync", region_name="us-east-1", config=Config(**config))

    def call(interrupt: Interrupt) -> None:
        with AppSync(strict=False) as appsync:
            appsync.fail("ListGraphqlApis", "InternalFailureException", times=1)
            with interrupt:
                client.list_graphql_apis()

    for where, outcome in interruptions(call):
        assert isinstance(outcome, KeyboardInterrupt), where
        assert_nothing_is_left(where, client)


def test_making_a_client(appsync: AppSync, client: Any) -> None:
    def make(interrupt: Interrupt) -> None:
        with interrupt:
            boto3.client("appsync")

    for where, outcome in interruptions(make):
        assert isinstance(outcome, KeyboardInterrupt), where
        assert_nothing_is_left(where, client, around=appsync)


@pytest.mark.appsync(strict=False)
def test_a_handler_of_the_application(appsync: AppSync, client: Any) -> None:
    def interrupt(**_: object) -> object:
        raise KeyboardInterrupt

    for event in ("provide-client-params", "before-call", "choose-signer", "before-send"):
        client.meta.events.register_first(f"{event}.appsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            client.list_graphql_apis()
        client.meta.events.unregister(f"{event}.appsync", interrupt)
        assert_nothing_is_left(event, client, around=appsync)
    appsync.fail("ListGraphqlApis", "InternalFailureException", when=lambda _: bool(interrupt()))
    with pytest.raises(KeyboardInterrupt):
        client.list_graphql_apis()
    assert_nothing_is_left("when=", client, around=appsync)
    assert not appsync.calls, "none of them was answered"


class Interrupting:
    """In place of what this package calls: Ctrl-C comes there."""

    def __call__(self, *_: object) -> Any:
        raise KeyboardInterrupt

    append = __call__


def test_while_a_simulation_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entered, "_watching", [Interrupting()])
    with pytest.raises(KeyboardInterrupt), AppSync():
        pass
    assert entered.active() is None


def test_after_a_test_of_a_decorated_class(monkeypatch: pytest.MonkeyPatch) -> None:
    @AppSync()
    class Tests:
        def test_it(self) -> None: ...

    decorated: Any = vars(Tests)["pytest_appsync_decorated"]
    assert decorated.begin_test()
    monkeypatch.setattr(decorated.lifecycle, "end_copy", Interrupting())
    with pytest.raises(KeyboardInterrupt):
        decorated.end_test()
    assert entered.active() is None
    decorated.end_test()  # as pytest or unittest may ask again: nothing is left to end
