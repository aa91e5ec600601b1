"""moto beside us: what we simulate is ours alone, all else is moto's."""

from __future__ import annotations

import importlib
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_appsync import AppSync, RealCallBlocked, UnsimulatedOperation
from pytest_appsync.clients import guard
from pytest_appsync.simulation import entered

mock_aws = pytest.importorskip("moto").mock_aws


def use_both(appsync: AppSync) -> Any:
    """Each call where it belongs, whichever of the two was entered first."""
    client = boto3.client("appsync", region_name="us-east-1")
    api = appsync.add_api("orders")
    client.create_api_key(apiId=api.id)
    assert len(appsync.api_keys(api)) == 1
    created = client.create_graphql_api(name="ours", authenticationType="API_KEY")
    assert created["graphqlApi"]["apiId"] in {api.id for api in appsync.apis()}
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="moto-s")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["moto-s"]
    return client


def test_moto_around_the_simulation() -> None:
    with mock_aws(), AppSync() as appsync:
        use_both(appsync)
    assert entered.active() is None


def test_the_simulation_around_moto() -> None:
    with AppSync() as appsync, mock_aws():
        use_both(appsync)


def test_leaving_in_any_order() -> None:
    simulation, moto = AppSync(), mock_aws()
    moto.start()
    simulation.__enter__()
    use_both(simulation)
    moto.stop()
    api = simulation.add_api()
    simulation.client().create_api_key(apiId=api.id)
    simulation.__exit__(None, None, None)
    assert entered.active() is None

    simulation, moto = AppSync(), mock_aws()
    simulation.__enter__()
    moto.start()
    use_both(simulation)
    simulation.__exit__(None, None, None)
    client = boto3.client("appsync", region_name="us-east-1")
    assert client.list_graphql_apis()["graphqlApis"] == [], "moto's own AppSync answers again"
    moto.stop()


def test_beside_the_fixture(appsync: AppSync) -> None:
    mock_aws(lambda: use_both(appsync))()


def test_moto_does_not_see_what_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    stubber: Any = importlib.import_module("moto.core.botocore_stubber").BotocoreStubber
    seen: list[str] = []

    def process(self: object, request: Any) -> None:
        seen.append(request.url)

    with mock_aws(), AppSync(strict=False) as appsync:
        monkeypatch.setattr(stubber, "process_request", process)
        api = appsync.add_api()
        appsync.client().create_api_key(apiId=api.id)
        appsync.fail("CreateApiKey", "InternalFailureException", times=1)
        appsync.client().create_api_key(apiId=api.id)
    assert seen == []


def test_passthrough_goes_on_to_moto() -> None:
    with mock_aws(), AppSync(unsimulated="passthrough") as appsync:
        client = boto3.client("appsync", region_name="us-east-1")
        appsync.fail("EvaluateMappingTemplate", "BadRequestException", times=1)
        with pytest.raises(client.exceptions.BadRequestException):
            client.evaluate_mapping_template(template="{}", context="{}")
        with pytest.raises(ClientError) as motos:
            client.evaluate_mapping_template(template="{}", context="{}")
        [failed, passed_on] = appsync.calls
        assert (failed.http_status, passed_on.http_status) == (400, 404)
        assert motos.value.response["Error"]["Code"] == "404"


def test_without_passthrough_motos_operations_are_not_ours(appsync: AppSync) -> None:
    with mock_aws():
        client = boto3.client("appsync", region_name="us-east-1")
        with pytest.raises(UnsimulatedOperation):
            client.evaluate_mapping_template(template="{}", context="{}")


# --- under the guard, outside of any simulation ---


def test_active_moto_is_let_through_by_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "is_up", True)
    before: Any = boto3.client("appsync", region_name="us-east-1")
    with mock_aws():
        client: Any = boto3.client("appsync", region_name="us-east-1")
        client.create_graphql_api(name="motos", authenticationType="API_KEY")
        assert [api["name"] for api in client.list_graphql_apis()["graphqlApis"]] == ["motos"]
    for made in before, client:
        with pytest.raises(RealCallBlocked):
            made.list_graphql_apis()


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_what_moto_lets_through_is_refused(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(guard, "is_up", True)
    monkeypatch.setenv("AWS_RETRY_MODE", mode)
    with mock_aws(config={"core": {"passthrough": {"services": ["appsync"]}}}):
        client: Any = boto3.client("appsync", region_name="us-east-1")
        with pytest.raises(RealCallBlocked, match=r"outside of any simulation, at .*test_moto\.py"):
            client.list_graphql_apis()
