"""``Call.params`` is what AppSync has read from the request, also in this process."""

from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from pytest_appsync import AppSync, HttpAnswer
from pytest_appsync.clients.responses import RawBody
from pytest_appsync.protocol.model import UnsupportedTraitError

SDL = "type Query { a: Int }"


@pytest.fixture
def client(appsync: AppSync) -> Any:
    """A client of its own: its handlers go with it."""
    retries: Any = {"mode": "standard", "total_max_attempts": 3}
    return boto3.client("appsync", region_name="us-east-1", config=Config(retries=retries))


@pytest.mark.parametrize("given", [SDL, SDL.encode(), bytearray(SDL.encode())])
def test_a_blob_is_bytes(appsync: AppSync, client: Any, given: Any) -> None:
    api = appsync.add_api()
    client.start_schema_creation(apiId=api.id, definition=given)
    assert appsync.calls[0].params == {"apiId": api.id, "definition": SDL.encode()}


def test_a_number_and_a_flag_in_the_query_string(appsync: AppSync, client: Any) -> None:
    api = appsync.add_api()
    client.list_api_keys(apiId=api.id, maxResults=3)
    client.start_schema_creation(apiId=api.id, definition=SDL)
    client.get_introspection_schema(apiId=api.id, format="SDL", includeDirectives=False)
    assert appsync.calls[0].params == {"apiId": api.id, "maxResults": 3}
    assert appsync.calls[2].params["includeDirectives"] is False


def put(body: Any) -> Any:
    def change(params: dict[str, Any], **_: Any) -> None:
        params["body"] = body

    return change


@pytest.mark.parametrize(
    "scripted",
    [
        {},
        {"error": "LimitExceededException", "times": 2},
        {"error": "LimitExceededException", "times": 1, "lost": True},
        {"error": EndpointConnectionError, "times": 1},
        {"error": HttpAnswer(502), "times": 3},
    ],
    ids=str,
)
def test_what_a_later_handler_has_changed(
    appsync: AppSync, client: Any, scripted: dict[str, Any]
) -> None:
    api = appsync.add_api()
    if scripted:
        appsync.fail("CreateApiKey", **scripted)
    client.meta.events.register("before-call.appsync", put(b'{"description": "changed"}'))
    try:
        client.create_api_key(apiId=api.id, description="given")
    except ClientError:
        assert scripted["times"] == 3
    assert appsync.calls[0].params == {"apiId": api.id, "description": "changed"}


def test_a_canned_answer_and_a_denial(appsync: AppSync, client: Any) -> None:
    appsync.respond("CreateApiKey", {"apiKey": {}})
    appsync.deny("StartSchemaCreation")
    client.create_api_key(apiId="any", description="")
    with pytest.raises(ClientError):
        client.start_schema_creation(apiId="any", definition="")
    assert [call.params for call in appsync.calls] == [
        {"apiId": "any", "description": ""},
        {"apiId": "any", "definition": b""},
    ]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"description": 1}'])
def test_of_a_request_that_cannot_be_read_it_is_what_was_given(
    appsync: AppSync, client: Any, body: bytes
) -> None:
    api = appsync.add_api()
    client.meta.events.register("before-call.appsync", put(body))
    with pytest.raises(client.exceptions.BadRequestException):
        client.create_api_key(apiId=api.id, description="given")
    assert appsync.calls[0].params == {"apiId": api.id, "description": "given"}


def test_of_an_operation_that_is_not_understood_it_is_what_was_given(
    appsync: AppSync, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(operation: Any, request: object) -> Any:
        raise UnsupportedTraitError(operation.name, "of the future")

    appsync.respond("ListTypes", {"types": []})
    monkeypatch.setattr("pytest_appsync.protocol.request.read_request", refuse)
    client.list_types(apiId="any", format="SDL")
    assert appsync.calls[0].params == {"apiId": "any", "format": "SDL"}


@pytest.mark.appsync(strict=False)
def test_each_attempt_meets_what_waits_for_the_given_parameters(
    appsync: AppSync, client: Any
) -> None:
    api = appsync.add_api()
    seen: list[Any] = []

    def note(params: Any) -> bool:
        seen.append(params["definition"])
        return False

    appsync.fail("StartSchemaCreation", "InternalFailureException", when=note, times=1)
    fault = appsync.fail(
        "StartSchemaCreation", "InternalFailureException", times=2, when={"definition": SDL}
    )
    client.start_schema_creation(apiId=api.id, definition=SDL)
    assert fault.hits == 2
    assert seen == [SDL] * 3
    assert appsync.calls[0].params["definition"] == SDL.encode()


@pytest.mark.parametrize("given", [SDL, SDL.encode(), bytearray(SDL.encode())])
@pytest.mark.parametrize("wanted", [SDL, SDL.encode(), bytearray(SDL.encode())])
def test_a_blob_fits_as_text_and_as_bytes(
    appsync: AppSync, client: Any, given: Any, wanted: Any
) -> None:
    api = appsync.add_api()
    fault = appsync.fail("StartSchemaCreation", "NotFoundException", when={"definition": wanted})
    with pytest.raises(ClientError):
        client.start_schema_creation(apiId=api.id, definition=given)
    client.start_schema_creation(apiId=api.id, definition=b"type Query { b: Int }")
    assert fault.hits == 1


def test_an_object_that_compares_itself_is_given_text_as_text(
    appsync: AppSync, client: Any
) -> None:
    class Begins:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, str) and other.startswith("a")

    appsync.fail("CreateGraphqlApi", "LimitExceededException", when={"name": Begins()})
    client.create_graphql_api(name="b", authenticationType="API_KEY")
    with pytest.raises(ClientError):
        client.create_graphql_api(name="ab", authenticationType="API_KEY")


def test_the_record_shares_nothing_with_the_service(appsync: AppSync, client: Any) -> None:
    made = client.create_graphql_api(name="a", authenticationType="API_KEY", tags={"team": "web"})
    params: Any = appsync.calls[0].params
    params["tags"]["team"] = "changed"
    found = client.get_graphql_api(apiId=made["graphqlApi"]["apiId"])["graphqlApi"]
    assert found["tags"] == {"team": "web"}


def test_a_list_is_recorded_with_its_items(appsync: AppSync, client: Any) -> None:
    providers = [{"authenticationType": "AWS_IAM"}, {"authenticationType": "AWS_LAMBDA"}]
    arguments = {"name": "a", "authenticationType": "API_KEY"}
    found = client.create_graphql_api(**arguments, additionalAuthenticationProviders=providers)
    found["graphqlApi"]["additionalAuthenticationProviders"].clear()
    [call] = appsync.calls
    assert call.params["additionalAuthenticationProviders"] == providers
    assert call.result is not None
    assert call.result["graphqlApi"]["additionalAuthenticationProviders"] == providers


def test_a_stream_is_the_applications(appsync: AppSync, client: Any) -> None:
    api = appsync.add_api("orders")
    client.start_schema_creation(apiId=api.id, definition=SDL)
    appsync.fail("GetIntrospectionSchema", "InternalFailureException", times=1)
    found = client.get_introspection_schema(apiId=api.id, format="SDL")
    assert appsync.calls[-1].result == {"schema": SDL.encode()}
    assert found["schema"].read() == SDL.encode()
    assert appsync.calls[-1].result == {"schema": SDL.encode()}


def sign(**_: Any) -> str:
    """A handler of an application: it answers before ours, which is then not asked."""
    return "v4"


def test_the_script_decides_by_what_was_given_also_where_the_application_chooses_who_signs(
    appsync: AppSync,
) -> None:
    credentials: Any = {
        "aws_access_key_id": "it is signed",
        "aws_secret_access_key": "all the same",
    }
    client: Any = boto3.client("appsync", region_name="us-east-1", **credentials)
    client.meta.events.register_first("choose-signer.appsync", sign)
    when = {"definition": SDL}
    fault = appsync.fail("StartSchemaCreation", "InternalFailureException", times=1, when=when)
    client.start_schema_creation(apiId=appsync.add_api().id, definition=SDL)
    assert fault.hits == 1
    assert appsync.calls[0].params["definition"] == SDL.encode()


@pytest.mark.parametrize("chooses", [True, False])
@pytest.mark.appsync(unsimulated="passthrough")
def test_a_request_that_goes_on_is_not_read(appsync: AppSync, chooses: bool) -> None:
    credentials: Any = {"aws_access_key_id": "it is signed", "aws_secret_access_key": "for another"}
    client: Any = boto3.client("appsync", region_name="us-east-1", **credentials)
    if chooses:
        client.meta.events.register_first("choose-signer.appsync", sign)
    asked = {"template": "given", "context": "{}"}
    sent: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request.body.read())
        raw: Any = RawBody(b'{"evaluationResult": "7"}')
        headers: Any = {}
        return AWSResponse(request.url, 200, headers, raw)

    stream = io.BytesIO(json.dumps({**asked, "template": "changed"}).encode())
    client.meta.events.register("before-call.appsync", put(stream))
    client.meta.events.register_last("before-send.appsync", answer)
    assert client.evaluate_mapping_template(**asked)["evaluationResult"] == "7"
    assert json.loads(sent[0])["template"] == "changed"
    assert appsync.calls[0].params == asked
