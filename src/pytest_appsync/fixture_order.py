"""Has a test set up fixtures that it does not name: those that its markers ask for.

An autouse fixture would do the same with public names only, and every test of every suite
would pay for it more than a simulation's beginning and end cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def has_fixtures(item: pytest.Item) -> bool:
    """Whether ``item`` is a test function or a doctest, and not something of another plugin's."""
    return hasattr(item, "_fixtureinfo")


def use_first(item: pytest.Item, names: Sequence[str]) -> None:
    """Have ``item`` set up these fixtures before all others of its own scope.

    Those of wider scopes keep their place before them. For an item that has fixtures and is
    not set up yet.
    """
    test: Any = item
    definitions = test._fixtureinfo.name2fixturedefs
    others = [name for name in test.fixturenames if name not in names]
    wider = [
        name
        for name in others
        if (found := definitions.get(name)) and found[-1].scope != "function"
    ]
    test.fixturenames = [*wider, *names, *(name for name in others if name not in wider)]
