"""Which URLs lead to this machine: what is sent there is no call of AWS."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from pytest_appsync.clients.guard_of_children import DEAD_END


def is_on_this_machine(url: str) -> bool:
    """Whether a URL's host is a loopback name or address. No name is looked up.

    The address that the guard has put into the environment for child processes does not
    count: without the guard, a client that has it from there would call AWS.
    """
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" == DEAD_END:
        return False
    host = (parts.hostname or "").removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return False
