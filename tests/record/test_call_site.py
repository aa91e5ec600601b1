"""Which line of the application made a call, whatever carried it."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from pytest_appsync import AppSync
from pytest_appsync.record.call_site import call_site

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient


def functions(appsync: AppSync) -> list[str | None]:
    return [call.site and call.site.function for call in appsync.calls]


def test_contextlib_functools_and_mock_are_passed_over(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    @contextlib.contextmanager
    def listed() -> Iterator[None]:
        appsync_client.list_graphql_apis()
        yield

    def later() -> None:
        with contextlib.ExitStack() as stack:
            stack.callback(appsync_client.list_graphql_apis)

    def partially() -> None:
        functools.partial(appsync_client.list_graphql_apis)()

    def spied() -> None:
        with mock.patch.object(
            appsync_client, "list_graphql_apis", wraps=appsync_client.list_graphql_apis
        ):
            appsync_client.list_graphql_apis()

    with listed():
        pass
    later()
    partially()
    spied()
    assert functions(appsync) == ["listed", "later", "partially", "spied"]


@pytest.mark.parametrize(
    "library", ["opentelemetry.sdk", "ddtrace", "aws_xray_sdk.ext", "sentry_sdk", "tenacity"]
)
def test_wrappers_of_other_libraries_are_passed_over(library: str) -> None:
    wrapper: dict[str, Any] = {"__name__": library}
    exec("def wrapped(call): return call()", wrapper)

    def application() -> Any:
        return wrapper["wrapped"](lambda_of_library(library))

    site = application()
    assert site is not None
    assert (site.path, site.function) == (__file__, "application")


def lambda_of_library(name: str) -> Any:
    module: dict[str, Any] = {"__name__": f"{name}.inner", "call_site": call_site}
    exec("def inner(): return call_site()", module)
    return module["inner"]


def test_a_module_may_have_an_odd_name() -> None:
    for name in (None, 7, ""):
        module: dict[str, Any] = {"__name__": name, "call_site": call_site}
        exec("def odd(): return call_site()", module)
        assert module["odd"]().function == "odd"


def test_a_comprehension_is_its_functions(appsync: AppSync, appsync_client: AppSyncClient) -> None:
    def nested() -> None:
        [[appsync_client.list_graphql_apis() for _ in "a"] for _ in "b"]
        {name: appsync_client.list_graphql_apis() for name in "a"}
        list(appsync_client.list_graphql_apis() for _ in "a")  # noqa: C400

    nested()
    assert functions(appsync) == ["nested"] * 3


def test_it_reads_no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking at frames alone is what takes a microsecond, and not a millisecond."""
    read: list[object] = []
    monkeypatch.setattr("linecache.updatecache", lambda *arguments: read.append(arguments))
    monkeypatch.setattr("linecache.checkcache", lambda *arguments: read.append(arguments))
    assert call_site() is not None
    assert not read


def test_a_generator_may_be_consumed_in_another_file() -> None:
    consumer: dict[str, Any] = {"__name__": "consumer"}
    exec(
        compile("def first(items):\n    for item in items: return item", "there.py", "exec"),
        consumer,
    )
    site = consumer["first"](call_site() for _ in "a")
    assert (site.path, site.function) == (__file__, "<genexpr>")
