"""What all tests share, and all processes that are forked off one of them: botocore's data files.

Each new session of botocore parses them again, 15 ms for each. What a file says is shared by all
clients of one session anyway.
"""

from __future__ import annotations

import gc
from typing import Any

from botocore.loaders import JSONFileLoader, Loader, create_loader


def parse_and_freeze() -> None:
    """From now on a file is parsed once, and no collection of garbage looks at what there is."""
    load_file = JSONFileLoader.load_file
    parsed: dict[str, Any] = {}

    def load_once(self: JSONFileLoader, file_path: str) -> Any:
        # A test may write files of its own.
        if not file_path.startswith(Loader.BUILTIN_DATA_PATH):
            return load_file(self, file_path)
        if file_path not in parsed:
            parsed[file_path] = load_file(self, file_path)
        return parsed[file_path]

    patched: Any = JSONFileLoader
    patched.load_file = load_once
    loader = create_loader()
    for name in ("endpoints", "partitions", "_retry", "sdk-default-configuration"):
        loader.load_data(name)
    for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
        loader.load_service_model("appsync", kind)
    gc.collect()
    gc.freeze()
