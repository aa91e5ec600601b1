"""What a call came to, as one word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


def outcome(call: Callable[..., Any], **params: Any) -> str:
    """``"ok"``, or the code or class of the error."""
    try:
        call(**params)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except BotoCoreError as error:
        return type(error).__name__
    return "ok"
