"""What is raised where the simulation has no answer."""

from __future__ import annotations


class UnsimulatedOperation(Exception):  # noqa: N818
    """The application called an AppSync operation that has no answer.

    Where the application swallows it, the end of the test (or of the simulation) raises
    it again: a gap in the test must not turn into a pass.

    :ivar operation: AWS's name of the operation.
    """

    def __init__(self, operation: str) -> None:
        super().__init__(operation)
        self.operation = operation

    def __str__(self) -> str:
        return (
            f"The application called {self.operation}, which pytest-appsync does not simulate, "
            "and the test does not say what AppSync answers. Either\n"
            f"  - script an answer:  appsync.respond({self.operation!r}, {{...}})\n"
            f"  - script a failure:  appsync.fail({self.operation!r}, 'InternalFailureException')\n"
            "  - or let it go on to the next handler (moto) or the network:  "
            "@pytest.mark.appsync(unsimulated='passthrough') or "
            "AppSync(unsimulated='passthrough')\n"
            "What is simulated: python -m pytest_appsync operations"
        )
