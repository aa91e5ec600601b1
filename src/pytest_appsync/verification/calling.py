"""Calls of one side: waiting where AppSync wants it, and a record without secrets."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from pytest_appsync.verification.redaction import Redaction

WAITS = (1, 2, 4, 8, 16, 16)
"""Seconds between the attempts of a call that is throttled."""
_WAITS_FOR_READING = (0.5, 1, 2)
"""Seconds between the attempts to read something."""

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
    """A fact cannot be asked for; the text says why."""


class Lost(NotAsked):
    """An answer did not come, so what was made is not known."""


class GiveUp(NotAsked):
    """No fact can be asked for any more."""


class Refused(Exception):  # noqa: N818
    """AppSync refused a request.

    :ivar status: the HTTP status.
    :ivar response: as botocore has it, headers among it.
    """

    def __init__(self, response: Mapping[str, Any], redaction: Redaction) -> None:
        error = response.get("Error", {})
        self.response = response
        self.status: int = response["ResponseMetadata"]["HTTPStatusCode"]
        self.code: str = error.get("Code", "")
        self.message = redaction.text(" ".join(error.get("Message", "").split()))[:_LONGEST]
        super().__init__(f"{self.status} {self.code}: {self.message}")


class Caller:
    """Calls one side.

    :param client: a boto3 AppSync client that neither retries nor checks parameters.
    :param sleep: waits so many seconds.
    :param time: what the time is where no answer has said it.
    :ivar exchanges: what was asked and answered since it was emptied, without secrets.
    :ivar now: the time that the last answer gave.
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
        self._denied: dict[str, str] = {}

    def call(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of one operation.

        It waits where AppSync throttles. What only reads is asked again where no answer
        came; what makes or changes something is not, because it may have been done.

        :raises Refused: where AppSync refuses.
        :raises Lost: where no answer came, or one that cannot be read.
        :raises NotAsked: for lack of a permission or of the operation; where it throttles
            longer than a minute.
        """
        if not hasattr(self.client, operation):
            raise NotAsked(f"the installed botocore has no {operation}")
        if operation in self._denied:
            raise NotAsked(self._denied[operation])
        reads = operation.startswith(("get_", "list_"))
        waits: Iterator[float] = iter(WAITS)
        waits_for_answer = iter(_WAITS_FOR_READING)
        while True:
            try:
                return self._call_once(operation, params)
            except Refused as refused:
                if refused.status == 429 or refused.code in _THROTTLED:
                    pause: float | None = next(waits, None)
                    error: NotAsked = NotAsked(f"{operation} is throttled: {refused}")
                elif refused.code in _BAD_CREDENTIALS:
                    raise GiveUp(str(refused)) from None
                elif refused.status in (401, 403):
                    self._denied[operation] = str(refused)
                    raise NotAsked(str(refused)) from None
                elif refused.status in (404, 405, 501) and refused.code == str(refused.status):
                    raise NotAsked(f"{operation} is not there: {refused}") from None
                elif refused.status >= 500:
                    pause = next(waits_for_answer, None) if reads else None
                    error = Lost(f"{operation}: {refused}")
                else:
                    raise
            except (BotoCoreError, ResponseParserError) as no_answer:
                may_be_done = not reads and not isinstance(no_answer, EndpointConnectionError)
                pause = None if may_be_done else next(waits_for_answer, None)
                text = self.redaction.text(str(no_answer))
                error = Lost(f"{operation} got no answer: {text}")
            if pause is None:
                raise error
            self.sleep(pause)

    def _call_once(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        exchange: dict[str, Any] = {"operation": operation, "params": params}
        self.exchanges.append(exchange)
        answer: dict[str, Any] = {}
        try:
            self.now = self._time()
            try:
                answer = getattr(self.client, operation)(**params)
            except ClientError as error:
                response: dict[str, Any] = error.response  # type: ignore[assignment]
                self._note(response)
                exchange["status"] = response["ResponseMetadata"]["HTTPStatusCode"]
                exchange["error"] = response.get("Error")
                raise Refused(response, self.redaction) from None
            except (BotoCoreError, ResponseParserError) as no_answer:
                exchange["no answer"] = str(no_answer)
                raise
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
        date = response["ResponseMetadata"].get("HTTPHeaders", {}).get("date", "")
        with contextlib.suppress(ValueError):
            self.now = parsedate_to_datetime(date).timestamp()

    def call_at(
        self, change: Callable[[str], str], operation: str, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The answer of one operation, asked for once at another URL.

        :param change: makes it of the operation's own.
        :raises Refused: where it is refused, by AppSync or before it.
        :raises Lost: where no answer came.
        """

        def handler(request: Any, **_: object) -> None:
            request.url = change(request.url)

        events = self.client.meta.events
        events.register_first("request-created.appsync", handler)
        try:
            return self._call_once(operation, params)
        except (BotoCoreError, ResponseParserError) as no_answer:
            raise Lost(f"{operation}: {self.redaction.text(str(no_answer))}") from None
        finally:
            events.unregister("request-created.appsync", handler)
