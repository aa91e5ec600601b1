"""Malformed parameters of a client that does not check them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from .mutation import mutated, with_unknown_members
from .nasty_objects import nasty_object
from .start import REGIONS
from .valid_params import input_shape, valid_params


@dataclass(frozen=True)
class ClientInput:
    """A call as the application makes it.

    :ivar touched: the only members that a refusal may name; ``None`` for any.
    :ivar is_valid: whether the call must be carried out.
    """

    operation: str
    region: str
    params: dict[str, Any]
    touched: frozenset[str] | None = frozenset()
    is_valid: bool = False

    layer = "client"

    def smaller(self) -> Iterator[ClientInput]:
        """The same with less in it, for a reproduction that can be read."""
        for name, value in self.params.items():
            rest = {other: kept for other, kept in self.params.items() if other != name}
            touched = None if self.touched is None else self.touched | {name}
            yield replace(self, params=rest, touched=touched)
            for less in _less_of(value):
                yield replace(self, params={**self.params, name: less})


def _less_of(value: Any) -> Iterator[Any]:
    if type(value) in (str, list) and len(value) > 1:
        yield value[: len(value) // 2]
        yield value[len(value) // 2 :]
        yield value[:-1]
    elif type(value) is dict:
        for name in list(value):
            yield {other: kept for other, kept in value.items() if other is not name}


def client_input(rng: random.Random, operation: str) -> ClientInput:
    params = valid_params(rng, operation)
    region = rng.choice(REGIONS)
    if rng.random() < 0.05:
        return ClientInput(operation, region, params, is_valid=True)
    names = list(input_shape(operation).members)
    params, touched = mutated(rng, params, names, lambda: nasty_object(rng))
    if rng.random() < 0.05:
        params = with_unknown_members(rng, params, lambda: nasty_object(rng))
    return ClientInput(operation, region, params, frozenset(touched))
