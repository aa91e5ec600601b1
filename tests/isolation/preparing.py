"""The HTTP requests that AppSync clients prepare outside of any simulation, as JSON.

    python preparing.py plain|plugin

``plain`` does without this package. ``plugin`` has it, and makes its clients before and after a
simulation in which each was used. Everything is printed: method, URL, headers with
the signature and the user agent, body, and what the client returned in the end. The clock
stands still, and nothing is random.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import re
import sys
import time
import uuid
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import time_machine
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

LOADER = botocore.loaders.create_loader()
MODES = ("legacy", "standard", "adaptive")
SOURCES: dict[str, dict[str, str]] = {
    "variables": {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "token",
        "AWS_ACCOUNT_ID": "123456789012",
    },
    "a file": {"AWS_PROFILE": "other"},
}
FILE = """
[other]
aws_access_key_id = AKIAOTHEREXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
aws_session_token = other
"""


class Body(io.BytesIO):
    def stream(self) -> Any:
        yield self.read()


def in_order(features: re.Match[str]) -> str:
    """botocore has them in a set."""
    return " m/" + ",".join(sorted(features[1].split(",")))


class Network:
    """Notes what is sent. The first attempt of each call fails."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self._statuses = itertools.cycle([500, 200])

    def __call__(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        headers = {name: str(value) for name, value in dict(request.headers).items()}
        headers["User-Agent"] = re.sub(r" m/(\S+)", in_order, headers["User-Agent"])
        self.sent.append([request.method, request.url, headers, repr(request.body)])
        status, body = next(self._statuses), Body(b"{}")
        return AWSResponse(request.url, status, HTTPHeaders(), body)


def calls(client: Any) -> list[Any]:
    """What the operations with all kinds of parameters send and return."""
    numbers = itertools.count(1)
    uuid.uuid4 = lambda: uuid.UUID(int=next(numbers))
    network = Network()
    client.meta.events.register_last("before-send.appsync", network)
    returned = [
        client.create_api_key(
            apiId="7eeywqbd6na5voygrlzgvyxciu", description="é", expires=1784631600
        ),
        client.list_api_keys(apiId="a b/c", maxResults=25, nextToken="x+y=&"),
        client.update_api_key(apiId="any", id="da2-any", description=""),
        client.delete_api_key(apiId="any", id="da2-any"),
        client.create_graphql_api(name="n", authenticationType="API_KEY", tags={"team": "web"}),
        client.list_types(apiId="any", format="SDL"),
        client.start_schema_creation(apiId="any", definition=b"type Query { a: Int }"),
    ]
    return [network.sent, returned, str(client.meta.endpoint_url)]


def make(mode: str) -> Any:
    retries: Any = {"retries": {"mode": mode}}
    core = botocore.session.get_session()
    core.register_component("data_loader", LOADER)
    session = boto3.Session(botocore_session=core)
    return session.client("appsync", region_name="us-east-1", config=Config(**retries))


def plain() -> dict[str, Any]:
    return {mode: calls(make(mode)) for mode in MODES}


def plugin() -> dict[str, Any]:
    from pytest_appsync import AppSync

    made = {("before", mode): make(mode) for mode in MODES}
    with AppSync() as appsync:
        for client in made.values():
            appsync.fail("ListGraphqlApis", "ThrottlingException", times=2)
            client.list_graphql_apis()
    made.update({("after", mode): make(mode) for mode in MODES})
    found: dict[str, Any] = {}
    for (when, mode), client in made.items():
        found[f"{when} {mode}"] = calls(client)
    return found


def main(way: str) -> None:
    with open(os.path.expanduser("~/.aws/credentials"), "w", encoding="utf-8") as file:
        file.write(FILE)
    random.random = lambda: 0.5
    time.sleep = lambda _: None
    found = {}
    for source, variables in SOURCES.items():
        os.environ.update(variables)
        with time_machine.travel(1784631600, tick=False):
            found[source] = plain() if way == "plain" else plugin()
        for name in variables:
            del os.environ[name]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
