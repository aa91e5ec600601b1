"""boto3 clients that know nothing of the machine they run on."""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, Any

import boto3
import botocore
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

_lock = threading.Lock()


def make_client(region: str, **client_kwargs: Any) -> AppSyncClient:
    """A boto3 AppSync client.

    Its requests are never signed: should it outlive the simulation, it carries no
    credentials to anywhere. Neither ``AWS_*`` variables nor files configure it: it has
    botocore's defaults.

    :param client_kwargs: as for ``boto3.client``; with none, the client is made
        once in the process and reused.
    """
    with _lock:
        if not client_kwargs:
            return _reused_client(region)
        given = client_kwargs.pop("config", None)
        config = _config() if given is None else _config().merge(given)
        return _session().client("appsync", region_name=region, config=config, **client_kwargs)


@functools.cache
def _reused_client(region: str) -> AppSyncClient:
    return _session().client("appsync", region_name=region, config=_config())


def _config() -> Config:
    # boto3-stubs does not know ignore_configured_endpoint_urls.
    options: dict[str, Any] = {"ignore_configured_endpoint_urls": True}
    return Config(signature_version=botocore.UNSIGNED, **options)


@functools.cache
def _session() -> boto3.session.Session:
    variables = botocore.session.Session.SESSION_VARIABLES
    defaults = {
        name: (None, None, default, convert) for name, (_, _, default, convert) in variables.items()
    }
    for name in ("config_file", "credentials_file"):
        defaults[name] = (None, None, os.devnull, None)
    return boto3.session.Session(botocore_session=botocore.session.Session(session_vars=defaults))
