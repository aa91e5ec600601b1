"""``appsync.serve()``: when it listens, where, and what a child process is told."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pickle
import pydoc
import signal
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import EnvProvider

from pytest_appsync import Api, AppSync, Server, UnsimulatedOperation, model
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
    uris_at_aws = {each.id: each.uris for each in at_aws}
    with appsync.serve() as server:
        for seen in appsync.apis():
            # Host and path are AWS's, behind the address of the server.
            assert seen.uris == {
                name: server.url.replace("http", "ws" if name == "REALTIME" else "http")
                + uri.partition(":/")[2]
                for name, uri in uris_at_aws[seen.id].items()
            }
        told = ask(server.url, f"/v1/apis/{api.id}").json["graphqlApi"]["uris"]
        assert told == appsync.apis()[0].uris
        assert appsync.apis() == at_aws, "an Api from before leads there too"
        assert at_aws[0].uris["GRAPHQL"].startswith(server.url)
    assert appsync.apis() == at_aws
    assert at_aws[0] == api
    assert api.uris["GRAPHQL"].startswith("https://")


def test_uris_of_an_api_from_before_are_a_plain_dict(appsync: AppSync) -> None:
    api = appsync.add_api("orders")
    copied = pickle.loads(pickle.dumps(api))
    with appsync.serve() as server:
        assert json.loads(json.dumps(api.uris)) == api.uris
        assert dataclasses.asdict(api)["uris"] == api.uris
        assert server.url in repr(api)
        assert copied.uris["GRAPHQL"].startswith("https://"), "another process's stays as it was"
    assert "uris" in pydoc.render_doc(Api)
    assert Api("a", "a", "us-east-1", "arn", "GRAPHQL").uris == {}


def test_of_two_servers_uris_lead_to_one_that_serves(appsync: AppSync) -> None:
    api = appsync.add_api()
    one, other = appsync.serve(), appsync.serve()
    with one:
        with other:
            assert api.uris["GRAPHQL"].startswith(other.url)
            one.__exit__(None, None, None)
            assert api.uris["GRAPHQL"].startswith(other.url)
        assert api.uris["GRAPHQL"].startswith("https://")


@pytest.mark.parametrize(
    ("listening", "host", "shown"),
    [
        ("0.0.0.0", "host.docker.internal:81", "host.docker.internal:81"),
        ("0.0.0.0", "[fd00::1]", "[fd00::1]"),
        ("0.0.0.0", "a b", None),
        ("127.0.0.1", "host.docker.internal:81", None),
    ],
)
def test_a_container_is_told_uris_by_the_name_that_it_has_used(
    appsync: AppSync, listening: str, host: str, shown: str | None
) -> None:
    api = appsync.add_api()
    with appsync.serve(host=listening) as server:
        asked = ask(server.url, f"/v1/apis/{api.id}", headers={"Host": host})
        told = asked.json["graphqlApi"]["uris"]
        assert api.uris["GRAPHQL"].startswith(server.url), "in this process"
        where = f"http://{shown}" if shown else server.url
    assert told["GRAPHQL"].startswith(f"{where}/")
    assert told["REALTIME"].startswith(f"{where.replace('http', 'ws')}/")


def test_a_callable_of_the_test_is_told_uris_of_this_process(
    appsync: AppSync, appsync_client: Any
) -> None:
    api = appsync.add_api()
    told = []

    def answer(params: Any) -> dict[str, Any]:
        told.append(api.uris)
        told.append(appsync_client.get_graphql_api(apiId=api.id)["graphqlApi"]["uris"])
        return {"apiKeys": []}

    appsync.respond("ListApiKeys", answer)
    with appsync.serve(host="0.0.0.0") as server:
        uris = api.uris
        connection = HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]))
        for path in (f"/v1/apis/{api.id}", f"/v1/apis/{api.id}/apikeys"):
            connection.request("GET", path, headers={"Host": "host.docker.internal:81"})
            connection.getresponse().read()
        connection.close()
    assert told == [uris, uris]


def test_a_server_serves_one_entry_of_the_simulation_after_the_other() -> None:
    appsync = AppSync()
    with appsync:
        server = appsync.serve().__enter__()
        first = appsync.add_api("first")
    try:
        with appsync:
            api = appsync.add_api("second")
            assert api.uris["GRAPHQL"].startswith(server.url)
            told = ask(server.url, f"/v1/apis/{api.id}").json["graphqlApi"]["uris"]
            assert told == api.uris
            assert ask(server.url, f"/v1/apis/{first.id}").status == 404
    finally:
        server.__exit__(None, None, None)
    assert api.uris["GRAPHQL"].startswith("https://")


def test_an_api_that_was_seeded_for_each_test_of_a_class_leads_to_the_server() -> None:
    appsync = AppSync()
    api = appsync.add_api("orders")
    met = []

    @appsync
    def work() -> None:
        with appsync.serve() as server:
            met.append(ask(server.url, f"/v1/apis/{api.id}").json["graphqlApi"]["uris"])
            assert api.uris == met[-1]
            assert api.uris["GRAPHQL"].startswith(server.url)

    work()
    assert len(met) == 1


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
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")  # the SDK for JavaScript has a test
    before = dict(os.environ)
    environment = appsync_server.environment
    assert dict(os.environ) == before
    assert environment["AWS_ENDPOINT_URL_APPSYNC"] == appsync_server.url
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-east-1"
    assert "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" not in environment
    assert "AWS_USE_FIPS_ENDPOINT" not in environment
    assert environment["NO_PROXY"] == environment["no_proxy"]
    assert environment["NO_PROXY"] == "example.com,127.0.0.1,localhost,::1"
    assert environment["ANY"] == "thing"
    assert environment["AWS_ENDPOINT_URL_S3"] == "http://localhost:9000"
    assert all(environment[name] for name in KEYS)


@pytest.mark.parametrize(
    ("before", "small", "large"),
    [
        # urllib and curl read the small one first, and take "*" for every host only alone.
        ({"NO_PROXY": "*"}, "*", "*,localhost,127.0.0.1,::1"),
        ({"no_proxy": "*", "NO_PROXY": "a.b"}, "*", "*,a.b,localhost,127.0.0.1,::1"),
        ({"no_proxy": "a.b, ", "NO_PROXY": "c.d"}, *["a.b,c.d,localhost,127.0.0.1,::1"] * 2),
    ],
)
def test_a_child_asks_no_proxy_that_was_not_asked_before(
    appsync_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    before: dict[str, str],
    small: str,
    large: str,
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in before.items():
        monkeypatch.setenv(name, value)
    environment = appsync_server.environment
    assert (environment["no_proxy"], environment["NO_PROXY"]) == (small, large)


def test_credentials_that_have_expired_can_be_used(
    appsync_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
    credentials = EnvProvider(appsync_server.environment).load()
    assert credentials is not None
    assert credentials.get_frozen_credentials().access_key == "mine"


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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_finds_all_locks_free() -> None:
    with AppSync() as appsync:
        server = appsync.serve()
        with server:
            assert ask(server.url, "/v1/apis").status == 200
            locks = held_locks(server)
            for lock in locks:
                lock.acquire()  # as another thread may, in the moment of the fork
            child = os.fork()
            if child == 0:
                signal.alarm(20)  # a child that waits for ever fails the test
                server.__exit__(None, None, None)
                with server:
                    status = ask(server.url, "/v1/apis").status
                os._exit(status != 200)
            for lock in locks:
                lock.release()
            assert os.waitpid(child, 0)[1] == 0
    assert len(locks) >= 4


def held_locks(server: Server) -> list[Any]:
    """The locks of a server and of its parts."""
    found: list[Any] = []
    seen: set[int] = set()
    waiting: list[Any] = [server]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, type(threading.Lock())):
            found.append(part)
        elif isinstance(part, (tuple, list)):
            waiting += part
        elif isinstance(part, threading.Event) or type(part).__module__.startswith(
            "pytest_appsync.server"
        ):
            waiting += vars(part).values()
        elif isinstance(part, threading.Condition):
            waiting.append(part._lock)  # type: ignore[attr-defined]
    return found


def test_a_mistake_is_raised_once() -> None:
    appsync = AppSync()
    with appsync:
        with pytest.raises(UnsimulatedOperation), appsync.serve() as server:
            assert ask_for_what_is_not_simulated(server.url) == 500
        lifecycle_of(appsync).simulation.mistakes.check()


def test_what_the_test_sees_of_its_own_process_settles_nothing_that_was_served(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
        import urllib.error, urllib.request, pytest
        from pytest_appsync import UnsimulatedOperation

        def test_it(appsync_server, appsync_client):
            body = b'{"template": "{}", "context": "{}"}'
            url = f"{appsync_server.url}/v1/dataplane-evaluatetemplate"
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(urllib.request.Request(url, body), timeout=5)
            with pytest.raises(UnsimulatedOperation):
                appsync_client.evaluate_mapping_template(template="{}", context="{}")
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:randomly")
    result.stdout.fnmatch_lines(["*UnsimulatedOperation: *EvaluateMappingTemplate*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_without_strict_a_mistake_is_not_raised() -> None:
    with AppSync(strict=False) as appsync, appsync.serve() as server:
        assert ask_for_what_is_not_simulated(server.url) == 500


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), ZeroDivisionError()])
@pytest.mark.parametrize("strict", [True, False])
def test_code_of_the_test_that_ends_a_thread_of_the_server(
    error: BaseException, strict: bool
) -> None:
    def end(_: object) -> Any:
        raise error

    def serve() -> None:
        with appsync.serve() as server:
            response = appsync.respond("ListGraphqlApis", end)
            assert ask(server.url, "/v1/apis").status == 500
            response.withdraw()
            assert ask(server.url, "/v1/apis").status == 200

    with AppSync(strict=strict) as appsync:
        if strict:
            with pytest.raises(type(error)) as raised:
                serve()
            assert raised.value is error
        else:
            serve()


def test_leaving_raises_what_the_server_met_and_not_what_this_process_met() -> None:
    def serve() -> None:
        with appsync.serve() as server:
            with contextlib.suppress(UnsimulatedOperation):
                appsync.client().evaluate_mapping_template(template="{}", context="{}")
            for _ in range(2):
                assert ask_for_what_is_not_simulated(server.url) == 500

    with AppSync() as appsync:
        with pytest.raises(UnsimulatedOperation) as served:
            serve()
        [swallowed] = lifecycle_of(appsync).simulation.mistakes.take()
    assert swallowed is not served.value


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
