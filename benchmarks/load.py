"""The load generator: a process of its own that costs as little as Python allows.

Raw HTTP/1.1 over keep-alive connections on uvloop: requests are rendered beforehand, of an answer
only the status and Content-Length are read. Every connection sends its next request when the
answer to its last one has arrived. Reads a `Load` from standard input, writes a `Sample`.
"""

import asyncio
import json
import random
import re
import sys
from collections import Counter
from dataclasses import asdict, replace
from itertools import count
from time import perf_counter, process_time
from typing import cast, override

import uvloop

from benchmarks import procfs
from benchmarks.samples import Load, Sample

CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TOKEN = 16
REST_BEFORE_RECONNECT = 0.05


class Run:
    """Everything the connections of one run share."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.broken: Counter[str] = Counter()
        self.deadline = 0.0
        self.over = asyncio.Event()
        self._open: set[Connection] = set()
        self._reopening: set[asyncio.Task[None]] = set()
        self._pieces = [[piece.encode() for piece in request] for request in load.requests]
        self._numbers = count()
        self._prefix = f"{random.getrandbits(32):08x}"

    def next_request(self) -> bytes:
        number = next(self._numbers)
        pieces = self._pieces[number % len(self._pieces)]
        return f"{self._prefix}{number:08x}".encode().join(pieces)

    def running(self) -> bool:
        return perf_counter() < self.deadline

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: Connection(self), "127.0.0.1", self.load.port)
        except OSError as error:
            self.broken[type(error).__name__] += 1
            await asyncio.sleep(REST_BEFORE_RECONNECT)
            self._reopen_or_end()

    def reopen(self) -> None:
        task = asyncio.create_task(self.connect())
        self._reopening.add(task)
        task.add_done_callback(self._reopening.discard)

    def opened(self, connection: "Connection") -> None:
        self._open.add(connection)

    def closed(self, connection: "Connection") -> None:
        self._open.discard(connection)
        self._reopen_or_end()

    def _reopen_or_end(self) -> None:
        if self.running():
            self.reopen()
        elif not self._open:
            self.over.set()

    async def measure(self) -> Sample:
        machine, cpu, own = procfs.machine_ticks(), self._cpu(), process_time()
        started = perf_counter()
        self.deadline = started + self.load.seconds
        for _ in range(self.load.concurrency):
            self.reopen()
        try:
            async with asyncio.timeout(self.load.seconds + self.load.patience):
                await self.over.wait()
        except TimeoutError:
            self.broken["unanswered"] += len(self._open)
        elapsed = perf_counter() - started
        used = self._cpu() - cpu
        return replace(
            self._sample(elapsed, used),
            generator_share=(process_time() - own) / elapsed,
            idle_share=procfs.idle_share_since(machine),
            rss_mb=procfs.resident_megabytes(self.load.pid) if self.load.pid else 0.0,
        )

    def _cpu(self) -> float:
        return procfs.cpu_microseconds(self.load.pid) if self.load.pid else 0.0

    def _sample(self, elapsed: float, used: float) -> Sample:
        answered = self.statuses.total()
        failures = {
            str(status): times
            for status, times in self.statuses.items()
            if status != self.load.expects
        }
        return Sample(
            requests=answered,
            seconds=elapsed,
            p50_ms=percentile(self.latencies, 0.50) * 1000,
            p99_ms=percentile(self.latencies, 0.99) * 1000,
            cpu_us=used / answered if answered else 0.0,
            failures=failures | dict(self.broken),
        )


class Connection(asyncio.Protocol):
    """A keep-alive connection with one request in flight as long as the run lasts."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._transport = asyncio.WriteTransport()
        self._received = b""
        self._sent_at = 0.0
        self._waiting = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._run.opened(self)
        self._send()

    def _send(self) -> None:
        self._waiting = True
        self._sent_at = perf_counter()
        self._transport.write(self._run.next_request())

    @override
    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        head = received.find(b"\r\n\r\n")
        length = CONTENT_LENGTH.search(received, 0, head + 2) if head > 0 else None
        if head > 0 and length is None:
            self._run.broken["answer without Content-Length"] += 1
            self._waiting = False
            self._transport.abort()
            return
        if length is None or len(received) < head + 4 + int(length[1]):
            self._received = received
            return
        self._received = b""
        self._waiting = False
        run = self._run
        run.latencies.append(perf_counter() - self._sent_at)
        run.statuses[int(received[9:12])] += 1
        if run.running() and b"\r\nconnection: close" not in received[:head].lower():
            self._send()
        else:
            self._transport.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting:
            self._run.broken["connection lost"] += 1
        self._run.closed(self)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


async def _main() -> Sample:
    return await Run(Load(**json.load(sys.stdin))).measure()


if __name__ == "__main__":
    json.dump(asdict(uvloop.run(_main())), sys.stdout)
