"""The rules of the service as a whole, beside those of an API key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class ServiceRules:
    """How the simulated AppSync works: an immutable value.

    :ivar schema_creation: how long AppSync works at a schema (and at the merge of a source
        API), in simulated time.
    :ivar page_size: how many items a page has for which no ``maxResults`` was asked.
    :ivar graphql_api_quota: how many GraphQL APIs a region may have.
    :ivar event_api_quota: how many Event APIs a region may have.
    :ivar seed: makes all identifiers the same in every run.
    :raises TypeError: for a value of another type.
    :raises ValueError: for a negative time or quota, or a page of no items.
    """

    schema_creation: timedelta = timedelta()
    page_size: int = 10
    graphql_api_quota: int = 25
    event_api_quota: int = 25
    seed: int | str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.schema_creation, timedelta):
            raise TypeError(
                "`schema_creation` must be a timedelta, such as timedelta(seconds=30), "
                f"not {self.schema_creation!r}"
            )
        if self.schema_creation < timedelta():
            raise ValueError(
                f"`schema_creation` must be 0 seconds or more, not {self.schema_creation!r}"
            )
        for name, least in (("page_size", 1), ("graphql_api_quota", 0), ("event_api_quota", 0)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool):
                raise TypeError(f"`{name}` must be a whole number, not {value!r}")
            if value < least:
                raise ValueError(f"`{name}` must be {least} or more, not {value!r}")
        if not isinstance(self.seed, (int, str, type(None))) or isinstance(self.seed, bool):
            raise TypeError(f"`seed` must be a whole number, text or None, not {self.seed!r}")
