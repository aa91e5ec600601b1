"""What users have: the AWS CLI, the JavaScript SDK, curl, requests and gql."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from pytest_appsync import AppSync, Server

ORDERS: dict[str, Any] = {"data": {"orders": [{"id": 1}]}}


def run(server: Server, *command: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env={**server.environment, "AWS_PAGER": "", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        timeout=100,
        **more,
    )


# --- the AWS CLI ---


def aws(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("awscli")
    return run(server, sys.executable, "-m", "awscli", "appsync", *arguments)


def test_the_aws_cli_creates_a_key(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api("orders")
    done = aws(appsync_server, "create-api-key", "--api-id", api.id, "--description", "CLI")
    assert done.returncode == 0, done.stderr
    [key] = appsync.api_keys(api)
    assert json.loads(done.stdout)["apiKey"]["id"] == key.id
    assert key.description == "CLI"
    assert "aws-cli" in (appsync.calls[0].user_agent or "")


def test_the_aws_cli_prints_a_failure(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", "UnauthorizedException")
    done = aws(appsync_server, "create-api-key", "--api-id", api.id)
    assert done.returncode in (254, 255)
    assert "(UnauthorizedException) when calling the CreateApiKey operation" in done.stderr


def test_the_aws_cli_with_an_endpoint_url(appsync: AppSync, appsync_server: Server) -> None:
    appsync.add_api("orders", region="eu-west-1")
    options = ["--endpoint-url", appsync_server.url, "--region", "eu-west-1"]
    done = aws(appsync_server, "list-graphql-apis", *options)
    assert [api["name"] for api in json.loads(done.stdout)["graphqlApis"]] == ["orders"]


# --- the AWS SDK for JavaScript ---

NODE = """
const sdk = require("@aws-sdk/client-appsync");
(async () => {
  const client = new sdk.AppSyncClient({ maxAttempts: 3 });
  const { graphqlApi } = await client.send(new sdk.CreateGraphqlApiCommand({
    name: "orders", authenticationType: "API_KEY" }));
  const { apiKey } = await client.send(new sdk.CreateApiKeyCommand({ apiId: graphqlApi.apiId }));
  let met = null;
  try {
    await client.send(new sdk.DeleteApiKeyCommand({ apiId: graphqlApi.apiId, id: "da2-none" }));
  } catch (error) {
    met = [error.name, error.message, error.$metadata.httpStatusCode,
           error instanceof sdk.NotFoundException];
  }
  const answer = await fetch(graphqlApi.uris.GRAPHQL, {
    method: "POST", headers: { "x-api-key": apiKey.id }, body: '{"query": "{ orders { id } }"}' });
  const data = await answer.json();
  console.log(JSON.stringify({ id: graphqlApi.apiId, key: apiKey, met, data }));
})();
"""


def node_has_the_sdk() -> bool:
    if shutil.which("node") is None:
        return False
    command = ["node", "-e", "require.resolve('@aws-sdk/client-appsync')"]
    return subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.skipif(not node_has_the_sdk(), reason="no node with @aws-sdk/client-appsync")
def test_the_sdk_for_javascript(
    appsync: AppSync, appsync_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("FIPS", "DUALSTACK"):  # which it refuses beside an address
        monkeypatch.setenv(f"AWS_USE_{kind}_ENDPOINT", "true")
    appsync.fail("CreateApiKey", "LimitExceededException", times=1)
    done = run(appsync_server, "node", "-e", NODE)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    [api] = appsync.apis()
    [key] = appsync.api_keys(api)
    assert (found["id"], found["key"]["id"], found["key"]["expires"]) == (
        api.id,
        key.id,
        key.expires,
    )
    assert found["met"] == ["NotFoundException", "API key not found: da2-none", 404, True]
    assert found["data"] == {"data": None}
    calls = appsync.calls.of("CreateApiKey")
    assert [[each.http_status for each in call.attempts] for call in calls] == [[429, 200]]
    assert "aws-sdk-js/3" in (calls[0].user_agent or "")
    assert [request.status for request in appsync.graphql_requests] == [200]


# --- curl ---


def test_curl(appsync: AppSync, appsync_server: Server) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    api = appsync.add_api("orders")
    appsync.answer_graphql(api, ORDERS)
    keys = f"{appsync_server.url}/v1/apis/{api.id}/apikeys"
    body = ["-H", "Content-Type: application/json", "-d", '{"description": "curl"}']
    made = run(appsync_server, "curl", "-sSf", keys, *body)
    key = json.loads(made.stdout)["apiKey"]["id"]
    post = ["-H", f"x-api-key: {key}", "-d", '{"query": "{ orders { id } }"}']
    assert json.loads(run(appsync_server, "curl", "-sSf", api.uris["GRAPHQL"], *post).stdout) == (
        ORDERS
    )
    refused = run(appsync_server, "curl", "-s", "-w", "%{http_code}", api.uris["GRAPHQL"])
    assert refused.stdout.endswith("401")
    too_long = run(appsync_server, "curl", "-sS", keys, "-d", "@-", input="x" * (11 << 20))
    assert "RequestEntityTooLargeException" in too_long.stdout or "longer than" in too_long.stdout


# --- requests and gql ---


def test_requests(appsync: AppSync, appsync_server: Server) -> None:
    requests = pytest.importorskip("requests")
    api = appsync.add_api("orders")
    key = appsync.add_api_key(api)
    appsync.answer_graphql(api, ORDERS)
    with requests.Session() as session:
        for key_id, status in ((key.id, 200), ("da2-old", 401)):
            answer = session.post(
                api.uris["GRAPHQL"],
                json={"query": "{ orders { id } }"},
                headers={"x-api-key": key_id},
            )
            assert answer.status_code == status
    assert [request.key for request in appsync.graphql_requests] == [key, None]


def test_gql(appsync: AppSync, appsync_server: Server) -> None:
    gql = pytest.importorskip("gql")
    pytest.importorskip("requests")
    from gql.transport.requests import RequestsHTTPTransport

    api = appsync.add_api("orders")
    key = appsync.add_api_key(api)
    appsync.answer_graphql(api, lambda request: {"data": {"order": request.variables}})
    transport = RequestsHTTPTransport(api.uris["GRAPHQL"], headers={"x-api-key": key.id})
    client = gql.Client(transport=transport)
    document = gql.gql("query Order($id: ID!) { order(id: $id) { id } }")
    document.variable_values = {"id": "7"}
    with client as session:
        found = session.execute(document)
    assert found == {"order": {"id": "7"}}
    [request] = appsync.graphql_requests
    assert "query Order" in (request.query or "")


def test_all_of_them_are_there_where_they_must_be() -> None:
    """In tox's environments that are there for them, nothing is skipped in silence."""
    wanted = os.environ.get("PYTEST_APPSYNC_TESTS_CLIENTS", "").split()
    missing = [
        name
        for name in wanted
        if not (node_has_the_sdk() if name == "node" else importlib.util.find_spec(name))
    ]
    assert not missing
