"""The life of an API key.

Nothing runs in the background. Each question computes from the clock whether a key is live,
expired or deleted. So time may jump, also back, and the key has its state of that moment.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from pytest_appsync.service.api_key_rules import ApiKeyRules
from pytest_appsync.service.collection import Collection, number_of
from pytest_appsync.service.errors import ServiceError, bad_request

HOUR = 3600
NO_OTHERS: Mapping[str, Any] = {}
"""One for all keys: an empty dict of its own would make each a quarter larger."""


def rounded_down_to_the_hour(moment: float) -> int:
    """The hour in which ``moment`` lies. AppSync stores 1784631600 for 1784632175."""
    return int(moment // HOUR) * HOUR


@dataclass(frozen=True)
class ApiKey:
    """A key as it was when it was looked at.

    :ivar id: such as ``da2-4zf5gg2jlrfrzf5pjw77lx73yu``.
    :ivar description: what the application said, or ``None``.
    :ivar expires: when it stops being accepted, seconds since the epoch (UTC),
        also where AppSync's answers are in milliseconds (``da1``).
    :ivar deletes: when it is deleted, in the same unit; ``None`` for a key that is kept.
    :ivar expired: whether it had expired when it was looked at.
    :ivar version: ``"da2"`` or ``"da1"``.
    """

    id: str
    description: str | None
    expires: int
    deletes: int | None
    expired: bool
    version: str

    @property
    def expires_at(self) -> datetime:
        """``expires`` as a timezone-aware ``datetime`` (UTC).

        :raises ValueError: after the year 9999, which ``datetime`` does not know.
        """
        return _on_the_calendar("expires", self.expires)

    @property
    def deletes_at(self) -> datetime | None:
        """``deletes`` as a timezone-aware ``datetime`` (UTC), or ``None``.

        :raises ValueError: as :attr:`expires_at`.
        """
        return None if self.deletes is None else _on_the_calendar("deletes", self.deletes)


def _on_the_calendar(name: str, moment: int) -> datetime:
    try:
        return datetime.fromtimestamp(moment, timezone.utc)
    except (OverflowError, ValueError, OSError):  # which one, platforms differ in
        raise ValueError(
            f"`{name}_at` has no datetime for {moment} seconds since the epoch: datetime ends with "
            f"the year 9999. Use `{name}`"
        ) from None


class StoredKey:
    """A key in the service. Its times are in seconds, also where answers have milliseconds.

    :ivar number: its place in the order of creation.
    :ivar rules: those of its version.
    :ivar created: when CreateApiKey made it; long ago for a key that a test seeded.
    :ivar expires: see :meth:`expire_at`.
    :ivar others: what was said of it besides, by the members of its shape.
    :ivar deletes: when time deletes it, or ``None``.
    """

    __slots__ = ("created", "deletes", "description", "expires", "id", "number", "others", "rules")

    def __init__(
        self,
        id: str,
        rules: ApiKeyRules,
        number: int,
        description: str | None,
        expires: int,
        created: float = -math.inf,
    ) -> None:
        self.id = id
        self.rules = rules
        self.number = number
        self.description = description
        self.others: Mapping[str, Any] = NO_OTHERS
        self.created = created
        self.expire_at(expires)

    def expire_at(self, expires: int) -> None:
        """Have it expire at this moment, and be deleted as its rules say."""
        self.expires = expires
        self.deletes: int | None = None
        if (kept := self.rules.kept_after_expiry) is not None:
            # Whole hours, but for a key that was seeded within one: it is not deleted before
            # it expires.
            self.deletes = max(expires, rounded_down_to_the_hour(expires + kept.total_seconds()))

    def is_expired(self, now: float) -> bool:
        return now > self.expires

    def is_deleted(self, now: float) -> bool:
        return self.deletes is not None and now > self.deletes

    def lets_in(self, now: float) -> bool:
        """Whether AppSync would let a GraphQL request with this key in."""
        accepted_until = self.rules.accepted_until
        return not (
            self.is_expired(now)
            or self.is_deleted(now)
            or 0 <= now - self.created < self.rules.propagation.total_seconds()
            or (accepted_until is not None and now >= accepted_until)
        )

    def describe(self) -> dict[str, Any]:
        """The ApiKey shape, in the unit and with the members of the key's version."""
        rules = self.rules
        unit = 1000 if rules.answers_in_milliseconds else 1
        answer = {**self.others, "id": self.id, "expires": self.expires * unit}
        if rules.answers_deletes and self.deletes is not None:
            answer["deletes"] = self.deletes * unit
        if self.description:
            answer["description"] = self.description
        return answer

    def snapshot(self, now: float) -> ApiKey:
        return ApiKey(
            id=self.id,
            description=self.description or None,
            expires=self.expires,
            deletes=self.deletes,
            expired=self.is_expired(now),
            version=self.rules.version,
        )


class ApiKeys(Collection[StoredKey]):
    """The keys of an API that are there, and apart from them those that time has deleted.

    A deleted key costs nothing any more. It is kept because a test may set the time back:
    it is there again at any moment at which it is not deleted.
    """

    __slots__ = ("_deleted", "_next_deletion")

    def __init__(self) -> None:
        super().__init__()
        self._deleted: list[StoredKey] = []
        """In the order of their deletion."""
        self._next_deletion = math.inf
        """No key that is there is deleted before."""

    def add(self, item: StoredKey) -> None:
        super().add(item)
        self.has_changed(item)

    def has_changed(self, key: StoredKey) -> None:
        """Take note of a key's new ``expires``."""
        if key.deletes is not None and key.deletes < self._next_deletion:
            self._next_deletion = key.deletes

    def at(self, now: float) -> ApiKeys:
        """This collection, with the keys that are there at ``now``."""
        if now > self._next_deletion:
            present = [key for key in self if not key.is_deleted(now)]
            for key in self:
                if key.is_deleted(now):
                    insort(self._deleted, key, key=_moment_of_deletion)
            self._in_order = present
            self._next_deletion = min(map(_moment_of_deletion, present), default=math.inf)
        while self._deleted and not self._deleted[-1].is_deleted(now):
            key = self._deleted.pop()
            insort(self._in_order, key, key=number_of)
            self.has_changed(key)
        return self


def _moment_of_deletion(key: StoredKey) -> float:
    return math.inf if key.deletes is None else key.deletes


def expiry_of_new_key(expires: int | None, now: float, rules: ApiKeyRules) -> int:
    """When a key that is created now expires, rounded down to the hour.

    :raises ServiceError: BadRequestException where keys of this version take no
        ``expires``; ApiKeyValidityOutOfBoundsException outside the bounds.
    """
    if expires is None:
        return rounded_down_to_the_hour(now + rules.default_validity.total_seconds())
    if not rules.accepts_expires:
        raise bad_request(f"API keys of version {rules.version} do not accept expires.")
    return checked_expiry(expires, now, rules)


def checked_expiry(expires: int, now: float, rules: ApiKeyRules) -> int:
    """``expires`` rounded down to the hour, once it is within the bounds.

    The bounds hold for what was asked, before it is rounded (aws-amplify/amplify-cli
    #4460): a day and two minutes is accepted although it rounds to less than a day.

    :raises ServiceError: ApiKeyValidityOutOfBoundsException.
    """
    if expires < now + rules.minimum_validity.total_seconds():
        message = f"API key must be valid for a minimum of {_days(rules.minimum_validity)} days."
    elif expires > now + rules.maximum_validity.total_seconds():
        message = f"API key can be valid for a maximum of {_days(rules.maximum_validity)} days."
    else:
        return rounded_down_to_the_hour(expires)
    raise ServiceError("ApiKeyValidityOutOfBoundsException", message)


def _days(validity: timedelta) -> str:
    return f"{validity / timedelta(days=1):g}"
