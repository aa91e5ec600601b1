"""Which clients are covered, and what making one does not need."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import botocore.credentials
import botocore.session
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from pytest_appsync import AppSync
from tests.prepared import run_with_boto3

MODULE_LEVEL = boto3.client("appsync", region_name="us-east-1")
"""Made before any simulation, as applications make theirs."""

Maker = Callable[[], Any]


def from_botocore() -> Any:
    return botocore.session.get_session().create_client("appsync", region_name="us-east-1")


MAKERS: dict[str, Maker] = {
    "module level": lambda: MODULE_LEVEL,
    "boto3": lambda: boto3.client("appsync"),
    "boto3 session": lambda: boto3.Session(region_name="us-east-1").client("appsync"),
    "bare botocore": from_botocore,
    "endpoint_url": lambda: boto3.client("appsync", endpoint_url="http://localhost:4566"),
    "endpoint_url with a path": lambda: boto3.client(
        "appsync", endpoint_url="https://proxy.example.com/aws/appsync/"
    ),
    "no validation": lambda: boto3.client("appsync", config=Config(parameter_validation=False)),
    "credentials of its own": lambda: boto3.client(
        "appsync", aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="secret"
    ),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_answers_every_client(appsync: AppSync, make: Maker) -> None:
    api = appsync.add_api("orders")
    answer = make().create_api_key(apiId=api.id, description="from a client")
    [key] = appsync.api_keys(api)
    assert answer["apiKey"]["id"] == key.id
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert answer["ResponseMetadata"]["RequestId"]


def test_answers_a_client_that_outlived_another_simulation() -> None:
    with AppSync():
        client = boto3.client("appsync")
    with AppSync() as appsync:
        api = appsync.add_api()
        client.create_api_key(apiId=api.id)
        assert len(appsync.api_keys(api)) == 1


def test_answers_in_threads(appsync: AppSync, appsync_client: Any) -> None:
    api = appsync.add_api()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: appsync_client.create_api_key(apiId=api.id), range(40)))
    assert len({key.id for key in appsync.api_keys(api)}) == 40
    assert len(appsync.calls.of("CreateApiKey")) == 40


def test_keeps_regions_apart(appsync: AppSync) -> None:
    dublin = boto3.client("appsync", region_name="eu-west-1")
    api = appsync.add_api("orders", region="eu-west-1")
    assert api.arn == f"arn:aws:appsync:eu-west-1:123456789012:apis/{api.id}"
    dublin.create_api_key(apiId=api.id)
    assert len(appsync.api_keys(api)) == 1
    assert appsync.apis() == []
    with pytest.raises(Exception, match=f"GraphQL API {api.id} not found."):
        boto3.client("appsync").create_api_key(apiId=api.id)
    assert [call.region for call in appsync.calls] == ["eu-west-1", "us-east-1"]


@pytest.mark.appsync(region="eu-central-1")
def test_client_without_region_gets_one_that_was_given(
    appsync: AppSync, appsync_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert boto3.client("appsync").meta.region_name == "eu-central-1"
    assert appsync_client.meta.region_name == "eu-central-1"
    assert appsync.client("us-west-2").meta.region_name == "us-west-2"
    # Neither the machine's environment nor its files decide what a test sees.
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    assert boto3.Session().client("appsync").meta.region_name == "eu-central-1"
    # What the code says does.
    assert boto3.Session(region_name="ca-central-1").client("appsync").meta.region_name == (
        "ca-central-1"
    )
    config = Config(region_name="ap-south-1")
    assert boto3.client("appsync", config=config).meta.region_name == "ap-south-1"


def test_consults_no_credential_source(appsync: AppSync, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(_: object) -> None:
        raise AssertionError("credentials were looked up")

    monkeypatch.setattr(botocore.credentials.CredentialResolver, "load_credentials", look_up)
    api = appsync.add_api()
    client = boto3.session.Session().client("appsync")
    client.create_api_key(apiId=api.id)
    appsync.client(config=Config(retries={"mode": "standard"})).list_api_keys(apiId=api.id)


def test_other_services_still_look_for_credentials(appsync: AppSync) -> None:
    client = boto3.Session().client("s3", region_name="us-east-1")
    with pytest.raises(botocore.exceptions.NoCredentialsError):
        client.list_buckets()


def test_changes_neither_environment_nor_default_session() -> None:
    environment, session = dict(os.environ), boto3.DEFAULT_SESSION
    with AppSync() as appsync:
        appsync.client().list_graphql_apis()
        assert dict(os.environ) == environment
        assert boto3.DEFAULT_SESSION is session


def test_works_with_a_profile_that_this_machine_does_not_have(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    clients: list[Any] = [
        appsync.client(config=Config(connect_timeout=1)),
        boto3.Session().client("appsync"),
        botocore.session.Session().create_client("appsync"),
    ]
    for client in clients:
        assert client.list_graphql_apis()["graphqlApis"] == []
    with pytest.raises(botocore.exceptions.ProfileNotFound):
        boto3.Session(profile_name="production").client("appsync")


def test_client_made_inside_has_no_credentials_afterwards_where_there_are_none() -> None:
    with AppSync():
        client = boto3.Session().client("appsync", region_name="us-east-1")
    with pytest.raises(botocore.exceptions.NoCredentialsError):
        client.list_graphql_apis()


def test_our_own_client_never_carries_credentials(
    appsync_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    seen: list[str] = []
    appsync_client.meta.events.register_first(
        "before-send.appsync", lambda request, **_: seen.extend(request.headers), unique_id="look"
    )
    appsync_client.list_graphql_apis()
    appsync_client.meta.events.unregister("before-send.appsync", unique_id="look")
    assert "X-Amz-Date" not in seen
    assert "Authorization" not in seen
    assert "amz-sdk-invocation-id" in seen


def test_simulated_calls_of_any_client_are_unsigned(appsync: AppSync) -> None:
    client = boto3.client("appsync", aws_access_key_id="AKIA", aws_secret_access_key="secret")
    seen: list[str] = []
    client.meta.events.register_first(
        "before-send.appsync", lambda request, **_: seen.extend(request.headers)
    )
    client.list_graphql_apis()
    assert "Authorization" not in seen


def test_reuses_its_client(appsync: AppSync, appsync_client: Any) -> None:
    assert appsync.client() is appsync_client
    assert appsync.client("us-east-1") is appsync_client
    assert appsync.client("eu-west-1") is not appsync_client
    assert appsync.client(config=Config(read_timeout=1)) is not appsync_client


def test_clients_are_not_made_of_a_mock() -> None:
    """What they are made of is kept for the process, and a mock would be as well."""
    said = run_with_boto3("""
from unittest import mock
from botocore.config import Config
from pytest_appsync import AppSync

with AppSync() as appsync:
    for name in ("boto3.session.Session", "botocore.session.Session"):
        with mock.patch(name):
            clients = appsync.client(), appsync.client(config=Config(read_timeout=1))
    for client in clients:
        client.list_graphql_apis()
    print(len(appsync.calls))
""")
    assert said == "2\n"


def test_the_shared_client_keeps_no_handlers() -> None:
    seen: list[str] = []
    with AppSync() as appsync:
        events: Any = appsync.client().meta.events
        events.register("before-call.appsync", lambda model, **_: seen.append(model.name))
        appsync.client().list_graphql_apis()
        assert seen == ["ListGraphqlApis"]
        Stubber(appsync.client()).activate()  # and never deactivated
    with AppSync() as appsync:
        appsync.client().list_graphql_apis()
        assert len(appsync.calls) == 1
    assert seen == ["ListGraphqlApis"]


def test_attach_refuses_what_is_no_appsync_client(appsync: AppSync) -> None:
    with pytest.raises(TypeError, match="`client` must be an AppSync client"):
        appsync.attach(boto3.client("s3", region_name="us-east-1"))
    with pytest.raises(TypeError, match=r"must be an AppSync client, not 'appsync'$"):
        appsync.attach("appsync")  # type: ignore[arg-type]


def test_our_own_clients_ignore_the_environment(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    api = appsync.add_api()
    client = appsync.client(config=Config(read_timeout=7))
    assert client.meta.endpoint_url == "https://appsync.us-east-1.amazonaws.com"
    appsync.fail("ListApiKeys", "InternalFailureException", times=2)
    client.list_api_keys(apiId=api.id)


def test_a_profile_that_the_code_names_has_its_region(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[profile dublin]\nregion = eu-west-1\n[profile none]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    dublin = boto3.Session(profile_name="dublin").client("appsync")
    assert dublin.meta.region_name == "eu-west-1"
    assert boto3.Session(profile_name="none").client("appsync").meta.region_name == "us-east-1"


OLD_ADAPTIVE_CLIENT = """
import boto3, time
from botocore.config import Config
config = Config(retries={"mode": "adaptive"})
client = boto3.client("appsync", region_name="us-east-1", config=config)
from pytest_appsync import AppSync
with AppSync() as appsync:
    appsync.attach(client)
    appsync.fail("ListGraphqlApis", "ThrottlingException", times=2)
    began = time.monotonic()
    for _ in range(20):
        client.list_graphql_apis()
    assert time.monotonic() - began < 2
    assert sum(a.slept for call in appsync.calls for a in call.attempts) > 5
"""


def test_an_older_client_does_not_sleep_either() -> None:
    run_with_boto3(OLD_ADAPTIVE_CLIENT)


OLD_CLIENT = """
import boto3, sys
client = boto3.client("appsync", region_name="us-east-1")
assert "pytest_appsync" not in sys.modules
from pytest_appsync import AppSync
with AppSync() as appsync:
    {attach}
    api = appsync.add_api()
    client.create_api_key(apiId=api.id)
    assert len(appsync.api_keys(api)) == 1
"""


@pytest.mark.parametrize("attach", ["appsync.attach(client)", "pass"])
def test_takes_over_a_client_older_than_the_package(attach: str) -> None:
    run_with_boto3(OLD_CLIENT.format(attach=attach))


def test_others_may_wrap_what_makes_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """However they spell the parameters, above our wrapper or, in a later entry, below it."""
    make: Any = botocore.session.Session.create_client

    def as_before(self: Any, service_name: str, *args: Any, **kwargs: Any) -> Any:
        return make(self, service_name, *args, **kwargs)

    def without_names(*args: Any, **kwargs: Any) -> Any:
        return make(*args, **kwargs)

    def otherwise(session: Any, service: str, **kwargs: Any) -> Any:
        return make(session, service, **kwargs)

    for patched in (as_before, without_names, otherwise):
        monkeypatch.setattr("botocore.session.Session.create_client", patched)
        assert boto3.client("appsync", region_name="eu-west-1").meta.region_name == "eu-west-1"
        with AppSync(region="eu-north-1"):
            assert boto3.Session().client("appsync").meta.region_name == "eu-north-1"
    monkeypatch.undo()
    session: Any = botocore.session.Session()
    with AppSync(region="eu-north-1"):
        made = botocore.session.Session.create_client(session, "appsync")
        assert made.meta.region_name == "eu-north-1"
        assert session.create_client("appsync", None).meta.region_name == "eu-north-1"
        assert session.create_client("appsync", "eu-west-3").meta.region_name == "eu-west-3"
