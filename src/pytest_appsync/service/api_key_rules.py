"""The rules of an API key, such as that it lives for 365 days at most."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import NoneType
from typing import ClassVar, Literal, get_args

from pytest_appsync.keywords import keywords_checked
from pytest_appsync.moments import is_finite

Renewable = Literal["never", "until expired", "until deleted"]


@keywords_checked
@dataclass(frozen=True, kw_only=True)
class ApiKeyRules:
    """The rules of an API key: an immutable value.

    The presets ``ApiKeyRules.DA2`` (today's keys), ``DA2_2018`` and ``DA1`` are the key
    versions that AWS documented. Change one rule with ``dataclasses.replace``::

        AppSync(key_rules=dataclasses.replace(ApiKeyRules.DA2, quota=3))

    :ivar version: what a new key's id begins with.
    :ivar quota: how many keys an API may have; an expired key counts until it is deleted.
    :ivar default_validity: the validity of a key that was created without ``expires``.
    :ivar minimum_validity: how far ``expires`` must at least lie in the future.
    :ivar maximum_validity: how far ``expires`` may at most lie in the future.
    :ivar accepts_expires: whether CreateApiKey takes ``expires`` at all.
    :ivar kept_after_expiry: how long an expired key is kept; ``None`` for always.
    :ivar renewable: until when UpdateApiKey may change a key's ``expires``; ``"never"``
        means that UpdateApiKey is not available for such a key.
    :ivar answers_in_milliseconds: whether answers give times in milliseconds.
    :ivar answers_deletes: whether answers have a ``deletes``.
    :ivar accepted_until: the moment (seconds since the epoch, UTC) from which on
        no key lets a request in any more, or ``None``.
    :ivar propagation: how long after CreateApiKey a new key is not yet accepted.
    :raises ValueError: for a value of another type or out of range, and for validities that
        contradict each other.
    """

    version: str = "da2"
    quota: int = 50
    default_validity: timedelta = timedelta(days=7)
    minimum_validity: timedelta = timedelta(days=1)
    maximum_validity: timedelta = timedelta(days=365)
    accepts_expires: bool = True
    kept_after_expiry: timedelta | None = timedelta(days=60)
    renewable: Renewable = "until deleted"
    answers_in_milliseconds: bool = False
    answers_deletes: bool = True
    accepted_until: float | None = None
    propagation: timedelta = timedelta()

    DA2: ClassVar[ApiKeyRules]
    """Keys as AppSync makes them today."""
    DA2_2018: ClassVar[ApiKeyRules]
    """``da2`` as it was documented in 2018: not renewable, and deleted, once expired."""
    DA1: ClassVar[ApiKeyRules]
    """The keys of November 2017: 7 days, in milliseconds, never deleted by time."""

    def __post_init__(self) -> None:
        for name, wanted in _WANTED.items():
            value = getattr(self, name)
            if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
                kinds = " or ".join(_KINDS[kind] for kind in wanted)
                raise ValueError(f"`{name}` must be {kinds}, not {value!r}")
            if isinstance(value, timedelta) and value < timedelta():
                raise ValueError(f"`{name}` must be 0 or more, not {value!r}")
        if not re.fullmatch(r"da[0-9]+", self.version):
            raise ValueError(f"`version` must be like 'da2', not {self.version!r}")
        if self.quota < 0:
            raise ValueError(f"`quota` must be 0 or more, not {self.quota!r}")
        if self.accepted_until is not None and not is_finite(self.accepted_until):
            raise ValueError(f"`accepted_until` must be finite, not {self.accepted_until!r}")
        if self.minimum_validity > self.maximum_validity:
            raise ValueError(
                f"`minimum_validity` must be at most `maximum_validity`, "
                f"{self.maximum_validity!r}, not {self.minimum_validity!r}"
            )
        if not self.minimum_validity <= self.default_validity <= self.maximum_validity:
            raise ValueError(
                f"`default_validity` must be from `minimum_validity`, {self.minimum_validity!r}, "
                f"to `maximum_validity`, {self.maximum_validity!r}, not {self.default_validity!r}"
            )
        if self.renewable not in get_args(Renewable):
            allowed = ", ".join(map(repr, get_args(Renewable)))
            raise ValueError(f"`renewable` must be one of {allowed}, not {self.renewable!r}")


_WANTED: dict[str, tuple[type, ...]] = {
    "version": (str,),
    "quota": (int,),
    "default_validity": (timedelta,),
    "minimum_validity": (timedelta,),
    "maximum_validity": (timedelta,),
    "accepts_expires": (bool,),
    "kept_after_expiry": (timedelta, NoneType),
    "answers_in_milliseconds": (bool,),
    "answers_deletes": (bool,),
    "accepted_until": (int, float, NoneType),
    "propagation": (timedelta,),
}

_KINDS = {
    bool: "a bool",
    float: "a float",
    int: "an int",
    NoneType: "None",
    str: "text",
    timedelta: "a timedelta",
}

ApiKeyRules.DA2 = ApiKeyRules()
ApiKeyRules.DA2_2018 = ApiKeyRules(
    kept_after_expiry=timedelta(), renewable="until expired", answers_deletes=False
)
ApiKeyRules.DA1 = ApiKeyRules(
    version="da1",
    minimum_validity=timedelta(days=7),
    maximum_validity=timedelta(days=7),
    accepts_expires=False,
    kept_after_expiry=None,
    renewable="never",
    answers_in_milliseconds=True,
    answers_deletes=False,
    accepted_until=datetime(2018, 2, 22, tzinfo=timezone.utc).timestamp(),
)


def rules_of_version(version: str, current: ApiKeyRules) -> ApiKeyRules:
    """The rules of a key's own version, beside keys of the current one."""
    if version == current.version:
        return current
    return ApiKeyRules.DA1 if version == "da1" else ApiKeyRules.DA2
