"""What it costs to take a webhook: verified, kept, and its job deferred before it is answered."""

import json
import time
from uuid import uuid4

from stripe import WebhookSignature

from benchmarks import client
from benchmarks.client import render
from benchmarks.duel import take_turns
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Request, Sample
from benchmarks.servers import Server
from benchmarks.workloads import accounts
from benchmarks.world import World

SECRET = "whsec_benchmark"  # noqa: S105 - of this benchmark's own service
AT_MOST = 1500
"""Webhooks a second that are rendered beforehand: each is another event."""


def measure(world: World, options: Options) -> list[Finding]:
    """Compare it with an authenticated create of the same service: POST /v1/organizations."""
    tenant = world.service_tenant
    with world.start_service(settings={"CORE_STRIPE_WEBHOOK_SECRETS": SECRET}) as server:
        create = accounts.create_plain(server, tenant)

        def creating(seconds: float) -> Sample:
            return _asked(server, create, 201, options, seconds)

        def taking(seconds: float) -> Sample:
            events = [_webhook() for _ in range(int(AT_MOST * seconds))]
            return _asked(server, events, 200, options, seconds)

        pairs = take_turns(creating, taking, options)
    return [
        Finding(
            name="intake",
            what="POST .../webhooks/stripe: CPU a request / POST /v1/organizations",
            values=[taken.cpu_us / made.cpu_us for made, taken in pairs],
            bar=Bar(1.5),
            sides={
                "POST /v1/organizations": [made for made, _ in pairs],
                options.side: [taken for _, taken in pairs],
            },
        )
    ]


def _webhook() -> Request:
    """Return an event as Stripe sends it, signed by its own library."""
    now = int(time.time())
    event = {
        "id": f"evt_{uuid4().hex}",
        "object": "event",
        "type": "invoice.paid",
        "created": now,
        "livemode": False,
        "data": {
            "object": {
                "id": f"in_{uuid4().hex}",
                "object": "invoice",
                "customer": f"cus_{uuid4().hex}",
                "lines": [{"amount": number, "description": "a line"} for number in range(20)],
            }
        },
    }
    signed = WebhookSignature.generate_signature_header(json.dumps(event), SECRET, timestamp=now)
    return render("POST", "/v1/billing/webhooks/stripe", body=event, stripe_signature=signed)


def _asked(
    server: Server, requests: list[Request], expects: int, options: Options, seconds: float
) -> Sample:
    load = Load(
        port=server.port,
        pid=server.pid,
        requests=requests,
        expects=expects,
        concurrency=options.concurrency,
        seconds=seconds,
    )
    return client.run(load)
