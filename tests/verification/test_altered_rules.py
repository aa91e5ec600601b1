"""Each rule of the simulation altered in turn: the facts of that rule differ, and no other."""

from __future__ import annotations

import dataclasses
import functools
import os
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from botocore.config import Config

from pytest_appsync import ApiKeyRules, AppSync
from pytest_appsync.sdl import document
from pytest_appsync.service import api_keys, identifiers
from pytest_appsync.service.resources import (
    api_caches,
    apis,
    channel_namespaces,
    data_sources,
    domain_names,
    functions,
    schemas,
)
from pytest_appsync.verification.calling import Caller
from pytest_appsync.verification.facts import all_facts
from pytest_appsync.verification.redaction import Redaction
from pytest_appsync.verification.running import Run, simulate
from tests.verification.serving import IS_NEW

pytestmark = pytest.mark.skipif(not IS_NEW, reason="a botocore that lacks members and operations")

TAG = "altered"
FACTS = all_facts()


@functools.cache
def expected() -> list[Any]:
    return simulate(FACTS, "us-east-1", TAG)


@dataclass
class Altered:
    """A rule that is not as it was.

    :ivar facts: those that differ.
    :ivar rules: of keys.
    :ivar keywords: of AppSync.
    :ivar patched: an object, one of its attributes, and another value for it.
    """

    facts: set[str]
    rules: dict[str, Any] = field(default_factory=dict)
    keywords: dict[str, Any] = field(default_factory=dict)
    patched: tuple[Any, str, Any] | None = None


def another_default(resource: Any, **members: Any) -> tuple[Any, str, Any]:
    return resource, "defaults", {**resource.defaults, **members}


ALTERED: dict[str, Altered] = {
    "version": Altered({"key-id-form"}, rules={"version": "da3"}),
    "quota": Altered({"key-quota"}, rules={"quota": 40}),
    "default validity": Altered(
        {"key-default-validity", "event-api-key-validity"},
        rules={"default_validity": timedelta(days=8)},
    ),
    "minimum validity": Altered(
        {
            "key-at-the-minimum",
            "key-below-the-minimum",
            "key-quota-after-validity",
            "key-with-negative-expires",
            "update-at-the-minimum",
            "update-below-the-minimum",
        },
        rules={"minimum_validity": timedelta(days=2)},
    ),
    "maximum validity": Altered(
        {
            "key-above-the-maximum",
            "key-at-the-maximum",
            "key-with-expires-beyond-64-bits",
            "key-with-expires-in-milliseconds",
            "update-above-the-maximum",
            "update-at-the-maximum",
        },
        rules={"maximum_validity": timedelta(days=180)},
    ),
    "expires not accepted": Altered(
        {
            "key-above-the-maximum",
            "key-at-the-maximum",
            "key-at-the-minimum",
            "key-below-the-minimum",
            "key-expires-given",
            "key-expires-rounded",
            "key-quota-after-validity",
            "key-with-expires-beyond-64-bits",
            "key-with-expires-in-milliseconds",
            "key-with-negative-expires",
        },
        rules={"accepts_expires": False},
    ),
    "kept after expiry": Altered({"key-deletes"}, rules={"kept_after_expiry": timedelta(days=30)}),
    "never renewable": Altered(
        {
            "key-renewed",
            "key-updated-with-expires-0",
            "update-above-the-maximum",
            "update-at-the-maximum",
            "update-at-the-minimum",
            "update-below-the-minimum",
            "update-keeps-the-description",
            "update-keeps-the-expiry",
            "update-with-empty-description",
            "update-with-nothing",
        },
        rules={"renewable": "never"},
    ),
    "milliseconds": Altered({"key-times-unit"}, rules={"answers_in_milliseconds": True}),
    "no deletes": Altered(
        {"key-members", "key-deletes", "event-api-key"}, rules={"answers_deletes": False}
    ),
    "page size": Altered({"page-without-max-results"}, keywords={"page_size": 25}),
    "rounding": Altered(
        {"event-api-key-validity", "key-default-validity", "key-expires-rounded", "key-renewed"},
        patched=(api_keys, "HOUR", 60),
    ),
    "length of ids": Altered(
        {"api-id-form", "event-api-id-form", "function-id-form", "key-id-form"},
        patched=(identifiers, "_LENGTH", 25),
    ),
    "authentication providers": Altered(
        {"authentication-providers-quota"}, patched=(apis.GraphqlApis, "most_providers", 49)
    ),
    "words of data sources": Altered(
        {"unknown-data-source"}, patched=(data_sources.DataSources, "missing", "Nothing there")
    ),
    "words of a second data source": Altered(
        {"data-source-twice"}, patched=(data_sources.DataSources, "exists", "There already")
    ),
    "ARN of data sources": Altered(
        {"data-source-arn"},
        patched=(data_sources.DataSources, "arn", ("dataSourceArn", "apis/{apiId}/ds/{name}")),
    ),
    "metrics of data sources": Altered(
        {"data-source-metrics"},
        patched=another_default(data_sources.DataSources, metricsConfig="ENABLED"),
    ),
    "batch size of functions": Altered(
        {"function-batch-size"}, patched=another_default(functions.Functions, maxBatchSize=1)
    ),
    "kind of resolvers": Altered(
        {"resolver-defaults"}, patched=another_default(functions.Resolvers, kind="PIPELINE")
    ),
    "words of resolvers": Altered(
        {"unknown-resolver"}, patched=(functions.Resolvers, "missing", "Nothing there")
    ),
    "words of a second resolver": Altered(
        {"resolver-twice"}, patched=(functions.Resolvers, "exists", "There already")
    ),
    "limits of APIs": Altered(
        {"api-default-limits"}, patched=another_default(apis.GraphqlApis, queryDepthLimit=5)
    ),
    "introspection of APIs": Altered(
        {"api-default-introspection"},
        patched=another_default(apis.GraphqlApis, introspectionConfig="DISABLED"),
    ),
    "visibility of APIs": Altered(
        {"api-default-type"}, patched=another_default(apis.GraphqlApis, visibility="PRIVATE")
    ),
    "ARN of APIs": Altered(
        {"api-arn", "tags-in-lists", "tags-changed"},
        patched=(apis.GraphqlApis, "arn", ("arn", "api/{apiId}")),
    ),
    "words of caches": Altered(
        {"no-api-cache", "no-api-cache-deleted"},
        patched=(api_caches.ApiCaches, "missing", "No cache"),
    ),
    "words of domain names": Altered(
        {"unknown-domain-name", "unknown-domain-name-deleted"},
        patched=(domain_names.DomainNames, "missing", "No such name"),
    ),
    "code of a second channel namespace": Altered(
        {"channel-namespace-twice"},
        patched=(channel_namespaces.ChannelNamespaces, "exists_code", "BadRequestException"),
    ),
    "words of a schema that is none": Altered(
        {"schema-not-sdl"}, patched=(document, "NOT_SDL", "No")
    ),
    "words of types": Altered(
        {"unknown-type", "resolver-of-unknown-type"},
        patched=(schemas.Types, "missing", "Nothing there"),
    ),
}


def differing(altered: Altered, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What differs when the simulation with the altered rule is asked."""
    simulation = expected()
    with monkeypatch.context() as patch:
        if altered.patched is not None:
            patch.setattr(*altered.patched)
        rules = dataclasses.replace(ApiKeyRules.DA2, **altered.rules)
        with AppSync(region="us-east-1", key_rules=rules, **altered.keywords) as appsync:
            config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
            client = appsync.client(config=config)
            caller = Caller(client, Redaction(), time.sleep, time.time)
            run = Run(FACTS, simulation, caller, TAG)
            run.ask_all()
            assert run.clean_up() == []
            assert appsync.apis() == []
    return {each.name: each.seen for each in run.results if each.result == "differs"}


def test_nothing_differs_where_nothing_is_altered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert differing(Altered(set()), monkeypatch) == {}


# Each asks all facts, which takes a second and a half: `tox -e thorough` alters every rule.
SAMPLE = list(ALTERED) if os.environ.get("PYTEST_APPSYNC_TESTS_THOROUGH") else list(ALTERED)[::8]


@pytest.mark.parametrize("rule", SAMPLE)
def test_the_facts_of_a_rule_differ(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    altered = ALTERED[rule]
    seen = differing(altered, monkeypatch)
    assert set(seen) == altered.facts, seen
