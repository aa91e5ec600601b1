"""``appsync.serve()``: when it listens, where, and what a child process is told."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from pytest_appsync import AppSync, Server, UnsimulatedOperation, model
from pytest_appsync.appsync import lifecycle_of
from tests.asking import ask

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def test_serves_the_simulation_that_the_test_holds(appsync: AppSync) -> None:
    api = appsync.add_api("orders")
    with appsync.serve() as server:
        made = ask(server.url, f"/v1/apis/{api.id}/apikeys", {"description": "over HTTP"})
        here = appsync.client().list_api_keys(apiId=api.id)["apiKeys"]
        seen = ask(server.url, f"/v1/apis/{api.id}/apikeys").json["apiKeys"]
    assert made.status == 200
    assert here == seen == [made.json["apiKey"]]
    assert [call.operation for call in appsync.calls] == ["CreateApiKey", *["ListApiKeys"] * 2]


def test_is_a_fixture(appsync_server: Server, appsync: AppSync) -> None:
    appsync.add_api("orders")
    listed = ask(appsync_server.url, "/v1/apis").json["graphqlApis"]
    assert [api["name"] for api in listed] == ["orders"]


def test_has_a_free_port_of_the_loopback(appsync: AppSync) -> None:
    with appsync.serve() as one, appsync.serve() as other:
        assert one.url.startswith("http://127.0.0.1:")
        assert one.url != other.url
        assert ask(one.url, "/v1/apis").status == ask(other.url, "/v1/apis").status == 200
        assert repr(one) == f"<Server of a simulated AppSync, at {one.url}>"
    assert "does not listen" in repr(one)


@pytest.mark.parametrize(("host", "shown"), [("::1", "[::1]"), ("::", "[::1]"), ("0.0.0.0", None)])
def test_listens_where_it_is_told(appsync: AppSync, host: str, shown: str | None) -> None:
    try:
        with appsync.serve(host=host) as server:
            assert server.url.startswith(f"http://{shown or '127.0.0.1'}:")
            assert ask(server.url, "/v1/apis").status == 200
    except OSError as error:
        if ":" not in host:
            raise
        pytest.skip(f"no IPv6 here: {error}")


def test_says_which_port_it_could_not_have(appsync: AppSync) -> None:
    with appsync.serve() as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OSError, match=f"`serve` cannot listen at 127.0.0.1, port {port}"):
            appsync.serve(port=port).__enter__()


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"port": -1}, "`port` must be 0 .* to 65535, not -1"),
        ({"port": 65536}, "`port` must be"),
        ({"port": True}, "`port` must be"),
        ({"port": "80"}, "`port` must be"),
        ({"host": ""}, "`host` must be an address"),
        ({"host": None}, "`host` must be an address"),
    ],
)
def test_refuses_what_is_no_address(appsync: AppSync, keywords: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        appsync.serve(**keywords)  # type: ignore[arg-type]


def test_serves_only_what_is_entered() -> None:
    with pytest.raises(RuntimeError, match="serves a simulation that is entered"):
        AppSync().serve().__enter__()


def test_listens_only_inside(appsync: AppSync) -> None:
    server = appsync.serve()
    for look in ("url", "environment"):
        with pytest.raises(RuntimeError, match="does not listen"):
            getattr(server, look)
    with server:
        url = server.url
        with pytest.raises(RuntimeError, match="cannot be entered twice"):
            server.__enter__()
        assert ask(url, "/v1/apis").status == 200
    with pytest.raises(ConnectionError):
        ask(url, "/v1/apis")
    server.__exit__(None, None, None)
    with server:
        assert ask(server.url, "/v1/apis").status == 200


def test_a_simulation_that_was_left_answers_no_more() -> None:
    appsync = AppSync()
    appsync.__enter__()
    with appsync.serve() as server:
        appsync.__exit__(None, None, None)
        answer = ask(server.url, "/v1/apis")
    assert (answer.status, answer.code) == (503, "ServiceUnavailable")


def test_uris_lead_to_the_server_while_it_serves(appsync: AppSync) -> None:
    api = appsync.add_api("orders")
    if "CreateApi" in model.service_model().operation_names:
        appsync.add_api("events", kind="EVENT")
    at_aws = appsync.apis()
    with appsync.serve() as server:
        for seen in appsync.apis():
            assert {uri.rpartition("/")[2] for uri in seen.uris.values()} <= {
                "graphql",
                "event",
                "realtime",
            }
            scheme_of = {name: uri.partition(":")[0] for name, uri in seen.uris.items()}
            assert scheme_of.pop("REALTIME") == "ws"
            assert set(scheme_of.values()) == {"http"}
            assert all(uri.partition(":")[2] in uri for uri in seen.uris.values())
            assert all(
                uri.partition("//")[2].startswith(server.url.partition("//")[2])
                for uri in seen.uris.values()
            )
        told = ask(server.url, f"/v1/apis/{api.id}").json["graphqlApi"]["uris"]
        assert told == appsync.apis()[0].uris
    assert appsync.apis() == at_aws
    assert at_aws[0] == api


def test_starts_and_stops_in_a_moment_and_leaves_nothing(appsync: AppSync) -> None:
    threads, took = threading.active_count(), []
    for _ in range(5):
        began = time.perf_counter()
        with appsync.serve() as server:
            pass
        took.append(time.perf_counter() - began)
        with appsync.serve() as server:
            ask(server.url, "/v1/apis")
    assert min(took) < 0.05
    assert threading.active_count() == threads


# --- the environment of a child process ---


def test_a_child_is_told_where_appsync_is(
    appsync_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANY", "thing")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://localhost:9000")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    monkeypatch.setenv("NO_PROXY", "example.com,127.0.0.1")
    before = dict(os.environ)
    environment = appsync_server.environment
    assert dict(os.environ) == before
    assert environment["AWS_ENDPOINT_URL_APPSYNC"] == appsync_server.url
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-east-1"
    assert "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" not in environment
    assert environment["NO_PROXY"] == environment["no_proxy"]
    assert environment["NO_PROXY"] == "example.com,127.0.0.1,localhost,::1"
    assert environment["ANY"] == "thing"
    assert environment["AWS_ENDPOINT_URL_S3"] == "http://localhost:9000"
    assert all(environment[name] for name in KEYS)


@pytest.mark.appsync(region="eu-central-1")
def test_a_childs_region_is_the_simulations(
    appsync_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    environment = appsync_server.environment
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-central-1"


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_PROFILE"])
def test_credentials_that_are_there_stay(
    appsync_server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "mine")
    environment = appsync_server.environment
    assert environment[name] == "mine"
    assert "AWS_SECRET_ACCESS_KEY" not in environment


def test_no_token_of_others_goes_with_the_made_up_credentials(
    appsync_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "left over")
    assert "AWS_SESSION_TOKEN" not in appsync_server.environment


def test_nothing_of_the_environment_is_served(
    appsync_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the user")
    for path in (str(secret), f"//{secret}", "/../../etc/passwd", "/%2e%2e/etc/passwd", "/"):
        answer = ask(appsync_server.url, path)
        assert (answer.status, answer.json) == (403, {"message": "Forbidden"})


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_leaves_without_the_threads_of_its_parent() -> None:
    with AppSync() as appsync, appsync.serve() as server:
        child = os.fork()
        if child == 0:
            server.__exit__(None, None, None)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert ask(server.url, "/v1/apis").status == 200


def ask_for_what_is_not_simulated(url: str) -> int:
    asked = {"template": "{}", "context": "{}"}
    return ask(url, "/v1/dataplane-evaluatetemplate", asked).status


def test_a_mistake_is_raised_once() -> None:
    appsync = AppSync()
    with appsync:
        with pytest.raises(UnsimulatedOperation), appsync.serve() as server:
            assert ask_for_what_is_not_simulated(server.url) == 500
        lifecycle_of(appsync).simulation.mistakes.check()


def test_without_strict_a_mistake_is_not_raised() -> None:
    with AppSync(strict=False) as appsync, appsync.serve() as server:
        assert ask_for_what_is_not_simulated(server.url) == 500


def test_a_mistake_fails_a_test_with_the_fixture_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import urllib.error, urllib.request, pytest

        def test_it(appsync_server):
            body = b'{"template": "{}", "context": "{}"}'
            url = f"{appsync_server.url}/v1/dataplane-evaluatetemplate"
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(urllib.request.Request(url, body), timeout=5)
        """
    )
    result = pytester.runpytest("-p", "no:randomly", "-p", "no:asyncio")
    result.assert_outcomes(failed=1)
