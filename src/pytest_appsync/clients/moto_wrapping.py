"""The wrapper of moto: its botocore handler must not see what we have answered.

botocore calls every ``before-send`` handler, not only the first that answers, and moto's
refuses an API that it does not know. Installed when moto is imported, never before.

``BotocoreStubber.__call__``: an attempt that a simulation has answered is not moto's.

Only read: ``moto.core.models.botocore_stubber.enabled``, whether moto is active. No event tells
this before a request is signed.

tests/integrations/test_moto_wrapping.py fails when one of these names moves.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from pytest_appsync.clients.client_call import answered
from pytest_appsync.clients.wrapping import Args, Kwargs, Wrapped, wrap_once


def install(botocore_stubber: ModuleType) -> None:
    """Wrap what is named above; the import hook calls it."""
    wrap_once(botocore_stubber, "BotocoreStubber.__call__", _see_request)


def is_active() -> bool:
    """Whether ``mock_aws`` is active, so that moto sees the requests of clients."""
    models: Any = sys.modules.get("moto.core.models")
    return models is not None and bool(models.botocore_stubber.enabled)


def _see_request(wrapped: Wrapped, stubber: Any, args: Args, kwargs: Kwargs) -> Any:
    return wrapped(*args, **kwargs) if answered() is None else None
