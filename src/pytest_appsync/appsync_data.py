"""botocore's data of AppSync, without a look at the folders of some four hundred other services.

botocore lists all of them before it loads the model of one, it reads JSON into dicts that
keep their order, as Python's own have done since, and a megabyte of it says where each service
has its endpoints. The first client of a test session would wait for these longer than for all
the rest.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
from typing import Any

from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader

SERVICE = "appsync"
"""What boto3 calls the service: the name of its folder."""


class AppSyncLoader(Loader):
    """The data that ships with botocore; nothing of the user's home is looked at."""

    def __init__(self) -> None:
        super().__init__(
            extra_search_paths=[self.BUILTIN_DATA_PATH],
            file_loader=_AppSyncFiles(),
            include_default_search_paths=False,
        )
        self._of_others = Loader([self.BUILTIN_DATA_PATH], include_default_search_paths=False)

    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> Any:
        """As ever for another service: a client that signs may ask STS for credentials."""
        if service_name == SERVICE:
            return super().load_service_model(service_name, type_name, api_version)
        return self._of_others.load_service_model(service_name, type_name, api_version)

    def list_available_services(self, type_name: str) -> list[str]:
        """AppSync, if botocore has data of this type, such as ``"service-2"``, for it."""
        try:
            self.list_api_versions(SERVICE, type_name)
        except DataNotFoundError:
            return []
        return [SERVICE]


class _AppSyncFiles(JSONFileLoader):
    def load_file(self, file_path: str) -> Any:
        for ending, opened in ((".json", open), (".json.gz", gzip.open)):
            with contextlib.suppress(FileNotFoundError), opened(file_path + ending, "rb") as file:
                text = file.read()
                is_endpoints = os.path.basename(file_path) == "endpoints"
                return _endpoints_of_appsync(text) if is_endpoints else json.loads(text)
        return super().load_file(file_path)  # botocore may come to know other endings


def _endpoints_of_appsync(text: bytes) -> Any:
    try:
        endpoints = json.loads(_without_other_services(text))
    except ValueError:
        endpoints = json.loads(text)
    # Of a file that was read as a whole, the rest would be a third of all objects in a test
    # session.
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {SERVICE: services[SERVICE]} if SERVICE in services else {}
    return endpoints


_SERVICES_BEGIN = re.compile(rb'\n    "services" : \{(?=\n)')
_SERVICES_END = re.compile(rb"\n(?! {6})(    \})?")
_QUOTED = b'"%s"' % SERVICE.encode()
_APPSYNC_BEGIN = re.compile(rb"\n      %s : \{(?=\n)" % _QUOTED)
_APPSYNC_END = re.compile(rb"\n(?! {8})(      \})?")


def _without_other_services(endpoints: bytes) -> bytes:
    """The text of endpoints.json with AppSync alone among the services of each partition.

    It goes by the lines of the file that botocore ships: a member a line, indented by its
    depth, down to the first line that is indented less, which closes it.

    :raises ValueError: for a file that is laid out otherwise.
    """
    kept = []
    done = 0
    while (begin := _SERVICES_BEGIN.search(endpoints, done)) is not None:
        end = _end_of_block(_SERVICES_END, endpoints, begin.end())
        kept.append(endpoints[done : begin.end()])
        ours = _APPSYNC_BEGIN.search(endpoints, begin.end(), end.start())
        if ours is not None:
            ours_end = _end_of_block(_APPSYNC_END, endpoints, ours.end())
            kept.append(endpoints[ours.start() : ours_end.end()])
        elif endpoints.find(_QUOTED, begin.end(), end.start()) != -1:
            raise ValueError("AppSync has no lines of its own")
        done = end.start()
    return b"".join([*kept, endpoints[done:]])


def _end_of_block(end: re.Pattern[bytes], text: bytes, start: int) -> re.Match[bytes]:
    """The first line that is indented less, if it is the brace that closes."""
    found = end.search(text, start)
    if found is None or not found[1]:
        raise ValueError("a block does not end as it should")
    return found
