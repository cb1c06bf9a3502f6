"""What a workload is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from benchmarks.samples import Load, Request
from benchmarks.servers import Server
from benchmarks.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Workload:
    """Requests that both sides answer alike, and how much dearer ours may be."""

    name: str
    what: str
    requests: Callable[[Server, Tenant], list[Request]]
    """Render them for a server; signs in, so tokens are fresh."""
    bar: float
    """The service's CPU time a request over the other side's: at most this."""
    expects: int = 200
    against: Literal["reference", "hash"] = "reference"
    at_most: int = 1000
    """Connections, whatever is asked for."""

    def load(self, server: Server, tenant: Tenant, *, concurrency: int, seconds: float) -> Load:
        return Load(
            port=server.port,
            pid=server.pid,
            requests=self.requests(server, tenant),
            expects=self.expects,
            concurrency=min(concurrency, self.at_most),
            seconds=seconds,
        )
