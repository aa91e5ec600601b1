"""A simulated AWS AppSync for tests of code that calls it through boto3.

The names in ``__all__`` are public. Everything else in this package is private and may
change in any release.

One call's way, the same for each door::

    application
        |  client.create_api_key(apiId=...)
        v
    clients/       botocore's event handlers: the door of this process
                   (server/, HTTP: the door of every other process)
        |  HTTP request: method, URL, headers, body
        v
    simulation/    one call: begun, answered, recorded
        |                                   |
        v                                   v
    script/        what the test scripted   protocol/   parameters of the request
        |                                   |
        |                                   v
        |                               service/    the simulated AppSync
        |                                   |
        |                                   v
        |                               protocol/   HTTP answer of the result
        v                                   |
    record/  <------------------------------+
        |  HTTP answer: status, headers, body
        v
    clients/       botocore parses it, retries, returns or raises
                   (server/: the client of the other process does)

Importing this package imports neither boto3 nor botocore. Public names are loaded
when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_appsync.clients import import_hooks

if TYPE_CHECKING:
    from pytest_appsync.appsync import AppSync
    from pytest_appsync.clients.guard import RealCallBlocked
    from pytest_appsync.model import DocumentedError
    from pytest_appsync.protocol.http import HttpAnswer
    from pytest_appsync.record.calls import Attempt, Call, Calls
    from pytest_appsync.script.handles import Fault
    from pytest_appsync.server.server import Server
    from pytest_appsync.service.api_key_rules import ApiKeyRules
    from pytest_appsync.service.api_keys import ApiKey
    from pytest_appsync.service.apis import Api
    from pytest_appsync.simulation.unsimulated import UnsimulatedOperation

    __version__: str

__all__ = [
    "Api",
    "ApiKey",
    "ApiKeyRules",
    "AppSync",
    "Attempt",
    "Call",
    "Calls",
    "DocumentedError",
    "Fault",
    "HttpAnswer",
    "RealCallBlocked",
    "Server",
    "UnsimulatedOperation",
    "__version__",
]

_HOMES = {
    "Api": "pytest_appsync.service.apis",
    "ApiKey": "pytest_appsync.service.api_keys",
    "ApiKeyRules": "pytest_appsync.service.api_key_rules",
    "AppSync": "pytest_appsync.appsync",
    "Attempt": "pytest_appsync.record.calls",
    "Call": "pytest_appsync.record.calls",
    "Calls": "pytest_appsync.record.calls",
    "DocumentedError": "pytest_appsync.model",
    "Fault": "pytest_appsync.script.handles",
    "HttpAnswer": "pytest_appsync.protocol.http",
    "RealCallBlocked": "pytest_appsync.clients.guard",
    "Server": "pytest_appsync.server.server",
    "UnsimulatedOperation": "pytest_appsync.simulation.unsimulated",
}


# Without a __dir__ of the public names: freezegun asks for each name that dir() gives of each
# module, which would import botocore.
def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("pytest-appsync")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    import_hooks.forget_stale_modules()
    return getattr(importlib.import_module(_HOMES[name]), name)


import_hooks.install()
