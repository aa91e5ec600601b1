"""Under ``appsync_guard = true`` no child process reaches AppSync by accident."""

from __future__ import annotations

import os

import pytest

from pytest_appsync.clients import guard_of_children
from pytest_appsync.clients.this_machine import DEAD_END

INI = "[pytest]\nappsync_guard = true\n"
PLUGINS = ("-p", "no:randomly", "-p", "no:hypothesispytest", "-p", "no:xdist")
CHILD = """
import sys, boto3
from botocore.config import Config
keys = dict(aws_access_key_id="AKIA", aws_secret_access_key="secret", region_name="us-east-1")
client = boto3.client("appsync", config=Config(retries={"total_max_attempts": 1}), **keys)
print(len(client.list_graphql_apis()["graphqlApis"]))
"""
SUITE = f"""
import os, subprocess, sys
import boto3
import pytest
from pytest_appsync import AppSync, RealCallBlocked

CHILD = {CHILD!r}

def run(**more):
    return subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, **more)

def test_a_child_cannot_reach_appsync():
    done = run()
    assert done.returncode == 1
    assert "EndpointConnectionError" in done.stderr
    assert '"{DEAD_END}/v1/apis"' in done.stderr

def test_a_child_of_a_served_simulation_can(appsync, appsync_server):
    appsync.add_api()
    assert run(env=appsync_server.environment).stdout == "1\\n"

def test_lifts_it_for_a_child(monkeypatch):
    with AppSync() as appsync, appsync.serve() as server:
        appsync.add_api()
        monkeypatch.setenv("AWS_ENDPOINT_URL_APPSYNC", server.url)
        assert run().stdout == "1\\n"
    monkeypatch.delenv("AWS_ENDPOINT_URL_APPSYNC")
    assert "AWS_ENDPOINT_URL_APPSYNC" not in os.environ

def test_own_clients():
    client = boto3.client("appsync", region_name="eu-west-1")
    with pytest.raises(RealCallBlocked):
        client.list_graphql_apis()
    with AppSync(region="eu-west-1") as appsync:
        api = appsync.add_api()
        assert client.get_graphql_api(apiId=api.id)["graphqlApi"]["name"] == "api"
"""


def test_a_child_gets_a_dead_address(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_APPSYNC_TESTS_LOOPBACK", "1")
    pytester.makepyfile(SUITE)
    pytester.makeini(INI)
    pytester.runpytest_inprocess(*PLUGINS).assert_outcomes(passed=4)


@pytest.mark.parametrize("before", [None, "https://appsync-fips.us-east-1.amazonaws.com"])
def test_a_session_inside_a_session_leaves_the_environment_as_it_was(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before is None:
        monkeypatch.delenv(guard_of_children.VARIABLE, raising=False)
    else:
        monkeypatch.setenv(guard_of_children.VARIABLE, before)
    script = f"""
    import os
    def test_it():
        assert os.environ["AWS_ENDPOINT_URL_APPSYNC"] == {DEAD_END!r}
    """
    pytester.makepyfile(script)
    pytester.makeini(INI)
    pytester.runpytest_inprocess(*PLUGINS).assert_outcomes(passed=1)
    assert os.environ.get(guard_of_children.VARIABLE) == before


@pytest.mark.parametrize(
    ("variables", "seen"),
    [
        ({"AWS_ENDPOINT_URL_APPSYNC": "http://localhost:4566"}, "http://localhost:4566"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, None),
        ({"AWS_ENDPOINT_URL": "https://proxy.example"}, DEAD_END),
        ({"AWS_ENDPOINT_URL": "http://[not-a-url"}, DEAD_END),
        (
            {"AWS_ENDPOINT_URL_APPSYNC": "https://a.example", "AWS_ENDPOINT_URL": "http://[::1]"},
            DEAD_END,
        ),
    ],
)
def test_an_environment_that_leads_to_this_machine_stays(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    seen: str | None,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    script = f"""
    import os
    def test_it():
        assert os.environ.get("AWS_ENDPOINT_URL_APPSYNC") == {seen!r}
    """
    pytester.makepyfile(script)
    pytester.makeini(INI)
    pytester.runpytest_inprocess(*PLUGINS).assert_outcomes(passed=1)


def test_without_the_guard_nothing_is_set(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(guard_of_children.VARIABLE, raising=False)
    pytester.makepyfile(
        "import os\ndef test_it(): assert 'AWS_ENDPOINT_URL_APPSYNC' not in os.environ"
    )
    pytester.runpytest_inprocess(*PLUGINS).assert_outcomes(passed=1)
