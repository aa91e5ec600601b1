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

    def __init__(self, operation: str, why: str | None = None, *, may_pass: bool = True) -> None:
        super().__init__(operation)
        self.operation = operation
        self.why = why
        self.in_command: str | None = None
        self._may_pass = may_pass

    def __str__(self) -> str:
        name = self.operation
        why = "" if self.why is None else f" ({self.why})"
        called = f"called {name}, which pytest-appsync does not simulate{why}"
        passing = "let it go on to the next handler (moto) or the network:  "
        if self.in_command is None:
            said = f"The application {called}, and the test does not say what AppSync answers."
            choices = [
                f"script an answer:  appsync.respond({name!r}, {{...}})",
                f"script a failure:  appsync.fail({name!r}, 'InternalFailureException')",
            ]
            passing += (
                "@pytest.mark.appsync(unsimulated='passthrough') or "
                "AppSync(unsimulated='passthrough')"
            )
        else:
            said = f"The program {called}, and no option says what AppSync answers."
            choices = [
                f"give an answer:   --respond {name}=FILE.json",
                f"give a failure:   --fail {name}=InternalFailureException",
            ]
            passing += "--unsimulated passthrough"
        if self.in_command == "serve":
            choices.append("script one of them over HTTP:  POST /_pytest_appsync/respond or fail")
        elif self._may_pass:
            choices.append(passing)
        first, last = "\n  - ".join(choices[:-1]), choices[-1]
        return (
            f"{said} Either\n  - {first}\n  - or {last}\n"
            "What is simulated: python -m pytest_appsync operations"
        )
