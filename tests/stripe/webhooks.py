import json
import time

import httpx
from stripe import WebhookSignature

from core.billing.models import ProviderEvent
from tests.integration.service import PATIENCE, Service
from tests.stripe import objects
from tests.stripe.server import SpecifiedStripe

SECRET = "whsec_of_an_endpoint"


def deliver(service: Service, stripe: SpecifiedStripe) -> list[int]:
    """Send what happened at Stripe, signed as its own library signs."""

    async def happened() -> list[ProviderEvent]:
        async with stripe.ledger.opened("test") as state:
            found, state.events[:] = list(state.events), []
            return found

    answers = []
    for event in stripe.do(happened()):
        body = json.dumps(objects.event(event))
        signed = WebhookSignature.generate_signature_header(
            body, SECRET, timestamp=int(time.time())
        )
        answer = httpx.post(
            f"{service.url}/v1/billing/webhooks/stripe",
            content=body,
            headers={"Stripe-Signature": signed},
            timeout=PATIENCE,
        )
        answers.append(answer.status_code)
    return answers
