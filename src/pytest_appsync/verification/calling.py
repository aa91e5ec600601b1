"""The calls of one side: with waits where AppSync throttles, and a record without secrets."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from botocore.exceptions import ClientError, EndpointConnectionError

from pytest_appsync.verification.redaction import Redaction

WAITS = (1, 2, 4, 8, 16, 16)
"""Seconds between the attempts of a call that is throttled."""
_WAITS_FOR_READING = (0.5, 1, 2)
"""Seconds between the attempts to read something."""

_MOST_PAGES = 50
"""The most pages of a list. One has 25 items; AppSync's quotas are 25 APIs and 50 keys."""

_LONGEST = 500
"""Characters of a message: a page of a gateway may be long."""

_THROTTLED = frozenset(
    {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"}
)
_BAD_CREDENTIALS = frozenset(
    {
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


class NotAsked(Exception):  # noqa: N818
    """The reason why a fact cannot be asked for."""


class Lost(NotAsked):
    """The failure of a call whose effect is not known: AppSync failed, or no answer came."""


class NoAnswer(Lost):
    """The failure of a call without an answer, or with one that botocore cannot read.

    :ivar arrived: whether the request may have arrived.
    """

    def __init__(self, text: str, *, arrived: bool) -> None:
        self.arrived = arrived
        super().__init__(text)


class NotThere(NotAsked):
    """The failure of a call of an operation that the server does not know."""


class GiveUp(NotAsked):
    """The reason why no fact can be asked for any more."""


class Refused(Exception):  # noqa: N818
    """A refusal by AppSync.

    :ivar status: the HTTP status.
    :ivar code: AWS's code, or the status where no code came.
    :ivar response: as botocore has it, headers among it.
    """

    def __init__(self, response: Mapping[str, Any], redaction: Redaction) -> None:
        error = response.get("Error", {})
        self.response = response
        self.status: int = response["ResponseMetadata"]["HTTPStatusCode"]
        self.code: str = error.get("Code", "")
        message = redaction.text(" ".join(error.get("Message", "").split()))[:_LONGEST]
        super().__init__(f"{self.status} {self.code}: {message}")

    @property
    def is_throttling(self) -> bool:
        """Whether there were too many requests."""
        return self.status == 429 or self.code in _THROTTLED


class Caller:
    """The caller of one side.

    :param client: a boto3 AppSync client that neither retries nor checks parameters.
    :param sleep: waits so many seconds.
    :param time: gives the time until an answer has given it.
    :ivar exchanges: what was asked and answered since it was emptied, without secrets.
    :ivar now: the time that the last answer gave.
    :ivar permitted: operations that are known to be permitted.
    :ivar heard: whether an AppSync has answered.
    """

    def __init__(
        self,
        client: Any,
        redaction: Redaction,
        sleep: Callable[[float], object],
        time: Callable[[], float],
    ) -> None:
        self.client = client
        self.redaction = redaction
        self.sleep = sleep
        self._time = time
        self.now = time()
        self.exchanges: list[dict[str, Any]] = []
        self.permitted: set[str] = set()
        self.heard = False
        self._given_up: GiveUp | None = None
        self._not_again: dict[str, str] = {}
        """Why an operation is not asked for again."""
        self._throttled: set[str] = set()

    def call(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of one operation.

        It waits where AppSync throttles; an operation for which it has waited without
        success is not waited for again. What only reads is asked again where no answer
        came; what makes or changes something is not, because it may have been done.

        :raises Refused: where AppSync refuses.
        :raises Lost: where AppSync fails, or no answer came.
        :raises NotAsked: without the permission or the operation; where it throttles longer than a
            minute.
        :raises GiveUp: where the credentials are refused, or nothing has ever answered.
        """
        self._check_given_up()
        if not hasattr(self.client, operation):
            raise NotAsked(f"the installed botocore has no {operation}")
        if operation in self._not_again:
            raise NotAsked(self._not_again[operation])
        reads = operation.startswith(("get_", "list_"))
        waits: Iterator[float] = iter(() if operation in self._throttled else WAITS)
        waits_for_answer = iter(_WAITS_FOR_READING)
        while True:
            try:
                answer = self._call_once(operation, params)
                self._throttled.discard(operation)
                return answer
            except Refused as refused:
                if refused.is_throttling:
                    pause: float | None = next(waits, None)
                    error: NotAsked = NotAsked(f"{operation} is throttled: {refused}")
                    if pause is None:
                        self._throttled.add(operation)
                elif refused.code in _BAD_CREDENTIALS:
                    self._given_up = GiveUp(str(refused))
                    raise self._given_up from None
                elif refused.status in (401, 403):
                    self._not_again[operation] = str(refused)
                    raise NotAsked(str(refused)) from None
                elif refused.status in (404, 405, 501) and refused.code == str(refused.status):
                    raise NotThere(f"{operation} is not there: {refused}") from None
                elif refused.status >= 500:
                    pause = next(waits_for_answer, None) if reads else None
                    error = Lost(f"{operation}: {refused}")
                else:
                    raise
            except NoAnswer as no_answer:
                may_be_done = no_answer.arrived and not reads
                pause = None if may_be_done else next(waits_for_answer, None)
                error = no_answer
            if pause is None:
                if not self.heard:
                    self._given_up = error = GiveUp(str(error))
                raise error
            self.sleep(pause)

    def items(self, operation: str, member: str, **params: Any) -> Iterator[Any]:
        """The items of all pages of a list.

        A list whose pages do not end is not asked for again.

        :param member: the member of the answer that has a page's items.
        :raises Refused: as :meth:`call`.
        :raises NotAsked: as :meth:`call`; where the pages do not end.
        :raises KeyError: where that member is missing.
        """
        tokens = set()
        for _ in range(_MOST_PAGES):
            answer = self.call(operation, {"maxResults": 25, **params})
            yield from answer[member]
            token = answer.get("nextToken")
            if not token:
                return
            if token in tokens:
                break
            tokens.add(token)
            params["nextToken"] = token
        self._not_again[operation] = f"the pages of {operation} do not end"
        raise NotAsked(self._not_again[operation])

    def give_up(self, why: str) -> NoReturn:
        """Ask nothing more: it is not an AppSync that has answered.

        :raises GiveUp: always.
        """
        self.heard = False
        self._given_up = GiveUp(why)
        raise self._given_up

    def _check_given_up(self) -> None:
        if self._given_up is not None:
            raise self._given_up

    def _call_once(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        exchange: dict[str, Any] = {"operation": operation, "params": params}
        self.exchanges.append(exchange)
        answer: dict[str, Any] = {}
        try:
            self.now = self._time()
            try:
                answer = getattr(self.client, operation)(**params)
                answer = {name: _read(value) for name, value in answer.items()}
            except ClientError as error:
                response: dict[str, Any] = error.response  # type: ignore[assignment]
                self._note(response)
                exchange["status"] = response["ResponseMetadata"]["HTTPStatusCode"]
                exchange["error"] = response.get("Error")
                raise Refused(response, self.redaction) from None
            except Exception as error:
                # A server that is not AppSync may send what botocore's parsers cannot read.
                exchange["no answer"] = text = self.redaction.text(str(error))
                arrived = not isinstance(error, EndpointConnectionError)
                what = f"got no answer: {text}"
                if isinstance(error, (AttributeError, TypeError)):
                    what = "answered with JSON that is no object of the shape that AppSync sends"
                raise NoAnswer(f"{operation} {what}", arrived=arrived) from None
            self.redaction.learn_answer(answer)
            self._note(answer)
            exchange["status"] = answer["ResponseMetadata"]["HTTPStatusCode"]
            exchange["answer"] = {
                name: value for name, value in answer.items() if name != "ResponseMetadata"
            }
            return answer
        finally:
            exchange.update(self.redaction.value(exchange))

    def _note(self, response: Mapping[str, Any]) -> None:
        self.heard = True
        date = response["ResponseMetadata"].get("HTTPHeaders", {}).get("date", "")
        with contextlib.suppress(ValueError):
            self.now = parsedate_to_datetime(date).timestamp()

    def call_changed(
        self, change: Callable[[Any], object], operation: str, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The answer of one operation, asked for once with another HTTP request.

        :param change: changes the request that botocore has made, before it is signed.
        :raises Refused: where it is refused, by AppSync or before it.
        :raises NotAsked: without the permission; where it is throttled; where no answer came.
        """

        def handler(request: Any, **_: object) -> None:
            change(request)

        self._check_given_up()
        events = self.client.meta.events
        events.register_first("request-created.appsync", handler)
        try:
            return self._call_once(operation, params)
        except Refused as refused:
            # These say nothing of the change. A gateway's 403 may be what is asked about.
            no_access = {"AccessDeniedException", *_BAD_CREDENTIALS}
            if refused.is_throttling or refused.code in no_access:
                raise NotAsked(str(refused)) from None
            raise
        finally:
            events.unregister("request-created.appsync", handler)


def _read(value: Any) -> Any:
    """A member of an answer; a stream is read into bytes."""
    return value.read() if hasattr(value, "read") else value
