"""A test to copy, for an error that no test has met yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from botocore import xform_name

from pytest_appsync.error_coverage.report import ErrorState
from pytest_appsync.error_coverage.tallies import Place


def subjects(places: Iterable[Place]) -> dict[Place, tuple[str, str]]:
    """The beginning and the end of the names of each place's tests.

    They come from the place's function and operation, such as ``rotate`` and
    ``of_create_api_key``. Where several places have the same, file and line are added.
    """
    found = {place: (_function(place), f"of_{xform_name(place.operation)}") for place in places}
    times = Counter(found.values())
    return {
        place: (begin, end)
        if times[begin, end] == 1
        else (begin, f"{end}_at_{_words(place.path)}_{place.line}")
        for place, (begin, end) in found.items()
    }


def module_of(place: Place, lines: Sequence[str]) -> str | None:
    """The module to import the place's function from, such as ``app`` for ``src/app.py``.

    :param lines: the file's.
    :returns: ``None`` where its path is no module's, or the function is not a module's own.
    """
    parts = list(PurePosixPath(place.path.removesuffix(".py")).parts)
    if parts and parts[0] == "src":
        del parts[0]
    if parts and parts[-1] == "__init__":
        del parts[-1]
    is_module = bool(parts) and place.path.endswith(".py") and all(map(str.isidentifier, parts))
    begins = re.compile(rf"(async )?def {re.escape(place.function)}\b")
    is_there = any(begins.match(line) for line in lines)
    return ".".join(parts) if is_module and is_there else None


def for_error(place: Place, error: ErrorState, subject: tuple[str, str], module: str | None) -> str:
    """A test of three lines, or of four where it imports an exception, and its imports.

    :param subject: one of :func:`subjects`.
    :param module: from :func:`module_of`.
    """
    begin, end = subject
    lines = [f"def test_{begin}_meets_{xform_name(error.code)}_{end}(appsync):"]
    given = f'"{error.code}"'
    if error.kind == "transport":
        lines.append(f"    from botocore.exceptions import {error.code}")
        given = error.code
    lines += [f'    appsync.fail("{place.operation}", {given})', f"    {_call(place)}"]
    return "\n".join([*_imports(place, module), *lines])


def for_all(place: Place, subject: tuple[str, str], module: str | None, *, common: bool) -> str:
    """A test of three lines that is run once for each error that AWS documents
    or was seen to send, and its imports.

    :param subject: one of :func:`subjects`.
    :param module: from :func:`module_of`.
    :param common: also for those common to all actions.
    """
    begin, end = subject
    more = ", common=True" if common else ""
    return "\n".join(
        [
            *_imports(place, module, "pytest"),
            f'@pytest.mark.appsync_errors("{place.operation}"{more})',
            f"def test_{begin}_meets_every_error_{end}(appsync, appsync_error):",
            f"    {_call(place)}",
        ]
    )


def _imports(place: Place, module: str | None, *others: str) -> list[str]:
    names = sorted([*others, *(["runpy"] if place.function == "<module>" else [])])
    lines = [f"import {name}" for name in names]
    if module is not None:
        lines += [*([""] if lines else []), f"from {module} import {place.function}"]
    return [*lines, "", ""] if lines else []


def _call(place: Place) -> str:
    """A call of the function at the call site. Its arguments are for the reader to fill in."""
    if place.function.isidentifier():
        return f"{place.function}(...)  # and assert what becomes of it"
    if place.function == "<module>":
        return f'runpy.run_path("{place.path}")  # and assert what becomes of it'
    what = f"runs {place.path}:{place.line}" if place.line else "makes this call"
    return f"...  # what {what}, and assert what becomes of it"


def _function(place: Place) -> str:
    if place.function.isidentifier():
        return place.function
    return _words(PurePosixPath(place.path).name) or "thread_or_task"


def _words(path: str) -> str:
    """A path as an identifier, such as ``src_app`` for ``src/app.py``."""
    return re.sub(r"\W+", "_", path.removesuffix(".py")).strip("_")
