"""What happens is told to whoever wants to hear of it: once, in order, signed, for days."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from core.exceptions import PermissionDenied
from core.models import Event, OrganizationEvent
from core.webhooks import constants, exceptions, schemas, service
from core.webhooks.events import EndpointDisabled
from core.webhooks.models import Message
from tests.unit.webhooks.office import SYSTEM, URL, Office


def verified(message: Message, secret: str) -> Any:
    """Read a message as its receiver does: by somebody else's library, which knows no fake time."""
    return Webhook(secret).verify(message.body, message.headers)


def today(office: Office) -> None:
    office.clock.moment = datetime.now(UTC)


# --- Telling --------------------------------------------------------------------------------------


async def test_what_happened_arrives_signed(office: Office) -> None:
    today(office)
    endpoint = await office.listen()
    event = office.event(5)

    await office.happen(event)
    await office.work()

    [message] = office.receiver.got
    assert message.url == URL
    told = verified(message, endpoint.secret)
    assert told["type"] == "billing.invoice_paid"
    assert told["data"]["invoice_id"] == "in_5"
    assert "at" not in told["data"]
    assert datetime.fromisoformat(told["timestamp"]) == event.at
    [delivery] = await office.deliveries(endpoint)
    assert (delivery.status, delivery.response_status, delivery.attempts) == ("delivered", 200, 1)
    assert message.headers["webhook-id"] == f"msg_{delivery.message_id.hex}"


async def test_a_message_that_was_tampered_with_does_not_verify(office: Office) -> None:
    today(office)
    endpoint, other = await office.listen(), await office.listen()
    await office.happen(office.event())
    await office.work()
    message = office.receiver.got[0]

    for wrong, secret in (
        (message.evolve(body=message.body.replace(b"in_1", b"in_2")), endpoint.secret),
        (message.evolve(headers=message.headers | {"webhook-id": "msg_2"}), endpoint.secret),
        (message, other.secret),
    ):
        with pytest.raises(WebhookVerificationError):
            verified(wrong, secret)


async def test_who_listens_hears_what_they_asked_for_and_others_nothing(office: Office) -> None:
    await office.listen("https://example.com/all")
    await office.listen("https://example.com/paid", "billing.invoice_paid")
    await office.listen("https://example.com/files", "storage.object_available")
    ours, office.owner = office.owner, await office.organization()
    await office.listen("https://example.com/stranger")
    office.owner = ours
    office.queue.waiting.clear()

    await office.happen(office.event())
    await office.work()

    told = {message.url.rsplit("/", 1)[1] for message in office.receiver.got}
    assert told == {"all", "paid"}


async def test_an_event_that_is_told_twice_arrives_once(office: Office) -> None:
    endpoint = await office.listen()
    event = office.event()

    for _ in range(3):
        await office.happen(event)
    await office.work()

    assert office.numbers == [1]
    assert len(await office.deliveries(endpoint)) == 1


async def test_messages_arrive_in_their_order_though_many_send(office: Office) -> None:
    endpoint = await office.listen()
    await office.happen(*(office.event(number) for number in range(1, 31)))
    while office.queue.waiting and not isinstance(office.queue.waiting[0][0], schemas.SendMessages):
        job, _ = office.queue.waiting.pop(0)
        await office.carry_out(job)
    office.queue.waiting.clear()

    send = office.use(service.SendMessages)
    job = schemas.SendMessages(endpoint_id=endpoint.id)
    await asyncio.gather(*(send(job, SYSTEM) for _ in range(8)))
    await office.work()

    assert office.numbers == list(range(1, 31))


async def test_everything_that_happens_in_organizations_has_a_name_and_says_what_it_is(
    office: Office,
) -> None:
    topics = await office.use(service.ListTopics)(None, office.owner)

    names = [topic.name for topic in topics]
    ours = [
        name
        for name, kind in Event.kinds.items()
        if issubclass(kind, OrganizationEvent) and kind.__module__.startswith("core.")
    ]
    assert names == sorted(ours)
    assert {"accounts.member_added", "billing.invoice_paid", "storage.object_available"} <= {*names}


# --- What does not arrive -------------------------------------------------------------------------


async def test_what_did_not_arrive_holds_the_rest_back_and_is_tried_again(office: Office) -> None:
    endpoint = await office.listen()
    office.receiver.answers.extend([500, None])
    await office.happen(office.event(1), office.event(2))
    await office.work()
    assert office.numbers == [1]
    assert (await office.seen(endpoint)).failing_since == office.clock.now()

    office.clock.forward(seconds=5)
    await office.work()
    assert office.numbers == [1, 1]
    office.clock.forward(minutes=5)
    await office.work()

    assert office.numbers == [1, 1, 1, 2]
    newest, oldest = await office.deliveries(endpoint)
    assert (oldest.attempts, oldest.status, newest.attempts) == (3, "delivered", 1)
    assert (await office.seen(endpoint)).failing_since is None


async def test_a_redirect_is_no_arrival(office: Office) -> None:
    endpoint = await office.listen()
    office.receiver.answers.append(302)
    await office.happen(office.event())
    await office.work()

    [delivery] = await office.deliveries(endpoint)
    assert (delivery.status, delivery.response_status) == ("pending", 302)


async def test_a_message_is_given_up_after_days_and_the_next_has_its_turn(office: Office) -> None:
    endpoint = await office.listen()
    office.receiver.answers.extend([500] * (len(constants.RETRIES) + 1))
    await office.happen(office.event(1), office.event(2))

    for wait in (timedelta(), *constants.RETRIES):
        office.clock.forward(seconds=wait.total_seconds())
        await office.work()

    newest, oldest = await office.deliveries(endpoint)
    assert (oldest.status, oldest.attempts) == ("failed", len(constants.RETRIES) + 1)
    assert oldest.settled_at == office.clock.now()
    assert newest.status == "delivered"


async def test_an_endpoint_that_fails_for_days_is_switched_off_and_somebody_is_told(
    office: Office,
) -> None:
    other = await office.listen("https://example.com/other", EndpointDisabled.topic)
    endpoint = await office.listen()
    office.receiver.answers.extend([500] * 100)
    for day in range(6):
        await office.happen(office.event(day))
        await office.work()
        office.clock.forward(days=1)
        await office.sweep()
        await office.work()

    seen = await office.seen(endpoint)
    assert (seen.enabled, seen.disabled_because) == (False, "failing")
    assert "webhook_endpoint.disabled" in office.actions
    told = await office.deliveries(other)
    assert [one.topic for one in told] == [EndpointDisabled.topic]
    count = len(office.receiver.got)
    await office.happen(office.event(9))
    office.clock.forward(days=1)
    await office.sweep()
    await office.work()
    assert len([one for one in office.receiver.got[count:] if one.url == URL]) == 0


async def test_one_that_is_gone_is_switched_off_at_once(office: Office) -> None:
    endpoint = await office.listen()
    office.receiver.answers.append(410)
    await office.happen(office.event())
    await office.work()

    assert (await office.seen(endpoint)).disabled_because == "gone"


async def test_switched_on_again_it_gets_what_waited(office: Office) -> None:
    endpoint = await office.listen()
    office.receiver.answers.append(410)
    await office.happen(office.event())
    await office.work()

    changes = schemas.UpdateEndpoint(enabled=True)
    command = schemas.ChangeEndpoint(endpoint_id=endpoint.id, changes=changes)
    view = await office.use(service.UpdateEndpoint)(command, office.owner)
    office.clock.forward(seconds=5)
    await office.sweep()
    await office.work()

    assert (view.enabled, view.disabled_because, view.failing_since) == (True, None, None)
    assert office.numbers == [1, 1]


async def test_a_process_that_dies_while_it_sends_is_taken_over(office: Office) -> None:
    endpoint = await office.listen()
    await office.happen(office.event(1), office.event(2))
    sent: Any = office.receiver.send

    async def die(message: Message) -> int:
        await sent(message)
        raise RuntimeError("killed")

    office.receiver.send = die  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        await office.work()
    office.receiver.send = sent  # type: ignore[method-assign]
    office.queue.waiting.clear()
    assert await office.sweep() == 0  # it may be alive

    office.clock.forward(seconds=constants.LEASE.total_seconds())
    assert await office.sweep() == 1
    await office.work()

    assert office.numbers == [1, 1, 2]  # at least once, by the same id
    ids = [message.headers["webhook-id"] for message in office.receiver.got]
    assert ids[0] == ids[1] != ids[2]
    assert {one.status for one in await office.deliveries(endpoint)} == {"delivered"}


async def test_what_is_old_is_forgotten(office: Office) -> None:
    endpoint = await office.listen()
    await office.happen(office.event())
    await office.work()

    office.clock.forward(days=31)
    await office.sweep()

    assert await office.deliveries(endpoint) == []


# --- Managing -------------------------------------------------------------------------------------


async def test_a_message_is_sent_again_under_the_id_it_had(office: Office) -> None:
    endpoint = await office.listen()
    await office.happen(office.event())
    await office.work()
    [delivery] = await office.deliveries(endpoint)

    reference = schemas.DeliveryReference(delivery_id=delivery.id)
    again = await office.use(service.Redeliver)(reference, office.owner)
    await office.work()

    assert (again.status, again.attempts) == ("pending", 0)
    first, second = office.receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert office.actions[-1] == "webhook_delivery.repeated"


async def test_a_new_secret_signs_beside_the_older_for_a_day(office: Office) -> None:
    today(office)
    endpoint = await office.listen()
    reference = schemas.EndpointReference(endpoint_id=endpoint.id)
    new = await office.use(service.RotateSecret)(reference, office.owner)
    assert new.older_until == office.clock.now() + timedelta(hours=24)

    await office.happen(office.event(1))
    await office.work()
    assert verified(office.receiver.got[0], endpoint.secret)
    assert verified(office.receiver.got[0], new.secret)

    begin, office.clock.moment = office.clock.moment, new.older_until
    await office.happen(office.event(2))
    await office.work()
    headers = office.receiver.got[1].headers
    assert len(headers["webhook-signature"].split()) == 1
    assert begin < new.older_until


async def test_a_ping_reaches_the_one_that_is_tried_alone(office: Office) -> None:
    endpoint = await office.listen("https://example.com/tried")
    await office.listen("https://example.com/other")
    office.queue.waiting.clear()

    reference = schemas.EndpointReference(endpoint_id=endpoint.id)
    made = await office.use(service.PingEndpoint)(reference, office.owner)
    await office.work()

    [message] = office.receiver.got
    assert message.url == "https://example.com/tried"
    assert json.loads(message.body)["type"] == constants.PING
    [delivery] = await office.deliveries(endpoint)
    assert (delivery.id, delivery.status) == (made.id, "delivered")


async def test_an_endpoint_is_changed_and_removed(office: Office) -> None:
    endpoint = await office.listen()
    changes = schemas.UpdateEndpoint(topics=["billing.invoice_paid"], description="Money")
    command = schemas.ChangeEndpoint(endpoint_id=endpoint.id, changes=changes)
    view = await office.use(service.UpdateEndpoint)(command, office.owner)
    assert (view.topics, view.description, view.url) == (["billing.invoice_paid"], "Money", URL)

    reference = schemas.EndpointReference(endpoint_id=endpoint.id)
    await office.use(service.DeleteEndpoint)(reference, office.owner)

    refusing: list[Any] = [service.GetEndpoint, service.DeleteEndpoint, service.RotateSecret]
    for gone in refusing:
        with pytest.raises(exceptions.WebhookEndpointNotFound):
            await office.use(gone)(reference, office.owner)
    with pytest.raises(exceptions.WebhookEndpointNotFound):
        await office.use(service.UpdateEndpoint)(command, office.owner)
    with pytest.raises(exceptions.WebhookEndpointNotFound):
        await office.use(service.PingEndpoint)(reference, office.owner)
    with pytest.raises(exceptions.WebhookEndpointNotFound):
        await office.deliveries(endpoint)
    assert office.actions == [
        "webhook_endpoint.created",
        "webhook_endpoint.updated",
        "webhook_endpoint.deleted",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "https://user:secret@example.com/hook",
        "https://[nonsense/hook",
        "https:///hook",
    ],
)
async def test_nothing_is_sent_in_the_clear_or_to_nonsense(office: Office, url: str) -> None:
    with pytest.raises(exceptions.EndpointNotAllowed):
        await office.listen(url)

    endpoint = await office.listen()
    command = schemas.ChangeEndpoint(
        endpoint_id=endpoint.id, changes=schemas.UpdateEndpoint(url=url)
    )
    with pytest.raises(exceptions.EndpointNotAllowed):
        await office.use(service.UpdateEndpoint)(command, office.owner)


async def test_nobody_listens_for_what_never_happens(office: Office) -> None:
    with pytest.raises(exceptions.UnknownTopic) as refused:
        await office.listen(URL, "billing.lottery_won")

    assert "billing.invoice_paid" in str(refused.value.members["topics"])


async def test_there_are_so_many_endpoints_at_most(office: Office) -> None:
    for _ in range(constants.ENDPOINTS):
        await office.listen()

    with pytest.raises(exceptions.TooManyEndpoints):
        await office.listen()


async def test_who_may_not_decide_neither_sees_nor_changes_anything(office: Office) -> None:
    endpoint = await office.listen()
    reference = schemas.EndpointReference(endpoint_id=endpoint.id)

    refusing: list[Any] = [
        *(service.GetEndpoint, service.DeleteEndpoint),
        *(service.RotateSecret, service.PingEndpoint),
    ]
    for role in ("billing", "member", "viewer"):
        for use_case in refusing:
            with pytest.raises(PermissionDenied):
                await office.use(use_case)(reference, office.as_role(role))


async def test_another_organization_finds_nothing_of_ours(office: Office) -> None:
    endpoint = await office.listen()
    await office.happen(office.event())
    await office.work()
    [delivery] = await office.deliveries(endpoint)
    office.owner = await office.organization()

    with pytest.raises(exceptions.WebhookEndpointNotFound):
        await office.seen(endpoint)
    with pytest.raises(exceptions.WebhookEndpointNotFound):
        await office.deliveries(endpoint)
    with pytest.raises(exceptions.DeliveryNotFound):
        await office.use(service.Redeliver)(
            schemas.DeliveryReference(delivery_id=delivery.id), office.owner
        )


async def test_secrets_lie_encrypted(office: Office) -> None:
    endpoint = await office.listen()
    found = await office.container.webhook_endpoints().get(
        office.owner.require_organization(), endpoint.id
    )

    assert found is not None
    assert endpoint.secret.encode() not in found.secrets_box
    assert endpoint.secret not in repr(found)
    assert endpoint.secret.startswith("whsec_")
