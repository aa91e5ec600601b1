"""Publishing to an Event API over HTTP: the checks, and the answer.

The limits are those of AWS's guide to Event APIs: "Publish events via HTTP" (how many events,
each of them JSON as text), "AWS AppSync Events concepts" (how long one is), "Understanding
channel namespaces" (which channels there are, and what a segment of one consists of). It does
not say how AppSync refuses other requests.

| what AWS does | source |
| --- | --- |
| BadRequestException, `Input exceeded 5 event limit`, for six events | \
aws-amplify/amplify-android, EventsRestClientTests.kt, which runs against AWS |
| UnauthorizedException, without a message, for a namespace that is not there | the same: \
testPublishToNonConfiguredChannel has the client's own words for a missing message |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_appsync import model
from pytest_appsync.protocol.constraints import broken
from pytest_appsync.protocol.request import STRICT_JSON
from pytest_appsync.server.refusal import bad_request, malformed, not_authorized, unauthorized
from pytest_appsync.service.apis import StoredApi
from pytest_appsync.service.collection import Resource
from pytest_appsync.service.identifiers import Identifiers

MOST_EVENTS = 5
LONGEST_EVENT = 240 * 1024
"""Bytes of UTF-8."""
MOST_SEGMENTS = 5


def check(api: StoredApi, content: Mapping[str, Any], *, by_key: bool) -> None:
    """Check what is to be published. The caller holds the service's lock.

    :param by_key: whether a key has let the request in.
    :raises RefusedError: where AppSync does not accept it.
    """
    channel, events = content.get("channel"), content.get("events")
    if not isinstance(channel, str) or not isinstance(events, list):
        raise malformed("`channel` and `events` are needed.")
    namespace = _namespace(api, channel)
    if by_key and not _takes_keys(api, namespace):
        raise not_authorized()
    if len(events) > MOST_EVENTS:
        raise bad_request(f"Input exceeded {MOST_EVENTS} event limit")
    if not events:
        raise bad_request(f"1 to {MOST_EVENTS} events can be published at once, not 0.")
    for number, event in enumerate(events):
        if not isinstance(event, str) or not _is_json(event):
            raise bad_request(f"The event at index {number} is not valid JSON as text.")
        if len(event.encode("utf-8", "surrogatepass")) > LONGEST_EVENT:
            raise bad_request(f"The event at index {number} is longer than 240 KB.")


def published(content: Mapping[str, Any], identifiers: Identifiers) -> dict[str, Any]:
    """The answer where all events were published."""
    return {
        "failed": [],
        "successful": [
            {"identifier": identifiers.new_request_id(), "index": index}
            for index in range(len(content["events"]))
        ],
    }


def _namespace(api: StoredApi, channel: str) -> Resource | None:
    """The namespace that a channel belongs to; ``None`` where every channel is accepted.

    An API that a test has seeded accepts every channel until it has a namespace.
    """
    segments = channel.removeprefix("/").split("/")
    if len(segments) > MOST_SEGMENTS or not all(segments):
        raise bad_request(f"A channel has 1 to {MOST_SEGMENTS} segments, such as /default/orders.")
    # Where botocore knows no namespaces, add_api() makes no Event API.
    creation: Any = model.operation_model("CreateChannelNamespace").input_shape
    for segment in segments:
        if broken(creation.members["name"], segment):
            raise bad_request(
                f"The segment {segment!r} of the channel must have 1 to 50 letters, digits and "
                "dashes, with no dash at its ends."
            )
    namespaces = api.owned("ChannelNamespace")
    if not len(namespaces) and "eventConfig" not in api.members:
        return None
    namespace = namespaces.get(segments[0])
    if namespace is None:
        raise unauthorized(None)
    return namespace


def _takes_keys(api: StoredApi, namespace: Resource | None) -> bool:
    """Whether a key may publish, by the namespace, or else by the API's default."""
    config: Mapping[str, Any] = api.members.get("eventConfig", {})
    modes: Iterable[Mapping[str, Any]] | None = config.get("defaultPublishAuthModes")
    if namespace is not None:
        modes = namespace.members.get("publishAuthModes") or modes
    return modes is None or any(mode.get("authType") == "API_KEY" for mode in modes)


def _is_json(text: str) -> bool:
    try:
        STRICT_JSON.decode(text)
    except (ValueError, RecursionError):
        return False
    return True
