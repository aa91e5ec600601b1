"""boto3 clients that know nothing of the machine they run on."""

from __future__ import annotations

import functools
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any

import boto3.session
import botocore
import botocore.session
from botocore.config import Config

from pytest_appsync import model
from pytest_appsync.clients import handlers
from pytest_appsync.clients.botocore_wrapping import EventsMemory
from pytest_appsync.simulation.simulation import Simulation

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

_lock = threading.Lock()

# As they are now: what is made is made once, and somebody's mock must not be what is kept.
Session = botocore.session.Session
Boto3Session = boto3.session.Session


def shared_client(region: str, simulation: Simulation) -> AppSyncClient:
    """A boto3 AppSync client that is made once in the process and reused.

    :param simulation: its first use finds the client without event handlers that were
        registered since it was made.
    """
    with _lock:
        shared = _shared(region)
        regions = _used.setdefault(simulation, set())
        if region not in regions:
            regions.add(region)
            shared.events.restore()
        return shared.client


_used: weakref.WeakKeyDictionary[Simulation, set[str]] = weakref.WeakKeyDictionary()
"""The regions of the shared clients that a simulation has used."""


def make_client(region: str, **client_kwargs: Any) -> AppSyncClient:
    """A boto3 AppSync client.

    Its requests are never signed: should it outlive the simulation, it carries no
    credentials to anywhere. Neither ``AWS_*`` variables nor files configure it: it has
    botocore's defaults.

    :param client_kwargs: as for ``boto3.client``.
    """
    with _lock:
        given = client_kwargs.pop("config", None)
        config = _config() if given is None else _config().merge(given)
        session = _session()
        return session.client("appsync", region_name=region, config=config, **client_kwargs)


@functools.cache
def _shared(region: str) -> SharedClient:
    session = _session()
    client = session.client("appsync", region_name=region, config=_config())
    handlers.attach(client)
    return SharedClient(client)


class SharedClient:
    """A client that many tests use, and its event handlers as they were at first."""

    def __init__(self, client: AppSyncClient) -> None:
        self.client = client
        self.events = EventsMemory(client)


def _config() -> Config:
    # boto3-stubs does not know ignore_configured_endpoint_urls.
    options: dict[str, Any] = {"ignore_configured_endpoint_urls": True}
    return Config(signature_version=botocore.UNSIGNED, **options)


@functools.cache
def _session() -> Boto3Session:
    variables = Session.SESSION_VARIABLES
    defaults = {
        name: (None, None, default, convert) for name, (_, _, default, convert) in variables.items()
    }
    for name in ("config_file", "credentials_file"):
        defaults[name] = (None, None, os.devnull, None)
    session = Session(session_vars=defaults)
    # The service model is large, and read already.
    session.register_component("data_loader", model.loader())
    return Boto3Session(botocore_session=session)
