"""The facts that the simulation relies on, a module for each family."""

from __future__ import annotations

from pytest_appsync.verification.fact import AnyFact
from pytest_appsync.verification.facts import (
    apis,
    associations,
    event_apis,
    expired_keys,
    key_times,
    keys,
    lists,
    resolvers,
    schemas,
    wire,
)


def all_facts() -> tuple[AnyFact, ...]:
    """All facts, in the order in which they are declared."""
    modules = (
        *(wire, keys, key_times, lists, apis, event_apis),
        *(schemas, resolvers, associations, expired_keys),
    )
    return tuple(
        each for module in modules for each in vars(module).values() if isinstance(each, AnyFact)
    )
