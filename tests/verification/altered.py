"""The simulation with one rule altered, served by a process of its own.

``python -m tests.verification.altered`` reads the name of a rule from each line of stdin, serves
the simulation that has it altered, and prints the URL; at the next line it is the next rule's.
"""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest import mock

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
from tests.verification.serving import start


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


@contextlib.contextmanager
def serving_altered(altered: Altered) -> Iterator[str]:
    """The URL of a simulation whose rule is altered."""
    with contextlib.ExitStack() as stack:
        if altered.patched is not None:
            stack.enter_context(mock.patch.object(*altered.patched))
        rules = dataclasses.replace(ApiKeyRules.DA2, **altered.rules)
        appsync = AppSync(key_rules=rules, strict=False, **altered.keywords)
        stack.enter_context(appsync)
        yield stack.enter_context(appsync.serve()).url


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
        # Of a minute it would change nothing while an hour begins.
        patched=(api_keys, "HOUR", 1),
    ),
    "length of ids": Altered(
        {"api-id-form", "event-api-id-form", "function-id-form", "key-id-form"},
        patched=(identifiers, "_LENGTH", 25),
    ),
    "words of data sources": Altered(
        {
            "unknown-data-source",
            "function-without-data-source",
            "channel-namespace-of-an-unknown-data-source",
        },
        patched=(data_sources.DataSources, "missing", "Nothing there"),
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
    "authentication providers": Altered(
        {"authentication-providers-quota"}, patched=(apis.GraphqlApis, "most_providers", 49)
    ),
    "words of what is no SDL": Altered(
        {"schema-not-sdl", "schema-with-interface-inheritance"},
        patched=(document, "NOT_SDL", "Cannot be read"),
    ),
    "words of types": Altered(
        {"resolver-of-a-deleted-type", "resolver-of-unknown-type", "unknown-type"},
        patched=(schemas.Types, "missing", "Nothing there"),
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
}


class AlteredServer:
    """The process that serves: one rule after the other."""

    def __init__(self) -> None:
        self._process = start("tests.verification.altered", stdin=subprocess.PIPE)

    def serve(self, rule: str) -> str:
        """The URL of the simulation with this rule altered, until the next one is."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(rule, file=self._process.stdin, flush=True)
        url = self._process.stdout.readline().strip()
        assert url, "the process has ended"
        return url

    def end(self) -> None:
        with self._process:
            self._process.kill()


def _main() -> None:
    with contextlib.ExitStack() as stack:
        for line in sys.stdin:
            stack.close()
            print(stack.enter_context(serving_altered(ALTERED[line.strip()])), flush=True)


if __name__ == "__main__":
    _main()
