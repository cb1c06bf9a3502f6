"""What a login can't cost less than: one argon2id verification, in a process of its own."""

import json
import subprocess
import sys
from time import perf_counter, process_time

from benchmarks.reference.auth import HASHER
from benchmarks.samples import ROOT, Sample
from benchmarks.tenant import PASSPHRASE


def run(seconds: float) -> Sample:
    """Verify a password again and again; CPU time is that of one verification."""
    command = [sys.executable, "-m", "benchmarks.hash_alone", str(seconds)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
    return Sample(**json.loads(done.stdout))


def _verify_for(seconds: float) -> dict[str, float]:
    password_hash = HASHER.hash(PASSPHRASE)
    times: list[float] = []
    began, used = perf_counter(), process_time()
    while perf_counter() < began + seconds:
        start = perf_counter()
        HASHER.verify(password_hash, PASSPHRASE)
        times.append(perf_counter() - start)
    cpu, elapsed = process_time() - used, perf_counter() - began
    times.sort()
    return {
        "requests": len(times),
        "seconds": elapsed,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[int(len(times) * 0.99)] * 1000,
        "cpu_us": cpu / len(times) * 1_000_000,
    }


if __name__ == "__main__":
    json.dump(_verify_for(float(sys.argv[1])), sys.stdout)
