"""URLs that lead to this machine: a request to one of them is not a call of AWS."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

DEAD_END = "http://127.0.0.1:9"
"""The address that the guard gives child processes. The port is that of the discard service,
which machines no longer run."""


def is_on_this_machine(url: str) -> bool:
    """Whether a URL's host is a loopback name or address. No name is looked up.

    The address that the guard has put into the environment for child processes does not
    count: without the guard, an application that reads it there would call AWS.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removesuffix(".")
        if f"{parts.scheme}://{parts.netloc}" == DEAD_END:
            return False
        if host == "localhost" or host.endswith(".localhost"):
            return True
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, or no URL
        return False
