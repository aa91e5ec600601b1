"""Each name of wrapt's inside that we rely on, and what breaks when it goes."""

from __future__ import annotations

import importlib
import types
from typing import Any

import pytest
import wrapt

from pytest_appsync.clients.wrapping import replace_once, wrap_once


@pytest.fixture
def module() -> Any:
    class Owner:
        def double(self, number: int) -> int:
            return 2 * number

    made: Any = types.ModuleType("library")
    made.Owner, made.time = Owner, types.ModuleType("time")
    return made


def test_a_wrapper_shows_what_it_wraps_and_by_what(module: Any) -> None:
    original = vars(module.Owner)["double"]
    wrap_once(module, "Owner.double", lambda wrapped, instance, args, kwargs: wrapped(*args))
    outermost = vars(module.Owner)["double"]
    assert isinstance(outermost, wrapt.FunctionWrapper), "wrap_once would take it for a mock"
    assert hasattr(outermost, "_self_wrapper"), "each simulation would wrap botocore once more"
    assert outermost.__wrapped__ is original, "what others wrapped would be wrapped again"


def test_a_method_is_wrapped_once(module: Any) -> None:
    def ours(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        calls.append(instance)
        return wrapped(*args, **kwargs)

    calls: list[Any] = []
    for _ in range(3):
        wrap_once(module, "Owner.double", ours)
    owner = module.Owner()
    assert owner.double(3) == 6
    assert calls == [owner]


def test_a_class_of_a_module_that_is_being_imported_is_waited_for(
    module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = module.Owner
    del module.Owner
    end_of_import = lambda name: setattr(module, "Owner", owner)  # noqa: E731
    monkeypatch.setattr(importlib, "import_module", end_of_import)
    wrap_once(module, "Owner.double", lambda wrapped, instance, args, kwargs: 7)
    assert owner().double(3) == 7


def test_a_wrapper_gets_a_method_whose_function_can_be_had(module: Any) -> None:
    def for_another(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        return wrapped.__func__(another, *args, **kwargs), instance

    another = module.Owner()
    module.Owner.double = lambda self, number: (self, number)
    wrap_once(module, "Owner.double", for_another)
    owner = module.Owner()
    assert owner.double(3) == ((another, 3), owner), "a quota could not be replaced"


def test_a_module_is_replaced_once_by_a_proxy_that_passes_for_it(module: Any) -> None:
    class Proxy(wrapt.ObjectProxy):  # type: ignore[type-arg]
        def sleep(self, seconds: float) -> str:
            return f"{self.__wrapped__.__name__} does not sleep"

    original = module.time
    original.monotonic = lambda: 1.0
    replace_once(module, "time", Proxy)
    first = module.time
    replace_once(module, "time", Proxy)
    assert module.time is first, "each simulation would put one more before it"
    assert first.__wrapped__ is original
    assert (first.sleep(1), first.monotonic()) == ("time does not sleep", 1.0)
