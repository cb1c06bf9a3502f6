"""What happens is told to a real server, by a running service, and verified by others' library."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override

import pytest
from standardwebhooks import Webhook

from tests.integration.service import PATIENCE, Person, Service

type Got = list[tuple[dict[str, str], bytes]]


class Receiver(ThreadingHTTPServer):
    """A product's own server. `refuses` is how many requests it fails before it takes them."""

    def __init__(self) -> None:
        self.got: Got = []
        self.refuses = 0
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def wait(self, number: int) -> Got:
        deadline = time.monotonic() + PATIENCE
        while len(self.got) < number and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.got) >= number, self.got
        return self.got


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        assert isinstance(self.server, Receiver)
        if self.server.refuses:
            self.server.refuses -= 1
            self.send_response(503)
        else:
            self.server.got.append((dict(self.headers.items()), body))
            self.send_response(204)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("webhooks"), outbound_loopback="true") as started:
        yield started


@pytest.fixture
def owner(service: Service) -> Person:
    return service.person()


def listen(owner: Person, receiver: Receiver, **about: Any) -> tuple[str, dict[str, Any]]:
    at = f"/v1/organizations/{owner.organization()}"
    made = owner.http.post(f"{at}/webhook-endpoints", json={"url": receiver.url} | about)
    assert made.status_code == 201, made.text
    endpoint: dict[str, Any] = made.json()
    return at, endpoint


def only_delivery(
    owner: Person, at: str, endpoint: dict[str, Any], *, attempts: int
) -> dict[str, Any]:
    """Its delivery, once so many attempts are written down: after the receiver answered."""
    deadline = time.monotonic() + PATIENCE
    one: dict[str, Any] = {"attempts": 0}
    while one["attempts"] < attempts and time.monotonic() < deadline:
        [one] = owner.http.get(f"{at}/webhook-endpoints/{endpoint['id']}/deliveries").json()[
            "items"
        ]
    return one


def invite(owner: Person, at: str, service: Service) -> None:
    guest = service.person()
    body = {"email": guest.email, "role": "member"}
    assert owner.http.post(f"{at}/invitations", json=body).status_code == 201
    token = service.mailed_token(guest.email, "accept-invitation")
    answer = guest.http.post("/v1/invitations/accept", json={"token": token})
    assert answer.status_code == 200, answer.text


def verified(got: tuple[dict[str, str], bytes], secret: str) -> dict[str, Any]:
    headers, body = got
    told: dict[str, Any] = Webhook(secret).verify(body, {k.lower(): v for k, v in headers.items()})
    return told


def test_what_happens_arrives_signed(service: Service, owner: Person, receiver: Receiver) -> None:
    at, endpoint = listen(owner, receiver, topics=["accounts.member_added"])

    invite(owner, at, service)

    told = verified(receiver.wait(1)[0], endpoint["secret"])
    assert told["type"] == "accounts.member_added"
    assert told["data"]["role"] == "member"
    listed = owner.http.get(f"{at}/webhook-endpoints/{endpoint['id']}/deliveries").json()
    assert [one["topic"] for one in listed["items"]] == ["accounts.member_added"]
    assert "secret" not in owner.http.get(f"{at}/webhook-endpoints/{endpoint['id']}").json()


def test_what_did_not_arrive_is_tried_again(
    service: Service, owner: Person, receiver: Receiver
) -> None:
    receiver.refuses = 1
    at, endpoint = listen(owner, receiver, topics=["billing.invoice_paid"])

    pinged = owner.http.post(f"{at}/webhook-endpoints/{endpoint['id']}/ping")

    assert pinged.status_code == 202, pinged.text
    assert verified(receiver.wait(1)[0], endpoint["secret"])["type"] == "webhooks.ping"
    one = only_delivery(owner, at, endpoint, attempts=2)
    assert (one["attempts"], one["response_status"], one["status"]) == (2, 204, "delivered")
    again = owner.http.post(f"{at}/webhook-deliveries/{one['id']}/redeliver")
    assert again.status_code == 202
    ids = [headers["webhook-id"] for headers, _ in receiver.wait(2)]
    assert ids[0] == ids[1]


def test_an_operator_sees_what_was_sent(
    service: Service, owner: Person, receiver: Receiver
) -> None:
    at, endpoint = listen(owner, receiver, topics=["billing.invoice_paid"])
    owner.http.post(f"{at}/webhook-endpoints/{endpoint['id']}/ping")
    receiver.wait(1)
    organization_id = at.rsplit("/", 1)[1]

    assert endpoint["id"] in service.cli("webhooks", "list", organization_id)
    sent = service.cli("webhooks", "deliveries", organization_id, endpoint["id"], "--json")
    [one] = json.loads(sent)
    service.cli("webhooks", "redeliver", organization_id, one["id"])
    receiver.wait(2)
    assert "billing.invoice_paid" in service.cli("webhooks", "topics")


def test_nobody_is_sent_to_who_is_not_public(service: Service, owner: Person) -> None:
    at = f"/v1/organizations/{owner.organization()}"
    for url in ("https://10.0.0.1/hook", "https://169.254.169.254/latest", "https://[fd00::1]/"):
        made = owner.http.post(
            f"{at}/webhook-endpoints", json={"url": url, "topics": ["billing.invoice_paid"]}
        ).json()
        owner.http.post(f"{at}/webhook-endpoints/{made['id']}/ping")
        one = only_delivery(owner, at, made, attempts=1)
        assert one["status"] == "pending"
        assert "not public" in one["error"]
