"""A sample of leaks.py, which is run in full by itself."""

from __future__ import annotations

import leaks
import pytest

from pytest_appsync.simulation import entered


@pytest.mark.parametrize(
    ("work", "warm_up", "items"), [(leaks.simulations, 100, 60), (leaks.clients, 40, 20)]
)
def test_nothing_grows(work: leaks.Work, warm_up: int, items: int) -> None:
    before, after, grown = leaks.growth(work, items, warm_up)
    assert not grown, f"{grown} of {before} have grown to {after}"
    assert entered.active() is None
    assert before.handlers > 0
    assert before.wrappers >= len(leaks.WRAPPED)
