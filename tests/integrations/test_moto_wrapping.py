"""Each name of moto's inside that we rely on, and what breaks when it goes."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest
import wrapt

from pytest_appsync.clients import moto_wrapping

pytest.importorskip("moto")


def test_moto_answers_where_we_look() -> None:
    stubber: Any = importlib.import_module("moto.core.botocore_stubber").BotocoreStubber
    wrapped = inspect.getattr_static(stubber, "__call__")
    assert isinstance(wrapped, wrapt.FunctionWrapper), (
        "BotocoreStubber.__call__ has moved: moto would refuse what we have answered"
    )


def test_moto_is_asked_before_sending() -> None:
    source = inspect.getsource(importlib.import_module("moto.core.models"))
    assert "before-send" in source, "passthrough would not reach moto"


def test_moto_tells_whether_it_is_active() -> None:
    moto: Any = importlib.import_module("moto")
    assert not moto_wrapping.is_active()
    with moto.mock_aws():
        assert moto_wrapping.is_active(), "the guard would refuse what moto answers"
    assert not moto_wrapping.is_active()
