"""A copy of a simulation begins in the state of the original, and each changes alone."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from pytest_appsync import AppSync
from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.simulation import copying, entered
from pytest_appsync.simulation.copying import copied
from pytest_appsync.simulation.simulation import Simulation
from tests.in_threads import in_threads


@pytest.fixture
def client(appsync_client: Any) -> Any:
    """Answered by the simulation that is entered last."""
    return appsync_client


def in_a_copy(simulation: Simulation) -> Simulation:
    copy = simulation.copy()
    entered.enter(copy)
    return copy


def test_resources(appsync: AppSync, client: Any) -> None:
    api = appsync.add_api("orders")
    kept = client.create_api_key(apiId=api.id)["apiKey"]
    copy = in_a_copy(lifecycle_of(appsync).simulation)
    assert client.list_api_keys(apiId=api.id)["apiKeys"] == [kept]
    client.delete_api_key(apiId=api.id, id=kept["id"])
    client.create_graphql_api(name="of the copy", authenticationType="API_KEY")
    entered.leave(copy)
    assert client.list_api_keys(apiId=api.id)["apiKeys"] == [kept]
    assert [each.name for each in appsync.apis()] == ["orders"]
    appsync.add_api("of the original")
    entered.enter(copy)
    names = {each["name"] for each in client.list_graphql_apis()["graphqlApis"]}
    assert names == {"orders", "of the copy"}
    entered.leave(copy)


def test_a_list_goes_on_in_a_copy(appsync: AppSync, client: Any) -> None:
    expected = [appsync.add_api(f"api{number}").id for number in range(4)]
    first = client.list_graphql_apis(maxResults=2)
    copy = in_a_copy(lifecycle_of(appsync).simulation)
    client.create_graphql_api(name="last", authenticationType="API_KEY")
    rest = client.list_graphql_apis(maxResults=10, nextToken=first["nextToken"])["graphqlApis"]
    entered.leave(copy)
    assert [api["apiId"] for api in first["graphqlApis"] + rest][:4] == expected
    assert rest[-1]["name"] == "last"


def test_time(appsync: AppSync, client: Any) -> None:
    appsync.clock.advance(days=1)
    copy = lifecycle_of(appsync).simulation.copy()
    copy.users_clock.advance(days=400)
    assert 399 < (copy.clock.now() - appsync.clock.now()) / 86_400 < 401
    api = appsync.add_api()
    appsync.add_api_key(api)
    of_key = lifecycle_of(appsync).simulation.copy()
    of_key.users_clock.advance(days=400)
    entered.enter(of_key)
    assert client.list_api_keys(apiId=api.id)["apiKeys"] == [], "its keys live by its own clock"
    entered.leave(of_key)
    assert len(client.list_api_keys(apiId=api.id)["apiKeys"]) == 1


def test_what_was_scripted(appsync: AppSync, client: Any) -> None:
    given: list[Any] = []

    def when(params: Any) -> bool:
        given.append(params)
        return True

    fault = appsync.fail("ListApiKeys", "NotFoundException", times=1, when=when)
    appsync.throttle("ListGraphqlApis", rate=1 / 3600, burst=2)
    appsync.chaos(1.0, seed=1, operations=["GetGraphqlApi"])
    appsync.respond("ListTypes", {"types": []})
    for _ in range(2):
        copy = in_a_copy(lifecycle_of(appsync).simulation)
        for _ in range(2):
            client.list_graphql_apis()
        with pytest.raises(Exception, match="ThrottlingException"):
            client.list_graphql_apis()
        copy.users_clock.advance(hours=1)
        client.list_graphql_apis()
        for _ in range(2):
            with pytest.raises(Exception, match="NotFound"):
                client.list_api_keys(apiId="any")
        with pytest.raises(Exception, match="GetGraphqlApi"):
            client.get_graphql_api(apiId="any")
        assert client.list_types(apiId="any", format="SDL")["types"] == []
        copy.check_script()
        assert fault.hits == 1, "what the latest copy has met"
        entered.leave(copy)
    assert fault.own_hits == 0
    assert len(given) == 2, "a callable of the test is the same in both"
    client.list_types(apiId="any", format="SDL")
    with pytest.raises(Exception, match="NotFound"):
        client.list_api_keys(apiId="any")


def test_what_lasts_ends_by_the_copys_own_clock(appsync: AppSync, client: Any) -> None:
    appsync.clock.advance(hours=-1)
    fault = appsync.fail("ListGraphqlApis", "UnauthorizedException", lasting=30)
    copy = in_a_copy(lifecycle_of(appsync).simulation)
    copy.users_clock.advance(seconds=60)
    copy.users_clock.advance(seconds=-60)
    client.list_graphql_apis()
    entered.leave(copy)
    assert fault.live
    with pytest.raises(Exception, match="Unauthorized"):
        client.list_graphql_apis()


def test_the_record_is_empty(appsync: AppSync, client: Any) -> None:
    client.list_graphql_apis()
    assert list(lifecycle_of(appsync).simulation.copy().calls) == []


@pytest.mark.appsync(seed=1)
def test_identifiers_of_a_seed(appsync: AppSync) -> None:
    copies = [lifecycle_of(appsync).simulation.copy() for _ in range(2)]
    given = [copy.service.identifiers.new() for copy in copies]
    assert len({*given, appsync.add_api().id}) == 1, "each goes on by itself"


def test_all_that_an_api_owns(appsync: AppSync, client: Any) -> None:
    api = appsync.add_api("orders")
    client.create_data_source(apiId=api.id, name="none", type="NONE")
    copy = in_a_copy(lifecycle_of(appsync).simulation)
    client.create_data_source(apiId=api.id, name="of_the_copy", type="NONE")
    client.delete_data_source(apiId=api.id, name="none")
    names = [each["name"] for each in client.list_data_sources(apiId=api.id)["dataSources"]]
    assert names == ["of_the_copy"]
    entered.leave(copy)
    names = [each["name"] for each in client.list_data_sources(apiId=api.id)["dataSources"]]
    assert names == ["none"]


def test_while_other_threads_call(
    appsync: AppSync, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    persistent_id = copying._Pickler.persistent_id

    def slowly(pickler: Any, obj: Any) -> int | None:
        time.sleep(0.0001)  # so that the other thread has a turn within the copying
        return persistent_id(pickler, obj)

    monkeypatch.setattr(copying._Pickler, "persistent_id", slowly)
    has_begun, has_ended = threading.Event(), threading.Event()

    def call() -> None:
        while not has_ended.is_set():
            client.create_graphql_api(name="a", authenticationType="API_KEY")
            client.delete_graphql_api(apiId=appsync.apis()[0].id)
            has_begun.set()

    def copy() -> None:
        assert has_begun.wait(20)
        try:
            for _ in range(5):
                service = lifecycle_of(appsync).simulation.copy().service
                listed = service.perform("ListGraphqlApis", {}, "us-east-1")["graphqlApis"]
                assert len(listed) <= 1
                for api in listed:  # where only a part of a creation was copied, it is not there
                    service.perform("GetGraphqlApi", {"apiId": api["apiId"]}, "us-east-1")
        finally:
            has_ended.set()

    in_threads([call, copy])


def test_what_a_test_gave_is_not_copied() -> None:
    class Odd:
        def __reduce__(self) -> Any:
            raise NotImplementedError("cannot be copied")

    odd, old, new = Odd(), Odd(), Odd()
    lock = threading.Lock()
    state: dict[str, Any] = {"odd": [odd, old], "lock": lock, "function": test_time}
    copy = copied(state, {old: new})
    assert copy["odd"] == [odd, new]
    assert copy["odd"] is not state["odd"]
    assert copy["lock"] is not lock
    assert copy["function"] is test_time
