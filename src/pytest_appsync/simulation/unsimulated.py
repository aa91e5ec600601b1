"""The exception for an operation that has no answer."""

from __future__ import annotations


class UnsimulatedOperation(Exception):  # noqa: N818
    """The application called an AppSync operation that has no answer.

    Where the application swallows it, the end of the test (or of the simulation) raises
    it again: what the test forgot must not turn into a passing test.

    :ivar operation: AWS's name of the operation.
    :ivar why: the reason where a newer botocore is one: the operation has a trait that is not
        understood, the call lacks a parameter that was required before, or has a value that
        is new. Else ``None``.
    :ivar in_command: the command that the call was made to, ``"run"`` or ``"serve"``: the text
        names its options then. ``None`` in a test.
    """

    def __init__(self, operation: str, why: str | None = None) -> None:
        super().__init__(operation)
        self.operation = operation
        self.why = why
        self.in_command: str | None = None

    def __str__(self) -> str:
        why = "" if self.why is None else f" ({self.why})"
        called = f"called {self.operation}, which pytest-appsync does not simulate{why}"
        if self.in_command is not None:
            otherwise = (
                "let it go on to the next handler (moto) or the network:  --unsimulated passthrough"
                if self.in_command == "run"
                else "script one of them over HTTP:  POST /_pytest_appsync/respond or fail"
            )
            return (
                f"The program {called}, and no option says what AppSync answers. Either\n"
                f"  - give an answer:   --respond {self.operation}=FILE.json\n"
                f"  - give a failure:   --fail {self.operation}=InternalFailureException\n"
                f"  - or {otherwise}\n"
                "What is simulated: python -m pytest_appsync operations"
            )
        return (
            f"The application {called}, and the test does not say what AppSync answers. Either\n"
            f"  - script an answer:  appsync.respond({self.operation!r}, {{...}})\n"
            f"  - script a failure:  appsync.fail({self.operation!r}, 'InternalFailureException')\n"
            "  - or let it go on to the next handler (moto) or the network:  "
            "@pytest.mark.appsync(unsimulated='passthrough') or "
            "AppSync(unsimulated='passthrough')\n"
            "What is simulated: python -m pytest_appsync operations"
        )
