"""Faults in parameters: a few of the values, or of the members, are not what they were."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from .nasty_text import nasty_text


def mutated(
    rng: random.Random, params: dict[str, Any], names: list[str], nasty: Callable[[], Any]
) -> tuple[dict[str, Any], set[str]]:
    """Parameters with one to three faults, and the members that these are in.

    :param names: the members that there could be.
    :param nasty: makes a value to put in the place of another.
    """
    params = copy.deepcopy(params)
    touched = set()
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        name = rng.choice(names)
        touched.add(name)
        kind = rng.random()
        if kind < 0.15:
            params.pop(name, None)
        elif kind < 0.5 or not _replace_within(rng, params.get(name), nasty):
            params[name] = nasty()
    return params, touched


def with_unknown_members(
    rng: random.Random, params: dict[str, Any], nasty: Callable[[], Any]
) -> dict[str, Any]:
    unknown = {nasty_text(rng)[:1000]: nasty() for _ in range(rng.randrange(1, 3))}
    return {**unknown, **params}


def _replace_within(rng: random.Random, value: Any, nasty: Callable[[], Any]) -> bool:
    """Whether there was something inside of ``value`` to replace, drop or add."""
    while type(value) in (list, dict) and value:
        spot = rng.choice(list(value) if type(value) is dict else range(len(value)))
        if type(value[spot]) in (list, dict) and value[spot] and rng.random() < 0.7:
            value = value[spot]
            continue
        kind = rng.random()
        if kind < 0.15:
            del value[spot]
        elif kind < 0.3 and type(value) is dict:
            value[nasty_text(rng)] = nasty()
        elif kind < 0.3:
            value.append(nasty())
        else:
            value[spot] = nasty()
        return True
    return False
