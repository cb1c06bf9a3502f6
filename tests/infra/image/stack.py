"""Our processes as Compose runs them, but for where their neighbours are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.infra.containers.tools import services
from tests.infra.image.engine import Container, Engine
from tests.integration import seaweed


@dataclass
class Stack:
    engine: Engine
    database_port: int
    s3: str
    data: Path

    def options(self, service: str, **changes: str) -> list[str]:
        """Return what Compose hands to a service, with addresses of this machine in it."""
        found = services(
            CORE_ENVIRONMENT="development",
            CORE_S3_PUBLIC_ENDPOINT_URL=self.s3,
            CORE_S3_ACCESS_KEY_ID=seaweed.ACCESS_KEY,
            CORE_S3_SECRET_ACCESS_KEY=seaweed.SECRET_KEY,
        )[service]
        elsewhere = {
            "@postgres:5432/": f"@127.0.0.1:{self.database_port}/",
            "http://s3:8333": self.s3,
        }
        environment = dict(found["environment"])
        for old, new in elsewhere.items():
            environment = {name: text.replace(old, new) for name, text in environment.items()}
        environment |= {"CORE_S3_BUCKET": seaweed.BUCKET, "CORE_THROTTLE_MULTIPLIER": "10000"}
        given = [f"--env={name}={value}" for name, value in (environment | changes).items()]
        mounts = [f"--volume={self.data}:/var/lib/core-api"] if "volumes" in found else []
        return [*given, *mounts]

    def cli(self, *arguments: str, service: str = "api", stdin: str | None = None) -> str:
        """Run a command in a container of its own; return what it printed."""
        done = self.engine.run(*arguments, options=self.options(service), stdin=stdin)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def started(self, service: str, *arguments: str, **changes: str) -> Iterator[Container]:
        options = self.options(service, **changes)
        with self.engine.started(*arguments, options=options) as container:
            yield container
