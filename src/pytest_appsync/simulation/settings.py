"""The settings of a simulation: the keywords of ``AppSync``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pytest_appsync import regions
from pytest_appsync.nearest import nearest
from pytest_appsync.service.api_key_rules import ApiKeyRules
from pytest_appsync.service.rules import ServiceRules

Unsimulated = Literal["error", "passthrough"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a simulation, checked.

    The variables are the keywords of :class:`pytest_appsync.AppSync`.

    :raises ValueError: for a ``region`` or ``unsimulated`` that is not allowed.
    :raises TypeError: for ``key_rules`` or ``strict`` of another type.
    """

    region: str | None
    key_rules: ApiKeyRules
    rules: ServiceRules
    unsimulated: Unsimulated
    strict: bool

    def __post_init__(self) -> None:
        if self.region is not None:
            regions.region_name(self.region)
        if not isinstance(self.key_rules, ApiKeyRules):
            raise TypeError(
                f"`key_rules` must be an ApiKeyRules, such as ApiKeyRules.DA2 or "
                f"dataclasses.replace(ApiKeyRules.DA2, quota=3), not {self.key_rules!r}"
            )
        if self.unsimulated not in get_args(Unsimulated):
            meant = nearest(str(self.unsimulated), get_args(Unsimulated))
            raise ValueError(
                f"`unsimulated` must be 'error' or 'passthrough', not {self.unsimulated!r}"
                + (f"; did you mean {meant!r}?" if meant else "")
            )
        if not isinstance(self.strict, bool):
            raise TypeError(f"`strict` must be True or False, not {self.strict!r}")
