"""``Asking``: the calls and the APIs that the code of a fact uses."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from pytest_appsync.verification.calling import Caller, Lost, NotAsked, Refused

Making = Callable[["Asking"], Any]

PREFIX = "pytest-appsync-verify-"
"""The beginning of the name of everything that is made."""
TAG = "pytest-appsync-verify"
"""The key of the tag of everything that is made."""

NOWHERE = "abcdefghijklmnopqrstuvwxyz"
"""The id of an API that is not there."""
NO_KEY = f"da2-{NOWHERE}"
"""The id of a key that is not there."""
PAUSES = (1, 2, 4, 8, 15, 30, 60)
"""Seconds between two questions whether something is done."""
MOST_AT_A_TIME = 5
"""The most APIs at the same time. An account may have 25."""

_numbers = itertools.count(1)
_BY_KEY = [{"authType": "API_KEY"}]
EVENT_CONFIG = {
    "authProviders": _BY_KEY,
    "connectionAuthModes": _BY_KEY,
    "defaultPublishAuthModes": _BY_KEY,
    "defaultSubscribeAuthModes": _BY_KEY,
}
"""The configuration of the Event APIs that are made."""


@dataclass(eq=False)
class Asking:
    """The calls for one fact. What they make is removed when the fact is known.

    :ivar caller: the side that is asked.
    :ivar tag: the value of the tag.
    :ivar all_shared: the things that several facts use, by the function that makes each.
    :ivar all_made: the ids of all APIs that are there, with the operation that deletes them.
    :ivar made: those that it has made itself.
    """

    caller: Caller
    tag: str
    all_shared: dict[Making, tuple[Asking, Any]] = field(default_factory=dict)
    all_made: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict, init=False)

    # --- calls ---

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """The answer of an operation, such as ``"create_api_key"``.

        :raises Refused: where AppSync refuses.
        :raises NotAsked: where it cannot be asked.
        """
        return self.caller.call(operation, params)

    def refusal(self, operation: str, **params: Any) -> str:
        """How AppSync refuses: status, code and message; or ``"accepted"``."""
        try:
            self.call(operation, **params)
        except Refused as refused:
            return str(refused)
        return "accepted"

    def refused(self, operation: str, **params: Any) -> Refused:
        """The refusal itself.

        :raises NotAsked: where it is accepted.
        """
        try:
            self.call(operation, **params)
        except Refused as refused:
            return refused
        raise NotAsked(f"{operation} was accepted, not refused")

    @property
    def now(self) -> float:
        """The time that the last answer gave, seconds since the epoch (UTC)."""
        return self.caller.now

    def current_time(self, api_id: str) -> int:
        """The time now, in whole seconds. It asks for it: the last answer may be long ago."""
        self.call("list_api_keys", apiId=api_id)
        return int(self.now)

    def wait_for(self, done: Callable[[], bool]) -> None:
        """Wait until it is done, at most two minutes.

        :raises NotAsked: where it takes longer.
        """
        for pause in PAUSES:
            if done():
                return
            self.caller.sleep(pause)
        raise NotAsked(f"it was not done after {sum(PAUSES)} seconds")

    # --- what is asked about ---

    @cached_property
    def graphql_api(self) -> dict[str, Any]:
        """A GraphQL API of this fact's own, as CreateGraphqlApi answered."""
        return self.make_api()

    @property
    def api(self) -> str:
        """The id of :attr:`graphql_api`."""
        return cast(str, self.graphql_api["apiId"])

    @property
    def common_api(self) -> str:
        """The id of a GraphQL API for facts that only change its keys."""
        return cast(str, self.shared(_common_api))

    @cached_property
    def event_api(self) -> dict[str, Any]:
        """An Event API of this fact's own, as CreateApi answered.

        :raises NotAsked: where no API can be made, none deleted, or too many are there.
        """
        return self._make("api", "api", {"eventConfig": EVENT_CONFIG})

    def make_api(self, **members: Any) -> dict[str, Any]:
        """One more GraphQL API.

        :raises Refused: where AppSync refuses ``members``.
        :raises NotAsked: where no API can be made, none deleted, or too many are there.
        """
        given = {"authenticationType": "API_KEY", **members}
        return self._make("graphql_api", "graphqlApi", given, refusable=bool(members))

    def _make(
        self, what: str, member: str, params: dict[str, Any], *, refusable: bool = False
    ) -> dict[str, Any]:
        delete = f"delete_{what}"
        if delete not in self.caller.permitted:
            # What is made must be removed. moto's server fails here, with a 500.
            with suppress(Lost):
                self.refusal(delete, apiId=NOWHERE)
            self.caller.permitted.add(delete)
        if len(self.all_made) >= MOST_AT_A_TIME:
            raise NotAsked(f"{len(self.all_made)} APIs are there that could not be removed")
        name = f"{PREFIX}{self.tag}-{next(_numbers)}"
        self.caller.redaction.learn(name, "<name>")
        try:
            answer = self.call(f"create_{what}", name=name, tags={TAG: self.tag}, **params)
        except Refused as refused:
            if refusable and refused.code == "BadRequestException":
                raise
            raise NotAsked(f"no API to ask about: {refused}") from None
        api: dict[str, Any] = answer.get(member, {})
        if "apiId" not in api:
            raise Lost(f"create_{what} answered without an id")
        self.made[api["apiId"]] = self.all_made[api["apiId"]] = delete
        return api

    def new_key(self, api_id: str, **params: Any) -> dict[str, Any]:
        """A new key of an API, as CreateApiKey answered."""
        answer = self.call("create_api_key", apiId=api_id, **params)
        return cast("dict[str, Any]", answer["apiKey"])

    def key(self, **params: Any) -> dict[str, Any]:
        """A new key of :attr:`api`."""
        return self.new_key(self.api, **params)

    def common_key(self, **params: Any) -> dict[str, Any]:
        """A new key of :attr:`common_api`."""
        return self.new_key(self.common_api, **params)

    def update_common_key(self, key: Mapping[str, Any], **params: Any) -> dict[str, Any]:
        """A key of :attr:`common_api`, as UpdateApiKey answered."""
        answer = self.call("update_api_key", apiId=self.common_api, id=key["id"], **params)
        return cast("dict[str, Any]", answer["apiKey"])

    def all_keys(self, api_id: str | None = None) -> list[dict[str, Any]]:
        """All keys of an API, :attr:`api` if no other is named."""
        return list(self.caller.items("list_api_keys", "apiKeys", apiId=api_id or self.api))

    def shared(self, make: Making) -> Any:
        """The result of ``make``, which is called once for all facts that use it."""
        if make not in self.all_shared:
            asking = Asking(self.caller, self.tag, all_made=self.all_made)
            try:
                self.all_shared[make] = asking, make(asking)
            except BaseException:
                self.made |= asking.made  # so that it is removed with what this fact has made
                raise
        return self.all_shared[make][1]


def _common_api(ask: Asking) -> str:
    return ask.api
