"""A Prometheus of the tests' own, with the project's configuration, and what it is asked."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from tests.infra.tools import ROOT, installed, ran
from tests.integration.service import free_port

OBSERVABILITY: Final = ROOT / "infra" / "observability"
PATIENCE: Final = 120.0


@cache
def programs() -> Path:
    """Return the folder of `prometheus` and `promtool`, from Debian's package."""
    return installed("prometheus-programs")


def promtool(*arguments: str | Path, folder: Path = OBSERVABILITY) -> str:
    """Run promtool; return what it says, and fail where it refuses."""
    done = ran(programs() / "promtool", *arguments, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def configuration(targets: Mapping[str, str]) -> dict[str, Any]:
    """Return the project's configuration, with addresses in place of names, and in haste."""
    read: dict[str, Any] = yaml.safe_load((OBSERVABILITY / "prometheus.yml").read_text())
    read["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    for job in read["scrape_configs"]:
        del job["dns_sd_configs"]
        job["static_configs"] = [{"targets": [targets[job["job_name"]]]}]
    return read


class Prometheus:
    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1", timeout=PATIENCE)

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **options: str) -> Any:
        answer = self._http.get(path, params=options)
        assert answer.status_code == 200, f"{path} {options}: {answer.text}"
        return answer.json()["data"]

    def query(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """Return the samples of an instant vector, or fail where it is not valid."""
        found = self.get("/query", query=expression)
        assert found["resultType"] == "vector", expression
        return [(one["metric"], float(one["value"][1])) for one in found["result"]]

    def found(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """Return the samples as soon as there are any: numbers come with the next scrape."""
        return self.awaited(lambda: self.query(expression), bool)

    def awaited[T](self, ask: Callable[[], T], enough: Callable[[T], bool]) -> T:
        """Ask until it is enough."""
        deadline = time.monotonic() + PATIENCE
        while not enough(found := ask()):
            assert time.monotonic() < deadline, f"not in time: {found}"
            time.sleep(0.2)
        return found


@contextmanager
def running(folder: Path, targets: Mapping[str, str]) -> Iterator[Prometheus]:
    """Run it on a free port; by job, `targets` says whom to ask."""
    shutil.copy(OBSERVABILITY / "rules.yml", folder)
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(configuration(targets)))
    port = free_port()
    log = folder / "prometheus.log"
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            [
                programs() / "prometheus",
                f"--config.file={file}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
            ],
            stdout=said,
            stderr=said,
            cwd=folder,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url, log)
        asked = Prometheus(url)
        try:
            yield asked
        finally:
            asked.close()
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/-/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"Prometheus did not start:\n{log.read_text()}")
