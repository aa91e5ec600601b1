"""What we rely on of botocore that is public in name only, and what breaks when it goes.

What is private stands in tests/clients/test_botocore_wrapping.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED, exceptions
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.config import Config
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.retries import standard

from pytest_appsync import AppSync
from pytest_appsync.clients.handlers import HANDLERS

EVENTS = {
    "before-parameter-build": ({"params"}, "the record would show no parameters"),
    "choose-signer": (set[str](), "simulated calls would need credentials"),
    "before-send": ({"request"}, "calls would reach AWS"),
    "response-received": ({"parsed_response", "exception"}, "attempts would have no status"),
}


def test_the_events_of_a_call(appsync: AppSync) -> None:
    client: Any = boto3.Session().client("appsync")
    seen: list[str] = []

    def handler(event: str) -> Callable[..., None]:
        def note(**kwargs: Any) -> None:
            wanted, breaks = EVENTS[event]
            assert wanted <= kwargs.keys(), f"{event} has other arguments: {breaks}"
            seen.append(event)

        return note

    for event in EVENTS:
        client.meta.events.register(f"{event}.appsync", handler(event))
    client.list_graphql_apis()
    for event, (_, breaks) in EVENTS.items():
        assert event in seen, f"{event} is emitted no more: {breaks}"
    assert list(dict.fromkeys(seen)) == list(EVENTS), "their order has changed"
    assert HANDLERS.keys() < {f"{event}.appsync" for event in EVENTS}


def test_a_parsed_response_has_metadata(appsync: AppSync) -> None:
    answer: Any = appsync.client().list_graphql_apis()
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200, "attempts would have no status"
    assert answer["ResponseMetadata"]["RequestId"], "x-amzn-RequestId is not read any more"


def test_a_client_says_what_it_is() -> None:
    client: Any = boto3.Session().client("appsync", region_name="us-east-1")
    service_id = client.meta.service_model.service_id
    assert service_id == "AppSync", "no client would be known as an AppSync client"
    assert service_id.hyphenize() == "appsync", "handlers would be registered for no event"
    assert client.meta.config.read_timeout == 60, "a delay would never time out"
    assert client.meta.region_name == "us-east-1"


def test_a_handler_is_registered_once_by_its_id() -> None:
    events: Any = boto3.Session().client("appsync", region_name="us-east-1").meta.events
    seen: list[str] = []
    for register in (events.register, events.register_last):
        for _ in range(2):
            register("an-event", lambda **_: seen.append("called"), unique_id="ours")
    events.emit("an-event")
    assert seen == ["called"], "an attached client would answer twice"


def test_a_session_has_variables_of_four_parts() -> None:
    session = botocore.session.Session()
    for name in ("region", "profile", "config_file", "credentials_file"):
        assert len(session.SESSION_VARIABLES[name]) == 4, "our clients could not be made"
    assert session.instance_variables() == {}, "AWS_PROFILE would pass for the code's own"
    session.set_config_variable("profile", "mine")
    assert session.instance_variables() == {"profile": "mine"}


def test_what_we_make_of_botocores_classes() -> None:
    request: Any = AWSRequest("GET", "https://example.com/v1/apis").prepare()
    assert isinstance(request, AWSPreparedRequest)
    assert {"url", "body", "headers"} <= vars(request).keys(), "requests could not be read"
    assert list(inspect.signature(AWSResponse).parameters) == [
        "url",
        "status_code",
        "headers",
        "raw",
    ], "answers could not be written"
    config: Any = Config(ignore_configured_endpoint_urls=True, signature_version=UNSIGNED)  # type: ignore[call-arg]
    assert config.ignore_configured_endpoint_urls is True, "AWS_ENDPOINT_URL would be ours"
    for kind in (exceptions.HTTPClientError, exceptions.ConnectionError):
        assert isinstance(kind.fmt, str), "transport errors could not be made"


def test_what_the_service_model_tells() -> None:
    loader = Loader(
        extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    model: Any = ServiceModel(loader.load_service_model("appsync", "service-2"), "appsync")
    create = model.operation_model("CreateApiKey")
    codes = {shape.error_code: shape.metadata["error"] for shape in create.error_shapes}
    assert codes["LimitExceededException"]["httpStatusCode"] == 429, "errors would have no status"
    assert model.shape_for_error_code("NotFoundException") is not None
    assert create.input_shape.members["apiId"].serialization["location"] == "uri"
    partitions: Any = loader.load_data("partitions")
    assert partitions["partitions"][0]["id"] == "aws", "regions would have no partition"
    assert {"regions", "regionRegex", "outputs"} <= partitions["partitions"][0].keys()
    context = standard.RetryContext(
        attempt_number=1,
        operation_model=create,
        parsed_response={"Error": {"Code": "LimitExceededException"}},
        http_response=AWSResponse("", 429, {}, None),  # type: ignore[arg-type]
    )
    conditions = standard.StandardRetryConditions(max_attempts=2)
    assert conditions.is_retryable(context), "DocumentedError.retryable would be wrong"


@pytest.mark.parametrize("name", ["list_graphql_apis", "create_api_key"])
def test_a_client_has_methods_by_the_operations_names(name: str) -> None:
    client: Any = boto3.Session().client("appsync", region_name="us-east-1")
    assert client.meta.method_to_api_mapping[name].lower() == name.replace("_", "")
