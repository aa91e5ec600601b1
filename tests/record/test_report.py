"""What a failed test's report says, also where the test has replaced what the report needs."""

from __future__ import annotations

import pytest

from pytest_appsync import AppSync
from pytest_appsync.record.report import describe

STAND_INS = {
    "a mock": ("mock.MagicMock()", "clock: cannot be shown, because of TypeError(*"),
    "a mock that raises": (
        "mock.Mock(side_effect=ValueError('no time'))",
        "clock: cannot be shown, because of ValueError('no time')",
    ),
    "pytest.fail": (
        "lambda: pytest.fail('read no clock')",
        "clock: cannot be shown, because of read no clock",
    ),
    "nothing": ("None", "clock: cannot be shown, because of TypeError(*"),
    "text": ("lambda: 'noon'", "clock: cannot be shown, because of TypeError(*"),
    "no number": ("lambda: float('nan')", "clock: <Clock beyond the calendar (nan), +0 s>"),
}


@pytest.fixture(autouse=True)
def only_our_plugin(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inner sessions do without plugins that take seconds to load."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:randomly")


@pytest.mark.parametrize("stand_in", STAND_INS)
def test_a_test_that_replaced_the_time_is_reported(
    pytester: pytest.Pytester, stand_in: str
) -> None:
    written, said = STAND_INS[stand_in]
    pytester.makepyfile(
        f"""
        import pytest
        from unittest import mock

        @pytest.fixture
        def replaced():
            with mock.patch("time.time", {written}):
                yield

        def test_fails(appsync, appsync_client, replaced):
            appsync.fail("ListApiKeys", "NotFoundException")
            assert 0, "the test's own reason"

        def test_never_undone(appsync):
            mock.patch("time.time", {written}).start()
            assert 0

        def test_next():
            mock.patch.stopall()

        def test_the_one_after_it(appsync, appsync_client):
            appsync_client.list_api_keys(apiId=appsync.add_api().id)
        """
    )
    result = pytester.runpytest("-p", "no:xdist")
    result.assert_outcomes(failed=2, passed=2)
    result.stdout.fnmatch_lines(
        [
            "*the test's own reason*",
            "*- AppSync calls -*",
            "none",
            "scripted: <fail('ListApiKeys', 'NotFoundException'): 0 hits>",
            said.replace("[", "[[]"),
        ]
    )
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


@pytest.mark.parametrize("xdist", [("-p", "no:xdist"), ("-n1",)], ids=["here", "in a worker"])
def test_a_call_in_a_file_whose_path_is_not_utf_8(
    pytester: pytest.Pytester, xdist: tuple[str, ...]
) -> None:
    """The code says that it is in such a file: not every file system has such names."""
    pytester.makepyfile(
        """
        def test_it(appsync, appsync_client):
            path = "caf\\udce9.py"
            exec(compile("client.list_graphql_apis()", path, "exec"), {"client": appsync_client})
            assert 0
        """
    )
    result = pytester.runpytest(*xdist)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["1. <ListGraphqlApis() *", r"   caf\udce9.py:1 in <module>"])


def test_odd_parameters_are_shown_or_replaced(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        class Odd(str):
            def __repr__(self):
                return pytest.fail("do not show me")

        def test_it(appsync, appsync_client):
            appsync_client.create_graphql_api(name=Odd("orders"), authenticationType="API_KEY")
            appsync.fail("ListApiKeys", "NotFoundException")
            assert 0

        def test_next():
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        ["calls: cannot be shown, because of do not show me", "scripted: *", "clock: <Clock *"]
    )


def test_ctrl_c_is_not_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> float:
        raise KeyboardInterrupt

    with AppSync() as appsync:
        monkeypatch.setattr("time.time", interrupt)
        with pytest.raises(KeyboardInterrupt):
            describe(appsync.calls, [], appsync.clock)
        monkeypatch.undo()
