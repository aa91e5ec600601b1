"""Ratios, measured side by side, and the table that they make.

Absolute times say nothing on a shared machine. So ours and the peer take turns, the
ratio is taken within each round, and the table shows the median of the rounds with
their quartiles. pyperf keeps the values, the metadata and the JSON.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyperf

Clock = Callable[[], float]
Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    :ivar peer: as many values as ``ours``, or one that all are held against.
    :ivar limit: the most that the ratio may be; ``None`` for a line that only explains.
    """

    what: str
    ours: Sequence[float]
    peer: Sequence[float]
    limit: float | None
    unit: str = "second"
    peer_is: str = ""

    @property
    def ratios(self) -> list[float]:
        peer = self.peer if len(self.peer) == len(self.ours) else [self.peer[0]] * len(self.ours)
        return [ours / theirs for ours, theirs in zip(self.ours, peer, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def is_met(self) -> bool:
        return self.limit is None or self.ratio <= self.limit

    def cells(self) -> list[str]:
        low, high = self.ratios[0], self.ratios[0]
        if len(self.ratios) > 1:
            low, _, high = statistics.quantiles(self.ratios, n=4, method="inclusive")
        return [
            self.what,
            shown(statistics.median(self.ours), self.unit),
            f"{shown(statistics.median(self.peer), self.unit)} {self.peer_is}".strip(),
            f"{self.ratio:.3f} ({low:.3f} to {high:.3f})",
            "" if self.limit is None else f"{self.limit:g}",
            "" if self.limit is None else "yes" if self.is_met else "**no**",
        ]

    def benchmarks(self) -> list[pyperf.Benchmark]:
        """The same for pyperf's own tools, such as ``python -m pyperf compare_to``."""
        metadata = {"ratio": self.ratio, "limit": -1.0 if self.limit is None else self.limit}
        return [
            pyperf.Benchmark(
                [
                    pyperf.Run(
                        list(values),
                        metadata={
                            "name": f"{self.what}, {self.peer_is}: {side}",
                            "unit": self.unit,
                            **metadata,
                        },
                    )
                ]
            )
            for side, values in (("ours", self.ours), ("peer", self.peer))
        ]


def shown(value: float, unit: str) -> str:
    if unit == "byte":
        return f"{value:,.0f} B"
    for size, name in ((1.0, "s"), (1e-3, "ms")):
        if value >= size:
            return f"{value / size:.2f} {name}"
    return f"{value * 1e6:.1f} µs"


def line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


HEAD = ["what", "ours", "peer", "ratio (quartiles)", "target", "met"]


def timed(work: Work, times: int, clock: Clock = time.process_time) -> float:
    """The seconds that one of ``times`` takes.

    The processor's seconds, unless another clock is given: what the neighbours of a
    shared machine take is theirs.
    """
    began = clock()
    for _ in range(times):
        work()
    return (clock() - began) / times


def side_by_side(
    *works: Work, rounds: int, times: int, clock: Clock = time.process_time
) -> list[list[float]]:
    """Values of each of ``works``, which take turns; each round another one goes first."""
    values: list[list[float]] = [[] for _ in works]
    for work in works:
        timed(work, max(1, times // 10))
    for number in range(rounds):
        for offset in range(len(works)):
            index = (number + offset) % len(works)
            values[index].append(timed(works[index], times, clock))
    return values
