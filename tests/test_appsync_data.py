"""The data that we read faster is botocore's."""

from __future__ import annotations

import gzip
import json
from copy import deepcopy
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from botocore.config import Config
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session

from pytest_appsync import AppSync
from pytest_appsync.appsync_data import AppSyncLoader

BOTOCORES = Loader(
    extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
)
TYPES = ["service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1", "examples-1", "no-such-1"]


@pytest.mark.parametrize("name", ["partitions", "sdk-default-configuration", "_retry"])
def test_what_concerns_every_service(name: str) -> None:
    assert AppSyncLoader().load_data(name) == BOTOCORES.load_data(name)


def test_of_the_endpoints_what_concerns_appsync() -> None:
    theirs = deepcopy(BOTOCORES.load_data("endpoints"))
    for partition in theirs["partitions"]:
        of_appsync = partition["services"].get("appsync")
        partition["services"] = {} if of_appsync is None else {"appsync": of_appsync}
    assert any(partition["services"] for partition in theirs["partitions"])
    assert AppSyncLoader().load_data("endpoints") == theirs
    ours, path = AppSyncLoader().load_data_with_path("endpoints")
    assert (ours, path) == (theirs, BOTOCORES.load_data_with_path("endpoints")[1])


@pytest.mark.parametrize("type_name", TYPES)
def test_what_concerns_appsync(type_name: str) -> None:
    ours = AppSyncLoader()
    if "appsync" in BOTOCORES.list_available_services(type_name):
        assert ours.list_available_services(type_name) == ["appsync"]
        assert ours.list_api_versions("appsync", type_name) == BOTOCORES.list_api_versions(
            "appsync", type_name
        )
        theirs = BOTOCORES.load_service_model("appsync", type_name)
        assert ours.load_service_model("appsync", type_name) == theirs
        assert list(ours.load_service_model("appsync", type_name)) == list(theirs), "the order"
    else:
        assert ours.list_available_services(type_name) == []
        for loader in (ours, BOTOCORES):
            with pytest.raises(UnknownServiceError):
                loader.load_service_model("appsync", type_name)


def test_other_services_are_as_ever() -> None:
    ours = AppSyncLoader()
    theirs = BOTOCORES.load_service_model("sts", "service-2")
    assert ours.load_service_model("sts", "service-2") == theirs
    assert ours.load_service_model("sts", "service-2", "2011-06-15") == theirs
    with pytest.raises(UnknownServiceError, match="no-such"):
        ours.load_service_model("no-such", "service-2")
    with pytest.raises(DataNotFoundError):
        ours.load_data("no/such/file")


def test_json_and_its_endings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = AppSyncLoader().file_loader
    (tmp_path / "plain.json").write_text('{"b": 1, "a": "\u00e9"}', "utf-8")
    (tmp_path / "zipped.json.gz").write_bytes(gzip.compress(b'{"b": 1, "a": 2}'))
    assert loader.load_file(str(tmp_path / "plain")) == {"b": 1, "a": "\u00e9"}
    assert list(loader.load_file(str(tmp_path / "zipped"))) == ["b", "a"]
    assert loader.load_file(str(tmp_path / "absent")) is None
    monkeypatch.setattr(JSONFileLoader, "load_file", lambda self, path: {"ending": "another"})
    assert loader.load_file(str(tmp_path / "absent")) == {"ending": "another"}


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "x-1"])
def test_an_endpoint_is_where_botocore_finds_it(region: str, appsync: AppSync) -> None:
    ours = appsync.client(region).meta
    theirs = Session().create_client("appsync", region_name=region).meta
    assert (ours.endpoint_url, ours.partition) == (theirs.endpoint_url, theirs.partition)


def test_our_clients_are_made_of_it(appsync: AppSync) -> None:
    """Looking through the folders of all services would show in each session's first client."""
    looked_at = mock.patch.object(Loader, "list_available_services", side_effect=AssertionError)
    with looked_at:
        client = appsync.client("eu-north-1", config=Config(user_agent_extra="ours"))
    assert client.get_paginator("list_api_keys")
    botocores = Session().create_client("appsync", region_name="us-east-1").meta
    assert client.meta.service_model.operation_names == botocores.service_model.operation_names


ENDPOINTS = b"""{
  "partitions" : [ {
    "partition" : "one",
    "services" : {
      "apigateway" : {
        "endpoints" : { }
      },
      "appsync" : {
        "endpoints" : {
          "us-east-1" : { }
        }
      },
      "zeta" : { }
    },
    "version" : 3
  }, {
    "partition" : "two",
    "services" : { }
  }, {
    "partition" : "three",
    "services" : {
      "zeta" : { }
    }
  } ],
  "version" : 3
}"""
IN_THREE = b'"three",\n    "services" : {'
OF_ZETA = b'"zeta" : { }\n    },'
OF_APPSYNC = b""""appsync" : {
        "endpoints" : {
          "us-east-1" : { }
        }
      }"""
OF_APIGATEWAY = b'"apigateway" : {\n        "endpoints" : { }'


def of_appsync(text: bytes) -> Any:
    partitions = json.loads(text)["partitions"]
    for partition in partitions:
        services = partition["services"].items()
        partition["services"] = {name: value for name, value in services if name == "appsync"}
    return partitions


def laid_out(indent: int | None) -> bytes:
    return json.dumps(json.loads(ENDPOINTS), indent=indent).encode()


@pytest.mark.parametrize(
    ("text", "is_read_as_a_whole"),
    [
        pytest.param(ENDPOINTS, False, id="as botocore lays it out"),
        pytest.param(laid_out(None), True, id="in one line"),
        pytest.param(laid_out(1), True, id="indented by one"),
        pytest.param(laid_out(2), True, id="indented by Python"),
        pytest.param(laid_out(4), True, id="indented by four"),
        pytest.param(ENDPOINTS.replace(b"\n", b"\r\n"), True, id="of another system"),
        pytest.param(ENDPOINTS.replace(b"\n    }", b"}"), True, id="services without an end"),
        pytest.param(
            ENDPOINTS.replace(OF_APPSYNC, OF_APPSYNC.replace(b"\n      }", b"}")),
            True,
            id="appsync without an end",
        ),
        pytest.param(
            ENDPOINTS.replace(OF_APIGATEWAY, b'"apigateway" : { "x" : {\n    }\n'),
            True,
            id="a brace too far left",
        ),
        pytest.param(
            ENDPOINTS.replace(b'"appsync" : {', b'"appsync": {'), True, id="no space before a colon"
        ),
        pytest.param(
            ENDPOINTS.replace(OF_APIGATEWAY, b'"a" : { "appsync" : 1, "b" : {\n      }'),
            False,
            id="another appsync before it",
        ),
        pytest.param(
            ENDPOINTS.replace(OF_APIGATEWAY, b'"a" : {\n        "service" : "appsync"'),
            False,
            id="appsync is a value before it",
        ),
        pytest.param(
            ENDPOINTS.replace(IN_THREE, IN_THREE + b'\n      "a" : "appsync",'),
            True,
            id="appsync is a value only",
        ),
        pytest.param(
            ENDPOINTS.replace(OF_APPSYNC, b'"appsync" : {\n      }'), False, id="appsync is empty"
        ),
        pytest.param(
            ENDPOINTS.replace(OF_ZETA, b'"zeta" : { }\n     },'), True, id="a brace too far right"
        ),
        pytest.param(
            ENDPOINTS.replace(OF_ZETA, b'"zeta" : { } },\n    "x" : {\n      "y" : 1\n    },'),
            True,
            id="a brace in the line before",
        ),
        pytest.param(
            ENDPOINTS.replace(OF_APPSYNC, OF_APPSYNC.replace(b"\n      }", b"\n       }")),
            True,
            id="a brace of appsync too far right",
        ),
    ],
)
def test_endpoints_are_read_however_they_are_laid_out(
    text: bytes, is_read_as_a_whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "endpoints.json").write_bytes(text)
    wanted = of_appsync(text)
    read = mock.Mock(side_effect=json.loads)
    monkeypatch.setattr("pytest_appsync.appsync_data.json.loads", read)
    loader = AppSyncLoader()
    loader.search_paths.insert(0, str(tmp_path))
    assert loader.load_data("endpoints")["partitions"] == wanted
    assert (mock.call(text) in read.mock_calls) is is_read_as_a_whole


def test_other_services_endpoints_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or else a first client would wait three times as long."""
    read = mock.Mock(side_effect=json.loads)
    monkeypatch.setattr("pytest_appsync.appsync_data.json.loads", read)
    AppSyncLoader().load_data("endpoints")
    [call] = read.mock_calls
    partitions = json.loads(call.args[0])["partitions"]
    assert {name for partition in partitions for name in partition["services"]} == {"appsync"}
