"""A sample of ``python tests/simulation/thread_rounds.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.thoroughness import examples

if TYPE_CHECKING:
    from tests.simulation import thread_rounds
else:
    import thread_rounds


def test_a_sample_of_the_rounds() -> None:
    thread_rounds.play(seed=1, rounds=examples(10, 100))


def test_the_rounds_notice_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_appsync.simulation.time_lines.TimeLines.wait", lambda *_: None)
    with pytest.raises(AssertionError, match=r"^round \d+ of seed 1: "):
        thread_rounds.play(seed=1, rounds=20)
