"""What a failed test's report says, also where the test has replaced what the report needs."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest

from pytest_appsync import AppSync
from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.record.calls import shown
from tests.installed_model import needs
from tests.thoroughness import IS_THOROUGH

STAND_INS = {
    "a mock": ("mock.MagicMock()", "clock: cannot be shown, because of TypeError(*"),
    "a mock that raises": (
        "mock.Mock(side_effect=ValueError('no time'))",
        "clock: cannot be shown, because of ValueError('no time')",
    ),
    "pytest.fail": (
        "lambda: pytest.fail('read no clock')",
        "clock: cannot be shown, because of read no clock",
    ),
    "nothing": ("None", "clock: cannot be shown, because of TypeError(*"),
    "text": ("lambda: 'noon'", "clock: cannot be shown, because of TypeError(*"),
    "no number": ("lambda: float('nan')", "clock: <Clock beyond the calendar (nan), +0 s>"),
}


@pytest.mark.parametrize("stand_in", STAND_INS)
def test_a_test_that_replaced_the_time_is_reported(
    pytester: pytest.Pytester, stand_in: str
) -> None:
    written, said = STAND_INS[stand_in]
    pytester.makepyfile(
        f"""
        import pytest
        from unittest import mock

        @pytest.fixture
        def replaced():
            with mock.patch("time.time", {written}):
                yield

        def test_fails(appsync, appsync_client, replaced):
            appsync.fail("ListApiKeys", "NotFoundException")
            assert 0, "the test's own reason"

        def test_never_undone(appsync):
            mock.patch("time.time", {written}).start()
            assert 0

        def test_next():
            mock.patch.stopall()

        def test_the_one_after_it(appsync, appsync_client):
            appsync_client.list_api_keys(apiId=appsync.add_api().id)
        """
    )
    result = pytester.runpytest("-p", "no:xdist")
    result.assert_outcomes(failed=2, passed=2)
    result.stdout.fnmatch_lines(
        [
            "*the test's own reason*",
            "*- AppSync calls -*",
            "none",
            "scripted: <fail('ListApiKeys', 'NotFoundException'): 0 hits>",
            said.replace("[", "[[]"),
        ]
    )
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


@pytest.mark.parametrize("xdist", ["no:xdist", *(["xdist"] if IS_THOROUGH else [])])
def test_a_call_in_a_file_whose_path_is_not_utf_8(pytester: pytest.Pytester, xdist: str) -> None:
    """The code says that it is in such a file: not every file system has such names."""
    pytester.makepyfile(
        """
        def test_it(appsync, appsync_client):
            path = "caf\\udce9.py"
            exec(compile("client.list_graphql_apis()", path, "exec"), {"client": appsync_client})
            assert 0
        """
    )
    result = pytester.runpytest(*(("-n1",) if xdist == "xdist" else ("-p", xdist)))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["1. <ListGraphqlApis() *", r"   caf\udce9.py:1 in <module>"])


def test_odd_parameters_are_shown_or_replaced(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        class Odd(str):
            def __repr__(self):
                return pytest.fail("do not show me")

        def test_it(appsync, appsync_client):
            events = appsync_client.meta.events
            events.register("before-call.appsync", lambda params, **_: params.update(body=b"{"))
            with pytest.raises(appsync_client.exceptions.BadRequestException):
                appsync_client.create_api_key(apiId="x", description=Odd("not read"))
            appsync.fail("ListApiKeys", "NotFoundException")
            assert 0

        def test_next():
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        ["calls: cannot be shown, because of do not show me", "scripted: *", "clock: <Clock *"]
    )


def test_what_is_long_is_shortened() -> None:
    assert shown("a" * 198) == f"'{'a' * 198}'"
    assert shown("a" * 199) == f"'{'a' * 199}... (201 characters)"


def test_ctrl_c_is_not_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> float:
        raise KeyboardInterrupt

    with AppSync() as appsync:
        monkeypatch.setattr("time.time", interrupt)
        with pytest.raises(KeyboardInterrupt):
            lifecycle_of(appsync).simulation.describe()
        monkeypatch.undo()


def test_a_call_where_no_api_is_says_so(appsync: AppSync, appsync_client: Any) -> None:
    said = "the simulation has no API: make one, or seed one with add_api"
    with pytest.raises(appsync_client.exceptions.NotFoundException):
        appsync_client.create_api_key(apiId="orders")
    appsync_client.list_graphql_apis()  # of which nothing is said
    assert lifecycle_of(appsync).simulation.describe().count(said) == 1
    appsync.add_api("shop", region="eu-west-1")
    assert said not in lifecycle_of(appsync).simulation.describe()


def test_a_call_that_was_scripted_to_find_no_api_says_nothing_of_it(
    appsync: AppSync, appsync_client: Any
) -> None:
    appsync.fail("CreateApiKey", "NotFoundException")
    with pytest.raises(appsync_client.exceptions.NotFoundException):
        appsync_client.create_api_key(apiId="orders")
    assert "has no API" not in lifecycle_of(appsync).simulation.describe()


def test_a_call_that_finds_no_api_after_a_scripted_failure_says_so(
    appsync: AppSync, appsync_client: Any
) -> None:
    appsync.fail("CreateApiKey", "LimitExceededException", times=1)
    with pytest.raises(appsync_client.exceptions.NotFoundException):
        appsync_client.create_api_key(apiId="orders")
    assert "has no API" in lifecycle_of(appsync).simulation.describe()


def test_a_list_that_was_not_asked_for_the_next_page_says_so(
    appsync: AppSync, appsync_client: Any
) -> None:
    api = appsync.add_api()
    for _ in range(12):
        appsync.add_api_key(api)
    page = appsync_client.list_api_keys(apiId=api.id)
    said = "   its answer has a `nextToken`, which no call has sent: the list has more items\n"
    assert said in lifecycle_of(appsync).simulation.describe()
    appsync_client.list_api_keys(apiId=api.id, nextToken=page["nextToken"])
    assert said not in lifecycle_of(appsync).simulation.describe()


def test_a_call_for_an_api_of_another_region_says_so(appsync: AppSync) -> None:
    api = appsync.add_api("orders", region="eu-central-1")
    unknown = appsync.add_api("shop").id[::-1]
    client = appsync.client("us-west-2")
    for api_id in (api.id, unknown):
        with pytest.raises(client.exceptions.NotFoundException):
            client.list_api_keys(apiId=api_id)
    there = appsync.client("eu-central-1")
    with pytest.raises(there.exceptions.NotFoundException):
        there.delete_api_key(apiId=api.id, id="da2-none")
    described = lifecycle_of(appsync).simulation.describe()
    assert f"   API {api.id} is in eu-central-1, and this client in us-west-2\n2. " in described
    assert described.count("and this client in") == 1


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("list_types", {"maxResults": 1, "apiId": "ID", "format": "SDL"}),
        ("delete_resolver", {"apiId": "ID", "typeName": "Query", "fieldName": "orders"}),
        ("list_tags_for_resource", {"resourceArn": "ARN"}),
        (
            "associate_source_graphql_api",
            {"mergedApiIdentifier": "MERGED", "sourceApiIdentifier": "ARN"},
        ),
        ("get_source_api_association", {"mergedApiIdentifier": "ID", "associationId": "any"}),
    ],
)
def test_so_does_one_that_names_the_api_otherwise(
    appsync: AppSync, operation: str, params: dict[str, Any]
) -> None:
    api = appsync.add_api("orders", region="eu-central-1")
    client = appsync.client("us-west-2")
    merged = client.create_graphql_api(
        name="all",
        authenticationType="API_KEY",
        apiType="MERGED",
        mergedApiExecutionRoleArn="arn:aws:iam::123456789012:role/merge",
    )
    names = {"ID": api.id, "ARN": api.arn, "MERGED": merged["graphqlApi"]["apiId"]}
    with pytest.raises(client.exceptions.NotFoundException):
        getattr(client, operation)(**{key: names.get(it, it) for key, it in params.items()})
    described = lifecycle_of(appsync).simulation.describe()
    assert f"   API {api.id} is in eu-central-1, and this client in us-west-2\n" in described


@needs("CreateApi")
def test_a_call_for_an_api_of_the_other_kind_says_so(appsync: AppSync) -> None:
    events, orders = appsync.add_api("events", kind="EVENT"), appsync.add_api("orders")
    client: Any = appsync.client()
    refused = client.exceptions.NotFoundException
    for call, params in (
        (client.get_graphql_api, {"apiId": events.id}),
        (client.list_types, {"apiId": events.id, "format": "SDL"}),
        (client.list_source_api_associations, {"apiId": events.arn}),
        (client.get_api, {"apiId": orders.id}),
        (client.delete_channel_namespace, {"apiId": orders.id, "name": "default"}),
        # These are for APIs of either kind.
        (client.delete_api_key, {"apiId": events.id, "id": "da2-none"}),
        (client.get_data_source, {"apiId": events.id, "name": "none"}),
        (client.get_data_source, {"apiId": orders.id, "name": "none"}),
        (client.get_channel_namespace, {"apiId": events.id, "name": "none"}),
    ):
        with pytest.raises(refused):
            call(**params)
    described = lifecycle_of(appsync).simulation.describe()
    told = [line.strip() for line in described.splitlines() if line.endswith(" APIs")]
    is_event, is_graphql = f"API {events.id} is an Event API", f"API {orders.id} is a GraphQL API"
    assert told == [
        f"{is_event}, and GetGraphqlApi is for GraphQL APIs",
        f"{is_event}, and ListTypes is for GraphQL APIs",
        f"{is_event}, and ListSourceApiAssociations is for GraphQL APIs",
        f"{is_graphql}, and GetApi is for Event APIs",
        f"{is_graphql}, and DeleteChannelNamespace is for Event APIs",
    ]


def test_a_call_with_an_apis_name_says_its_id(appsync: AppSync) -> None:
    far = appsync.add_api("shop", region="eu-central-1")
    orders = appsync.add_api("orders")
    client: Any = appsync.client()
    for name in ("orders", "shop", "none"):
        with pytest.raises(client.exceptions.NotFoundException):
            client.list_api_keys(apiId=name, maxResults=1)
    with pytest.raises(client.exceptions.NotFoundException):
        client.create_function(apiId=orders.id, name="shop", dataSourceName="none")
    appsync.fail("GetGraphqlApi", "BadRequestException")  # which says nothing of where it is
    with pytest.raises(client.exceptions.BadRequestException):
        client.get_graphql_api(apiId="shop")
    described = lifecycle_of(appsync).simulation.describe()
    told = [line.strip() for line in described.splitlines() if "the API named" in line]
    assert told == [
        f"the API named 'orders' has the id {orders.id} (in us-east-1)",
        f"the API named 'shop' has the id {far.id} (in eu-central-1)",
    ]


def test_a_call_for_an_api_of_another_simulation_says_so(appsync: AppSync) -> None:
    api = appsync.add_api("orders", region="eu-central-1")
    with AppSync() as inner:
        client = inner.client()
        for api_id in (api.id, api.id[::-1]):
            with pytest.raises(client.exceptions.NotFoundException):
                client.list_api_keys(apiId=api_id)
    described = lifecycle_of(inner).simulation.describe()
    assert f"   API {api.id} belongs to another simulation, which is entered as well\n" in described
    assert described.count("another simulation") == 1


def test_equal_calls_are_told_once(appsync: AppSync) -> None:
    client, api = appsync.client(), appsync.add_api("orders")
    for max_results in (1, 2, 2, 3, 3, 3, 3):
        client.list_api_keys(apiId=api.id, maxResults=max_results)
    told = [line.partition(" <")[0].strip() for line in appsync.calls.describe(sites=False)]
    assert told == ["1.", "2.", "3. the same", "4.", "5. … 7. the same"]
    appsync.fail("ListApiKeys", "NotFoundException", times=1)
    with pytest.raises(client.exceptions.NotFoundException):
        client.list_api_keys(apiId=api.id, maxResults=3)
    assert appsync.calls.describe()[-1].startswith("8. <ListApiKeys")


def test_equal_calls_count_as_one_of_the_latest_50(appsync: AppSync) -> None:
    client, api = appsync.client(), appsync.add_api("orders")
    for _ in range(70):
        client.list_api_keys(apiId=api.id)
    for number in range(49):
        client.list_api_keys(apiId=api.id, maxResults=1 + number % 2)
    told = appsync.calls.describe()
    assert told[0].startswith("1. <ListApiKeys(")
    assert told[1] == "2. … 70. the same"
    assert told[2].startswith("71. <ListApiKeys(")
    assert len(told) == 51
    client.list_api_keys(apiId=api.id)
    assert appsync.calls.describe()[0] == "... 70 earlier calls"


def test_one_earlier_call(appsync: AppSync) -> None:
    client = appsync.client()
    for number in range(51):
        client.list_graphql_apis(maxResults=1 + number % 2)
    assert appsync.calls.describe()[:1] == ["... 1 earlier call"]


def test_an_unmet_error_of_the_marker_names_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.appsync_errors("ListApiKeys", "NotFoundException")
        def test_calls_nothing(appsync_error):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "  - fail('ListApiKeys', 'NotFoundException')",
            "    *test_an_unmet_error_of_the_marker_names_the_test.py:3 in test_calls_nothing*",
        ],
        consecutive=True,
    )


def test_what_a_thread_of_its_own_has_scripted_has_no_line() -> None:
    def end_unmet() -> None:
        with AppSync() as appsync:
            scripting = Thread(target=appsync.fail, args=("ListApiKeys", "NotFoundException"))
            scripting.start()
            scripting.join()

    unmet = r"  - fail\('ListApiKeys', 'NotFoundException'\)\nAppSync was called"
    with pytest.raises(AssertionError, match=unmet):
        end_unmet()
