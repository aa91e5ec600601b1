"""The state that a run leaves for a later one: the file of ``--resume``."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_VERSION = 1


@dataclass
class State:
    """The results so far, and the facts that wait.

    :ivar path: the file.
    :ivar region: the region of the run.
    :ivar endpoint_url: the URL of the other side; ``None`` for AWS.
    :ivar tag: the tag of all that was made.
    :ivar kept_api: the API whose keys wait, once it is there.
    :ivar begun: when the key of a fact that needs days expires, by the fact's name.
    :ivar done: the results, as the report has them, by the fact's name.
    """

    path: Path
    region: str
    endpoint_url: str | None
    tag: str
    kept_api: str | None = None
    begun: dict[str, float] = field(default_factory=dict)
    done: dict[str, dict[str, Any]] = field(default_factory=dict)

    def write(self) -> None:
        """Write the file. It is written whole, or it stays as it was.

        :raises OSError: where it cannot be written.
        """
        content = {"version": _VERSION, **asdict(self)}
        del content["path"]
        new = self.path.with_name(f"{self.path.name}.new")
        new.write_text(json.dumps(content, indent=1), "utf-8")
        os.replace(new, self.path)


def read_state(path: Path) -> State | None:
    """The state that an earlier run left; ``None`` where there is no such file.

    :raises ValueError: for a file that no run wrote.
    :raises OSError: where it cannot be read.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    if not isinstance(content, dict) or content.pop("version", None) != _VERSION:
        raise ValueError(f"{path} is not a state that `verify` has written")
    try:
        return State(path, **content)
    except TypeError:
        raise ValueError(f"{path} is not a state that `verify` has written") from None
