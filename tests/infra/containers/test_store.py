"""The store of Compose, told what Compose tells it, has the bucket and knows one key."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import ClientError

from adapters.s3 import Bucket
from tests.infra.containers.tools import VARIABLES, services
from tests.integration import seaweed
from tests.integration.service import PATIENCE, free_port

PORTS = ("master", "volume", "filer", "s3", "admin")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run it on free ports, in a folder of the tests, for this machine alone."""
    folder = tmp_path_factory.mktemp("files")
    service = services()["s3"]
    ports = {f"{name}.port{kind}": free_port() for name in PORTS for kind in ("", ".grpc")}
    command = [
        str(Path(sys.executable).with_name("weed")),
        *(f"-dir={folder}" if one == "-dir=/data" else one for one in service["command"]),
        *("-ip.bind=127.0.0.1", *(f"-{name}={port}" for name, port in ports.items())),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the service's own command
            command, cwd=folder, env=service["environment"], stdout=log, stderr=log
        )
    try:
        url = f"http://127.0.0.1:{ports['s3.port']}"
        _wait(service["healthcheck"]["test"], url, process, folder / "log")
        yield url
    finally:
        process.kill()
        process.wait()
        for port in ports.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108
                left.unlink()


def _wait(check: list[str], url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Ask what the health of the container asks."""
    path = check[-1].removeprefix("http://127.0.0.1:8333")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(url + path, timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-3000:])


def bucket(url: str, key: str, secret: str) -> Bucket:
    ours = services()["api"]["environment"]["CORE_S3_BUCKET"]
    config = seaweed.config(url, access_key_id=key, secret_access_key=secret)
    return Bucket(replace(config, bucket=ours))


def test_the_bucket_is_there_for_the_key_of_the_service(address: str) -> None:
    ours = bucket(
        address, VARIABLES["CORE_S3_ACCESS_KEY_ID"], VARIABLES["CORE_S3_SECRET_ACCESS_KEY"]
    )

    deadline = time.monotonic() + PATIENCE
    while True:  # it answers a moment before it has made the bucket
        try:
            ours.client.head_bucket(Bucket=ours.config.bucket)
            break
        except ClientError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    ours.client.put_object(Bucket=ours.config.bucket, Key="a", Body=b"bytes")
    assert ours.client.get_object(Bucket=ours.config.bucket, Key="a")["Body"].read() == b"bytes"


@pytest.mark.parametrize("key", ["CORE_S3_ACCESS_KEY_ID", "SOMEBODY_ELSE"])
def test_another_key_or_none_opens_nothing(address: str, key: str) -> None:
    wrong = bucket(address, VARIABLES.get(key, "somebody"), "another-secret")

    with pytest.raises(ClientError) as refused:
        wrong.client.list_objects_v2(Bucket=wrong.config.bucket)

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert httpx.get(f"{address}/{wrong.config.bucket}/a").status_code == 403
