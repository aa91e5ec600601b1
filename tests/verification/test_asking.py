"""What the code of a fact meets on a side that behaves oddly."""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from pytest_appsync import ApiKeyRules, AppSync
from pytest_appsync.verification.asking import Asking
from pytest_appsync.verification.calling import (
    WAITS,
    Caller,
    GiveUp,
    Lost,
    NotAsked,
    Refused,
)
from pytest_appsync.verification.cleaning import clean_up, find_made
from pytest_appsync.verification.fact import Fact
from pytest_appsync.verification.facts import (
    apis,
    event_apis,
    expired_keys,
    keys,
    lists,
    schemas,
    wire,
)
from pytest_appsync.verification.other_servers import refuse_other_servers
from pytest_appsync.verification.redaction import Redaction
from pytest_appsync.verification.running import Run, Side, simulate


def ok(**answer: Any) -> dict[str, Any]:
    return {"ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {"date": "now"}}, **answer}


def refusal(status: int, code: str = "") -> ClientError:
    response: Any = {
        "Error": {"Code": code or str(status), "Message": "m"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "Any")


class Odd:
    """A client whose operations answer what they are told to, one after the other."""

    def __init__(self, **answers: Any) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        for operation, given in answers.items():
            setattr(self, operation, self._operation(operation, given))

    def _operation(self, name: str, given: list[Any]) -> Any:
        left = list(given)

        def operation(**params: Any) -> Any:
            self.asked.append((name, params))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return operation


def caller_of(client: Any, waited: list[float] | None = None) -> Caller:
    waits = [] if waited is None else waited
    caller = Caller(client, Redaction(), waits.append, lambda: 7.0)
    caller.heard = True
    return caller


NO_ANSWER = ReadTimeoutError(endpoint_url="http://x")
NOT_REACHED = EndpointConnectionError(endpoint_url="http://x")


def test_throttling_is_waited_for() -> None:
    waited: list[float] = []
    busy = [refusal(429, "TooManyRequestsException"), refusal(400, "ThrottlingException")]
    client = Odd(delete_api_key=[*busy, ok()])
    caller_of(client, waited).call("delete_api_key", {})
    assert waited == list(WAITS[:2])
    with pytest.raises(NotAsked, match="is throttled"):
        caller_of(Odd(delete_api_key=busy[:1])).call("delete_api_key", {})


@pytest.mark.parametrize("trouble", [NO_ANSWER, refusal(500), refusal(503)])
def test_only_what_reads_is_asked_again(trouble: Exception) -> None:
    reading, making = Odd(list_api_keys=[trouble, ok()]), Odd(create_api_key=[trouble, ok()])
    caller_of(reading).call("list_api_keys", {})
    assert len(reading.asked) == 2
    with pytest.raises(Lost):
        caller_of(making).call("create_api_key", {})
    assert len(making.asked) == 1
    with pytest.raises(Lost):
        caller_of(Odd(list_api_keys=[trouble])).call("list_api_keys", {})


def test_what_never_arrived_is_asked_again() -> None:
    making = Odd(create_api_key=[NOT_REACHED, ok()])
    assert caller_of(making).call("create_api_key", {}) == ok()


def test_why_something_is_not_asked() -> None:
    denied = Odd(get_api=[refusal(403, "AccessDeniedException")], tag_resource=[refusal(404)])
    caller = caller_of(denied)
    for _ in range(2):
        with pytest.raises(NotAsked, match="403 AccessDeniedException"):
            caller.call("get_api", {})
    assert len(denied.asked) == 1, "a permission that is missing is missed once"
    with pytest.raises(NotAsked, match="tag_resource is not there"):
        caller.call("tag_resource", {})
    with pytest.raises(NotAsked, match="the installed botocore has no list_apis"):
        caller.call("list_apis", {})
    expired = Odd(get_api=[refusal(403, "ExpiredTokenException")])
    with pytest.raises(GiveUp):
        caller_of(expired).call("get_api", {})


def test_after_some_facts_without_answers_no_more_are_asked() -> None:
    asked = [wire.unknown_api] * 7
    client = Odd(create_api_key=[NO_ANSWER], list_graphql_apis=[ok()])
    run = Run([*asked, expired_keys.expired_key_gone], [None] * 8, caller_of(client), "tag")
    run.ask_all()
    assert len([name for name, _ in client.asked if name == "create_api_key"]) == 10
    reasons = [each.seen for each in run.results]
    assert reasons[4].startswith("create_api_key got no answer: Read timeout")
    assert reasons[5:] == [
        "the 5 facts before it got no answer",
        "the 5 facts before it got no answer",
        "it needs --resume STATE.json, and days",
    ]


def test_of_a_changed_request_an_answer_may_be_lost() -> None:
    client: Any = Odd(list_api_keys=[NO_ANSWER])
    events = SimpleNamespace(register_first=lambda *_: None, unregister=lambda *_: None)
    client.meta = SimpleNamespace(events=events)
    with pytest.raises(Lost):
        caller_of(client).call_changed(str, "list_api_keys", {})


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        (refusal(403, "AccessDeniedException"), NotAsked),
        (refusal(403, "ExpiredTokenException"), NotAsked),
        (refusal(429, "TooManyRequestsException"), NotAsked),
        (refusal(400, "ThrottlingException"), NotAsked),
        (refusal(403, "ForbiddenException"), Refused),
        (refusal(500, "InternalFailureException"), Refused),
    ],
)
def test_how_a_changed_request_is_refused(refused: ClientError, expected: type[Exception]) -> None:
    client: Any = Odd(create_api_key=[refused])
    events = SimpleNamespace(register_first=lambda *_: None, unregister=lambda *_: None)
    client.meta = SimpleNamespace(events=events)
    with pytest.raises(expected, match=refused.response["Error"]["Code"]):
        caller_of(client).call_changed(str, "create_api_key", {})


def test_a_denied_deletion_changes_nothing_of_the_full_api() -> None:
    client = Odd(
        delete_graphql_api=[refusal(404, "NotFoundException")],
        create_graphql_api=[ok(graphqlApi={"apiId": "a"})],
        create_api_key=[ok(apiKey={"id": "k"}), refusal(400, "ApiKeyLimitExceededException")],
        delete_api_key=[refusal(403, "AccessDeniedException")],
        list_api_keys=[ok(apiKeys=[{"id": "k"}])],
    )
    asking = Asking(caller_of(client), "tag")
    with pytest.raises(NotAsked, match="AccessDenied"):
        keys.key_quota_after_deletion.ask(asking)
    assert asking.shared(keys.full_api)["ids"] == ["k"]


def test_an_api_that_cannot_be_made() -> None:
    refused = refusal(400, "ApiLimitExceededException")
    gone = [refusal(404, "NotFoundException")]
    asking = Asking(caller_of(Odd(delete_graphql_api=gone, create_graphql_api=[refused])), "tag")
    with pytest.raises(NotAsked, match="no API to ask about: 400 ApiLimitExceededException"):
        asking.key()
    accepted = Asking(caller_of(Odd(get_api=[ok()])), "tag")
    with pytest.raises(NotAsked, match="was accepted"):
        accepted.refused("get_api")
    with pytest.raises(NotAsked, match="not done after 120 seconds"):
        accepted.wait_for(lambda: False)


def test_what_comes_of_making_an_api() -> None:
    gone = [refusal(404, "NotFoundException")]
    answers = [refusal(400, "BadRequestException"), ok(), ok(graphqlApi={"apiId": "abcd"})]
    asking = Asking(caller_of(Odd(delete_graphql_api=gone, create_graphql_api=answers)), "tag")
    with pytest.raises(Refused, match="400 BadRequestException: m"):
        asking.make_api(additionalAuthenticationProviders=[])
    with pytest.raises(Lost, match="create_graphql_api answered without an id"):
        asking.make_api()
    assert asking.make_api()["apiId"] == "abcd"
    assert asking.made == asking.all_made == {"abcd": "delete_graphql_api"}


def test_what_is_shared_is_put_away_where_its_making_fails() -> None:
    made = [ok(graphqlApi={"apiId": "abcd"})]
    client = Odd(delete_graphql_api=[ok()], create_graphql_api=made)
    asking = Asking(caller_of(client), "tag")

    def make(own: Asking) -> None:
        assert own.api == "abcd"
        raise NotAsked("no more")

    with pytest.raises(NotAsked):
        asking.shared(make)
    assert asking.made == {"abcd": "delete_graphql_api"}


def test_an_answer_without_a_member_is_a_difference() -> None:
    side = Side(caller_of(Odd(get_api=[ok()])), "tag")
    seen = side.ask(lambda asking: asking.call("get_api")["api"])
    assert seen == "an answer without 'api'"


def test_a_fact_whose_code_fails_is_not_asked() -> None:
    side = Side(caller_of(Odd(get_api=[ok(api="da2-secret")])), "tag")
    reason = "the code of the fact failed: ValueError: invalid literal .*'<key id>'"
    with pytest.raises(NotAsked, match=reason):
        side.ask(lambda asking: int(asking.call("get_api")["api"]))


def test_a_refusal_where_none_was_expected_is_a_difference() -> None:
    side = Side(caller_of(Odd(get_api=[refusal(400, "BadRequestException")])), "tag")
    assert side.ask(lambda asking: asking.call("get_api")) == "refused: 400 BadRequestException: m"


def test_an_expired_key_that_is_not_listed() -> None:
    other_key = {"id": "da2-a", "description": "another-fact"}
    asking = Asking(caller_of(Odd(list_api_keys=[ok(apiKeys=[other_key])])), "tag")
    assert expired_keys.expired_key_gone.look_now(asking, "api") == "not listed"


@pytest.mark.parametrize(
    ("fact", "seen"),
    [
        (apis.authentication_providers_quota, "50 additional ones and perhaps more"),
        (event_apis.channel_namespace_quota, "60 and perhaps more"),
    ],
)
def test_a_side_that_takes_any_number(fact: Fact, seen: str) -> None:
    asking: Any = SimpleNamespace(
        api="api", graphql_api={"name": "orders"}, event_api={"apiId": "events"}
    )
    asking.refusal = lambda *_, **__: "accepted"
    assert fact.ask(asking) == seen


def test_a_side_without_a_quota() -> None:
    client: Any = Odd(create_api_key=[ok(apiKey={"id": "da2-a"})], delete_api_key=[ok()])
    asking = Asking(caller_of(client), "tag")
    assert expired_keys.expired_key_counts.look(asking, "api", {}) == "no quota"
    assert len([name for name, _ in client.asked if name == "delete_api_key"]) == 60
    assert expired_keys.expired_key_gone.look(asking, "api", {}) == "listed"


def test_too_few_keys_for_pages() -> None:
    rules = ApiKeyRules(quota=3)
    with AppSync(region="us-east-1", key_rules=rules) as appsync:
        caller = Caller(appsync.client(), Redaction(), time.sleep, time.time)
        side = Side(caller, "tag")
        with pytest.raises(NotAsked, match="an API has only 3 keys; 30 are needed"):
            side.ask(lists.page_without_max_results.ask)


def test_looking_for_what_was_made() -> None:
    pages = [
        ok(graphqlApis=[{"apiId": "a", "name": "pytest-appsync-verify-t-1"}], nextToken="n"),
        ok(graphqlApis=[{"apiId": "b", "name": "pytest-appsync-verify-t-2", "tags": {}}]),
    ]
    client = Odd(list_graphql_apis=pages, delete_graphql_api=[ok()])
    found, problems = find_made(caller_of(client))
    assert [(each.id, each.tag) for each in found] == [("a", "t")]
    assert problems == []


def test_a_list_that_is_denied() -> None:
    denied = [refusal(403, "AccessDeniedException")]
    client = Odd(list_graphql_apis=denied, delete_graphql_api=[refusal(404, "NotFoundException")])
    left = clean_up(caller_of(client), "t", {"a": "delete_graphql_api", "b": "x"}, keep=["b"])
    assert left == ["Whether something is left is not known: 403 AccessDeniedException: m"]
    assert ("delete_graphql_api", {"apiId": "a"}) in client.asked


def test_what_is_kept_is_not_waited_for() -> None:
    api = {"apiId": "a", "name": "pytest-appsync-verify-t-1"}
    client = Odd(list_graphql_apis=[ok(graphqlApis=[api])], list_apis=[ok(apis=[])])
    waited: list[float] = []
    assert clean_up(caller_of(client, waited), "t", {}, keep=["a"]) == []
    assert waited == []


def test_what_is_not_listed_yet_is_deleted() -> None:
    lists: dict[str, Any] = {"list_graphql_apis": [ok(graphqlApis=[])], "list_apis": [ok(apis=[])]}
    client = Odd(**lists, delete_graphql_api=[ok()])
    assert clean_up(caller_of(client), "t", {"a": "delete_graphql_api"}) == []
    assert ("delete_graphql_api", {"apiId": "a"}) in client.asked


def test_a_deletion_that_is_refused() -> None:
    api = {"apiId": "a", "name": "pytest-appsync-verify-t-1"}
    refused = [refusal(400, "BadRequestException")]
    client = Odd(list_graphql_apis=[ok(graphqlApis=[api])], delete_graphql_api=refused)
    assert clean_up(caller_of(client), "t", {}) == [
        "API a could not be removed: 400 BadRequestException: m"
    ]


def test_an_extra_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphql", None)
    [seen] = simulate([schemas.type_arn], "us-east-1", "tag")
    assert isinstance(seen, NotAsked)
    assert "graphql" in str(seen)
    run = Run([schemas.type_arn], [seen], caller_of(Odd()), "tag")
    run.ask_all()
    assert [(each.result, each.seen) for each in run.results] == [("not asked", str(seen))]


def test_odd_answers_are_seen() -> None:
    lists = {"list_graphql_apis": [ok(graphqlApis=[])], "list_api_keys": [ok()]}
    client: Any = Odd(delete_graphql_api=[ok()], **lists)
    client.create_graphql_api = lambda **_: ok(graphqlApi={"apiId": "abcd"})
    events = SimpleNamespace(register_first=lambda *_: None, unregister=lambda *_: None)
    client.meta = SimpleNamespace(events=events)
    asking = Asking(caller_of(client), "tag")
    assert apis.tags_in_lists.ask(asking) == "not listed"
    assert wire.unknown_path.ask(asking) == "accepted"


def test_a_refusal_reads_as_aws_said_it() -> None:
    error = refusal(404, "NotFoundException")
    response: Any = error.response
    assert str(Refused(response, Redaction())) == "404 NotFoundException: m"


def test_a_server_without_lists_is_no_appsync() -> None:
    caller = caller_of(Odd(list_graphql_apis=[refusal(404, "404")]))
    with pytest.raises(GiveUp, match=r"^this is no AppSync: list_graphql_apis is not there: 404"):
        refuse_other_servers(caller)
    with pytest.raises(GiveUp, match=r"^this is no AppSync"):
        caller.call("get_graphql_api", {"apiId": "a"})
