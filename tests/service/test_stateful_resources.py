"""Random deployments: data sources, functions, resolvers and keys below APIs with a schema.

A real client goes through random sequences of operations. What it gets must be what a model says
that was written from the facts alone and knows nothing of the service.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import time_machine
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from pytest_appsync import AppSync
from tests.thoroughness import examples

STEPS = int(os.environ.get("APPSYNC_STATEFUL_STEPS", examples(350, 10_000)))
STEPS_PER_RUN = 50
BASE = 1784632175
"""The machine's clock, frozen; only the service's clock moves."""
WORK = 30
"""Seconds that AppSync works at a schema."""

SCHEMAS = {b"type Query { a: Int b: Int }": {"a", "b"}, b"type Query { b: Int c: Int }": {"b", "c"}}

NOT_FOUND = ("NotFoundException", 404)
BAD = ("BadRequestException", 400)
ALTERED = ("ConcurrentModificationException", 409)


class Refusal(Exception):  # noqa: N818
    """Code and HTTP status."""


@dataclass
class Facts:
    """One API, as AWS's documentation and the reports of its users have it."""

    sources: dict[str, str] = field(default_factory=dict)
    functions: dict[str, tuple[str, str]] = field(default_factory=dict)
    resolvers: dict[str, tuple[str | None, list[str]]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    fields: set[str] | None = None
    coming: tuple[float, set[str]] | None = None

    def at(self, now: float) -> Facts:
        if self.coming is not None and now >= self.coming[0]:
            self.fields, self.coming = self.coming[1], None
        return self

    def change(self) -> None:
        if self.coming is not None:
            raise Refusal(*ALTERED)

    def require(self, is_there: bool) -> None:
        if not is_there:
            raise Refusal(*NOT_FOUND)

    def refuse(self, is_so: bool) -> None:
        if is_so:
            raise Refusal(*BAD)


names = st.sampled_from(["one", "two", "three"])
fields = st.sampled_from(["a", "b", "c"])


class Deployments(RuleBasedStateMachine):
    """The package on one side, the facts on the other."""

    @initialize()
    def begin(self) -> None:
        self.appsync = AppSync(schema_creation=timedelta(seconds=WORK), page_size=2, seed=1)
        self.appsync.__enter__()
        self.client: Any = self.appsync.client()
        self.apis: dict[str, Facts] = {"none": Facts()}
        self.gone = {"none"}
        self.now = BASE
        for _ in "ab":
            self.create_api()
        # By chance alone a short run seldom comes to a function or a resolver.
        for api in list(self.apis)[1:]:
            self.put_schema(api, min(SCHEMAS))
        self.now += WORK
        for api in list(self.apis)[1:]:
            self.put_source(api, "one", "NONE")
            self.put_function(api, "load", "one")
            self.put_resolver(api, "b", "one", [])

    def teardown(self) -> None:
        if hasattr(self, "appsync"):
            self.appsync.__exit__(None, None, None)

    # --- both sides ---

    def both(self, operation: str, expect: Callable[[Facts], Any], api: str, **params: Any) -> Any:
        """What the client returned, which is what the facts expect: a value or a refusal."""
        self.appsync.clock.set(self.now)
        facts = self.apis[api].at(self.now)
        expected: Any
        try:
            facts.require(api not in self.gone)
            expected = expect(facts)
        except Refusal as refusal:
            expected = refusal.args
        try:
            answer = getattr(self.client, operation)(apiId=api, **params)
        except ClientError as error:
            response: Any = error.response
            found = response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]
            assert found == expected, response["Error"]["Message"]
            return None
        assert not isinstance(expected, tuple), (operation, expected)
        del answer["ResponseMetadata"]
        return answer

    def some(self, data: st.DataObject) -> str:
        there = [api for api in self.apis if api not in self.gone]
        return data.draw(st.sampled_from([*there * 3, *self.apis]), "API")

    def a_function(self, data: st.DataObject, api: str) -> str:
        known = [id for each in self.apis.values() for id in each.functions]
        return data.draw(st.sampled_from([*list(self.apis[api].functions) * 3, *known, "none"]))

    # --- APIs, keys, schemas, time ---

    @rule()
    def create_api(self) -> None:
        if len(self.apis) - len(self.gone) < 4:
            self.apis[self.appsync.add_api().id] = Facts()

    @rule(data=st.data())
    def delete_api(self, data: st.DataObject) -> None:
        api = self.some(data)
        if self.both("delete_graphql_api", lambda facts: facts.change(), api) is not None:
            self.gone.add(api)

    @rule(data=st.data())
    def create_key(self, data: st.DataObject) -> None:
        api = self.some(data)
        answer = self.both("create_api_key", lambda facts: facts.change(), api)
        if answer:
            self.apis[api].keys.append(answer["apiKey"]["id"])

    @rule(data=st.data(), sdl=st.sampled_from(sorted(SCHEMAS)))
    def upload(self, data: st.DataObject, sdl: bytes) -> None:
        self.put_schema(self.some(data), sdl)

    def put_schema(self, api: str, sdl: bytes) -> None:
        def expect(facts: Facts) -> None:
            facts.change()
            facts.coming = (self.now + WORK, SCHEMAS[sdl])

        self.both("start_schema_creation", expect, api, definition=sdl)

    @rule(seconds=st.sampled_from([1, WORK - 1, WORK, 3600]))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    # --- data sources ---

    @rule(data=st.data(), name=names, type=st.sampled_from(["NONE", "HTTP"]))
    def create_source(self, data: st.DataObject, name: str, type: str) -> None:
        self.put_source(self.some(data), name, type)

    def put_source(self, api: str, name: str, type: str) -> None:
        def expect(facts: Facts) -> None:
            facts.change()
            facts.refuse(name in facts.sources)
            facts.sources[name] = type

        self.both("create_data_source", expect, api, name=name, type=type)

    @rule(data=st.data(), name=names)
    def update_source(self, data: st.DataObject, name: str) -> None:
        def expect(facts: Facts) -> None:
            facts.change()
            facts.require(name in facts.sources)
            facts.sources[name] = "AWS_LAMBDA"

        self.both("update_data_source", expect, self.some(data), name=name, type="AWS_LAMBDA")

    @rule(data=st.data(), name=names)
    def delete_source(self, data: st.DataObject, name: str) -> None:
        def expect(facts: Facts) -> None:
            facts.change()
            facts.require(name in facts.sources)
            facts.refuse(any(name == source for _, source in facts.functions.values()))
            facts.refuse(any(name == source for source, _ in facts.resolvers.values()))
            del facts.sources[name]

        self.both("delete_data_source", expect, self.some(data), name=name)

    # --- functions ---

    @rule(data=st.data(), name=names, source=names)
    def create_function(self, data: st.DataObject, name: str, source: str) -> None:
        self.put_function(self.some(data), name, source)

    def put_function(self, api: str, name: str, source: str) -> None:
        def expect(facts: Facts) -> None:
            facts.change()
            facts.refuse(any(name == known for known, _ in facts.functions.values()))
            facts.require(source in facts.sources)

        answer = self.both("create_function", expect, api, name=name, dataSourceName=source)
        if answer:
            id = answer["functionConfiguration"]["functionId"]
            self.apis[api].functions[id] = (name, source)

    @rule(data=st.data())
    def delete_function(self, data: st.DataObject) -> None:
        api = self.some(data)
        id = self.a_function(data, api)

        def expect(facts: Facts) -> None:
            facts.change()
            facts.require(id in facts.functions)
            facts.refuse(any(id in used for _, used in facts.resolvers.values()))
            del facts.functions[id]

        self.both("delete_function", expect, api, functionId=id)

    # --- resolvers ---

    @rule(data=st.data(), name=fields, source=names, is_pipeline=st.booleans())
    def create_resolver(
        self, data: st.DataObject, name: str, source: str, is_pipeline: bool
    ) -> None:
        api = self.some(data)
        self.put_resolver(api, name, source, [self.a_function(data, api)] if is_pipeline else [])

    def put_resolver(self, api: str, name: str, source: str, used: list[str]) -> None:
        how: Any = {"dataSourceName": source}
        if used:
            how = {"kind": "PIPELINE", "pipelineConfig": {"functions": used}}

        def expect(facts: Facts) -> None:
            facts.change()
            facts.require(facts.fields is not None)
            facts.refuse(name in facts.resolvers)
            facts.require(name in (facts.fields or ()))
            facts.require(bool(used) or source in facts.sources)
            facts.require(all(id in facts.functions for id in used))
            facts.resolvers[name] = (None if used else source, used)

        self.both("create_resolver", expect, api, typeName="Query", fieldName=name, **how)

    @rule(data=st.data(), name=fields)
    def delete_resolver(self, data: st.DataObject, name: str) -> None:
        def expect(facts: Facts) -> None:
            facts.change()
            facts.require(facts.fields is not None)
            facts.require(name in facts.resolvers)
            del facts.resolvers[name]

        self.both("delete_resolver", expect, self.some(data), typeName="Query", fieldName=name)

    # --- what there is ---

    def listed(self, operation: str, member: str, **params: Any) -> list[Any]:
        pages = self.client.get_paginator(operation).paginate(**params)
        return [item for page in pages for item in page[member]]

    @rule()
    def both_sides_have_the_same(self) -> None:
        self.appsync.clock.set(self.now)
        there = set(self.apis) - self.gone
        assert {api.id for api in self.appsync.apis()} == there
        for api in there:
            facts = self.apis[api].at(self.now)
            sources = self.listed("list_data_sources", "dataSources", apiId=api)
            assert {each["name"]: each["type"] for each in sources} == facts.sources
            found = self.listed("list_functions", "functions", apiId=api)
            assert {
                each["functionId"]: (each["name"], each["dataSourceName"]) for each in found
            } == facts.functions
            assert [key.id for key in self.appsync.api_keys(api)] == (
                facts.keys if self.now - BASE < 60 * 86400 else []
            )
            if facts.fields is not None:
                resolvers = self.listed("list_resolvers", "resolvers", apiId=api, typeName="Query")
                assert [each["fieldName"] for each in resolvers] == list(facts.resolvers)


def test_no_deployment_leads_away_from_the_facts() -> None:
    with time_machine.travel(BASE, tick=False):
        run_state_machine_as_test(
            Deployments,
            settings=settings(
                max_examples=STEPS // STEPS_PER_RUN // 5 + 5,
                stateful_step_count=STEPS_PER_RUN,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
