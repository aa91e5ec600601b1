"""The event handlers that give an AppSync client's requests to the simulation.

One call's way::

    client._make_api_call         botocore_wrapping begins a ClientCall
      before-parameter-build      the parameters are recorded
      choose-signer.appsync       nothing is signed, so no credentials are needed
      before-send.appsync         the simulation answers with an HTTP response
      (botocore parses it)
      response-received.appsync   the attempt's status and error code are recorded
      (botocore may retry)        botocore_wrapping moves the clock instead of sleeping
    the call returns or raises    recorded

Handlers are plain functions without state, attached to a client at its first
call inside a simulation. Outside of a simulated call they return ``None`` at once.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import botocore
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from pytest_appsync.clients.client_call import current, in_progress
from pytest_appsync.locks import renew_after_fork

if TYPE_CHECKING:
    from botocore.client import BaseClient


def note_params(params: Mapping[str, Any], **_: Any) -> None:
    progress = in_progress()
    if progress is not None:
        progress.note_params(params)


def leave_unsigned(**_: Any) -> Any:
    progress = in_progress()
    return botocore.UNSIGNED if progress is not None and progress.decide() else None


def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
    call = current()
    return None if call is None else call.answer(request)


def note_response(
    parsed_response: Mapping[str, Any] | None, exception: BaseException | None, **_: Any
) -> None:
    progress = in_progress()
    if progress is None:
        return
    attempt = progress.attempt
    if parsed_response is None:
        attempt.error_code = type(exception).__name__
        if exception is not None and exception is progress.mistake:
            # From here it leaves the client at once: no retry handler sees it.
            raise exception
    else:
        attempt.http_status = parsed_response["ResponseMetadata"]["HTTPStatusCode"]
        if "Error" in parsed_response:
            attempt.error_code = parsed_response["Error"].get("Code") or None


HANDLERS: Mapping[str, Callable[..., Any]] = {
    "choose-signer.appsync": leave_unsigned,
    "before-send.appsync": answer,
    "response-received.appsync": note_response,
}
"""The handlers by event, each for AppSync's operations only."""

_attached: weakref.WeakSet[BaseClient] = weakref.WeakSet()
_lock = threading.Lock()
renew_after_fork(sys.modules[__name__], "_lock", threading.Lock)


def is_appsync(client: BaseClient) -> bool:
    """Whether the client is one of AppSync's, by its service model."""
    return bool(client.meta.service_model.service_id == "AppSync")


def attach(client: BaseClient) -> None:
    """Register the handlers with an AppSync client; a second time changes nothing.

    :raises TypeError: for an object that is not an AppSync client.
    """
    if not hasattr(client, "meta") or not is_appsync(client):
        raise TypeError(f"`client` must be an AppSync client, not {client!r}")
    if client in _attached:
        return
    with _lock:
        for event, handler in HANDLERS.items():
            client.meta.events.register(event, handler, unique_id=f"pytest-appsync-{event}")
        # The least specific of the last: other handlers may still change the parameters.
        client.meta.events.register_last(
            "before-parameter-build", note_params, unique_id="pytest-appsync-params"
        )
        _attached.add(client)
