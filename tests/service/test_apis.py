"""APIs come about, are found and go as on AWS: GraphQL APIs and Event APIs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from botocore import xform_name
from botocore.exceptions import ClientError

from pytest_appsync import Api, AppSync, model
from tests.installed_model import needs

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

NOW = 1784632175

KNOWS_EVENT_APIS = "CreateApi" in model.service_model().operation_names
GRAPHQL_API: Any = model.service_model().shape_for("GraphqlApi")
needs_event_apis = needs("CreateApi")

API_KEY_ONLY: Any = [{"authType": "API_KEY"}]
EVENT_CONFIG: Any = {
    "authProviders": API_KEY_ONLY,
    "connectionAuthModes": API_KEY_ONLY,
    "defaultPublishAuthModes": API_KEY_ONLY,
    "defaultSubscribeAuthModes": API_KEY_ONLY,
}


@contextmanager
def refused(code: str, http_status: int, message: str | None = None) -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    assert type(caught.value).__name__ == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == http_status
    assert caught.value.response["Error"]["Message"]
    if message is not None:
        assert caught.value.response["Error"]["Message"] == message


def create(client: AppSyncClient, name: str = "orders", **params: Any) -> Any:
    answer = client.create_graphql_api(name=name, authenticationType="API_KEY", **params)
    return answer["graphqlApi"]


# --- GraphQL APIs --------------------------------------------------------------------


def test_a_new_graphql_api_has_what_aws_fills_in(appsync_client: AppSyncClient) -> None:
    api = create(appsync_client)
    assert re.fullmatch(r"[a-z2-7]{26}", api["apiId"])
    assert api["name"] == "orders"
    assert api["authenticationType"] == "API_KEY"
    assert api["arn"] == f"arn:aws:appsync:us-east-1:123456789012:apis/{api['apiId']}"
    host = api["uris"]["GRAPHQL"].removeprefix("https://").partition(".")[0]
    assert re.fullmatch(r"[a-z2-7]{26}", host)
    assert host != api["apiId"]
    assert api["uris"] == {
        "GRAPHQL": f"https://{host}.appsync-api.us-east-1.amazonaws.com/graphql",
        "REALTIME": f"wss://{host}.appsync-realtime-api.us-east-1.amazonaws.com/graphql",
    }
    assert appsync_client.get_graphql_api(apiId=api["apiId"])["graphqlApi"]["uris"] == api["uris"]
    assert (api["xrayEnabled"], api["tags"]) == (False, {})


@pytest.mark.skipif(
    "queryDepthLimit" not in GRAPHQL_API.members, reason="the installed botocore is older"
)
def test_a_new_graphql_api_has_what_later_service_models_know(
    appsync_client: AppSyncClient,
) -> None:
    api = create(appsync_client)
    host = api["uris"]["GRAPHQL"].removeprefix("https://").removesuffix("/graphql")
    assert api["dns"] == {
        "GRAPHQL": host,
        "REALTIME": host.replace("appsync-api", "appsync-realtime-api"),
    }
    assert api["owner"] == "123456789012"
    assert (api["apiType"], api["visibility"]) == ("GRAPHQL", "GLOBAL")
    assert api["introspectionConfig"] == "ENABLED"
    assert (api["queryDepthLimit"], api["resolverCountLimit"]) == (0, 0)


def test_a_graphql_api_answers_what_it_was_given(appsync_client: AppSyncClient) -> None:
    given: dict[str, Any] = {
        "tags": {"team": "web", "stage": "test"},
        "xrayEnabled": True,
        "logConfig": {
            "fieldLogLevel": "ERROR",
            "cloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/logs",
            "excludeVerboseContent": True,
        },
        "additionalAuthenticationProviders": [
            {"authenticationType": "AWS_IAM"},
            {
                "authenticationType": "OPENID_CONNECT",
                "openIDConnectConfig": {"issuer": "https://issuer.example", "authTTL": 3600},
            },
            {
                "authenticationType": "OPENID_CONNECT",
                "openIDConnectConfig": {"issuer": "https://other.example", "iatTTL": 60},
            },
        ],
    }
    created = create(appsync_client, **given)
    given["additionalAuthenticationProviders"][1]["openIDConnectConfig"]["iatTTL"] = 0
    given["additionalAuthenticationProviders"][2]["openIDConnectConfig"]["authTTL"] = 0
    assert {name: created[name] for name in given} == given
    found = appsync_client.get_graphql_api(apiId=created["apiId"])["graphqlApi"]
    assert found == created
    assert appsync_client.list_graphql_apis()["graphqlApis"] == [created]


def test_what_aws_fills_in_for_openid_connect(appsync_client: AppSyncClient) -> None:
    created = appsync_client.create_graphql_api(
        name="orders",
        authenticationType="OPENID_CONNECT",
        openIDConnectConfig={"issuer": "https://issuer.example", "authTTL": 3600},
    )["graphqlApi"]
    assert created["openIDConnectConfig"] == {
        "issuer": "https://issuer.example",
        "authTTL": 3600,
        "iatTTL": 0,
    }


def test_an_api_without_additional_providers_does_not_name_them(
    appsync_client: AppSyncClient,
) -> None:
    created = create(
        appsync_client, additionalAuthenticationProviders=[{"authenticationType": "AWS_IAM"}]
    )
    assert len(created["additionalAuthenticationProviders"]) == 1
    changed = appsync_client.update_graphql_api(
        apiId=created["apiId"],
        name="orders",
        authenticationType="API_KEY",
        additionalAuthenticationProviders=[],
    )["graphqlApi"]
    assert "additionalAuthenticationProviders" not in changed
    assert appsync_client.list_graphql_apis()["graphqlApis"] == [changed]


def test_a_contact_has_at_most_256_characters(appsync_client: AppSyncClient) -> None:
    created = create(appsync_client, ownerContact="ü" * 256)
    assert created["ownerContact"] == "ü" * 256
    for ask, more in (
        (appsync_client.create_graphql_api, {}),
        (appsync_client.update_graphql_api, {"apiId": created["apiId"]}),
    ):
        with pytest.raises(appsync_client.exceptions.BadRequestException, match="'ownerContact'"):
            ask(name="orders", authenticationType="API_KEY", ownerContact="x" * 257, **more)


def test_what_two_requests_have_in_common_is_not_shared(appsync_client: AppSyncClient) -> None:
    first, second = (create(appsync_client, tags={"team": "web"}) for _ in "ab")
    appsync_client.update_graphql_api(
        apiId=first["apiId"], name="renamed", authenticationType="AWS_IAM"
    )
    found = appsync_client.get_graphql_api(apiId=second["apiId"])["graphqlApi"]
    assert (found["name"], found["authenticationType"]) == (second["name"], "API_KEY")
    found["tags"]["team"] = "mine"
    assert create(appsync_client, tags={"team": "web"})["tags"] == {"team": "web"}


def test_tags_come_back(appsync_client: AppSyncClient) -> None:
    api = create(appsync_client, tags={"team": "web"})
    found = appsync_client.get_graphql_api(apiId=api["apiId"])["graphqlApi"]
    assert found["tags"] == {"team": "web"}


def test_graphql_apis_are_listed_in_their_own_region(appsync: AppSync) -> None:
    here, there = appsync.client(), appsync.client("eu-west-1")
    first, second = create(here, "first"), create(here, "second")
    third = create(there, "third")
    assert here.list_graphql_apis()["graphqlApis"] == [first, second]
    assert there.list_graphql_apis()["graphqlApis"] == [third]
    assert [api.name for api in appsync.apis()] == ["first", "second"]
    assert [api.name for api in appsync.apis("eu-west-1")] == ["third"]
    with refused("NotFoundException", 404, f"GraphQL API {first['apiId']} not found."):
        there.get_graphql_api(apiId=first["apiId"])


def test_two_apis_may_have_one_name(appsync_client: AppSyncClient) -> None:
    assert create(appsync_client)["apiId"] != create(appsync_client)["apiId"]


def test_an_update_changes_what_it_names(appsync_client: AppSyncClient) -> None:
    api = create(appsync_client, tags={"team": "web"}, xrayEnabled=True)
    changed = appsync_client.update_graphql_api(
        apiId=api["apiId"], name="renamed", authenticationType="AWS_IAM"
    )["graphqlApi"]
    assert changed == {**api, "name": "renamed", "authenticationType": "AWS_IAM"}
    assert appsync_client.get_graphql_api(apiId=api["apiId"])["graphqlApi"] == changed


@needs_event_apis
def test_an_event_api_is_no_graphql_api_to_update(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    event = appsync.add_api("chat", kind="EVENT")
    with refused("NotFoundException", 404, f"GraphQL API {event.id} not found."):
        appsync_client.update_graphql_api(
            apiId=event.id, name="renamed", authenticationType="API_KEY"
        )
    assert appsync.apis() == [event]


def test_an_id_that_two_regions_have_is_the_simulations_own(appsync: AppSync) -> None:
    for region in ("ap-south-1", "us-east-1", "eu-west-1"):
        key = appsync.add_api_key(appsync.add_api(api_id="orders", region=region))
        if region == "us-east-1":
            own = key
    assert appsync.api_keys("orders") == [own]


def test_a_deleted_graphql_api_is_gone(appsync: AppSync, appsync_client: AppSyncClient) -> None:
    api_id = create(appsync_client)["apiId"]
    other = create(appsync_client, "other")
    appsync_client.delete_graphql_api(apiId=api_id)
    gone = f"GraphQL API {api_id} not found."
    with refused("NotFoundException", 404, gone):
        appsync_client.get_graphql_api(apiId=api_id)
    with refused("NotFoundException", 404, gone):
        appsync_client.update_graphql_api(apiId=api_id, name="x", authenticationType="API_KEY")
    with refused("NotFoundException", 404, gone):
        appsync_client.delete_graphql_api(apiId=api_id)
    assert appsync_client.list_graphql_apis()["graphqlApis"] == [other]
    assert [api.id for api in appsync.apis()] == [other["apiId"]]


def test_25_graphql_apis_are_all_that_a_region_holds(appsync: AppSync) -> None:
    client = appsync.client()
    apis = [create(client, f"api {number}") for number in range(25)]
    with refused("ApiLimitExceededException", 400):
        create(client, "one too many")
    create(appsync.client("eu-west-1"), "another region")
    client.delete_graphql_api(apiId=apis[7]["apiId"])
    create(client, "in its place")
    with refused("ApiLimitExceededException", 400):
        create(client, "one too many")


def test_seeded_apis_count_but_are_not_limited(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    for _ in range(30):
        appsync.add_api()
    with refused("ApiLimitExceededException", 400):
        create(appsync_client)


def test_the_list_can_be_filtered(appsync_client: AppSyncClient) -> None:
    plain = create(appsync_client)["apiId"]
    merged = create(
        appsync_client,
        "all",
        apiType="MERGED",
        mergedApiExecutionRoleArn="arn:aws:iam::123456789012:role/merge",
    )["apiId"]

    def listed(**filters: Any) -> list[str]:
        found = appsync_client.list_graphql_apis(**filters)["graphqlApis"]
        return [api["apiId"] for api in found]

    assert listed() == [plain, merged]
    assert listed(apiType="GRAPHQL") == [plain]
    assert listed(apiType="MERGED") == [merged]
    assert listed(owner="CURRENT_ACCOUNT") == [plain, merged]
    assert listed(owner="OTHER_ACCOUNTS") == []
    with refused("BadRequestException", 400):
        listed(apiType="SUPERGRAPH")


@pytest.mark.parametrize("operation", ["UpdateGraphqlApi", "DeleteGraphqlApi"])
def test_a_concurrent_modification_on_demand(
    appsync: AppSync, appsync_client: AppSyncClient, operation: str
) -> None:
    api_id = create(appsync_client)["apiId"]
    before = appsync.apis()
    appsync.fail(operation, "ConcurrentModificationException", times=1)
    params = {"name": "new", "authenticationType": "API_KEY"} if "Update" in operation else {}
    ask = getattr(appsync_client, xform_name(operation))
    with refused("ConcurrentModificationException", 409):
        ask(apiId=api_id, **params)
    assert appsync.apis() == before
    ask(apiId=api_id, **params)
    assert appsync.apis() != before


# --- seeding -------------------------------------------------------------------------


def test_a_seeded_api_is_an_api_like_any_other(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    api = appsync.add_api("orders")
    assert re.fullmatch(r"[a-z2-7]{26}", api.id)
    assert api == Api(
        id=api.id,
        name="orders",
        region="us-east-1",
        arn=f"arn:aws:appsync:us-east-1:123456789012:apis/{api.id}",
        kind="GRAPHQL",
        uris=api.uris,
    )
    assert hash(api)
    found = appsync_client.get_graphql_api(apiId=api.id)["graphqlApi"]
    assert (found["name"], found["arn"]) == (api.name, api.arn)
    assert found["authenticationType"] == "API_KEY"
    assert found["uris"] == api.uris
    assert appsync.apis() == [api]
    assert "orders" in repr(api)


@pytest.mark.parametrize("api_id", ["orders", "a/b", "ä %2F+?#", "..", " "])
def test_any_text_is_an_id(appsync: AppSync, appsync_client: AppSyncClient, api_id: str) -> None:
    api = appsync.add_api(api_id=api_id)
    appsync_client.create_api_key(apiId=api_id)
    assert len(appsync.api_keys(api)) == 1
    assert appsync_client.get_graphql_api(apiId=api_id)["graphqlApi"]["apiId"] == api_id


def test_what_cannot_be_seeded_is_refused(appsync: AppSync) -> None:
    appsync.add_api(api_id="taken")
    with pytest.raises(ValueError, match="us-east-1 has an API of this id already"):
        appsync.add_api(api_id="taken")
    with pytest.raises(ValueError, match="did you mean 'GRAPHQL'"):
        appsync.add_api(kind="GraphQL")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`name` must be text that is not empty, not ''"):
        appsync.add_api("")
    with pytest.raises(ValueError, match=r"`api_id` must be text that a URL can carry, .* half of"):
        appsync.add_api(api_id="orders\ud800")
    for region in ("eu west-1", "", "-", "eu-west-1-", "a" * 64, 7, "eu_west_1", "eu-west-1\n"):
        with pytest.raises(ValueError, match="`region` must be a region's name, such as"):
            appsync.add_api(region=region)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`api_id` must be text that is not empty, not ''"):
        appsync.add_api(api_id="")
    with pytest.raises(ValueError, match="`name` must be text that is not empty, not 7"):
        appsync.add_api(7)  # type: ignore[arg-type]
    assert [api.id for api in appsync.apis()] == ["taken"]


def test_the_simulations_region_is_where_apis_are(appsync: AppSync) -> None:
    with AppSync(region="eu-north-1") as north:
        api = north.add_api()
        assert api.region == "eu-north-1"
        assert north.apis() == north.apis("eu-north-1") == [api]
        assert north.apis("us-east-1") == []
    assert appsync.apis("eu-north-1") == []


# --- Event APIs ----------------------------------------------------------------------


@pytest.mark.skipif(KNOWS_EVENT_APIS, reason="the installed botocore knows Event APIs")
def test_where_botocore_knows_no_event_apis_it_is_said(appsync: AppSync) -> None:
    with pytest.raises(
        ValueError, match=r"the installed botocore [0-9.]+ does not know Event APIs"
    ):
        appsync.add_api(kind="EVENT")


@needs_event_apis
def test_a_new_event_api_has_what_aws_fills_in(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    with time_machine.travel(NOW, tick=False):
        api = appsync_client.create_api(
            name="chat", eventConfig=EVENT_CONFIG, ownerContact="team", tags={"team": "web"}
        )["api"]
    assert re.fullmatch(r"[a-z2-7]{26}", api["apiId"])
    assert api["name"] == "chat"
    assert api["ownerContact"] == "team"
    assert api["tags"] == {"team": "web"}
    assert api["eventConfig"] == EVENT_CONFIG
    assert api["apiArn"] == f"arn:aws:appsync:us-east-1:123456789012:apis/{api['apiId']}"
    assert set(api["dns"]) == {"HTTP", "REALTIME"}
    assert api["created"] == datetime.fromtimestamp(NOW, timezone.utc)
    assert [(found.id, found.kind) for found in appsync.apis()] == [(api["apiId"], "EVENT")]


@needs_event_apis
def test_a_seeded_event_api_has_what_each_event_api_has(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    made = appsync_client.create_api(name="made", eventConfig=EVENT_CONFIG)["api"]
    seeded = appsync_client.get_api(apiId=appsync.add_api("chat", kind="EVENT").id)["api"]
    assert set(seeded) == set(made)
    by_key = [{"authType": "API_KEY"}]
    required = set(made["eventConfig"])
    assert seeded["eventConfig"] == dict.fromkeys(required, by_key)
    assert [each["name"] for each in appsync_client.list_apis()["apis"]] == ["made", "chat"]


@needs_event_apis
def test_event_apis_are_found_listed_and_deleted(appsync_client: AppSyncClient) -> None:
    chat = appsync_client.create_api(name="chat", eventConfig=EVENT_CONFIG)["api"]
    news = appsync_client.create_api(name="news", eventConfig=EVENT_CONFIG)["api"]
    assert appsync_client.get_api(apiId=chat["apiId"])["api"] == chat
    in_list = [
        {name: value for name, value in api.items() if name != "dns"} for api in (chat, news)
    ]
    assert appsync_client.list_apis()["apis"] == in_list
    appsync_client.delete_api(apiId=chat["apiId"])
    assert appsync_client.list_apis()["apis"] == in_list[1:]
    with refused("NotFoundException", 404):
        appsync_client.get_api(apiId=chat["apiId"])
    with refused("NotFoundException", 404):
        appsync_client.delete_api(apiId=chat["apiId"])


@needs_event_apis
def test_an_event_api_was_created_when_the_service_says_so(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    appsync.clock.set(NOW)
    appsync.add_api("chat", kind="EVENT")
    appsync.clock.advance(days=30)
    [found] = appsync_client.list_apis()["apis"]
    assert (found["name"], found["xrayEnabled"], found["tags"]) == ("chat", False, {})
    assert isinstance(found["created"], datetime)
    assert found["created"].utcoffset() is not None
    assert abs(found["created"].timestamp() - NOW) < 5


@needs_event_apis
def test_an_event_apis_id_is_good_for_api_keys(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    api_id = appsync_client.create_api(name="chat", eventConfig=EVENT_CONFIG)["api"]["apiId"]
    key = appsync_client.create_api_key(apiId=api_id)["apiKey"]
    assert appsync_client.list_api_keys(apiId=api_id)["apiKeys"] == [key]
    assert appsync.accepts(api_id, key["id"])
    appsync_client.update_api_key(apiId=api_id, id=key["id"], description="chat")
    [found] = appsync.api_keys(api_id)
    assert found.description == "chat"
    appsync_client.delete_api(apiId=api_id)
    with refused("NotFoundException", 404):
        appsync_client.list_api_keys(apiId=api_id)


@needs_event_apis
def test_the_two_kinds_do_not_mix(appsync: AppSync, appsync_client: AppSyncClient) -> None:
    graphql, event = appsync.add_api("orders"), appsync.add_api("chat", kind="EVENT")
    listed = appsync_client.list_graphql_apis()["graphqlApis"]
    assert [api["apiId"] for api in listed] == [graphql.id]
    assert [api["apiId"] for api in appsync_client.list_apis()["apis"]] == [event.id]
    with refused("NotFoundException", 404, f"GraphQL API {event.id} not found."):
        appsync_client.get_graphql_api(apiId=event.id)
    with refused("NotFoundException", 404, f"Events API {graphql.id} not found."):
        appsync_client.get_api(apiId=graphql.id)
    with refused("NotFoundException", 404):
        appsync_client.delete_graphql_api(apiId=event.id)
    with refused("NotFoundException", 404):
        appsync_client.delete_api(apiId=graphql.id)
    assert appsync.apis() == [graphql, event]


@needs_event_apis
def test_event_apis_do_not_count_against_the_quota_of_graphql_apis(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    for number in range(25):
        appsync_client.create_api(name=f"chat {number}", eventConfig=EVENT_CONFIG)
    with refused("ServiceQuotaExceededException", 402):
        appsync_client.create_api(name="chat 25", eventConfig=EVENT_CONFIG)
    assert create(appsync_client)["apiId"]
    assert len(appsync.apis()) == 26


@needs_event_apis
@pytest.mark.parametrize(
    "params",
    [
        {"name": "no slash / here", "eventConfig": EVENT_CONFIG},
        {"name": "x" * 51, "eventConfig": EVENT_CONFIG},
        {"name": "chat", "eventConfig": {**EVENT_CONFIG, "authProviders": [{"authType": "PIN"}]}},
        {"name": "chat", "eventConfig": EVENT_CONFIG, "tags": {"aws:team": "web"}},
    ],
    ids=["pattern", "length", "enum", "tag"],
)
def test_the_models_constraints_hold(
    appsync: AppSync, appsync_client: AppSyncClient, params: Any
) -> None:
    with refused("BadRequestException", 400):
        appsync_client.create_api(**params)
    assert appsync.apis() == []
