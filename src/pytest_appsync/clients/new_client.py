"""boto3 clients without the configuration of the machine: ``appsync.client()``."""

from __future__ import annotations

import functools
import inspect
import os
import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import boto3.session
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialResolver

from pytest_appsync import model
from pytest_appsync.clients import handlers
from pytest_appsync.clients.region import FALLBACK
from pytest_appsync.clients.unchanged import Snapshot
from pytest_appsync.nearest import nearest, no_such
from pytest_appsync.simulation.simulation import Simulation

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

# Bound now: a client may be kept for the whole process, and a test may mock these names.
Session = botocore.session.Session
Boto3Session = boto3.session.Session
_PARAMETERS = tuple(inspect.signature(Boto3Session.client).parameters)

_OURS = frozenset({"self", "service_name", "region_name"})
"""The parameters of ``boto3.client`` that are not the caller's."""

# boto3-stubs does not know ignore_configured_endpoint_urls.
_OPTIONS: dict[str, Any] = {"ignore_configured_endpoint_urls": True}
_CONFIG = Config(**_OPTIONS)


def shared_client(region: str, simulation: Simulation) -> AppSyncClient:
    """A boto3 AppSync client that is made once in the process and reused.

    Making one needs 4 ms, as much as ten calls. Each simulation keeps the one that it got. A later
    simulation gets the same one as long as it is as it was made, and a new one otherwise.
    """
    clients = _of_simulations.setdefault(simulation, {})
    if region not in clients:
        if simulation.settings.unsimulated == "passthrough":
            clients.setdefault(region, make_client(region, simulation))
        else:
            snapshot = _unchanged.get(region)
            if snapshot is None or not snapshot.note_use():
                client = make_client(region, simulation)
                handlers.attach(client)  # now, as its first call would change it
                snapshot = _unchanged[region] = Snapshot(client)
            clients.setdefault(region, snapshot.client)
    return clients[region]


_of_simulations: weakref.WeakKeyDictionary[Simulation, dict[str, AppSyncClient]] = (
    weakref.WeakKeyDictionary()
)
"""The clients that each simulation uses, by region."""

_unchanged: dict[str, Snapshot[AppSyncClient]] = {}
"""The latest shared client, as it was made, by region."""


def make_client(region: str, simulation: Simulation, **client_kwargs: Any) -> AppSyncClient:
    """A new boto3 AppSync client.

    It has no credentials but those that are given here: if it outlives the simulation, its calls
    raise NoCredentialsError. Neither ``AWS_*`` variables nor files configure it: it has botocore's
    defaults. With ``unsimulated="passthrough"`` it is what boto3 makes, with the machine's
    credentials and configuration, because its calls may be real.

    :param client_kwargs: as for ``boto3.client``.
    :raises TypeError: for others, and for a second region.
    """
    _refuse_unknown(client_kwargs)
    if simulation.settings.unsimulated == "passthrough":
        return Boto3Session().client("appsync", region_name=region, **client_kwargs)
    given = client_kwargs.pop("config", None)
    config = _CONFIG if given is None else _CONFIG.merge(given)
    return _session().client("appsync", region_name=region, config=config, **client_kwargs)


@functools.cache
def read_files() -> None:
    """Read the files of botocore that a client of any region needs, once in the process."""
    _session().client("appsync", region_name=FALLBACK, config=_CONFIG)


def _refuse_unknown(client_kwargs: Iterable[str]) -> None:
    others = [name for name in _PARAMETERS if name not in _OURS]
    for name in client_kwargs:
        if name in others:
            continue
        if nearest(name, _PARAMETERS) == "region_name":
            raise TypeError(f"AppSync.client() takes the region as `region`, not as `{name}`")
        raise TypeError(no_such("AppSync.client()", "parameter", name, ["region", *others]))


def _session() -> Boto3Session:
    """A new session. Each client has its own: clients of one session share exception classes."""
    variables = Session.SESSION_VARIABLES
    defaults = {
        name: (None, None, default, convert) for name, (_, _, default, convert) in variables.items()
    }
    for name in ("config_file", "credentials_file"):
        defaults[name] = (None, None, os.devnull, None)
    session = Session(session_vars=defaults)
    session.register_component("credential_provider", CredentialResolver(providers=[]))
    # The service model is large, and already in memory.
    session.register_component("data_loader", model.loader())
    return Boto3Session(botocore_session=session)
