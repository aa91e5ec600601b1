"""Each name of botocore's inside that we rely on, and what breaks when it goes."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import time
from typing import Any
from unittest import mock

import boto3
import botocore.endpoint
import pytest
import wrapt
from botocore.exceptions import CapacityNotAvailableError
from botocore.retries import adaptive
from botocore.retries.bucket import Clock, TokenBucket

from pytest_appsync import AppSync
from pytest_appsync.clients.botocore_wrapping import EndpointTime, fresh_limiter
from tests.prepared import run_with_boto3

WRAPPED = {
    "botocore.client:BaseClient._make_api_call": "calls are neither begun nor recorded",
    "botocore.httpsession:URLLib3Session.send": "the guard lets go what a simulation lets through",
    "botocore.session:Session.create_client": "a client without a region finds none",
    "botocore.session:Session.get_credentials": "making a client inside looks for credentials",
    "botocore.session:Session.get_scoped_config": "AWS_PROFILE decides whether tests run",
    "botocore.retries.bucket:TokenBucket.acquire": "adaptive mode really waits",
    "botocore.retries.quota:RetryQuota.acquire": "simulated failures spend a real quota",
    "botocore.retries.quota:RetryQuota.release": "simulated failures spend a real quota",
    "botocore.retries.adaptive:ClientRateLimiter.on_sending_request": "adaptive mode really waits",
    "botocore.retries.adaptive:ClientRateLimiter.on_receiving_response": "pacing outlives a test",
}


@pytest.mark.parametrize("where", WRAPPED, ids=str)
def test_is_wrapped(where: str) -> None:
    module, _, path = where.partition(":")
    owner, _, name = path.partition(".")
    cls = getattr(importlib.import_module(module), owner)
    wrapped = inspect.getattr_static(cls, name, None)
    assert isinstance(wrapped, wrapt.FunctionWrapper), f"{where} has moved: {WRAPPED[where]}"


def test_what_the_guard_needs_is_wrapped_while_it_is_up() -> None:
    """Without the guard it would only make making a client slower."""
    run_with_boto3("""
import importlib, inspect
import botocore.configprovider
import wrapt
from botocore.configprovider import EnvironmentProvider
from pytest_appsync import AppSync
from pytest_appsync.clients import guard, guard_of_children

def is_wrapped():
    return isinstance(inspect.getattr_static(EnvironmentProvider, "provide"), wrapt.FunctionWrapper)

with AppSync():
    assert not is_wrapped()
guard.begin_session(False)
guard_of_children.begin_session(False)
assert not is_wrapped()
guard.begin_session(True)
guard_of_children.begin_session(True)
assert is_wrapped(), "EnvironmentProvider.provide has moved: the guard refuses what moto answers"
importlib.reload(botocore.configprovider)
EnvironmentProvider = botocore.configprovider.EnvironmentProvider
assert is_wrapped()
""")


def test_what_the_guard_needs_is_wrapped_by_a_session_within_it() -> None:
    """The inner one has no guard and is the first to import botocore; the outer one goes on."""
    # A Python of its own: the prepared ones have imported botocore.
    code = """
import inspect, sys
from pytest_appsync.clients import guard, guard_of_children

assert "botocore" not in sys.modules
for wanted in (True, False):
    guard.begin_session(wanted)
    guard_of_children.begin_session(wanted)
import boto3, wrapt
from botocore.configprovider import EnvironmentProvider
assert isinstance(inspect.getattr_static(EnvironmentProvider, "provide"), wrapt.FunctionWrapper)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_others_wrapped_is_not_wrapped_again() -> None:
    client: Any = importlib.import_module("botocore.client").BaseClient
    ours = inspect.getattr_static(client, "_make_api_call")

    def theirs(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        return wrapped(*args, **kwargs)

    wrapt.wrap_function_wrapper("botocore.client", "BaseClient._make_api_call", theirs)
    try:
        with AppSync() as appsync:
            appsync.client().list_graphql_apis()
            assert len(appsync.calls) == 1
        outermost = inspect.getattr_static(client, "_make_api_call")
        assert outermost._self_wrapper is theirs
        assert outermost.__wrapped__ is ours
    finally:
        client._make_api_call = ours


@pytest.mark.parametrize(
    "name",
    ["botocore.client.BaseClient._make_api_call", "botocore.session.Session.get_credentials"],
)
def test_a_mock_is_left_alone(name: str) -> None:
    with mock.patch(name, return_value=None) as mocked:
        before = mocked.call_count
        with AppSync():
            client = boto3.Session().client("s3", region_name="us-east-1")
            if name.endswith("_make_api_call"):
                assert client.list_buckets() is None
        assert mocked.call_count > before


PURGE = """
import sys
from pytest_appsync import AppSync
with AppSync() as appsync:
    appsync.client().list_graphql_apis()
for name in [name for name in sys.modules if name.startswith(("boto", "pytest_appsync"))]:
    del sys.modules[name]
import boto3
from pytest_appsync import AppSync
client = boto3.client("appsync", region_name="us-east-1")
with AppSync() as appsync:
    appsync.fail("CreateGraphqlApi", "InternalFailureException", times=1)
    client.create_graphql_api(name="orders", authenticationType="API_KEY")
    assert [a.http_status for a in appsync.calls[0].attempts] == [500, 200]
"""


def test_a_botocore_that_was_imported_again_is_wrapped_as_well() -> None:
    run_with_boto3(PURGE)


@pytest.mark.parametrize("module", ["client", "endpoint", "session", "retries.quota"])
def test_a_module_that_was_reloaded_is_wrapped_as_well(module: str) -> None:
    run_with_boto3(f"""
import importlib
import boto3
from pytest_appsync import AppSync

with AppSync() as appsync:
    appsync.add_api()
importlib.reload(importlib.import_module("botocore.{module}"))
with AppSync() as appsync:
    api = appsync.add_api()
    boto3.session.Session().client("appsync").create_api_key(apiId=api.id)
    assert len(appsync.calls) == 1
""")


def test_a_name_that_was_put_back_is_wrapped_again() -> None:
    run_with_boto3("""
import boto3, botocore.client
from pytest_appsync import AppSync

with AppSync() as appsync:
    client = appsync.client()
botocore.client.BaseClient._make_api_call = botocore.client.BaseClient._make_api_call.__wrapped__
with AppSync() as appsync:
    client.list_graphql_apis()
    assert len(appsync.calls) == 1
""")


def test_what_is_gone_is_told_before_any_call() -> None:
    run_with_boto3("""
import importlib
import botocore
import botocore.client
import botocore.session
import pytest
from pytest_appsync import AppSync
from pytest_appsync.clients.botocore_wrapping import install

for name, rest in (
    ("botocore.client.BaseClient", "._make_api_call"),
    ("botocore.retries.quota.RetryQuota", ".acquire"),
    ("botocore.endpoint.time", ""),
):
    module, _, name = name.rpartition(".")
    owner = importlib.import_module(module)
    had = vars(owner).pop(name)
    gone = f"botocore {botocore.__version__} has no {module}.{name}{rest}, which .* must wrap"
    with pytest.raises(RuntimeError, match=gone), AppSync():
        ...
    setattr(owner, name, had)

had = vars(botocore.session.Session)["get_scoped_config"]
del botocore.session.Session.get_scoped_config
with pytest.raises(RuntimeError, match="Session.get_scoped_config, which .* must wrap"), AppSync():
    ...
botocore.session.Session.get_scoped_config = had

del botocore.session.Session
install(botocore.client)  # it is imported by botocore.session, which has no class yet
del botocore.client.BaseClient
with pytest.raises(RuntimeError, match="botocore.client.BaseClient._make_api_call"):
    install(botocore.client)
""")


def test_the_endpoint_sleeps_through_its_module_time() -> None:
    assert isinstance(botocore.endpoint.__dict__["time"], EndpointTime)
    source = inspect.getsource(botocore.endpoint.Endpoint._needs_retry)  # type: ignore[attr-defined]
    assert "time.sleep(handler_response)" in source, "retry delays would really be slept"


def test_signatures_that_we_rely_on() -> None:
    client: Any = importlib.import_module("botocore.client").BaseClient
    parameters = list(inspect.signature(client._make_api_call).parameters)
    assert parameters[-2:] == ["operation_name", "api_params"]
    session: Any = importlib.import_module("botocore.session").Session
    assert {"service_name", "region_name", "config"} <= set(
        inspect.signature(session.create_client).parameters
    )


def test_a_session_knows_whether_it_has_credentials() -> None:
    session: Any = importlib.import_module("botocore.session").Session()
    had = session._credentials
    assert had is None, "each client inside would seem to be given credentials"
    session.set_credentials("AKIA", "secret")
    assert session._credentials.method == "explicit", "those that were given would not count"


def test_a_rate_limiter_has_the_parts_that_wait() -> None:
    made: Any = boto3.client("appsync", region_name="us-east-1")
    limiter: Any = adaptive.register_retry_handler(made)
    for part in ("_clock", "_rate_adjustor", "_rate_clocker", "_throttling_detector"):
        assert hasattr(limiter, part), f"{part} has moved: pacing would outlive a simulation"
    assert hasattr(limiter, "_token_bucket"), "it has moved: adaptive mode would really wait"
    assert limiter._clock is limiter._token_bucket._clock is limiter._rate_clocker._clock
    assert {"amount", "block"} <= set(inspect.signature(limiter._token_bucket.acquire).parameters)
    assert limiter._token_bucket.available_capacity >= 0
    assert limiter._token_bucket.max_rate > 0
    fresh = fresh_limiter(limiter, lambda: 0.0)
    assert vars(fresh).keys() == vars(limiter).keys()


def test_a_bucket_outside_of_a_simulated_call_waits_as_ever(appsync: AppSync) -> None:
    bucket: Any = TokenBucket(max_rate=50, clock=Clock())
    with pytest.raises(CapacityNotAvailableError):
        bucket.acquire(amount=1, block=False)
    began = time.monotonic()
    assert bucket.acquire()
    assert time.monotonic() - began > 0.01
    assert appsync.clock.now() == pytest.approx(time.time(), abs=0.5)
