"""An unknown keyword is refused with the nearest one."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from pytest_appsync import ApiKeyRules, AppSync

# Any: mypy would refuse each of these.
simulation: Any = AppSync()


@pytest.mark.parametrize(
    ("called", "message"),
    [
        (
            lambda: AppSync(regoin="eu-west-1"),  # type: ignore[call-arg]
            "AppSync.__init__() got an unexpected keyword argument 'regoin'; "
            "did you mean 'region'? Allowed: region, key_rules, ",
        ),
        (
            lambda: simulation.fail("CreateApiKey", "NotFoundException", time=2),
            "AppSync.fail() got an unexpected keyword argument 'time'; "
            "did you mean 'times'? Allowed: operation, error, times, ",
        ),
        (
            lambda: simulation.apis(where="eu-west-1"),
            "AppSync.apis() got an unexpected keyword argument 'where'. Allowed: region",
        ),
        (
            lambda: simulation.clock.advance(hour=1),
            "Clock.advance() got an unexpected keyword argument 'hour'; "
            "did you mean 'hours'? Allowed: weeks, days, hours, minutes, seconds",
        ),
        (
            lambda: simulation.clock.now(utc=True),
            "Clock.now() got an unexpected keyword argument 'utc'. It takes none",
        ),
        (
            lambda: simulation.clock.sleep(seconds=3),
            "Clock.sleep() got some positional-only arguments passed as keyword arguments",
        ),
        (
            lambda: dataclasses.replace(ApiKeyRules.DA2, quotas=3),  # type: ignore[call-arg]
            "ApiKeyRules.__init__() got an unexpected keyword argument 'quotas'; "
            "did you mean 'quota'? Allowed: version, quota, ",
        ),
    ],
)
def test_an_unknown_keyword_names_the_nearest(called: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        called()
    assert str(caught.value).startswith(message)


def test_a_method_whose_keywords_are_checked_shows_its_own_signature() -> None:
    parameters = inspect.signature(AppSync.outage).parameters
    assert list(parameters) == ["self", "error", "lasting", "region"]
    assert parameters["lasting"].kind is inspect.Parameter.KEYWORD_ONLY
