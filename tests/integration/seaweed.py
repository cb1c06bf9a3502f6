"""A real S3 server for tests: SeaweedFS, on free ports of this machine, gone with the fixture."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from adapters.s3 import Bucket, MultipartUploads, ObjectReader, ObjectWriter, S3Config
from tests.contracts.stores import Store

ACCESS_KEY: Final = "tests-access-key"
SECRET_KEY: Final = "tests-secret-key"
BUCKET: Final = "tests"
IDENTITIES: Final = {
    "identities": [
        {
            "name": "tests",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
    ]
}
SERVERS: Final = ("master", "volume", "filer", "s3", "admin")
READY_WITHIN: Final = 60.0


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server that keeps its data in a folder, with a bucket; yield the address of its S3."""
    identities = folder / "identities.json"
    identities.write_text(json.dumps(IDENTITIES))
    kinds = [f"-{name}.port{kind}" for name in SERVERS for kind in ("", ".grpc")]
    ports = _free_ports(len(kinds))
    options = [f"{kind}={port}" for kind, port in zip(kinds, ports, strict=True)]
    address = next(one for one in options if one.startswith("-s3.port=")).partition("=")[2]
    with (folder / "seaweed.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - our own arguments
            [
                *(_binary(), "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
                *("-master.telemetry=false", "-webdav=false", "-admin.ui=false"),
                *("-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={identities}"),
                *("-s3.allowDeleteBucketNotEmpty=false", "-s3.autoCreateBucket=false"),
                *options,
            ],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        url = f"http://127.0.0.1:{address}"
        _wait(url, server, folder / "seaweed.log")
        bucket(url).client.create_bucket(Bucket=BUCKET)
        yield url
    finally:
        server.kill()
        server.wait()
        for port in ports:  # it leaves these, whatever TMPDIR says
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108
                left.unlink()


@cache
def bucket(url: str) -> Bucket:
    """Return the tests' bucket as our adapters see it."""
    return Bucket(config(url))


def folder_in(whole: Bucket) -> Bucket:
    """Return a new folder, asked by the same client: making one takes longer than most tests."""
    made = copy(whole)
    made.config = replace(whole.config, key_prefix=f"{uuid4().hex}/")
    return made


def store(bucket: Bucket) -> Store:
    multipart = MultipartUploads(bucket)
    writer = ObjectWriter(bucket, multipart)
    return Store(ObjectReader(bucket), writer, multipart, writer.capabilities)


def config(url: str, **changes: Any) -> S3Config:
    kept = S3Config(
        bucket=BUCKET,
        endpoint_url=url,
        addressing="path",
        access_key_id=ACCESS_KEY,
        secret_access_key=SECRET_KEY,
        trusts_checksums=False,
    )
    return replace(kept, **changes)


def settings(url: str) -> dict[str, str]:
    """Return the variables that have a service keep its files there."""
    return {
        "CORE_S3_BUCKET": BUCKET,
        "CORE_S3_ENDPOINT_URL": url,
        "CORE_S3_ACCESS_KEY_ID": ACCESS_KEY,
        "CORE_S3_SECRET_ACCESS_KEY": SECRET_KEY,
    }


def _binary() -> str:
    """Return the server that the lock brings, whoever else's is on the PATH."""
    return str(Path(sys.executable).with_name("weed"))


def _free_ports(count: int) -> list[int]:
    """Find ports that are free, and all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/healthz", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"SeaweedFS did not start:\n{log.read_text()[-2000:]}")
