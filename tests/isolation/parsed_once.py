"""Each new session of botocore parses the files of its data again: 15 ms for each of them.

What a file says is shared by all clients of one session anyway.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from botocore.loaders import JSONFileLoader, Loader, create_loader


def load_once(load_file: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """``JSONFileLoader.load_file``, which does what it did once for each file of botocore."""
    parsed: dict[str, Any] = {}

    def load(self: Any, file_path: str) -> Any:
        # A test may write files of its own.
        if not file_path.startswith(Loader.BUILTIN_DATA_PATH):
            return load_file(self, file_path)
        if file_path not in parsed:
            parsed[file_path] = load_file(self, file_path)
        return parsed[file_path]

    return load


def before_forks() -> None:
    """Parse what a client of AppSync needs, for all processes that are forked off this one."""
    patched: Any = JSONFileLoader
    patched.load_file = load_once(patched.load_file)
    loader = create_loader()
    for name in ("endpoints", "partitions", "_retry", "sdk-default-configuration"):
        loader.load_data(name)
    for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
        loader.load_service_model("appsync", kind)
    gc.collect()
    gc.freeze()
