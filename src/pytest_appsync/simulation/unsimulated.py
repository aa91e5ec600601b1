"""The exception for an operation that has no answer."""

from __future__ import annotations


class UnsimulatedOperation(Exception):  # noqa: N818
    """The application called an AppSync operation that has no answer.

    Where the application swallows it, the end of the test (or of the simulation) raises
    it again: what the test forgot must not turn into a passing test.

    :ivar operation: AWS's name of the operation.
    :ivar in_command: whether a program that a command runs has called it: the text names the
        command's options then.
    """

    def __init__(self, operation: str) -> None:
        super().__init__(operation)
        self.operation = operation
        self.in_command = False

    def __str__(self) -> str:
        if self.in_command:
            return (
                f"The program called {self.operation}, which pytest-appsync does not simulate, "
                "and no option says what AppSync answers. Either\n"
                f"  - give an answer:   --respond {self.operation}=FILE.json\n"
                f"  - give a failure:   --fail {self.operation}=InternalFailureException\n"
                "  - or let it go on to the next handler (moto) or the network:  "
                "--unsimulated passthrough\n"
                "What is simulated: python -m pytest_appsync operations"
            )
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
