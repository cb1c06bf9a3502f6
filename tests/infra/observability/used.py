"""A service, its worker and all that the alerts look at, really used."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

import httpx

from tests.integration.service import PATIENCE, Person, Service, free_port
from tests.integration.zygote import Forked, zygote
from tests.stripe.server import API_KEY, SpecifiedStripe
from tests.stripe.webhooks import SECRET, deliver

BACK: Final = "http://127.0.0.1/billing"
TRIES: Final = 10
"""More often than Stripe's library asks before it gives up, whoever else asks meanwhile."""


class Worker:
    """`core-api worker` with a port, beside a service that carries no jobs out itself."""

    def __init__(self, service: Service) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._log = service.folder / "worker.log"
        self._process: Forked = zygote().begin(
            ["worker", "--port", self.address.partition(":")[2]],
            service.folder,
            service.environment,
            (Path(os.devnull), self._log, self._log),
        )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self._log.read_text()
            try:
                if httpx.get(f"http://{self.address}/readyz", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise TimeoutError(self._log.read_text())

    def stop(self) -> int:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=PATIENCE)


class Installation:
    """A service and a worker, as in production, that are paid by a Stripe of the specification."""

    def __init__(self, service: Service, worker: Worker, stripe: SpecifiedStripe) -> None:
        self.service = service
        self.worker = worker
        self.stripe = stripe

    @property
    def targets(self) -> dict[str, str]:
        return {
            "core-api": f"127.0.0.1:{self.service.port}",
            "core-api-worker": self.worker.address,
        }

    def use(self) -> None:
        """Have people sign up, guess, pay, and meet an error of the service."""
        ada = self.service.person()
        self._guess(ada)
        self.stripe.faults.extend(["failed"] * TRIES)
        assert self._checkout(ada).status_code >= 500
        self.stripe.faults.clear()
        opened = self._checkout(ada)
        assert opened.status_code == 201, opened.text
        self.stripe.do(self.stripe.checkouts.pay(opened.json()["id"]))
        assert set(deliver(self.service, self.stripe)) == {200}

    def _guess(self, person: Person) -> None:
        """Try wrong passwords until a limit says no."""
        body = {"email": person.email, "password": "not the password at all"}
        with httpx.Client(base_url=self.service.url, timeout=PATIENCE) as stranger:
            for _ in range(20):
                if stranger.post("/v1/auth/login", json=body).status_code == 429:
                    return
        raise AssertionError("nobody held them up")

    def _checkout(self, person: Person) -> httpx.Response:
        """Begin to pay for a new organization."""
        body = {"price_lookup_key": "team_monthly", "success_url": BACK, "cancel_url": BACK}
        path = f"/v1/organizations/{person.organization()}/billing/checkout-sessions"
        return person.http.post(path, json=body)


@contextmanager
def installation(
    folder: Path, variables: Mapping[str, str] = MappingProxyType({}), **settings: str
) -> Iterator[Installation]:
    """Run one, with a catalogue to sell from; `variables` are what are no settings of ours."""
    with SpecifiedStripe(None).beside() as stripe:
        service = Service(
            folder,
            worker="off",
            stripe_api_key=API_KEY,
            stripe_api_base=stripe.url,
            stripe_webhook_secrets=SECRET,
            **settings,
        )
        service.environment |= variables
        with service:
            catalogue = folder / "billing.yaml"
            catalogue.write_text(service.cli("billing", "catalog", "example"))
            service.cli("billing", "catalog", "apply", str(catalogue), "--yes")
            worker = Worker(service)
            try:
                worker.wait_until_ready()
                yield Installation(service, worker, stripe)
            finally:
                worker.stop()
