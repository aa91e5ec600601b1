"""A simulated AWS AppSync for tests: API keys, their life and their errors, through boto3.

Importing this package imports neither boto3 nor botocore. Public names are loaded
when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import wrapt

if TYPE_CHECKING:
    from pytest_appsync.calls import Attempt, Call, Calls
    from pytest_appsync.model import DocumentedError
    from pytest_appsync.service.api_keys import ApiKey, ApiKeyRules
    from pytest_appsync.service.apis import Api
    from pytest_appsync.simulation import AppSync
    from pytest_appsync.unsimulated import UnsimulatedOperation
    from pytest_appsync.wire import HttpAnswer

__all__ = [
    "Api",
    "ApiKey",
    "ApiKeyRules",
    "AppSync",
    "Attempt",
    "Call",
    "Calls",
    "DocumentedError",
    "HttpAnswer",
    "UnsimulatedOperation",
]

_HOMES = {
    "Api": "pytest_appsync.service.apis",
    "ApiKey": "pytest_appsync.service.api_keys",
    "ApiKeyRules": "pytest_appsync.service.api_keys",
    "AppSync": "pytest_appsync.simulation",
    "Attempt": "pytest_appsync.calls",
    "Call": "pytest_appsync.calls",
    "Calls": "pytest_appsync.calls",
    "DocumentedError": "pytest_appsync.model",
    "HttpAnswer": "pytest_appsync.wire",
    "UnsimulatedOperation": "pytest_appsync.unsimulated",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


for _library, _patches in {
    "botocore.session": "pytest_appsync.botocore_patches",
    "aiobotocore.session": "pytest_appsync.aiobotocore_patches",
    "moto.core.botocore_stubber": "pytest_appsync.moto_patches",
}.items():
    wrapt.register_post_import_hook(f"{_patches}:install", _library)
