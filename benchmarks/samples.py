"""What one run of the load generator is told, and what it found."""

from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent

type Request = list[str]
"""A rendered request in pieces: joined by a token that never came before, it is unique."""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests in rotation, from `concurrency` connections that never pause."""

    port: int
    pid: int
    """Whose CPU time is read, descendants included; 0 for nobody's."""
    requests: list[Request]
    expects: int
    concurrency: int
    seconds: float
    patience: float = 10.0
    """Seconds that answers still in flight at the end may take before they count as failures."""


@dataclass(frozen=True, slots=True)
class Sample:
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    """The server's, a request."""
    failures: dict[str, int] = field(default_factory=dict)
    generator_share: float = 0.0
    """How much of one core the load generator needed: near 1, it is the bottleneck."""
    idle_share: float = 0.0
    """How much of the whole machine was left: near 0, requests/s say little."""
    rss_mb: float = 0.0
    """The server's resident memory at the end."""

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0
