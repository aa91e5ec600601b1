"""``python -m pytest_appsync run``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from pytest_appsync import error_coverage
from pytest_appsync.__main__ import main
from pytest_appsync.commands.program import NoProgramError, find_script
from pytest_appsync.commands.simulation_options import parse_moment
from tests.prepared import CAN_PREPARE, COMMAND, run_prepared
from tests.thoroughness import IS_THOROUGH

SCRIPT = """
import sys
import boto3

print(__name__, sys.argv[1:])
key = boto3.client("appsync").create_api_key(apiId="orders-id")["apiKey"]
print(key["expires"])
sys.exit(int(sys.argv[1]))
"""


OTHER_JSON = Path(error_coverage.__file__).with_name("error-coverage.schema.json")
"""A JSON file that is no answer of AppSync."""


class Done(NamedTuple):
    """A program that has ended: its exit code, and what it and we have printed."""

    code: int
    out: str
    err: str

    @property
    def record(self) -> list[str]:
        """The calls of the record, a line each, without their places."""
        record = self.err.partition("--- AppSync calls\n")[2].splitlines()
        return [line for line in record if re.match(r"\d+\. |none", line)]


def run(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> Done:
    """In a process of its own: the simulation lasts until the interpreter ends."""
    env = {**os.environ, **(environment or {})}
    if CAN_PREPARE:
        with tempfile.TemporaryDirectory() as files:
            where = cwd or Path.cwd()
            return Done(*run_prepared(COMMAND, ["run", *arguments], where, env, Path(files)))
    return run_unprepared(*arguments, cwd=cwd, environment=env)


def run_unprepared(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> Done:
    """With Python's own start, and nothing imported yet."""
    command = [sys.executable, "-m", "pytest_appsync", "run", *arguments]
    env = {**os.environ, **(environment or {})}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=cwd, env=env)
    return Done(done.returncode, done.stdout, done.stderr)


AWS = "https://appsync.us-east-1.amazonaws.com"


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "provision.py"
    path.write_text(SCRIPT)
    return str(path)


def written(directory: Path, program: str, name: str = "program.py") -> str:
    path = directory / name
    path.write_text(textwrap.dedent(program))
    return str(path)


def test_runs_a_script(script: str) -> None:
    failing = ["--fail", "CreateApiKey=LimitExceededException:1", "--at", "2030-01-01T12:00Z"]
    done = run_unprepared("--api", "orders=orders-id", *failing, script, "3", "--flag")
    assert done.code == 3
    new_year = 1893499200
    assert done.out.splitlines() == [
        "__main__ ['3', '--flag']",
        str((new_year + 7 * 86_400) // 3600 * 3600),
    ]
    [call] = done.record
    assert call.startswith("1. <CreateApiKey(apiId='orders-id') in us-east-1: 429 LimitExceeded")
    assert "provision.py:6 in <module>" in done.err


def test_a_script_that_raises_exits_with_1(script: str) -> None:
    done = run("--region", "eu-west-1", script, "0")
    assert done.code == 1
    assert "GraphQL API orders-id not found." in done.err
    assert "in eu-west-1: 404 NotFoundException>" in done.err
    traceback, _, _ = done.err.partition("--- AppSync calls")
    assert "provision.py" in traceback.splitlines()[1], "it begins with the program's own line"


@pytest.mark.parametrize(
    ("arguments", "received"),
    [
        (["PROGRAM", "--", "-x"], ["--", "-x"]),
        (["PROGRAM", "a", "--", "-x", "--"], ["a", "--", "-x", "--"]),
        (["--", "PROGRAM", "--", "--api"], ["--", "--api"]),
        (["-m", "module", "--", "-m"], ["--", "-m"]),
    ],
    ids=str,
)
def test_all_arguments_are_the_programs(
    tmp_path: Path, arguments: list[str], received: list[str]
) -> None:
    path = written(tmp_path, "import sys\nprint(sys.argv[1:])\n", "module.py")
    done = run(
        *(path if each == "PROGRAM" else each for each in arguments),
        cwd=tmp_path,
        environment={"PYTHONPATH": str(tmp_path)},
    )
    assert done.out == f"{received}\n"


@pytest.mark.parametrize(
    ("ending", "exit_code"),
    [
        ("", 0),
        ("sys.exit()", 0),
        ("sys.exit(7)", 7),
        ("sys.exit('sorry')", 1),
        ("raise KeyboardInterrupt", 130),
        ("1 +", 1),
        ("raise ValueError", 1),
    ],
)
def test_exit_codes_are_the_programs(tmp_path: Path, ending: str, exit_code: int) -> None:
    done = run(written(tmp_path, f"import sys\n{ending}\n"))
    assert done.code == exit_code
    assert done.record == ["none"]
    assert ("sorry" in done.err) is ("sorry" in ending)


def test_a_programs_own_hook_sees_its_exception(tmp_path: Path) -> None:
    program = """
        import sys
        sys.excepthook = lambda kind, error, trace: print(kind.__name__, trace.tb_lineno)
        raise LookupError
        """
    done = run(written(tmp_path, program))
    assert (done.code, done.out) == (1, "LookupError 4\n")


# What a program prints of itself, where Python runs it and where we do.
ITSELF = """
import sys, os
import __main__
print(__name__, __package__, __spec__ and __spec__.name, os.path.abspath(__file__), sys.argv)
print(__main__.__dict__ is globals(), type(__loader__).__name__)
print([os.path.abspath(each) for each in sys.path])
"""
STARTED = ("package.part",)
"""A module; a script has Python's own start in test_runs_a_script."""


@pytest.mark.parametrize(
    "program",
    [
        ("program.py",),
        ("folder",),
        ("program.zip",),
        ("-m", "program"),
        ("-m", "package"),
        ("-m", "package.part"),
        ("-m", "my-tool"),
        ("-m", "2024"),
        ("-m", "package.2nd-part"),
    ],
    ids=" ".join,
)
def test_a_program_finds_itself_as_without_us(tmp_path: Path, program: tuple[str, ...]) -> None:
    written(tmp_path, ITSELF)
    for folder in ("folder", "package"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, ITSELF, "__main__.py")
    written(tmp_path / "package", "", "__init__.py")
    for name in ("package/part.py", "package/2nd-part.py", "my-tool.py", "2024.py"):
        written(tmp_path, ITSELF, name)
    with zipfile.ZipFile(tmp_path / "program.zip", "w") as packed:
        packed.writestr("__main__.py", ITSELF)
    arguments = (*program, "-m", "x")
    plain = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    # Python's own start takes a third of a second more.
    start = run_unprepared if IS_THOROUGH or program[-1] in STARTED else run
    assert start(*arguments, cwd=tmp_path).out == plain.stdout
    assert not (tmp_path / "__pycache__").exists() or program[0] == "-m"


def test_a_safe_path_stays_safe(tmp_path: Path) -> None:
    program = written(
        tmp_path, "import os, sys; print([os.path.abspath(each) for each in sys.path])"
    )
    # A Python before 3.11 does not know the first one.
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": os.getcwd()}
    plain = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, env=environment, check=True
    )
    assert run_unprepared(program, environment=environment).out == plain.stdout


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (("-m", "no_such"), "ImportError: no module 'no_such'"),
        (("-m", "empty_package"), "ImportError: no module 'empty_package', or the package has no"),
        (("-m", "sys"), "ImportError: no module 'sys'"),
        (("-m", "no_such.part"), "ImportError: no module 'no_such.part'"),
        (("-m", "empty_package.no_such"), "ImportError: no module 'empty_package.no_such'"),
        (("-m", "empty_package."), "ImportError: no module 'empty_package.'"),
        (("-m", "empty_package..no_such"), "ImportError: no module 'empty_package..no_such'"),
        (("-m", ".no_such"), "ImportError: no module '.no_such'"),
        (("-m", "no-such"), "ImportError: no module 'no-such'"),
        (("empty_package",), "ImportError: 'empty_package' has no __main__.py in it"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_no_program_is_said(tmp_path: Path, program: tuple[str, ...], message: str) -> None:
    (tmp_path / "empty_package").mkdir()
    written(tmp_path / "empty_package", "", "__init__.py")
    done = run(*program, cwd=tmp_path)
    assert done.code == 1
    assert message in done.err
    assert len(done.err.splitlines()) == 1
    assert done.out == ""


def test_a_package_that_lacks_a_module_is_not_blamed(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    written(tmp_path / "package", "import no_such", "__init__.py")
    done = run("-m", "package.part", cwd=tmp_path)
    assert done.code == 1
    assert "ModuleNotFoundError: No module named 'no_such'" in done.err
    assert "__init__.py" in done.err


def test_a_script_that_cannot_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(NoProgramError, match=r"program.py' cannot be read: Permission denied"):
        find_script(str(tmp_path / "program.py"))


def test_a_script_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "no_such.py"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line == "python -m pytest_appsync run: the script 'no_such.py' does not exist"


# --- options ---

EVALUATING = """
import boto3
client = boto3.client("appsync")
print(client.evaluate_mapping_template(template="{}", context="{}")["evaluationResult"])
"""


def test_answers_are_read_from_files(tmp_path: Path) -> None:
    written(tmp_path, '{"evaluationResult": "answered"}', "answer.json")
    answers = ["--respond", "EvaluateMappingTemplate=answer.json"]
    other = ["--respond", "evaluate_code=answer.json", "--fail", "CreateApiKey=NotFoundException"]
    done = run(*answers, *other, written(tmp_path, EVALUATING), cwd=tmp_path)
    assert (done.code, done.out) == (0, "answered\n"), done.err
    assert len(done.record) == 1
    _, _, unmet = done.err.partition("--- no call has met\n")
    assert unmet.splitlines() == [
        "  - fail('CreateApiKey', 'NotFoundException')",
        "  - respond('EvaluateCode', {'evaluationResult': 'answered'})",
    ]


def test_without_an_answer_it_raises(tmp_path: Path) -> None:
    done = run(written(tmp_path, EVALUATING))
    assert done.code == 1
    assert "UnsimulatedOperation: The program called EvaluateMappingTemplate" in done.err
    assert "no call has met" not in done.err
    text, _, _ = done.err.partition("--- AppSync calls")
    assert len(text.splitlines()) <= 12
    assert "/pytest_appsync/" not in text, "no line of ours"
    assert "--respond EvaluateMappingTemplate=FILE.json" in text
    assert "--unsimulated passthrough" in text
    assert "pytest.mark" not in text


def test_a_programs_own_hook_sees_what_is_not_simulated(tmp_path: Path) -> None:
    hook = "import sys\nsys.excepthook = lambda kind, error, trace: print(kind.__name__, error)\n"
    done = run(written(tmp_path, hook + textwrap.dedent(EVALUATING)))
    assert done.code == 1
    assert done.out.startswith(
        "UnsimulatedOperation The program called EvaluateMappingTemplate, which "
    )


def test_unsimulated_operations_can_go_on(tmp_path: Path) -> None:
    program = f"""
import io, boto3
from botocore.awsrequest import AWSResponse

class Body(io.BytesIO):
    def stream(self):
        yield self.read()

def moto(request, **_):
    return AWSResponse(request.url, 200, {{}}, Body(b'{{"evaluationResult": "passed on"}}'))

keys = dict(aws_access_key_id="AKIA", aws_secret_access_key="secret")
boto3.setup_default_session(**keys)
boto3.DEFAULT_SESSION.events.register("before-send.appsync.EvaluateMappingTemplate", moto)
{EVALUATING}"""
    done = run("--unsimulated", "passthrough", written(tmp_path, program))
    assert (done.code, done.out) == (0, "passed on\n"), done.err


CLOCK = """
import time
from datetime import datetime, timezone
import boto3

began = time.time()
now = datetime.now(timezone.utc)
print(now.year)
boto3.client("appsync").create_api_key(apiId="orders-id", expires=int(began) + 364 * 86_400)
print(round(time.time() - began), round((datetime.now(timezone.utc) - now).total_seconds()))
"""


def test_the_programs_time_moves_as_well(tmp_path: Path) -> None:
    failing = ["--fail", "CreateApiKey=LimitExceededException:3"]
    simulated = ["--at", "2030-01-01", "--clock", *failing, "--api", "orders=orders-id"]
    environment = {"AWS_MAX_ATTEMPTS": "4", "AWS_RETRY_MODE": "legacy"}
    done = run(*simulated, written(tmp_path, CLOCK), environment=environment)
    assert done.code == 0, done.err
    [call] = done.record
    slept = sum(float(seconds) for seconds in re.findall(r"slept ([\d.]+) s", call))
    year, moved = done.out.splitlines()
    assert year == "2030"
    assert slept > 0.5
    for seconds in moved.split():
        assert abs(float(seconds) - slept) <= 2


def test_without_clock_the_programs_time_is_the_machines(tmp_path: Path) -> None:
    done = run("--at", "2030-01-01", "--api", "orders=orders-id", written(tmp_path, CLOCK))
    assert done.code == 1
    assert "ApiKeyValidityOutOfBounds" in done.err


def test_clock_says_what_to_install(script: str, tmp_path: Path) -> None:
    # In a process of its own: once time-machine 2.14 has replaced time.time() it imports itself
    # at each call of it, and the interpreter crashes where it cannot.
    written(tmp_path, "raise ImportError", "time_machine.py")
    done = run("--clock", script, cwd=tmp_path)
    assert done.code == 2
    assert "--clock needs time-machine: pip install time-machine" in done.err


# --- what outlives the main script ---

OUTLIVING = {
    "a thread": "threading.Thread(target=later).start()",
    "a timer": "threading.Timer(0.2, later).start()",
    "an executor": """pool = ThreadPoolExecutor()
pool.submit(time.sleep, 0.1)
pool.submit(later)""",
    "an exit handler": "atexit.register(later)",
    "a finalizer": "weakref.finalize(later, later)",
    "a thread of an exit handler": """def start():
    thread = threading.Thread(target=later)
    thread.start()
    thread.join()
atexit.register(start)""",
}


ENDINGS = ["", "sys.exit(5)", "raise ValueError"]
PAIRS = [(outliving, ending) for outliving in OUTLIVING for ending in ENDINGS]
SAMPLE = [
    *((outliving, "") for outliving in OUTLIVING),
    ("a thread", "sys.exit(5)"),
    ("an exit handler", "raise ValueError"),
]


@pytest.mark.parametrize(("outliving", "ending"), PAIRS if IS_THOROUGH else SAMPLE)
def test_what_outlives_the_main_script_is_simulated(
    tmp_path: Path, outliving: str, ending: str
) -> None:
    program = f"""
import atexit, boto3, pickle, sys, threading, time, weakref
from concurrent.futures import ThreadPoolExecutor

def later():
    time.sleep(0.1)
    client = boto3.client("appsync")
    client.create_api_key(apiId="orders-id")
    import __main__
    print(sys.argv, __main__.later is later, pickle.loads(pickle.dumps(later)) is later)

{OUTLIVING[outliving]}
{ending}
"""
    path = written(tmp_path, program)
    done = run("--api", "orders=orders-id", path, "a")
    assert done.code == {"": 0, "sys.exit(5)": 5, "raise ValueError": 1}[ending], done.err
    assert done.out == f"{[path, 'a']} True True\n", done.err
    assert len(done.record) == 1
    assert done.record[0].startswith("1. <CreateApiKey(apiId='orders-id') in us-east-1: 200")


ENDPOINTS = """
    import subprocess, sys, boto3

    ASK = "import boto3; print(boto3.client('appsync').meta.endpoint_url)"
    print(boto3.client("appsync").meta.endpoint_url, flush=True)
    subprocess.run([sys.executable, "-c", ASK], check=True)
"""


@pytest.mark.parametrize(
    ("options", "environment", "of_a_child"),
    [
        ([], {}, "http://127.0.0.1:9/appsync_guard"),
        (["--unsimulated", "passthrough"], {}, AWS),
        ([], {"AWS_ENDPOINT_URL_APPSYNC": "http://localhost:4566"}, "http://localhost:4566"),
    ],
)
def test_child_processes_find_no_appsync(
    tmp_path: Path, options: list[str], environment: dict[str, str], of_a_child: str
) -> None:
    program = written(tmp_path, ENDPOINTS)
    region = {"AWS_DEFAULT_REGION": "us-east-1"}
    done = run(*options, program, environment=region | environment)
    assert (done.code, done.out.splitlines()) == (
        0,
        [environment.get("AWS_ENDPOINT_URL_APPSYNC", AWS), of_a_child],
    )


def test_a_modules_arguments_stay_as_they_are(tmp_path: Path) -> None:
    path = written(tmp_path, "import atexit, sys\natexit.register(lambda: print(sys.argv))\n")
    assert run("-m", "program", "a", cwd=tmp_path).out == f"{[path, 'a']}\n"


def test_daemon_threads_make_no_real_call_either(tmp_path: Path) -> None:
    """They may go on after the record: an endless loop of calls, until Python ends."""
    program = """
import boto3, threading

def loop():
    client = boto3.client("appsync")
    while True:
        try:
            client.list_api_keys(apiId="orders-id")
            called.set()
        except Exception as error:
            print(type(error).__name__)

called = threading.Event()
threading.Thread(target=loop, daemon=True).start()
called.wait()
"""
    done = run("--api", "orders=orders-id", written(tmp_path, program))
    assert done.out == ""
    assert "ListApiKeys(apiId='orders-id') in us-east-1: 200" in done.record[0]


@pytest.mark.parametrize(
    ("program", "is_printed"),
    [
        ("import sys; sys.stdout.close()", True),
        ("import sys; sys.stdout = None", True),
        ("import sys; sys.stderr = None", False),
    ],
)
def test_streams_that_are_gone(tmp_path: Path, program: str, is_printed: bool) -> None:
    done = run(written(tmp_path, program))
    assert done.record == (["none"] if is_printed else [])
    assert done.out == ""
    assert "Traceback" not in done.err


# --- what is refused ---


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--api", "orders"], "'orders' is not NAME=ID"),
        (["--fail", "CreateApiKey"], "is not OPERATION=CODE[:TIMES]"),
        (["--fail", "CreateApiKey=NotFoundException:x"], "is not OPERATION=CODE[:TIMES]"),
        (
            ["--fail", "CreateApiKey=NotFoundException:0"],
            "`times` must be a whole number, 1 or more",
        ),
        (["--fail", "CreateApiKey=LimitExceeded"], "did you mean 'LimitExceededException'?"),
        (
            ["--fail", "CreateApiKey=Foo"],
            "`python -m pytest_appsync errors --common CreateApiKey` lists them ",
        ),
        (
            ["--fail", "ListGraphqlApis=ApiKeyLimitExceededException"],
            "such as CreateApiKey, and not of ListGraphqlApis ",
        ),
        (["--fail", "CreateApiKeys=X"], "did you mean 'CreateApiKey'?"),
        (["--respond", "CreateApiKey"], "is not OPERATION=FILE.json, such as"),
        (["--respond", "=no_such.json"], "is not OPERATION=FILE.json, such as"),
        (["--respond", "CreateApiKeys=no_such.json"], "did you mean 'CreateApiKey'?"),
        (["--respond", "CreateApiKey=no_such.json"], "'no_such.json' cannot be read: No such file"),
        (["--respond", f"ListApiKeys={__file__}"], "is not JSON: "),
        (
            ["--respond", f"EvaluateCode={OTHER_JSON}"],
            "EvaluateCode has no member '$schema'",
        ),
        (["--unsimulated", "pass"], "invalid choice: 'pass'"),
        (["--at", "yesterday"], "neither an ISO 8601 moment"),
        (["--at", "1e20"], "neither an ISO 8601 moment"),
        (["--at", "inf"], "neither an ISO 8601 moment"),
        (["--at", "2030"], "write a date as 2030-01-01, and these seconds as 2030.0"),
        (["--at", "20300101"], "'20300101' could be a date, or seconds since the epoch"),
        (["--fail", "CreateApiKey=Readtimeouterror"], "did you mean 'ReadTimeoutError'?"),
    ],
)
def test_a_misused_run_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["run", *arguments, "script.py"])
    assert exited.value.code == 2
    assert message in capsys.readouterr().err.replace("\n", " ")


def test_the_same_id_twice_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["run", "--api", "a=x", "--api", "b=x", "script.py"])
    assert exited.value.code == 2
    assert "the ids x, x are not all different" in capsys.readouterr().err


def test_what_a_simulation_cannot_hold_is_refused(
    script: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["run", "--region", "", script])
    assert exited.value.code == 2
    assert "`region` must be a region's name" in capsys.readouterr().err


def test_a_transport_error_can_be_named(script: str) -> None:
    failing = ["--fail", "CreateApiKey=ReadTimeoutError:1"]
    done = run("--api", "orders=orders-id", *failing, script, "0")
    assert done.code == 0
    assert done.record[0].startswith(
        "1. <CreateApiKey(apiId='orders-id') in us-east-1: ReadTimeoutError, slept"
    )


@pytest.mark.parametrize("when", ["1893456000", "2030-01-01", "2030-01-01T01:00+01:00"])
def test_moments(when: str) -> None:
    assert parse_moment(when).timestamp() == 1893456000
