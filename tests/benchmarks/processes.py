"""Whole pytest processes: what a suite costs, and what the plugin costs who does not use it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path

from measuring import Row

TESTS = 300

BODY = f"""

@pytest.mark.parametrize("number", range({TESTS}))
def test_creates_a_key(%s, number):
    client = %s
    api = client.create_graphql_api(name="orders", authenticationType="API_KEY")["graphqlApi"]
    assert client.create_api_key(apiId=api["apiId"])["apiKey"]["id"]
"""

STUBBER = """
from botocore.stub import Stubber

API = {"apiId": "4zf5gg2jlrfrzf5pjw77lx73yu", "name": "orders"}
KEY = {"id": "da2-4zf5gg2jlrfrzf5pjw77lx73yu", "expires": 1784631600}

@pytest.fixture
def stubbed():
    client = boto3.client("appsync")
    with Stubber(client) as stubber:
        asked = {"name": "orders", "authenticationType": "API_KEY"}
        stubber.add_response("create_graphql_api", {"graphqlApi": API}, asked)
        stubber.add_response("create_api_key", {"apiKey": KEY}, {"apiId": API["apiId"]})
        yield client
"""

FLOOR = """
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
import io, json

class Body(io.BytesIO):
    def stream(self):
        yield self.read()

API = {"graphqlApi": {"apiId": "4zf5gg2jlrfrzf5pjw77lx73yu", "name": "orders"}}
KEY = {"apiKey": {"id": "da2-4zf5gg2jlrfrzf5pjw77lx73yu", "expires": 1784631600}}
API, KEY = json.dumps(API).encode(), json.dumps(KEY).encode()

def answer(request, **_):
    body = Body(KEY if "/apikeys" in request.url else API)
    return AWSResponse(request.url, 200, {"Content-Type": "application/json"}, body)

@pytest.fixture(%s)
def constant():
    client = boto3.client("appsync", config=Config(signature_version=UNSIGNED))
    client.meta.events.register("before-send.appsync", answer)
    return client
"""

MOTO = """
from moto import mock_aws

@pytest.fixture
def mocked():
    with mock_aws(%s):
        yield
"""

OURS = "appsync"
INSTALLED = {entry_point.name for entry_point in entry_points(group="pytest11")}
"""pytest's plugins that are installed here, by the names under which pytest knows them."""

FLOOR_NAME = "botocore's floor"
REUSED = "ours, reused client"
NEW_CLIENT = 'boto3.client("appsync")'
SUITES = {
    "ours": BODY % ("appsync", NEW_CLIENT),
    REUSED: BODY % ("appsync_client", "appsync_client"),
    "Stubber": STUBBER + BODY % ("stubbed", "stubbed"),
    FLOOR_NAME: FLOOR % "" + BODY % ("constant", "constant"),
    f"{FLOOR_NAME}, reused client": FLOOR % 'scope="session"' + BODY % ("constant", "constant"),
    "moto": MOTO % "" + BODY % ("mocked", NEW_CLIENT),
    "moto tuned": MOTO % 'config={"core": {"reset_boto3_session": False}}'
    + BODY % ("mocked", NEW_CLIENT),
    "empty": "\n",
}


class Suites:
    """Writes each suite into a directory of its own and runs it in a process of its own."""

    def __init__(self, work: Path) -> None:
        self._work = work
        for name, text in SUITES.items():
            (work / name).mkdir(parents=True)
            (work / name / "test_suite.py").write_text(f"import boto3\nimport pytest\n{text}")
        (work / "empty" / "test_suite.py").write_text("")

    def seconds(self, name: str, plugin: bool | None = None) -> float:
        """The processor's seconds that the suite takes, its start included."""
        with_plugin = name.startswith("ours") if plugin is None else plugin
        if OURS not in INSTALLED:
            raise RuntimeError("pytest finds no plugin of ours here: pip install -e '.[benchmark]'")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        # Ours is loaded as any plugin that is installed; what else is installed here is not
        # in the comparison.
        for installed in sorted(INSTALLED):
            if not (with_plugin and installed == OURS):
                command += ["-p", f"no:{installed}"]
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
            "HOME": str(self._work),
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            # An installer compiles a package; so the packages of the peers are compiled.
            "PYTHONDONTWRITEBYTECODE": "",
        }
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            command, cwd=self._work / name, env=environment, capture_output=True, text=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != (5 if name == "empty" else 0):
            raise RuntimeError(f"the suite {name!r} failed:\n{done.stdout}{done.stderr}")
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    def rounds(self, names: Sequence[str], rounds: int) -> dict[str, list[float]]:
        """The suites take turns."""
        values: dict[str, list[float]] = {name: [] for name in names}
        for name in names:
            self.seconds(name)
        for number in range(rounds):
            for name in names if number % 2 else reversed(names):
                values[name].append(self.seconds(name))
        return values


def start_up(suites: Suites) -> Iterator[Row]:
    plugged: list[float] = []
    plain: list[float] = []
    for number in range(31):
        for has_plugin in (True, False) if number % 2 else (False, True):
            (plugged if has_plugin else plain).append(suites.seconds("empty", has_plugin))
    yield Row("`pytest` on an empty suite", plugged[1:], plain[1:], 1.1, peer_is="without us")


def against_floor(suites: Suites) -> Iterator[Row]:
    """Our suites against botocore's own floor, and beside ``Stubber``."""
    limits = {"ours": 1.15, REUSED: 1.20}
    floors = {ours: ours.replace("ours", FLOOR_NAME) for ours in limits}
    values = suites.rounds([*limits, *floors.values(), "Stubber"], 21)
    for ours, limit in limits.items():
        what = f"{TESTS} tests, {client_of(ours)}"
        floor = floors[ours]
        yield Row(what, values[ours], values[floor], limit, peer_is=floor)
        yield Row(what, values[ours], values["Stubber"], None, peer_is="Stubber")


def beside_moto(suites: Suites) -> Iterator[Row]:
    peers = ["moto tuned", "moto"]
    values = suites.rounds(["ours", *peers], 3)
    for peer in peers:
        what = f"{TESTS} tests, {client_of('ours')}"
        yield Row(what, values["ours"], values[peer], None, peer_is=peer)


def client_of(suite: str) -> str:
    return "`appsync_client`" if suite == REUSED else "`boto3.client`"
