"""What announcing an upload costs at least: a signature of boto3, in a process of its own."""

import json
import subprocess
import sys
from time import perf_counter, process_time
from typing import Any, Final

from boto3.session import Session
from botocore.config import Config

from benchmarks.samples import ROOT, Sample

KEYS: Final[dict[str, Any]] = {
    "aws_access_key_id": "AKIDEXAMPLE",
    "aws_secret_access_key": "secret",
}
SETTINGS: Final = {
    "CORE_STORAGE_BACKEND": "s3",
    "CORE_S3_BUCKET": "benchmark",
    "CORE_S3_ACCESS_KEY_ID": KEYS["aws_access_key_id"],
    "CORE_S3_SECRET_ACCESS_KEY": KEYS["aws_secret_access_key"],
}
"""Have the service sign for the same bucket: no one answers there, and nobody is asked."""


def run(seconds: float) -> Sample:
    """Sign again and again; CPU time is that of one signature."""
    command = [sys.executable, "-m", "benchmarks.storage.signing_alone", str(seconds)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
    return Sample(**json.loads(done.stdout))


def _sign_for(seconds: float) -> dict[str, float]:
    config: Any = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    client = Session(**KEYS, region_name="us-east-1").client("s3", config=config)
    times: list[float] = []
    began, used = perf_counter(), process_time()
    while perf_counter() < began + seconds:
        start = perf_counter()
        client.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": "benchmark",
                "Key": f"o/{len(times):032x}/{len(times):032x}",
                "ContentLength": 5000,
                "ContentType": "image/png",
                "IfNoneMatch": "*",
            },
            ExpiresIn=900,
        )
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
    json.dump(_sign_for(float(sys.argv[1])), sys.stdout)
