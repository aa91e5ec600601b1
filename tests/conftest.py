"""No test reaches a network, and none sees the AWS configuration of the machine or its user.

Both hold from here on, so also while test modules are imported, in the examples, and in
whatever the tests start.
"""

from __future__ import annotations

import atexit
import contextlib

# A session of pytester in this process would remove it at its end and leave it as an attribute
# of its package: a later import gives two of it, and requests knows the cookies of one only.
import http.cookiejar  # noqa: F401
import importlib.metadata
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import audit_hook
import pytest

OWN = tempfile.TemporaryDirectory(prefix="pytest-appsync-tests-")
atexit.register(OWN.cleanup)
REFUSED = Path(OWN.name, "refused")


def isolate() -> None:
    REFUSED.touch()
    private = audit_hook.private_paths()
    audit_hook.install(private, REFUSED)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    # pytest repeats whole messages in its summary where it sees one of these.
    for name in ("CI", "BUILD_NUMBER"):
        os.environ.pop(name, None)
    # What tests start, and sessions within a session, import the same modules again and again.
    # Without bytecode Python compiles them, and pytest rewrites them, each time: half of the time.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # A shell has its background jobs ignore Ctrl-C, and what they start too.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    home = Path(OWN.name, "home")
    home.mkdir()
    paths = [str(Path(audit_hook.__file__).parent), os.environ.get("PYTHONPATH", "")]
    os.environ.update(
        {
            "AWS_EC2_METADATA_DISABLED": "true",
            "HOME": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            audit_hook.PRIVATE: os.pathsep.join(sorted(private)),
            audit_hook.LOG: str(REFUSED),
        }
    )


isolate()
_seen = 0


@pytest.fixture(autouse=True)
def nothing_was_refused() -> Iterator[None]:
    yield
    global _seen
    if REFUSED.stat().st_size > _seen:
        noted = REFUSED.read_bytes()
        lines, _seen = noted[_seen:].decode(), len(noted)
        pytest.fail(f"refused since the test before this one:\n{lines}", pytrace=False)


def pytest_collection_finish() -> None:
    # Not before: a module of tests may be the first one to import boto3.
    from parsed_once import parse_and_freeze

    parse_and_freeze()


@pytest.fixture(scope="session")
def boto3_is_loaded() -> None:
    """What an inner session imports is forgotten at its end: the next would import it again.

    A second graphql-core takes the objects of the first, which this package keeps, for no
    nodes of its own.
    """
    importlib.import_module("pytest_appsync.appsync")
    with contextlib.suppress(ImportError):
        importlib.import_module("graphql")


class Installed:
    """A distribution whose files are read once.

    Each inner session reads them three times, which takes 8 of its 46 ms, and there are 500.
    """

    def __init__(self, distribution: importlib.metadata.Distribution) -> None:
        self._distribution = distribution

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._distribution, name)
        setattr(self, name, value)
        return value


@pytest.fixture(scope="session")
def installed() -> list[Installed]:
    return [Installed(each) for each in importlib.metadata.distributions()]


@pytest.fixture
def pytester(
    boto3_is_loaded: None,
    installed: list[Installed],
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> pytest.Pytester:
    """Inner sessions do without plugins that take long to load, on a terminal of 80 columns."""
    monkeypatch.setattr(importlib.metadata, "distributions", lambda: installed)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:asyncio -p no:hypothesispytest -p no:randomly")
    monkeypatch.setenv("COLUMNS", "80")
    return pytester
