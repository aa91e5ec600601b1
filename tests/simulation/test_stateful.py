"""Random lives of APIs and keys, against a model that was written independently.

A real boto3 client goes through random sequences of every simulated operation
while the service's clock moves forwards, backwards and onto the boundaries. What
it gets, and what the simulation says of itself, must be what
:mod:`independent_model` says.

The default suite takes 250 steps, shared out among the sets of rules, and ``tox -e thorough``
10,000. Before a release take 200,000, which takes some minutes::

    APPSYNC_STATEFUL_STEPS=200000 python -m pytest tests/simulation/test_stateful.py -n auto
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pytest
import time_machine
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pytest_appsync import ApiKeyRules, AppSync, model
from pytest_appsync.appsync import lifecycle_of
from tests.thoroughness import examples

if TYPE_CHECKING:  # mypy names a module by its folder, pytest does not
    from tests.independent_model import DAY, END_OF_DA1, HOUR, IndependentModel, Refusal
    from tests.independent_model import Api as ModelApi
    from tests.independent_model import Key as ModelKey
else:
    from independent_model import DAY, END_OF_DA1, HOUR, IndependentModel, Refusal
    from independent_model import Api as ModelApi
    from independent_model import Key as ModelKey

STEPS = int(os.environ.get("APPSYNC_STATEFUL_STEPS", examples(250, 10_000)))
STEPS_PER_RUN = 50
SHORT_RUNS = 5
"""hypothesis begins with a few runs of hardly a step."""

BASE = 1784632175
"""The machine's clock, frozen; only the service's clock moves."""
EARLIEST, LATEST = 1.4e9, 4.1e9

REGIONS = ("us-east-1", "eu-west-1")
KNOWS_EVENT_APIS = "CreateApi" in model.service_model().operation_names
EVENT_CONFIG: dict[str, Any] = {
    "authProviders": [{"authType": "API_KEY"}],
    "connectionAuthModes": [{"authType": "API_KEY"}],
    "defaultPublishAuthModes": [{"authType": "API_KEY"}],
    "defaultSubscribeAuthModes": [{"authType": "API_KEY"}],
}

RULES = {
    "today": ("today", 50, ApiKeyRules.DA2),
    "today, quota 3": ("today", 3, dataclasses.replace(ApiKeyRules.DA2, quota=3)),
    "2018": ("2018", 50, ApiKeyRules.DA2_2018),
    "da1": ("da1", 50, ApiKeyRules.DA1),
    "da1, quota 2": ("da1", 2, dataclasses.replace(ApiKeyRules.DA1, quota=2)),
}
STARTS = {
    "2018-01-10 09:30": 1515576600.0,
    "2018-02-21 12:00, hours before da1 ends": 1519214400.0,
    "2026-07-21 11:09:35": float(BASE),
}

edges = st.sampled_from([-1, -0.5, 0, 0.5, 1])
steps = st.sampled_from(
    [0.5, 1, 59, HOUR - 1, HOUR, DAY - 1, DAY, 7 * DAY, 60 * DAY, 61 * DAY, 365 * DAY]
)
moves = st.one_of(
    st.tuples(st.just("forwards"), steps),
    st.tuples(st.just("backwards"), steps),
    st.tuples(st.just("to the edge of an hour"), edges),
    st.tuples(st.just("to the end of da1"), edges),
    st.tuples(st.just("to a key's expiry"), edges),
    st.tuples(st.just("to a key's deletion"), edges),
)
names = st.sampled_from(["orders", "web", "a b"])
descriptions = st.sampled_from([None, None, "", "web", "für die Webseite \U0001f511"])
expiries = st.one_of(
    st.none(),
    st.tuples(st.sampled_from([DAY, 365 * DAY]), st.sampled_from([-1, 0, 1, 120])),
    st.tuples(st.integers(2 * DAY, 364 * DAY), st.just(0)),
    st.sampled_from([0, -1, 10**12, 2**63, 10**30]),
)
"""Of a key that is asked for: by default, from now on, or an absolute moment."""
sizes = st.one_of(st.none(), st.integers(0, 25), st.integers(1, 3))
tags = st.sampled_from([None, {"team": "web"}, {"a": "1", "b:c": ""}])


T = TypeVar("T")
Expiry = int | tuple[int, int] | None


def outcome(do: Callable[[], T]) -> T | Refusal:
    try:
        return do()
    except Refusal as refusal:
        return refusal


class Token(NamedTuple):
    """A ``nextToken`` as AppSync gave it out, and what it must stand for."""

    text: str
    operation: str
    region: str
    api_id: str | None
    after: int


class Lives(RuleBasedStateMachine):
    """The package on one side, the independent model on the other."""

    rule_set: str

    @initialize(start=st.sampled_from(sorted(STARTS)))
    def begin(self, start: str) -> None:
        era, quota, key_rules = RULES[self.rule_set]
        self.appsync = AppSync(key_rules=key_rules)
        lifecycle_of(self.appsync).enter()
        self.entered = True
        self.facts = IndependentModel(era, quota, STARTS[start])
        self.appsync.clock.set(self.facts.now)
        self.api_ids: list[tuple[str, str]] = []
        """Region and id of every API that ever was."""
        self.key_ids: list[str] = []
        """Every key that ever was."""
        self.tokens: list[Token] = []
        for region in REGIONS:
            self.create_graphql_api(region, "first", None)
        for region, api_id in self.api_ids:
            self.create_key(region, api_id, "first", None)
            self.seed_key(region, api_id, "da2" if era == "da1" else "da1", 20 * DAY)

    def teardown(self) -> None:
        if getattr(self, "entered", False):
            lifecycle_of(self.appsync).leave()

    # --- both sides ---

    def ask(self, region: str, operation: str, **params: Any) -> Any:
        """What the client returned, or the Refusal that it was met with."""
        given = {name: value for name, value in params.items() if value is not None}
        try:
            answer = getattr(self.appsync.client(region), operation)(**given)
        except ClientError as error:
            about, http = error.response["Error"], error.response["ResponseMetadata"]
            assert http["RequestId"]
            return Refusal(about["Code"], http["HTTPStatusCode"], about["Message"])
        assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        return answer

    def compare(self, actual: Any, expect: Callable[[], Any]) -> bool:
        """Whether both sides agree on a success; they must agree on a refusal, too."""
        expected = outcome(expect)
        if isinstance(expected, Refusal) and isinstance(actual, Refusal):
            assert (actual.code, actual.http_status) == (expected.code, expected.http_status)
            assert expected.message in (None, actual.message)
            return False
        assert actual == expected
        return True

    def some_api(self, data: st.DataObject) -> tuple[str, str]:
        """A region and an API's id: mostly of one that is there, sometimes not."""
        if data.draw(st.integers(0, 3), "any API that ever was, at 0") == 0:
            return data.draw(st.sampled_from(self.api_ids), "API")
        there = [(region, id) for region, apis in self.facts.regions.items() for id in apis]
        region, api_id = data.draw(st.sampled_from(there[:3] or self.api_ids), "API")
        if data.draw(st.integers(0, 19), "the wrong region, at 0") == 0:
            region = REGIONS[1 - REGIONS.index(region)]
        return region, api_id

    def some_key(self, data: st.DataObject, region: str, api_id: str) -> str:
        """A key's id: mostly of one that the API once had, sometimes not."""
        api = self.facts.regions.get(region, {}).get(api_id)
        had = list(api.keys) if api is not None else []
        key_id: str = data.draw(st.sampled_from(had * 5 + self.key_ids + ["da2-never"]), "key")
        return key_id

    def asked(self, expiry: Expiry) -> int | None:
        return math.ceil(self.facts.now) + sum(expiry) if isinstance(expiry, tuple) else expiry

    # --- time ---

    @rule(data=st.data(), move=moves)
    def move_the_clock(self, data: st.DataObject, move: tuple[str, float]) -> None:
        kind, by = move
        now = self.facts.now
        if kind in ("forwards", "backwards"):
            step = by if kind == "forwards" else -by
            if EARLIEST < now + step < LATEST:
                self.facts.now += step
                self.appsync.clock.advance(seconds=step)
            return
        if kind == "to the edge of an hour":
            moment = (now // HOUR + 1) * HOUR + by
        elif kind == "to the end of da1":
            moment = END_OF_DA1 + by
        else:
            keys = [key for *_, api in self.all_apis() for key in api.keys.values()]
            if not keys:
                return
            key = data.draw(st.sampled_from(keys), "key")
            moment = key.expires + by + (60 * DAY if kind == "to a key's deletion" else 0)
        if EARLIEST < moment < LATEST:
            self.facts.now = moment
            self.appsync.clock.set(moment)

    def all_apis(self) -> list[tuple[str, str, ModelApi]]:
        return [
            (region, api_id, api)
            for region, apis in self.facts.regions.items()
            for api_id, api in apis.items()
        ]

    # --- keys ---

    @rule(data=st.data(), description=descriptions, expiry=expiries)
    def create_api_key(self, data: st.DataObject, description: str | None, expiry: Expiry) -> None:
        region, api_id = self.some_api(data)
        self.create_key(region, api_id, description, self.asked(expiry))

    def create_key(
        self, region: str, api_id: str, description: str | None, expires: int | None
    ) -> None:
        answer = self.ask(
            region, "create_api_key", apiId=api_id, description=description, expires=expires
        )
        new_id = "none" if isinstance(answer, Refusal) else answer["apiKey"]["id"]

        def expect() -> dict[str, Any]:
            key = self.facts.create_key(region, api_id, new_id, description, expires)
            return {"apiKey": key.answer()}

        if self.compare(answer, expect):
            self.key_ids.append(new_id)

    @rule(
        data=st.data(),
        version=st.sampled_from(["da1", "da2"]),
        validity=st.integers(-100 * DAY, 400 * DAY) | st.integers(-HOUR, HOUR),
    )
    def seed_api_key(self, data: st.DataObject, version: str, validity: int) -> None:
        there = self.all_apis()
        if there:
            region, api_id, _ = data.draw(st.sampled_from(there), "API")
            self.seed_key(region, api_id, version, validity)

    def seed_key(self, region: str, api_id: str, version: str, validity: int) -> None:
        expires = self.facts.now + validity
        new_id = f"{version}-seeded{len(self.key_ids)}"
        self.appsync.add_api_key(api_id, id=new_id, expires=expires)
        self.facts.seed_key(region, api_id, new_id, expires)
        self.key_ids.append(new_id)

    @rule(data=st.data(), description=descriptions, expiry=expiries)
    def update_api_key(self, data: st.DataObject, description: str | None, expiry: Expiry) -> None:
        region, api_id = self.some_api(data)
        key_id = self.some_key(data, region, api_id)
        expires = self.asked(expiry)
        self.compare(
            self.ask(
                region,
                "update_api_key",
                apiId=api_id,
                id=key_id,
                description=description,
                expires=expires,
            ),
            lambda: {
                "apiKey": self.facts.update_key(
                    region, api_id, key_id, description, expires
                ).answer()
            },
        )

    @rule(data=st.data())
    def delete_api_key(self, data: st.DataObject) -> None:
        region, api_id = self.some_api(data)
        key_id = self.some_key(data, region, api_id)
        self.compare(
            self.ask(region, "delete_api_key", apiId=api_id, id=key_id),
            lambda: self.facts.delete_key(region, api_id, key_id),
        )

    # --- APIs ---

    @rule(data=st.data(), region=st.sampled_from(REGIONS), name=names, given_tags=tags)
    def graphql_api(
        self, data: st.DataObject, region: str, name: str, given_tags: dict[str, str] | None
    ) -> None:
        todo = data.draw(st.sampled_from(["create", "create", "get", "update", "delete"]))
        if todo == "create":
            self.create_graphql_api(region, name, given_tags)
            return
        region, api_id = self.some_api(data)
        if todo == "get":
            self.compare(
                self.outline(self.ask(region, "get_graphql_api", apiId=api_id)),
                lambda: self.outlined(self.facts.api(region, api_id, "GRAPHQL")),
            )
        elif todo == "update":
            given = {"name": name, "authenticationType": "AWS_IAM"}
            self.compare(
                self.outline(self.ask(region, "update_graphql_api", apiId=api_id, **given)),
                lambda: self.outlined(self.facts.update_api(region, api_id, given)),
            )
        else:
            self.compare(
                self.ask(region, "delete_graphql_api", apiId=api_id),
                lambda: self.facts.delete_api(region, api_id, "GRAPHQL"),
            )

    def create_graphql_api(self, region: str, name: str, given_tags: dict[str, str] | None) -> None:
        given = {"name": name, "authenticationType": "API_KEY"}
        answer = self.ask(region, "create_graphql_api", **given, tags=given_tags)
        new_id = "none" if isinstance(answer, Refusal) else answer["graphqlApi"]["apiId"]
        settings = {**given, "tags": given_tags or {}}
        if self.compare(
            self.outline(answer),
            lambda: self.outlined(self.facts.create_api(region, "GRAPHQL", new_id, settings)),
        ):
            self.api_ids.append((region, new_id))

    @rule(region=st.sampled_from(REGIONS), left=st.integers(0, 2))
    def fill_a_region(self, region: str, left: int) -> None:
        while len(self.facts.apis(region, "GRAPHQL")) < 25 - left:
            self.create_graphql_api(region, "filler", None)

    @precondition(lambda self: KNOWS_EVENT_APIS)
    @rule(data=st.data(), region=st.sampled_from(REGIONS), name=names, given_tags=tags)
    def event_api(
        self, data: st.DataObject, region: str, name: str, given_tags: dict[str, str] | None
    ) -> None:
        todo = data.draw(st.sampled_from(["create", "get", "delete"]))
        if todo == "create":
            given = {"name": name, "eventConfig": EVENT_CONFIG}
            answer = self.ask(region, "create_api", **given, tags=given_tags)
            new_id = answer["api"]["apiId"]
            settings = {**given, "tags": given_tags or {}}
            assert self.compare(
                self.outline(answer),
                lambda: self.outlined(self.facts.create_api(region, "EVENT", new_id, settings)),
            )
            self.api_ids.append((region, new_id))
            return
        region, api_id = self.some_api(data)
        if todo == "get":
            self.compare(
                self.outline(self.ask(region, "get_api", apiId=api_id)),
                lambda: self.outlined(self.facts.api(region, api_id, "EVENT")),
            )
        else:
            self.compare(
                self.ask(region, "delete_api", apiId=api_id),
                lambda: self.facts.delete_api(region, api_id, "EVENT"),
            )

    @staticmethod
    def outline(answer: Any) -> Any:
        """What the facts say of an API's answer."""
        if isinstance(answer, Refusal):
            return answer
        [shown] = answer.values() if "apiId" not in answer else [answer]
        members = {"apiId", "name", "authenticationType", "tags", "eventConfig"}
        return {name: value for name, value in shown.items() if name in members}

    @staticmethod
    def outlined(api: ModelApi) -> dict[str, Any]:
        return {"apiId": api.id, **api.settings}

    # --- pages ---

    @rule(data=st.data(), size=sizes)
    def list_api_keys(self, data: st.DataObject, size: int | None) -> None:
        region, api_id = self.some_api(data)
        self.page(Token("", "list_api_keys", region, api_id, 0), size)

    @rule(
        region=st.sampled_from(REGIONS),
        operation=st.sampled_from(["list_graphql_apis", *["list_apis"] * KNOWS_EVENT_APIS]),
        size=sizes,
    )
    def list_apis(self, region: str, operation: str, size: int | None) -> None:
        self.page(Token("", operation, region, None, 0), size)

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), size=sizes)
    def next_page(self, data: st.DataObject, size: int | None) -> None:
        """Whatever has come and gone meanwhile: what comes after the last one seen."""
        token = data.draw(st.sampled_from(self.tokens), "token")
        self.page(token, size)
        region, api_id = data.draw(st.sampled_from(self.api_ids), "API of another list")
        if (region, api_id) != (token.region, token.api_id):
            answer = self.ask(region, "list_api_keys", apiId=api_id, nextToken=token.text)
            is_there = api_id in self.facts.regions[region]
            assert isinstance(answer, Refusal)
            assert answer.code == ("BadRequestException" if is_there else "NotFoundException")

    def page(self, token: Token, size: int | None) -> None:
        answer = self.ask(
            token.region,
            token.operation,
            apiId=token.api_id,
            maxResults=size,
            nextToken=token.text or None,
        )
        left: list[Any] = []

        def expect() -> list[dict[str, Any]]:
            left.extend(self.left_after(token))
            page = left[: size or 10]
            return [
                found.answer() if isinstance(found, ModelKey) else self.outlined(found)
                for found in page
            ]

        if isinstance(answer, Refusal):
            assert not self.compare(answer, expect)
            return
        next_token = answer.pop("nextToken", None)
        [items] = answer.values()
        if token.operation != "list_api_keys":
            items = [self.outline(item) for item in items]
        assert self.compare(items, expect)
        assert (next_token is not None) is (len(left) > len(items))
        if next_token is not None:
            self.tokens.append(token._replace(text=next_token, after=left[len(items) - 1].number))

    def left_after(self, token: Token) -> list[Any]:
        if token.api_id is not None:
            return list(self.facts.keys(token.region, token.api_id, token.after))
        kind = "EVENT" if token.operation == "list_apis" else "GRAPHQL"
        return list(self.facts.apis(token.region, kind, token.after))

    # --- what the simulation says of itself ---

    @invariant()
    def both_sides_see_the_same(self) -> None:
        if not hasattr(self, "facts"):
            return
        assert self.appsync.clock.now() == self.facts.now
        for region in REGIONS:
            apis = self.appsync.apis(region)
            assert [api.id for api in apis] == list(self.facts.regions.get(region, {}))
            for api in apis:
                keys = self.facts.keys(region, api.id)
                assert [
                    (key.id, key.expires, key.description, key.expired)
                    for key in self.appsync.api_keys(api)
                ] == [
                    (key.id, key.expires, key.description or None, self.facts.now > key.expires)
                    for key in keys
                ]
                for key in self.facts.regions[region][api.id].keys.values():
                    accepted = key in keys and key.is_accepted(self.facts.now)
                    assert self.appsync.accepts(api, key.id) is accepted


@pytest.mark.parametrize("rule_set", RULES)
def test_no_sequence_of_calls_leads_away_from_the_facts(rule_set: str) -> None:
    machine = type("Lives", (Lives,), {"rule_set": rule_set})
    with time_machine.travel(BASE, tick=False):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=STEPS // STEPS_PER_RUN // len(RULES) + SHORT_RUNS,
                stateful_step_count=STEPS_PER_RUN,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
