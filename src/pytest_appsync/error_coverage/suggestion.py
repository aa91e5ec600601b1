"""The lines of a test that would exercise an error which no test has met yet."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pytest_appsync.error_coverage.record import Place
from pytest_appsync.error_coverage.report import ErrorState


def for_error(place: Place, error: ErrorState) -> str:
    """A test of three lines, or of four where it imports an exception."""
    name = f"test_{_subject(place)}_meets_{_snake(error.code)}"
    lines = [f"def {name}(appsync):"]
    given = f'"{error.code}"'
    if error.kind == "transport":
        lines.append(f"    from botocore.exceptions import {error.code}")
        given = error.code
    lines += [f'    appsync.fail("{place.operation}", {given})', f"    {_call(place)}"]
    return "\n".join(lines)


def for_all(place: Place, *, common: bool) -> str:
    """A test of three lines that is run once for each error that AWS documents
    or was seen to send.

    :param common: also for those common to all actions.
    """
    more = ", common=True" if common else ""
    return "\n".join(
        [
            f'@pytest.mark.appsync_errors("{place.operation}"{more})',
            f"def test_{_subject(place)}_meets_every_error(appsync, appsync_error):",
            f"    {_call(place)}",
        ]
    )


def _call(place: Place) -> str:
    """A call of the function at the call site. Its arguments are for the reader to fill in."""
    if place.function.isidentifier():
        return f"{place.function}(...)  # and assert what becomes of it"
    if place.function == "<module>":
        return f'runpy.run_path("{place.path}")  # and assert what becomes of it'
    what = f"runs {place.path}:{place.line}" if place.line else "makes this call"
    return f"...  # what {what}, and assert what becomes of it"


def _subject(place: Place) -> str:
    name = place.function if place.function.isidentifier() else PurePosixPath(place.path).stem
    return re.sub(r"\W+", "_", name).strip("_") or _snake(place.operation)


def _snake(name: str) -> str:
    """Such as ``not_found_exception``, of ``NotFoundException``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
