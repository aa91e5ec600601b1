"""A client's call outside of any simulation while the guard is up: refused where it is real.

A call is not real where a handler of ``before-call`` has answered it, such as an active
``Stubber``'s, where moto answers it, or where it goes to this machine. It is looked at twice:

=====================  =================================================================
when                   why
=====================  =================================================================
``before-call``, last  nothing is signed yet: signing may look for credentials elsewhere
the request is sent    moto, which answers at ``before-send``, may let a call go on
=====================  =================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest

from pytest_appsync.clients import guard, moto_wrapping
from pytest_appsync.clients.client_call import current, current_call
from pytest_appsync.clients.this_machine import is_on_this_machine
from pytest_appsync.record.call_site import CallSite

if TYPE_CHECKING:
    from botocore.client import BaseClient


class GuardedCall:
    """A client's call, for the ``with`` in which it is made.

    :ivar progress: ``None``: no simulation has a side of this call.

    :param site: where the application made it.
    """

    progress: None = None

    def __init__(self, client: BaseClient, operation: str, site: CallSite | None) -> None:
        client.meta.events.register_last(
            "before-call", _refuse_before_signing, unique_id="pytest-appsync-guard"
        )
        self._operation = operation
        self._site = site
        self._request: AWSPreparedRequest | None = None

    def __enter__(self) -> GuardedCall:
        current_call.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is recorded."""

    def answer(self, request: AWSPreparedRequest) -> None:
        """Nothing answers it here."""
        self._request = request

    def refuse_real(self, url: str) -> None:
        """Refuse the call, which nothing has answered so far.

        :raises RealCallBlocked: where its request would leave this machine.
        """
        if not is_on_this_machine(url):
            guard.check(self._operation, self._site)

    def refuse_network(self, request: object) -> None:
        """Refuse to send the request, which no handler has answered.

        :param request: one that is not this call's, such as for credentials, is let through.
        :raises RealCallBlocked: where it would leave this machine.
        """
        if self._request is not None and request is self._request:
            self.refuse_real(self._request.url)

    def returned(self, parsed: Mapping[str, Any]) -> None:
        """Nothing is recorded."""


def _refuse_before_signing(params: Mapping[str, Any], **_: Any) -> None:
    call = current()
    if isinstance(call, GuardedCall) and not moto_wrapping.is_active():
        call.refuse_real(params["url"])
