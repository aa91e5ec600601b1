"""What all tests share, and all processes that are forked off one of them: botocore's data files.

Each new session of botocore parses them again, 15 ms for each, and looks twice into the folders of
its 400 services, which takes 15 ms more. What a file says is shared by all clients of one session
anyway.
"""

from __future__ import annotations

import gc
import os
from typing import Any

from botocore.loaders import JSONFileLoader, Loader, create_loader


def parse_and_freeze() -> None:
    """From now on a file is parsed once, and no collection of garbage looks at what there is.

    Which services have files is looked up once as well.
    """
    load_file = JSONFileLoader.load_file
    parsed: dict[str, Any] = {}

    def load_once(self: JSONFileLoader, file_path: str) -> Any:
        # A test may write files of its own.
        if not file_path.startswith(Loader.BUILTIN_DATA_PATH):
            return load_file(self, file_path)
        if file_path not in parsed:
            parsed[file_path] = load_file(self, file_path)
        return parsed[file_path]

    list_services = Loader.list_available_services
    installed = os.path.dirname(os.path.dirname(Loader.BUILTIN_DATA_PATH))
    listed: dict[tuple[str, ...], Any] = {}

    def list_once(self: Loader, type_name: str) -> Any:
        paths = [path for path in self.search_paths if os.path.isdir(path)]
        if not all(os.path.dirname(os.path.dirname(path)) == installed for path in paths):
            return list_services(self, type_name)
        key = (type_name, *paths)
        if key not in listed:
            listed[key] = list_services(self, type_name)
        return list(listed[key])

    patched: Any = JSONFileLoader
    patched.load_file = load_once
    patched = Loader
    patched.list_available_services = list_once
    loader = create_loader()
    for name in ("endpoints", "partitions", "_retry", "sdk-default-configuration"):
        loader.load_data(name)
    for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
        loader.load_service_model("appsync", kind)
    gc.collect()
    gc.freeze()
