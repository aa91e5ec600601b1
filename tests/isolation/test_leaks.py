"""A sample of leaks.py, which is run in full by itself."""

from __future__ import annotations

import leaks
import pytest

from pytest_appsync.simulation import entered


@pytest.mark.parametrize(
    ("work", "items", "warm_up"), [(leaks.simulations, 60, 100), (leaks.clients, 20, 40)]
)
def test_nothing_grows(work: leaks.Work, items: int, warm_up: int) -> None:
    before, after, grown = leaks.growth(work, items, warm_up)
    assert not grown, f"{grown} of {before} have grown to {after}"
    assert entered.active() is None
    assert before.handlers > 0
    assert before.wrappers >= len(leaks.WRAPPED)
