"""For any input the answer is a documented 4xx that helps, or what was asked.

Never a 500, an exception of ours, a hang, or a state that a refused request has
changed. A sample of the fuzzer runs here; 100,000 inputs take some minutes::

    python tests/fuzzing --inputs 100000
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_appsync import AppSync, HttpAnswer
from pytest_appsync.protocol import constraints, request, response
from pytest_appsync.record.calls import shown
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.operations import OPERATIONS
from pytest_appsync.simulation import entered
from pytest_appsync.simulation.call_in_progress import CallInProgress
from tests.thoroughness import examples

if TYPE_CHECKING:  # mypy names a module by its folder, pytest does not
    from tests.fuzzing import nasty_objects
    from tests.fuzzing.campaign import Figures, Violation, judge, run
    from tests.fuzzing.client_input import ClientInput
    from tests.fuzzing.sending import Outcome, send
    from tests.fuzzing.start import API_ID, EVENT_API_ID, KEY_ID, NOW, SIMULATED
    from tests.fuzzing.valid_params import valid_params
    from tests.fuzzing.wire_input import BODY_KINDS, HOST, WireInput
else:
    from fuzzing import nasty_objects
    from fuzzing.campaign import Figures, Violation, judge, run
    from fuzzing.client_input import ClientInput
    from fuzzing.sending import Outcome, send
    from fuzzing.start import API_ID, EVENT_API_ID, KEY_ID, NOW, SIMULATED
    from fuzzing.valid_params import valid_params
    from fuzzing.wire_input import BODY_KINDS, HOST, WireInput

SAMPLE = examples(300, 5000)
TRIES = 1000

# --- the sample ----------------------------------------------------------------------


def test_a_sample_of_the_fuzzers_inputs() -> None:
    figures = Figures()
    violation = run(seed=7, numbers=range(SAMPLE), figures=figures)
    assert violation is None, str(violation)
    assert figures.inputs == {"wire": SAMPLE // 2, "client": SAMPLE // 2}
    assert set(figures.operations) == set(SIMULATED)
    for layer in ("wire", "client"):
        answers = {answer for of, answer in figures.answers if of == layer}
        assert {"200 OK", "400 BadRequestException", "404 NotFoundException"} <= answers


def test_the_command_reports_figures() -> None:
    fuzzing = Path(__file__).parents[1] / "fuzzing"
    command = [sys.executable, str(fuzzing), "--inputs", "20", "--seed", "7"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for figure in ("20 inputs in", "client: 10", "wire: 10", "200 OK", "slowest: "):
        assert figure in ended.stdout


@pytest.mark.parametrize("operation", SIMULATED)
def test_what_is_valid_of_each_operation_is_carried_out(operation: str) -> None:
    for number in range(5):
        params = valid_params(random.Random(number), operation)
        assert judge(ClientInput(operation, "eu-west-1", params, is_valid=True)) is None


# --- the fuzzer notices --------------------------------------------------------------

Patch = pytest.MonkeyPatch


def answering(status: int, body: Mapping[str, Any], code: str = request.BAD_REQUEST) -> Any:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return lambda *_: HttpAnswer(status, headers, json.dumps(body))


def refuse_with_a_500(patch: Patch) -> None:
    patch.setattr(response, "refusal_answer", answering(500, {"message": "at 'name'"}))


def refuse_with_an_undocumented_code(patch: Patch) -> None:
    patch.setattr(response, "refusal_answer", answering(400, {"message": "no"}, "TeapotException"))


def refuse_with_another_status(patch: Patch) -> None:
    patch.setattr(response, "refusal_answer", answering(422, {"message": "no"}))


def refuse_without_a_word(patch: Patch) -> None:
    patch.setattr(response, "refusal_answer", answering(400, {}))


def name_no_member(patch: Patch) -> None:
    patch.setattr(response, "refusal_answer", answering(400, {"message": "Bad request."}))


def blame_another_member(patch: Patch) -> None:
    problem = request._Reader.problem

    def blame(reader: Any, value: object, path: str, constraint: str) -> Any:
        return problem(reader, value, "apiId", constraint)

    patch.setattr(request._Reader, "problem", blame)


def speak_of_python(patch: Patch) -> None:
    def answer(operation: Any, refusal: ServiceError) -> HttpAnswer:
        message = f"Traceback (most recent call last): {refusal.message}"
        return HttpAnswer.error(refusal.code, 400, message)

    patch.setattr(response, "refusal_answer", answer)


def accept_all_values(patch: Patch) -> None:
    patch.setattr(request._Reader, "problem", lambda *_: None)


def check_no_bounds(patch: Patch) -> None:
    patch.setattr(constraints, "broken", lambda *_: [])


def raise_from_the_reader(patch: Patch) -> None:
    read = request.read_request

    def read_or_raise(operation: Any, sent: Any) -> Mapping[str, Any]:
        try:
            return read(operation, sent)
        except ServiceError as error:
            raise LookupError from error

    patch.setattr(request, "read_request", read_or_raise)


def raise_from_the_handlers(patch: Patch) -> None:
    def asks(call: Any, params: Mapping[str, Any]) -> None:
        call.call.params = json.loads(json.dumps(params))

    patch.setattr(CallInProgress, "note_params", asks)


def change_before_checking(patch: Patch) -> None:
    update = OPERATIONS["UpdateApiKey"]

    def change_first(region: Any, params: Any) -> Any:
        try:
            return update(region, params)
        except ServiceError:
            for api in region.apis:
                for key in api.keys:
                    key.description = "changed"
            raise

    patch.setitem(OPERATIONS, "UpdateApiKey", change_first)


def change_settings_before_checking(patch: Patch) -> None:
    read = request.read_request

    def change_first(operation: Any, sent: Any) -> Mapping[str, Any]:
        if operation.name == "UpdateGraphqlApi":
            simulation: Any = entered.active()
            for region in simulation.service.regions():
                for api in region.of_kind["GRAPHQL"]:
                    api.members["xrayEnabled"] = True
        return read(operation, sent)

    patch.setattr(request, "read_request", change_first)


def act_in_another_region(patch: Patch) -> None:
    delete = OPERATIONS["DeleteApiKey"]

    def elsewhere(region: Any, params: Any) -> Any:
        simulation: Any = entered.active()
        return delete(simulation.service.region("eu-west-1"), params)

    patch.setitem(OPERATIONS, "DeleteApiKey", elsewhere)


def forget_the_description(patch: Patch) -> None:
    create = OPERATIONS["CreateApiKey"]

    def forget(region: Any, params: Any) -> Any:
        return create(region, {**params, "description": None})

    patch.setitem(OPERATIONS, "CreateApiKey", forget)


def refuse_what_is_valid(patch: Patch) -> None:
    def refuse(*_: Any) -> Any:
        raise ServiceError("UnauthorizedException", "no")

    patch.setitem(OPERATIONS, "GetGraphqlApi", refuse)


def record_nothing(patch: Patch) -> None:
    patch.setattr("pytest_appsync.record.calls.Calls.add", lambda *_: None)


def take_long(patch: Patch) -> None:
    read = request.read_request

    def slowly(operation: Any, sent: Any) -> Mapping[str, Any]:
        time.sleep(0.02)
        return read(operation, sent)

    patch.setattr(request, "read_request", slowly)
    patch.setattr(sys.modules[judge.__module__], "SECONDS", 0.02)


@pytest.mark.parametrize(
    ("sabotage", "operation", "complaint"),
    [
        (refuse_with_a_500, "CreateApiKey", "no 4xx"),
        (refuse_with_an_undocumented_code, "CreateApiKey", "documents no such answer"),
        (refuse_with_another_status, "ListGraphqlApis", "documents no such answer"),
        (refuse_without_a_word, "CreateApiKey", "says nothing"),
        (name_no_member, "CreateApiKey", "names no member"),
        (blame_another_member, "CreateApiKey", "blames"),
        (speak_of_python, "ListApiKeys", "speaks of Python"),
        (accept_all_values, "CreateApiKey", "carried out"),
        (check_no_bounds, "ListGraphqlApis", "carried out although"),
        (raise_from_the_reader, "CreateApiKey", "raised LookupError"),
        (raise_from_the_handlers, "CreateApiKey", "our code raised"),
        (change_before_checking, "UpdateApiKey", "the state has changed"),
        (change_settings_before_checking, "UpdateGraphqlApi", "the state has changed"),
        (act_in_another_region, "DeleteApiKey", "the state"),
        (forget_the_description, "CreateApiKey", "is not"),
        (refuse_what_is_valid, "GetGraphqlApi", "a valid input was refused"),
        (record_nothing, "CreateApiKey", "not recorded"),
        (take_long, "CreateApiKey", "it took"),
    ],
)
def test_the_fuzzer_notices(
    sabotage: Callable[[Patch], None], operation: str, complaint: str, monkeypatch: Patch
) -> None:
    sabotage(monkeypatch)
    violation = run(7, range(TRIES), Figures(), operations=[operation])
    assert violation is not None
    assert complaint in violation.complaint
    assert f"--seed 7 --only {violation.number}" in str(violation)


def test_a_reproduction_is_small(monkeypatch: Patch) -> None:
    name_no_member(monkeypatch)
    given = create_key(json.dumps({"expires": "x", "description": "a" * 99}).encode())
    violation = Violation(7, 0, judge(given) or "", given)
    smallest = violation.smallest()
    assert isinstance(smallest, WireInput)
    assert len(smallest.body) < 10


# --- by category ---------------------------------------------------------------------


def create_key(body: bytes = b"", **parts: Any) -> WireInput:
    given = WireInput("CreateApiKey", "us-east-1", HOST, f"/v1/apis/{API_ID}/apikeys", "", body)
    return replace(given, touched=None, **parts)


def list_keys(query: str) -> WireInput:
    return replace(create_key(query=query), operation="ListApiKeys")


def create_api(**members: str) -> WireInput:
    """:param members: pieces of JSON."""
    text = ", ".join(f'"{name}": {piece}' for name, piece in members.items())
    body = f'{{"name": "a", "authenticationType": "API_KEY", {text}}}'.encode()
    return create_key(body, operation="CreateGraphqlApi", path="/v1/apis")


def refusal(given: WireInput | ClientInput) -> str:
    """The message with which ``given`` is refused, as it may be refused."""
    assert judge(given) is None
    outcome: Outcome = send(given)
    assert outcome.status == 400, (outcome.status, outcome.raised)
    assert outcome.code == "BadRequestException"
    return outcome.message


EXPIRES = NOW + 30 * 86_400


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        pytest.param(
            create_key(path="/v1/apis/%ED%A0%80/apikeys"),
            "at 'apiId' failed to satisfy constraint: Member must be valid Unicode",
            id="percent-encoding",
        ),
        pytest.param(
            create_key(path="/v1/apis/or\tders/apikeys"), "no URL has a '\\t'", id="tab in a path"
        ),
        pytest.param(create_key(host="https://[::1"), "The URL 'https://[::1", id="no URL"),
        pytest.param(
            list_keys("maxResults=25\n"), "The URL 'https://appsync", id="line break in a query"
        ),
        pytest.param(list_keys("maxResults=26"), "at 'maxResults'", id="query, one too many"),
        pytest.param(
            list_keys("maxResults=%D9%A3"), "at 'maxResults'", id="query, digits of another script"
        ),
        pytest.param(
            list_keys("maxResults=1&maxResults=99"), "at 'maxResults'", id="query, given twice"
        ),
        pytest.param(
            list_keys("nextToken=%FF"),
            "at 'nextToken' failed to satisfy constraint: Member must be valid Unicode",
            id="query, not UTF-8",
        ),
        pytest.param(
            list_keys("maxResults=" + "9" * 5000), "at 'maxResults'", id="query, 5,000 digits"
        ),
        pytest.param(create_key(b'{"expires": 1'), "not JSON: ", id="body, cut off"),
        pytest.param(
            create_key('{"expires": 7}'.encode("utf-16")), "byte 0 is not UTF-8", id="UTF-16"
        ),
        pytest.param(
            create_key(b'{"a": ' + b"[" * 50_000), "it is nested too deeply", id="50,000 deep"
        ),
        pytest.param(
            create_key(b'{"expires": ' + b"9" * 5000 + b"}"),
            "too many digits" if hasattr(sys, "set_int_max_str_digits") else "",
            id="a number of 5,000 digits",
        ),
        pytest.param(create_key(b'{"anything": [NaN]}'), "NaN is no JSON", id="NaN anywhere"),
        pytest.param(create_key(b'{"expires": NaN}'), "NaN is no JSON number", id="NaN"),
        pytest.param(
            create_key(b'{"expires": -Infinity}'), "-Infinity is no JSON number", id="Infinity"
        ),
        pytest.param(
            create_key(b'{"expires": 7, "expires": "x"}'),
            "Value 'x' at 'expires'",
            id="duplicate members",
        ),
        pytest.param(
            create_key(b'{"description": "\\ud800"}'), "at 'description'", id="surrogates"
        ),
        pytest.param(
            create_api(additionalAuthenticationProviders="[null]"),
            "Value null at 'additionalAuthenticationProviders.1.member'",
            id="null in a list",
        ),
        pytest.param(
            create_api(tags=f'{{"{"k" * 129}": "v"}}'), "at 'tags.key'", id="key of a map, too long"
        ),
        pytest.param(create_api(tags='{"aws:a": "v"}'), "pattern", id="key of a map, forbidden"),
        pytest.param(
            create_key(b"{}", body_kind="chunks"), "neither bytes nor text", id="body, chunks"
        ),
        pytest.param(
            create_key(b'{"expires": "' + b"x" * 3_000_000 + b'"}'),
            "Value 'xxx",
            id="three megabytes",
        ),
    ],
)
def test_malformed_http(given: WireInput, complaint: str) -> None:
    assert complaint in refusal(given)


@pytest.mark.parametrize("header", ["Content-Type", "Content-Length", "X-Amz-Target", "ä\x00"])
def test_headers_that_no_member_travels_in_do_not_matter(header: str) -> None:
    for value in ("", "-1", "\r\nX: 1", "\ud800", "x" * 100_000):
        given = create_key(b'{"expires": %d}' % EXPIRES, headers={header: value}, is_valid=True)
        assert judge(given) is None


@pytest.mark.parametrize("kind", BODY_KINDS)
def test_a_body_of_any_kind(kind: str) -> None:
    assert judge(create_key(b'{"expires": %d}' % EXPIRES, body_kind=kind)) is None


@pytest.mark.parametrize(
    "number",
    [2**63, -(2**63) - 1, 10**30, 10**400],
    ids=["2**63", "-2**63-1", "10**30", "10**400"],
)
def test_a_number_beyond_64_bits_is_not_stored(number: int) -> None:
    settings = f'{{"issuer": "https://issuer.example", "authTTL": {number}}}'
    message = refusal(create_api(openIDConnectConfig=settings))
    assert f"Value '{str(number)[:20]}" in message
    assert "at 'openIDConnectConfig.authTTL'" in message
    assert "Member must fit into 64 bits" in message


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63)])
def test_a_number_of_64_bits_is_stored(number: int) -> None:
    settings = f'{{"issuer": "https://issuer.example", "authTTL": {number}}}'
    outcome = send(create_api(openIDConnectConfig=settings))
    assert outcome.result is not None
    assert outcome.result["graphqlApi"]["openIDConnectConfig"]["authTTL"] == number


def test_of_duplicate_members_the_last_counts() -> None:
    body = b'{"expires": "x", "description": "a", "expires": %d, "description": "b"}' % EXPIRES
    outcome = send(create_key(body))
    assert judge(create_key(body)) is None
    assert outcome.result is not None
    assert outcome.result["apiKey"]["description"] == "b"


def test_a_value_is_named_whose_nesting_only_just_can_be_read() -> None:
    """To show it takes a little more depth than to read it: it is named from further within."""
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit()):
        deep = "[" * depth + "]" * depth
        providers = f'[{{"openIDConnectConfig": {{"issuer": {deep}}}}}]'
        assert judge(create_api(additionalAuthenticationProviders=providers)) is None


def test_a_message_can_be_printed_whatever_it_names() -> None:
    message = refusal(create_api(tags='{"\\ud800": 7}'))
    assert "at 'tags.\\ud800' failed to satisfy constraint: Member must be a string" in message
    message.encode()


def test_a_long_name_is_shown_in_short() -> None:
    assert len(refusal(create_api(tags=f'{{"{"k" * 100_000}": 7}}'))) < 1000


def test_of_very_many_mistakes_the_first_are_told() -> None:
    providers = "[" + ", ".join(["7"] * 100_000) + "]"
    message = refusal(create_api(additionalAuthenticationProviders=providers))
    assert message.startswith("100000 validation errors detected: Value '7' at 'additional")
    assert message.endswith(
        "Providers.20.member' failed to satisfy constraint: Member must be a structure; ..."
    )


@pytest.mark.parametrize(("mistakes", "are_all_told"), [(20, True), (21, False)])
def test_twenty_mistakes_are_told(mistakes: int, are_all_told: bool) -> None:
    providers = "[" + ", ".join(["7"] * mistakes) + "]"
    message = refusal(create_api(additionalAuthenticationProviders=providers))
    assert message.count("Value '7'") == 20
    assert message.endswith("; ...") is not are_all_told


@pytest.mark.parametrize(
    "path", ["/v1/apis//apikeys", "/v2/apis/orders/apikeys", "/apis/o/apikeys"]
)
def test_a_path_that_appsync_does_not_have_is_refused_before_it(path: str) -> None:
    given = create_key(path=path)
    assert judge(given) is None
    outcome = send(given)
    assert (outcome.status, outcome.code) == (403, "ForbiddenException")
    assert outcome.message == "Forbidden"


# --- at the client -------------------------------------------------------------------


def call(**params: Any) -> ClientInput:
    return ClientInput("CreateApiKey", "us-east-1", {"apiId": API_ID, **params}, frozenset(params))


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"expires": "tomorrow"}, "Value 'tomorrow' at 'expires'"),
        ({"expires": float("nan")}, "NaN is no JSON number"),
        ({"expires": float("inf")}, "Infinity is no JSON number"),
        ({"expires": True}, "at 'expires'"),
        ({"description": "\ud800"}, "at 'description'"),
        ({"description": {"\ud800": ["x"]}}, "at 'description'"),
        ({"description": ("a", "b")}, "at 'description'"),
    ],
    ids=ascii,
)
def test_malformed_parameters(params: dict[str, Any], complaint: str) -> None:
    assert complaint in refusal(call(**params))


@pytest.mark.parametrize("member", ["apiId", "description", "expires", "unknown"])
def test_an_object_of_any_kind(member: str) -> None:
    """Where botocore cannot send it, it is botocore that says so."""
    for make in nasty_objects.MADE:
        given = call(**{member: make()})
        assert judge(given) is None, shown(given)


def test_what_holds_itself_is_recorded_as_it_was_sent(appsync: AppSync) -> None:
    endless: list[Any] = []
    endless.append(endless)
    client: Any = appsync.client(config=Config(parameter_validation=False))
    with pytest.raises(client.exceptions.NotFoundException):
        client.create_api_key(apiId=endless)
    assert appsync.calls[0].params == {"apiId": "[[...]]"}
    assert "CreateApiKey(apiId='[[...]]')" in repr(appsync.calls)


def test_a_key_that_is_there_is_not_changed_by_a_refusal() -> None:
    path = f"/v1/apis/{API_ID}/apikeys/{KEY_ID}"
    body = b'{"description": "new", "expires": 7}'
    outcome = send(create_key(body, operation="UpdateApiKey", path=path))
    assert outcome.code == "ApiKeyValidityOutOfBoundsException"
    assert outcome.before == outcome.after


@pytest.mark.parametrize("operation", ["GetGraphqlApi", "UpdateGraphqlApi", "DeleteGraphqlApi"])
def test_an_event_api_is_no_graphql_api(operation: str) -> None:
    params = valid_params(random.Random(1), operation)
    given = ClientInput(operation, "us-east-1", {**params, "apiId": EVENT_API_ID})
    assert judge(given) is None
    assert send(given).code == "NotFoundException"


# --- what a test scripts and seeds ---------------------------------------------------


def test_an_answer_that_cannot_be_sent_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="half of a surrogate pair cannot be sent"):
        HttpAnswer(502, body="\ud800")


@pytest.mark.parametrize("number", [10**400, -(10**400), float("nan"), float("inf")], ids="abcd")
def test_a_number_that_is_too_large_is_refused_in_words(appsync: AppSync, number: float) -> None:
    with pytest.raises(ValueError, match=r"`seconds` must be a timedelta or seconds"):
        appsync.delay("CreateApiKey", number)
    with pytest.raises(ValueError, match="`moment` must be a finite number"):
        appsync.clock.set(number)
    with pytest.raises(ValueError, match="`expires` must be a finite number"):
        appsync.add_api_key(appsync.add_api(), expires=number)


# --- whatever there is ---------------------------------------------------------------

quick = settings(
    max_examples=examples(30, 300), deadline=None, suppress_health_check=list(HealthCheck)
)
operations = st.sampled_from(SIMULATED)
marks = st.sampled_from("/%?&=+;#.aF0~:@[]{}\\ \n\x00ä\ud800")
urls = st.text(marks | st.characters(), max_size=30)
objects = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.complex_numbers()
    | st.decimals()
    | st.datetimes()
    | st.uuids(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text() | st.integers() | st.none(), inner, max_size=3)
    ),
    max_leaves=6,
)


@quick
@given(operation=operations, path=urls, query=urls)
@example(operation="ListApiKeys", path="/v1/apis/a/apikeys", query="maxResults=\u0663")
def test_any_url(operation: str, path: str, query: str) -> None:
    assert judge(create_key(operation=operation, path=path, query=query)) is None
    given = create_key(operation=operation, path=f"/v1/apis/{path}/apikeys", query=query)
    assert judge(given) is None


@quick
@given(body=st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_body(body: bytes) -> None:
    assert judge(create_key(body)) is None


@quick
@given(
    operation=operations,
    params=st.dictionaries(
        st.sampled_from(["apiId", "id", "name", "expires", "tags", "maxResults", "eventConfig"]),
        objects,
        max_size=4,
    ),
)
def test_any_parameters(operation: str, params: dict[str, Any]) -> None:
    assert judge(ClientInput(operation, "us-east-1", params, touched=None)) is None
