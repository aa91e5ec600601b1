"""Each name of moto's inside that we rely on, and what breaks when it goes."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest
import wrapt

pytest.importorskip("moto")


def test_moto_answers_where_we_look() -> None:
    stubber: Any = importlib.import_module("moto.core.botocore_stubber").BotocoreStubber
    wrapped = inspect.getattr_static(stubber, "__call__")
    assert isinstance(wrapped, wrapt.FunctionWrapper), (
        "BotocoreStubber.__call__ has moved: moto would refuse what we have answered"
    )


def test_moto_is_asked_before_sending() -> None:
    source = inspect.getsource(importlib.import_module("moto.core.models"))
    assert "before-send" in source, "passthrough would find nobody"
