"""The service by itself, where no client can be as quick."""

from __future__ import annotations

import os
import pickle
import re
import runpy
from typing import Any

import pytest

from pytest_appsync import ApiKeyRules
from pytest_appsync.service import identifiers
from pytest_appsync.service.clock import ServiceClock
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.identifiers import Identifiers
from pytest_appsync.service.service import Service
from tests.in_processes import in_a_fork


def test_a_region_that_another_thread_makes_meanwhile_is_the_one() -> None:
    service = Service(ServiceClock(), ApiKeyRules.DA2, lambda _: ("aws", "amazonaws.com"))
    real_lock, theirs = service.lock, []

    class TakenByAnother:
        """Between our look and our turn, another thread has its own."""

        def __enter__(self) -> None:
            service.lock = real_lock
            theirs.append(service.region("eu-west-1"))

        def __exit__(self, *_: object) -> None: ...

    late: Any = TakenByAnother()
    service.lock = late
    assert service.region("eu-west-1") is theirs[0]
    assert service.regions() == theirs


def test_a_refusal_shows_what_it_is() -> None:
    refusal = ServiceError("NotFoundException", "API key not found: da2-x")
    assert "NotFoundException" in str(refusal)
    assert "API key not found: da2-x" in str(refusal)
    copied = pickle.loads(pickle.dumps(refusal))
    assert (copied.code, copied.message) == (refusal.code, refusal.message)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_gives_out_identifiers_of_its_own() -> None:
    assert in_a_fork(Identifiers().new) not in ("", Identifiers().new())


def test_identifiers_need_no_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "register_at_fork", raising=False)
    module = runpy.run_path(identifiers.__file__)
    assert re.fullmatch("[a-z2-7]{26}", module["Identifiers"]().new())
