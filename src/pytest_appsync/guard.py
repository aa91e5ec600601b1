"""The guard: no AppSync call outside of a simulation (ini option ``appsync_guard``)."""

from __future__ import annotations

from pytest_appsync.call_site import CallSite, call_site

is_up = False
"""Whether AppSync calls outside of a simulation are refused."""


class RealCallBlocked(BaseException):
    """AppSync was called outside of any simulation while the guard is up.

    It derives from :class:`BaseException`, like pytest's own outcomes: an
    application's ``except Exception`` must not hide a call that would have been real.

    :ivar operation: AWS's name of the operation.
    :ivar site: the application's line that made the call.
    """

    def __init__(self, operation: str, site: CallSite | None) -> None:
        super().__init__(operation, site)
        self.operation = operation
        self.site = site

    def __str__(self) -> str:
        return (
            f"{self.operation} was called outside of any simulation, at {self.site}, and "
            "appsync_guard = true lets no AppSync call reach AWS. Use the fixture appsync, or "
            "with AppSync() as appsync:"
        )


def check(operation: str) -> None:
    """:raises RealCallBlocked: while the guard is up."""
    if is_up:
        raise RealCallBlocked(operation, call_site())
