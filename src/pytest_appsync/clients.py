"""boto3 clients that know nothing of the machine they run on."""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, Any

import boto3.session
import botocore
import botocore.session
from botocore.config import Config

from pytest_appsync import interception, model
from pytest_appsync.appsync_data import SERVICE
from pytest_appsync.botocore_patches import EventsMemory

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

_lock = threading.Lock()

# As they are now: what is made is made once, and somebody's mock must not be what is kept.
Session = botocore.session.Session
Boto3Session = boto3.session.Session


def shared_client(region: str, *, as_made: bool) -> AppSyncClient:
    """A boto3 AppSync client that is made once in the process and reused.

    :param as_made: without the event handlers that somebody registered meanwhile.
    """
    with _lock:
        shared = _shared(region)
        if as_made:
            shared.events.restore()
        return shared.client


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
        session = _session(Session)
        return session.client("appsync", region_name=region, config=config, **client_kwargs)


@functools.cache
def _shared(region: str) -> SharedClient:
    session = _session(AppSyncSession)
    client = session.client("appsync", region_name=region, config=_config())
    interception.attach(client)
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


class AppSyncSession(Session):
    """A session of which AppSync clients are made, and none that sign: those may ask STS.

    botocore registers its handlers of all services' events with each session, and looks each
    name up among those of renamed services. That would be nearly half of what a first client
    waits for.
    """

    def register(self, event_name: str, *args: Any, **kwargs: Any) -> None:
        if may_concern_appsync(event_name):
            super().register(event_name, *args, **kwargs)


def may_concern_appsync(event_name: str) -> bool:
    """Whether a handler of this name may be called for AppSync.

    Of ``before-call`` and ``before-call.*.Tag`` it may, of ``before-call.s3.PutObject`` not;
    in ``docs.*.s3.PutObject`` the service comes third.
    """
    kind, *rest = event_name.split(".")
    places = {"docs": (1,), "*": (0, 1)}.get(kind, (0,))
    return any(rest[place : place + 1] in ([], ["*"], [SERVICE]) for place in places)


@functools.cache
def _session(kind: type[Session]) -> Boto3Session:
    variables = Session.SESSION_VARIABLES
    defaults = {
        name: (None, None, default, convert) for name, (_, _, default, convert) in variables.items()
    }
    for name in ("config_file", "credentials_file"):
        defaults[name] = (None, None, os.devnull, None)
    session = kind(session_vars=defaults)
    # The service model is large, and read already.
    session.register_component("data_loader", model.loader())
    return Boto3Session(botocore_session=session)
