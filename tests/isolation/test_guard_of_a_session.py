"""What ``appsync_guard = true`` in the ini file lets through, in a session that begins with it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import boto3
import pytest
from emulating import emulator_url

PLUGINS = ("-p", "no:randomly", "-p", "no:hypothesispytest", "-p", "no:xdist")
KEYS = """
KEYS = dict(aws_access_key_id="AKIA", aws_secret_access_key="secret", region_name="us-east-1")
"""


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with emulator_url(monkeypatch) as url:
        yield url


def passes(pytester: pytest.Pytester, suite: str, count: int) -> None:
    # What botocore has read for this process, or before moto was there, is not the session's.
    pytester.makeconftest("import boto3; boto3.setup_default_session()")
    pytester.makepyfile(suite)
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    before = boto3.DEFAULT_SESSION
    try:
        pytester.runpytest_inprocess(*PLUGINS).assert_outcomes(passed=count)
    finally:
        # It has the configuration of this test, with a URL of this machine.
        boto3.DEFAULT_SESSION = before


MOTO = f"""
import boto3, moto, pytest
from pytest_appsync import AppSync, RealCallBlocked
{KEYS}
EARLY = boto3.Session().client("appsync", **KEYS)

def use(client):
    client.create_graphql_api(name="of moto", authenticationType="API_KEY")
    assert [api["name"] for api in client.list_graphql_apis()["graphqlApis"]] == ["of moto"]

@moto.mock_aws
@pytest.mark.parametrize("make", [boto3.client, boto3.Session().client], ids=["module", "session"])
def test_a_client_made_inside(make):
    use(make("appsync", **KEYS))

@moto.mock_aws
def test_a_client_of_the_module():
    use(EARLY)

@moto.mock_aws
def test_a_simulation_lets_through(monkeypatch):
    seen = []
    client = boto3.client("appsync", **KEYS)
    with AppSync(unsimulated="passthrough") as appsync:
        for each in client, boto3.client("appsync", **KEYS), appsync.client(**ONLY_KEYS):
            each.meta.events.register_last("before-send.appsync", lambda **_: None)
            with pytest.raises(Exception) as caught:
                evaluate(each)
            seen.append(caught.value)
    # moto does not know the operation, and says so by its own means.
    assert not [error for error in seen if isinstance(error, RealCallBlocked)], seen

ONLY_KEYS = {{name: value for name, value in KEYS.items() if name != "region_name"}}

def evaluate(client):
    runtime = {{"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}}
    return client.evaluate_code(runtime=runtime, code="code", context="{{}}")

def test_without_moto():
    client = boto3.client("appsync", **KEYS)
    assert client.meta.endpoint_url == "https://appsync.us-east-1.amazonaws.com"
    with pytest.raises(RealCallBlocked):
        client.list_graphql_apis()
    with AppSync(unsimulated="passthrough"), pytest.raises(RealCallBlocked):
        evaluate(client)
"""


@pytest.mark.skipif(importlib.util.find_spec("moto") is None, reason="moto is not installed")
def test_moto_answers(pytester: pytest.Pytester) -> None:
    passes(pytester, MOTO, 5)


CONFIGURED = f"""
import os
import boto3, pytest
from botocore.config import Config
from pytest_appsync import AppSync, RealCallBlocked
{KEYS}

def names(client):
    return [api["name"] for api in client.list_graphql_apis()["graphqlApis"]]

@pytest.mark.parametrize("make", [boto3.client, boto3.Session().client], ids=["module", "session"])
def test_is_let_through(make):
    client = make("appsync", **KEYS)
    assert names(client) == []
    with AppSync(unsimulated="passthrough") as appsync:
        appsync.add_api("of the simulation")
        assert names(client) == ["of the simulation"]
        assert client.evaluate_mapping_template(template="{{}}", context="{{}}")[
            "evaluationResult"
        ] == "of this machine"

def test_is_ignored_where_the_client_says_so():
    config = Config(ignore_configured_endpoint_urls=True)
    with pytest.raises(RealCallBlocked):
        names(boto3.client("appsync", config=config, **KEYS))
"""


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_APPSYNC"])
def test_a_variable_that_leads_to_this_machine(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, emulator: str, name: str
) -> None:
    monkeypatch.setenv(name, emulator)
    passes(pytester, CONFIGURED, 3)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_APPSYNC"])
def test_a_variable_that_a_fixture_sets(
    pytester: pytest.Pytester, emulator: str, name: str
) -> None:
    """Such as that of a container, which is started when the session has begun."""
    setting = f"""
@pytest.fixture(autouse=True)
def container(monkeypatch):
    monkeypatch.setenv({name!r}, {emulator!r})
"""
    passes(pytester, CONFIGURED + setting, 3)


@pytest.mark.parametrize(
    "text",
    [
        "[default]\nendpoint_url = {url}\n",
        "[default]\nservices = local\n[services local]\nappsync =\n  endpoint_url = {url}\n",
    ],
    ids=["global", "service"],
)
def test_a_configuration_file_that_leads_to_this_machine(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, emulator: str, text: str
) -> None:
    file = pytester.path / "config"
    file.write_text(text.format(url=emulator))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    passes(pytester, CONFIGURED, 3)


def test_a_client_that_names_this_machine(pytester: pytest.Pytester, emulator: str) -> None:
    passes(
        pytester,
        f"""
import boto3, pytest
from pytest_appsync import RealCallBlocked
{KEYS}

def test_is_let_through():
    client = boto3.client("appsync", endpoint_url={emulator!r}, **KEYS)
    assert client.list_graphql_apis()["graphqlApis"] == []

def test_another_host_is_refused():
    client = boto3.client("appsync", endpoint_url="https://appsync.example", **KEYS)
    with pytest.raises(RealCallBlocked):
        client.list_graphql_apis()
""",
        2,
    )


@pytest.mark.skipif(
    importlib.util.find_spec("aiobotocore") is None, reason="aiobotocore is not installed"
)
def test_an_asynchronous_client(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, emulator: str
) -> None:
    passes(
        pytester,
        f"""
import asyncio
import pytest
from aiobotocore.session import get_session
from pytest_appsync import RealCallBlocked
{KEYS}

async def names():
    async with get_session().create_client("appsync", **KEYS) as client:
        return [api["name"] for api in (await client.list_graphql_apis())["graphqlApis"]]

def test_is_let_through(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", {emulator!r})
    assert asyncio.run(names()) == []

def test_is_refused():
    with pytest.raises(RealCallBlocked):
        asyncio.run(names())
""",
        2,
    )
