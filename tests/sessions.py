"""One inner session over many suites: a session of its own for each would take most of the time."""

from __future__ import annotations

from collections.abc import Mapping

import pytest


def failures(pytester: pytest.Pytester, suites: Mapping[str, str], *options: str) -> dict[str, str]:
    """What is said of each suite where it fails: a failure or an error, at collection or later.

    A suite that passes is not in it. Its first line is ``failed`` for a test that failed,
    ``error`` for all else; a suite that has more than one has one after the other.

    :param suites: the source of each, by any name; each has one test or more.
    """
    files = {f"test_suite_{number}.py": name for number, name in enumerate(suites)}
    for file, name in files.items():
        pytester.path.joinpath(file).write_text(suites[name])
    done = pytester.inline_run("--continue-on-collection-errors", *options)
    found: dict[str, str] = {}
    collected = done.getreports("pytest_collectreport")
    for report in [*collected, *done.getreports("pytest_runtest_logreport")]:
        name = files.get(report.nodeid.split("::")[0], "")
        if report.failed and name:
            kind = "failed" if report.when == "call" else "error"
            found[name] = f"{found.get(name, '')}{kind}\n{report.longreprtext}\n"
    return found
