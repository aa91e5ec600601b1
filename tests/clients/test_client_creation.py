"""What a client gets that is made inside a simulation: credentials, a region, no questions."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError, PartialCredentialsError

from pytest_appsync import AppSync, HttpAnswer
from pytest_appsync.clients.responses import to_response

KEYS: dict[str, Any] = {"aws_access_key_id": "AKIAGIVEN", "aws_secret_access_key": "secret"}


def authorization(client: Any) -> str:
    """The header that a real call of the client sends."""
    seen: list[str] = []

    def network(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        header = request.headers.get("Authorization", b"")
        seen.append(header.decode() if isinstance(header, bytes) else header)
        return to_response(HttpAnswer(200, body="{}"), request.url)

    client.meta.events.register("before-send.appsync", network)
    client.list_graphql_apis()
    [header] = seen
    return header


class Resolver:
    """A credential resolver of the application, whose credentials look as if they were given."""

    def load_credentials(self) -> Credentials:
        return Credentials("AKIARESOLVER", "secret")


def session_with_resolver() -> Any:
    session: Any = botocore.session.Session()
    session.register_component("credential_provider", Resolver())
    return session


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAVARIABLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    path.write_text("[mine]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))


def after_another_service(session: Any) -> Any:
    """The session has looked its credentials up already."""
    session.create_client("s3", "us-east-1")
    assert session.get_credentials() is not None
    return session.create_client("appsync", "us-east-1")


NOT_GIVEN: dict[str, Callable[[], Any]] = {
    "variables": lambda: boto3.Session().client("appsync", "us-east-1"),
    "a profile": lambda: boto3.Session(profile_name="mine").client("appsync", "us-east-1"),
    "a resolver": lambda: session_with_resolver().create_client("appsync", "us-east-1"),
    "variables, known already": lambda: after_another_service(botocore.session.Session()),
    "a resolver, known already": lambda: after_another_service(session_with_resolver()),
    "our own": lambda: AppSync().client(),
    "our own, configured": lambda: AppSync().client(config=Config(read_timeout=1)),
}


@pytest.mark.usefixtures("variables", "profile")
@pytest.mark.parametrize("make", NOT_GIVEN.values(), ids=NOT_GIVEN)
def test_has_none_that_no_code_gave_it(make: Callable[[], Any]) -> None:
    with AppSync():
        client = make()
        client.list_graphql_apis()
    with pytest.raises(NoCredentialsError):
        client.list_graphql_apis()
    with AppSync() as appsync:
        client.list_graphql_apis()
        assert len(appsync.calls) == 1


def from_set_credentials() -> Any:
    session: Any = session_with_resolver()
    session.get_credentials()
    session.set_credentials("AKIAGIVEN", "secret")
    return session.create_client("appsync", "us-east-1")


GIVEN: dict[str, Callable[[], Any]] = {
    "arguments": lambda: boto3.client("appsync", "us-east-1", **KEYS),
    "a session's keys": lambda: boto3.Session(**KEYS).client("appsync", "us-east-1"),
    "set_credentials": from_set_credentials,
    "our own": lambda: AppSync().client(**KEYS),
}


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize("make", GIVEN.values(), ids=GIVEN)
def test_has_those_that_the_code_gave_it(make: Callable[[], Any]) -> None:
    with AppSync():
        client = make()
        client.list_graphql_apis()
    assert "Credential=AKIAGIVEN/" in authorization(client)


def test_half_a_pair_of_arguments_is_still_refused(appsync: AppSync) -> None:
    with pytest.raises(PartialCredentialsError, match="aws_secret_access_key"):
        boto3.client("appsync", aws_access_key_id="AKIA")


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize("is_ours", [True, False])
def test_has_botocores_with_passthrough(is_ours: bool) -> None:
    with AppSync(unsimulated="passthrough", region="eu-west-1") as appsync:
        client = appsync.client() if is_ours else boto3.Session().client("appsync")
    assert "Credential=AKIAVARIABLE/" in authorization(client)


def test_a_simulation_has_one_client_with_passthrough_too() -> None:
    with AppSync(unsimulated="passthrough") as appsync:
        assert appsync.client() is appsync.client()
    with AppSync(unsimulated="passthrough") as other:
        assert other.client() is not appsync.client()


@pytest.mark.usefixtures("variables")
def test_outside_of_a_simulation_the_application_says_who_signs() -> None:
    client = session_with_resolver().create_client("appsync", "us-east-1")
    assert "Credential=AKIARESOLVER/" in authorization(client)


def test_outside_of_a_simulation_credentials_are_looked_up_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAHALF")
    with pytest.raises(PartialCredentialsError, match="AWS_SECRET_ACCESS_KEY"):
        boto3.Session().client("appsync", region_name="us-east-1")


def test_credentials_of_any_kind_can_be_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slots:
        __slots__ = ()

    class OfSlots:
        def load_credentials(self) -> Slots:
            return Slots()

    session: Any = botocore.session.Session()
    session.register_component("credential_provider", OfSlots())
    assert isinstance(session.get_credentials(), Slots)


# --- regions ---


def test_a_region_that_was_found_at_entering(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = AppSync()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    assert simulation.region == "eu-west-3"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    with simulation:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
        assert simulation.region == "eu-north-1"
        assert simulation.add_api().region == "eu-north-1"
        assert simulation.client().meta.region_name == "eu-north-1"
        # A client gets botocore's own.
        assert boto3.Session().client("appsync").meta.region_name == "eu-south-1"
    assert simulation.region == "eu-north-1"
    with simulation:
        assert simulation.region == "eu-south-1"


def test_where_botocore_finds_none(appsync: AppSync) -> None:
    assert appsync.region == "us-east-1"
    assert boto3.Session().client("appsync").meta.region_name == "us-east-1"


def test_of_the_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("[default]\nregion = eu-west-1\n[profile other]\nregion = eu-west-2\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with AppSync() as appsync:
        assert appsync.region == "eu-west-1"
        assert boto3.Session().client("appsync").meta.region_name == "eu-west-1"
    monkeypatch.setenv("AWS_PROFILE", "other")
    with AppSync() as appsync:
        assert appsync.region == "eu-west-2"
        assert boto3.Session().client("appsync").meta.region_name == "eu-west-2"


def test_of_the_default_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session(region_name="eu-west-1"))
    with AppSync() as appsync:
        assert appsync.region == "eu-west-1"
        assert boto3.client("appsync").meta.region_name == "eu-west-1"


@pytest.mark.parametrize("text", ["[default\n", "[default]\nregion =\n"])
def test_a_configuration_that_names_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with AppSync() as appsync:
        assert appsync.region == "us-east-1"


def test_a_region_that_was_given_comes_before_botocores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    with AppSync(region="ap-south-1") as appsync:
        assert appsync.region == "ap-south-1"
        assert boto3.Session().client("appsync").meta.region_name == "ap-south-1"
        assert botocore.session.Session().create_client("appsync").meta.region_name == "ap-south-1"


@pytest.mark.parametrize("region", ["", 7])
def test_a_region_has_a_name(region: Any) -> None:
    with pytest.raises(ValueError, match="`region` must be a region's name"):
        AppSync(region=region)


def test_the_ini_option(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nappsync_region = eu-west-1\n")
    pytester.makepyfile("""
        import boto3, pytest

        def test_option(appsync, monkeypatch):
            monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
            assert appsync.region == "eu-west-1"
            assert boto3.Session().client("appsync").meta.region_name == "eu-west-1"

        @pytest.mark.appsync(region="ap-south-1")
        def test_marker(appsync):
            assert appsync.region == "ap-south-1"
    """)
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


# --- questions to the network ---


AUTO: Any = Config(defaults_mode="auto")  # type: ignore[arg-type]
ASKING: dict[str, Callable[[], Any]] = {
    "the variable": lambda: boto3.Session().client("appsync"),
    "a configuration": lambda: boto3.Session().client("appsync", config=AUTO),
    "a positional configuration": lambda: botocore.session.Session().create_client(
        "appsync", "us-east-1", None, True, None, None, None, None, None, AUTO
    ),
}


@pytest.mark.parametrize("make", ASKING.values(), ids=ASKING)
def test_the_metadata_service_is_not_asked_for_the_region(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch, make: Callable[[], Any]
) -> None:
    def connect(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    if make is ASKING["the variable"]:
        monkeypatch.setenv("AWS_DEFAULTS_MODE", "auto")
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(socket.socket, "connect", connect)
    client = make()
    assert client.meta.config.connect_timeout == 3.1, "the timeout of the mode `standard`"
    client.list_graphql_apis()


def test_presigning_looks_for_no_credentials(appsync: AppSync, variables: None) -> None:
    client = boto3.Session().client("appsync", "us-east-1")
    with pytest.raises(NoCredentialsError):
        client.generate_presigned_url("list_graphql_apis")


@pytest.mark.parametrize(
    ("args", "keywords", "message"),
    [
        ((), {"regon_name": "us-east-1"}, "the region as `region`, not as `regon_name`"),
        (("us-east-1",), {"region_name": "us-east-1"}, "`region`, not as `region_name`"),
        ((), {"confg": None}, "did you mean 'config'[?] Allowed: region, .*endpoint_url"),
        ((), {"service_name": "s3"}, "AppSync.client.. has no parameter 'service_name'"),
    ],
)
def test_the_fixtures_client_refuses_what_boto3_does_not_have(
    appsync: AppSync, args: tuple[str, ...], keywords: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        appsync.client(*args, **keywords)
