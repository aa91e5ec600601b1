"""botocore reloaded, or imported a second time: its clients are answered, or refused in words."""

from __future__ import annotations

import os

import pytest

from tests.in_processes import run_in_forks, run_python
from tests.thoroughness import IS_THOROUGH

HEAD = """
import importlib, sys
import boto3, botocore.session, parsed_once
parsed_once.parse_and_freeze()
from pytest_appsync import AppSync, RealCallBlocked
from pytest_appsync.clients import guard

KEYS = dict(aws_access_key_id="AKIA", aws_secret_access_key="secret", region_name="us-east-1")
before = boto3.client("appsync", **KEYS)

def purge(*prefixes):
    for name in list(sys.modules):
        if name.partition(".")[0] in prefixes:
            del sys.modules[name]

def sends(client):
    def network(request, **_):
        raise AssertionError("a request was sent")
    client.meta.events.register_last("before-send", network)
    client._endpoint.http_session.send = network
    return client

def refusal(work):
    try:
        work()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "it was answered"
"""
RELOADED = ["botocore.client", "botocore.endpoint"]
MORE = [
    "botocore.session",
    "botocore.retries.bucket",
    "botocore.retries.adaptive",
    "botocore.retries.quota",
    "botocore.signers",
    "botocore.hooks",
    "botocore",
    "boto3",
    "boto3.session",
]
BOTOCORE, ALL = '"botocore"', '"boto3", "botocore", "s3transfer"'
AGAIN = [("before", ALL)]
MORE_AGAIN = [("before", BOTOCORE), ("during", BOTOCORE), ("during", ALL)]


def reloaded_during_a_simulation(module: str) -> str:
    return f"""
with AppSync(strict=False) as appsync:
    made = boto3.client("appsync")
    importlib.reload(importlib.import_module("{module}"))
    api = appsync.add_api()
    for client in (made, boto3.session.Session().client("appsync"), appsync.client()):
        appsync.fail("CreateApiKey", "InternalFailureException", times=1)
        client.create_api_key(apiId=api.id)
    assert [[a.http_status for a in call.attempts] for call in appsync.calls] == [[500, 200]] * 3
    assert sum(a.slept for call in appsync.calls for a in call.attempts) > 0

guard.is_up = True
client = sends(boto3.session.Session().client("appsync", **KEYS))
assert refusal(client.list_graphql_apis).startswith("RealCallBlocked: ListGraphqlApis was called")
"""


A_CLIENT_MODULE_ALONE = """
with AppSync(strict=False) as appsync:
    del sys.modules["botocore.client"]
    purge("boto3")
    import boto3
    importlib.reload(botocore.session)
    boto3.session.Session().client("appsync").list_graphql_apis()
    assert len(appsync.calls) == 1
"""


def imported_again(when: str, prefix: str) -> str:
    return f"""
def again():
    purge({prefix})
    import boto3, botocore.session
    return botocore.session

if {when == "before"}:
    session = again()
with AppSync(strict=False) as appsync:
    if {when == "during"}:
        session = again()
    said = refusal(lambda: session.Session().create_client("appsync", **KEYS))
    assert said.startswith("RuntimeError: botocore was removed from sys.modules"), said
    # Clients of the first copy are answered as before.
    before.list_graphql_apis()
    assert len(appsync.calls) == 1
    assert session.Session().create_client("s3", **KEYS)

client = sends(session.Session().create_client("appsync", **KEYS))
with AppSync(strict=False) as appsync:
    said = refusal(client.list_graphql_apis)
    assert said.startswith("RuntimeError: botocore was removed from sys.modules"), said
    assert not appsync.calls
guard.is_up = True
assert refusal(client.list_graphql_apis).startswith("RealCallBlocked: ListGraphqlApis was")
s3 = session.Session().create_client("s3", **KEYS)
s3.meta.events.register("before-send", lambda **_: 1 / 0)
assert refusal(s3.list_buckets).startswith("ZeroDivisionError")
guard.is_up = False
client.meta.events.register_first("before-send", lambda **_: 1 / 0)
assert refusal(client.list_graphql_apis).startswith("ZeroDivisionError"), "as without us"
"""


PAST_THE_IMPORT_HOOK = """
from importlib.machinery import PathFinder
sys.meta_path.insert(0, PathFinder)
purge("botocore", "boto3")
import botocore.session
client = sends(botocore.session.Session().create_client("appsync", **KEYS))
with AppSync(strict=False):
    said = refusal(client.list_graphql_apis)
    assert said.startswith("RuntimeError: botocore was removed from sys.modules"), said
"""
"""A loader of the application's own, or a finder that was put before ours."""

WITH_THIS_PACKAGE = """
purge("botocore", "boto3", "pytest_appsync")
import boto3
from pytest_appsync import AppSync
with AppSync(strict=False) as appsync:
    boto3.client("appsync").list_graphql_apis()
    assert len(appsync.calls) == 1
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_reloaded_or_imported_again() -> None:
    run_in_forks(
        HEAD,
        {
            **{
                f"{module} is reloaded": reloaded_during_a_simulation(module)
                for module in (*RELOADED, *(MORE if IS_THOROUGH else ()))
            },
            "the module of clients alone": A_CLIENT_MODULE_ALONE,
            **{
                f"{prefix} again, {when} a simulation": imported_again(when, prefix)
                for when, prefix in (*AGAIN, *(MORE_AGAIN if IS_THOROUGH else ()))
            },
            "past the import hook": PAST_THE_IMPORT_HOOK,
            "with this package": WITH_THIS_PACKAGE,
        },
    )


def test_a_module_of_botocore_that_is_imported_alone() -> None:
    run_python("""
import pytest_appsync
import botocore.retries.quota, botocore.endpoint
import boto3
from pytest_appsync import AppSync
with AppSync(strict=False) as appsync:
    boto3.client("appsync").list_graphql_apis()
    assert len(appsync.calls) == 1
""")
