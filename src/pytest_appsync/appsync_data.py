"""botocore's data of AppSync, without a look at the folders of some four hundred other services.

botocore lists all of them before it loads the model of one, and it reads JSON into dicts that
keep their order, as Python's own have done since. The first client of a test session would
wait for both longer than for all the rest.
"""

from __future__ import annotations

import contextlib
import gzip
import json
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
            file_loader=_PlainJsonLoader(),
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

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        data, path = super().load_data_with_path(name)
        if name == "endpoints":
            # A third of all objects in a test session would be what concerns other services.
            for partition in data["partitions"]:
                services = partition["services"]
                partition["services"] = {SERVICE: services[SERVICE]} if SERVICE in services else {}
        return data, path


class _PlainJsonLoader(JSONFileLoader):
    def load_file(self, file_path: str) -> Any:
        for ending, opened in ((".json", open), (".json.gz", gzip.open)):
            with contextlib.suppress(FileNotFoundError), opened(file_path + ending, "rb") as file:
                return json.loads(file.read())
        return super().load_file(file_path)  # botocore may come to know other endings
