"""What a benchmark found, and whether it clears its bar."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from benchmarks.samples import Sample

type Unit = Literal["x", "s", "ms", "MB", ""]
type Verdict = Literal["kept", "MISSED", "INVALID", "no bar"]


@dataclass(frozen=True, slots=True)
class Bar:
    limit: float
    at_least: bool = False

    def cleared_by(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure, measured once a round; its median is what counts."""

    name: str
    what: str
    values: Sequence[float]
    unit: Unit = "x"
    bar: Bar | None = None
    note: str = ""
    sides: dict[str, list[Sample]] = field(default_factory=dict)
    """The runs behind it, by who was measured."""
    failures_count: bool = True
    """Whether a request that failed makes the figure worthless."""

    @property
    def median(self) -> float:
        return median(self.values) if self.values else 0.0

    @property
    def failures(self) -> dict[str, int]:
        """Return how often each wrong answer came, over all sides and rounds."""
        total: dict[str, int] = {}
        for side, samples in self.sides.items():
            for sample in samples:
                for what, times in sample.failures.items():
                    total[f"{side}: {what}"] = total.get(f"{side}: {what}", 0) + times
        return total

    @property
    def verdict(self) -> Verdict:
        if not self.values or (self.failures_count and self.failures):
            return "INVALID"
        if self.bar is None:
            return "no bar"
        return "kept" if self.bar.cleared_by(self.median) else "MISSED"
