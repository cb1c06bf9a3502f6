from datetime import datetime

from core.models import Actor
from core.ports import AuditLog, Clock, Events, Jobs, SecretBox, Transaction
from core.service import Collaborator
from core.telemetry import Metrics
from core.webhooks import constants, ports, schemas, signing
from core.webhooks.events import EndpointDisabled
from core.webhooks.exceptions import DeliveryFailed
from core.webhooks.models import Delivery, Endpoint

GONE = 410


class Courier(Collaborator):
    """Takes one message to its endpoint, and notes what came of it."""

    webhook_endpoints: ports.Endpoints
    deliveries: ports.Deliveries
    sender: ports.Sender
    secret_box: SecretBox
    events: Events
    audit: AuditLog
    jobs: Jobs
    metrics: Metrics
    transaction: Transaction
    clock: Clock

    async def __call__(self, delivery: Delivery, endpoint: Endpoint) -> Endpoint:
        secrets = signing.unboxed(endpoint, self.secret_box)
        message = signing.signed(delivery, endpoint, secrets, self.clock.now())
        answer, error = None, None
        try:
            answer = await self.sender.send(message)
        except DeliveryFailed as failed:
            error = str(failed)
        now = self.clock.now()
        arrived = answer is not None and 200 <= answer < 300  # noqa: PLR2004 - of HTTP
        tried = delivery.evolve(attempts=delivery.attempts + 1, response_status=answer, error=error)
        settled = (
            tried.evolve(status="delivered", settled_at=now) if arrived else _later(tried, now)
        )
        self.metrics.count("webhook_deliveries_total", outcome=_outcome(answer, arrived=arrived))
        judged = _judged(endpoint, now, arrived=arrived, answer=answer)
        async with self.transaction():
            await self.deliveries.settle(settled)
            if judged != endpoint:
                await self.webhook_endpoints.judge(judged)
            if not judged.enabled:
                await self._tell(judged, now)
            elif settled.status == "pending":
                again = schemas.SendMessages(endpoint_id=endpoint.id)
                await self.jobs.defer(again, at=settled.due_at)
        return judged

    async def _tell(self, endpoint: Endpoint, now: datetime) -> None:
        because = endpoint.disabled_because or ""
        await self.audit.record(
            *(Actor(kind="system"), "webhook_endpoint.disabled"),
            organization_id=endpoint.organization_id,
            target=("webhook_endpoint", endpoint.id),
            because=because,
        )
        await self.events.publish(
            EndpointDisabled(
                organization_id=endpoint.organization_id,
                endpoint_id=endpoint.id,
                because=because,
                at=now,
            )
        )


def _outcome(answer: int | None, *, arrived: bool) -> str:
    if arrived:
        return "arrived"
    return "unanswered" if answer is None else "refused"


def _later(tried: Delivery, now: datetime) -> Delivery:
    """Put a message off, longer each time; give it up after the last."""
    if tried.attempts > len(constants.RETRIES):
        return tried.evolve(status="failed", settled_at=now)
    return tried.evolve(due_at=now + constants.RETRIES[tried.attempts - 1])


def _judged(endpoint: Endpoint, now: datetime, *, arrived: bool, answer: int | None) -> Endpoint:
    """Return what is thought of an endpoint after a try."""
    if arrived:
        return endpoint.evolve(failing_since=None)
    if answer == GONE:
        return endpoint.evolve(enabled=False, disabled_because="gone")
    since = endpoint.failing_since or now
    if now - since >= constants.GIVES_UP_AFTER:
        return endpoint.evolve(enabled=False, disabled_because="failing", failing_since=since)
    return endpoint.evolve(failing_since=since)
