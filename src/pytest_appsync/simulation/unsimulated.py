"""What is raised where the simulation has no answer."""

from __future__ import annotations

from collections.abc import Iterable


class UnsimulatedOperation(Exception):  # noqa: N818
    """The application called an AppSync operation that nobody answers.

    Where the application swallows it, the end of the test (or of the simulation) raises
    it again: a gap in the test must not turn into a pass.

    :ivar operation: AWS's name of the operation.
    """

    def __init__(self, operation: str, simulated: Iterable[str]) -> None:
        super().__init__(operation)
        self.operation = operation
        self._simulated = tuple(simulated)

    def __reduce__(self) -> tuple[type[UnsimulatedOperation], tuple[str, tuple[str, ...]]]:
        return UnsimulatedOperation, (self.operation, self._simulated)

    def __str__(self) -> str:
        return (
            f"The application called {self.operation}, which pytest-appsync does not simulate, "
            "and the test does not say what AppSync shall answer. Either\n"
            f"  - script an answer:  appsync.respond({self.operation!r}, {{...}})\n"
            f"  - script a failure:  appsync.fail({self.operation!r}, 'InternalFailureException')\n"
            "  - or let it go on to the next handler (moto) or the network:  "
            "@pytest.mark.appsync(unsimulated='passthrough') or "
            "AppSync(unsimulated='passthrough')\n"
            f"Simulated are: {', '.join(self._simulated)}"
        )
