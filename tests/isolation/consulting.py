"""What of the user's making AppSync clients looks at: printed as JSON, for each machine.

    python consulting.py FOLDER WAY...

Ways are: ``plain`` makes a client with botocore alone, which is what anybody would do without us;
``simulated`` makes one in a simulation and calls every simulated kind of operation;
``own`` does so with ``appsync.client()``. A machine is an environment and what lies in
FOLDER, its home; each has another source of credentials.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import botocore.utils
from botocore.config import Config

PROFILES = """
[default]
region = eu-west-1
[profile static]
[profile process]
credential_process = touch {home}/process-has-run
[profile sso]
sso_session = corporate
sso_account_id = 123456789012
sso_role_name = developer
[profile legacy-sso]
sso_start_url = https://corporate.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = developer
[profile assumed]
role_arn = arn:aws:iam::123456789012:role/developer
source_profile = static
[profile web]
role_arn = arn:aws:iam::123456789012:role/developer
web_identity_token_file = {home}/token
[sso-session corporate]
sso_start_url = https://corporate.awsapps.com/start
sso_region = eu-west-1
"""
STATIC = "[{profile}]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n"
MACHINES: dict[str, dict[str, str]] = {
    "nothing": {},
    "variables": {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret"},
    **{
        f"profile {name}": {"AWS_PROFILE": name}
        for name in ("static", "process", "sso", "legacy-sso", "assumed", "web", "absent")
    },
    "files elsewhere": {
        "AWS_CONFIG_FILE": "{home}/elsewhere/config",
        "AWS_SHARED_CREDENTIALS_FILE": "{home}/elsewhere/credentials",
    },
    "web identity": {
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/developer",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token",
    },
    "container": {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/task"},
    "container of EKS": {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/token",
    },
}


def furnish(home: Path) -> None:
    for folder in (home / ".aws", home / "elsewhere"):
        folder.mkdir()
        (folder / "config").write_text(PROFILES.format(home=home))
        (folder / "credentials").write_text(STATIC.format(profile="static"))
    (home / "token").write_text("token")


class Notes(list[str]):
    """What the process opens of its home, starts, and connects to."""

    def __init__(self, home: Path) -> None:
        self._home = str(home)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and str(arguments[0]).startswith(self._home):
            self.append(f"open {os.path.relpath(arguments[0], self._home)}")
        elif event == "subprocess.Popen":
            self.append(f"process {arguments[1]}")
        elif event in ("socket.connect", "socket.getaddrinfo"):
            address = arguments[1] if event == "socket.connect" else arguments[0]
            self.append(f"network {address}")
            raise OSError("there is no network here")


LOADER = botocore.loaders.create_loader()


def session() -> boto3.Session:
    """A new session, which need not read the service models again."""
    core = botocore.session.get_session()
    core.register_component("data_loader", LOADER)
    return boto3.Session(botocore_session=core)


def plain() -> None:
    session().client("appsync", region_name="us-east-1")


def simulated() -> None:
    from pytest_appsync import AppSync

    with AppSync() as appsync:
        applications = session()
        call_all(appsync, applications.client("appsync"))
        call_all(appsync, applications.client("appsync", "us-east-1"))


def own() -> None:
    from pytest_appsync import AppSync

    with AppSync() as appsync:
        call_all(appsync, appsync.client())
        call_all(appsync, appsync.client("eu-west-1"))
        call_all(appsync, appsync.client(config=Config(read_timeout=1)))


def call_all(appsync: Any, client: Any) -> None:
    appsync.fail("CreateApiKey", "InternalFailureException", times=1)
    api = appsync.add_api(region=client.meta.region_name)
    key = client.create_api_key(apiId=api.id)["apiKey"]
    client.update_api_key(apiId=api.id, id=key["id"], description="changed")
    list(client.get_paginator("list_api_keys").paginate(apiId=api.id))
    client.delete_api_key(apiId=api.id, id=key["id"])
    client.list_graphql_apis()


WAYS: dict[str, Callable[[], None]] = {"plain": plain, "simulated": simulated, "own": own}


def main(home: Path, ways: Sequence[str]) -> None:
    furnish(home)
    botocore.utils.ContainerMetadataFetcher.SLEEP_TIME = 0
    machine = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    consulted: dict[str, dict[str, list[str]]] = {way: {} for way in ways}
    notes = Notes(home)
    sys.addaudithook(notes)
    for name, variables in MACHINES.items():
        os.environ.clear()
        os.environ.update({**machine, "HOME": str(home)})
        os.environ.update({key: value.format(home=home) for key, value in variables.items()})
        for way in ways:
            notes.clear()
            try:
                WAYS[way]()
            except Exception as error:
                if way != "plain":
                    raise
                notes.append(f"failed {type(error).__name__}")
            consulted[way][name] = list(notes)
    print(json.dumps(consulted))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
