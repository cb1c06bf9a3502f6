"""What every adapter must do that keeps outgoing webhooks."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from bootstrap import Container
from core.models import OrganizationId
from core.webhooks.exceptions import TooManyEndpoints
from core.webhooks.models import Delivery, DeliveryId, Endpoint, EndpointId
from tests.contracts.founding import founded
from tests.factories import NOW, new_id

HOUR = timedelta(hours=1)


async def organization(container: Container) -> OrganizationId:
    return (await founded(container))[0].id


async def listening(
    container: Container, organization_id: OrganizationId | None = None, **about: Any
) -> Endpoint:
    made = Endpoint(
        id=EndpointId(new_id()),
        organization_id=organization_id or await organization(container),
        url="https://example.com/hook",
        secrets_box=b"box",
        created_at=NOW,
    ).evolve(**about)
    async with container.transaction()():
        await container.webhook_endpoints().add(made, most=1000)
    return made


def delivery(endpoint: Endpoint, **about: Any) -> Delivery:
    known: dict[str, Any] = {
        "id": DeliveryId(new_id()),
        "organization_id": endpoint.organization_id,
        "endpoint_id": endpoint.id,
        "message_id": new_id(),
        "topic": "tests.happened",
        "payload": {"type": "tests.happened", "data": {"n": 1}},
        "due_at": NOW,
        "created_at": NOW,
    }
    return Delivery.model_validate(known | about)


class WebhookEndpointsContract:
    async def test_one_is_kept_changed_and_forgotten(self, container: Container) -> None:
        endpoints, made = container.webhook_endpoints(), await listening(container)
        ours, stranger = made.organization_id, await organization(container)
        assert await endpoints.get(ours, made.id) == made
        assert await endpoints.get(stranger, made.id) is None

        changed = made.evolve(url="https://example.com/other", topics=("a.b",), secrets_box=b"x")
        await endpoints.put(changed)
        assert await endpoints.get(ours, made.id) == changed

        assert not await endpoints.remove(stranger, made.id)
        assert await endpoints.remove(ours, made.id)
        assert not await endpoints.remove(ours, made.id)
        assert await endpoints.get(ours, made.id) is None

    async def test_a_judgement_leaves_what_somebody_changed_meanwhile(
        self, container: Container
    ) -> None:
        endpoints, made = container.webhook_endpoints(), await listening(container)
        await endpoints.put(made.evolve(url="https://example.com/newer"))

        await endpoints.judge(made.evolve(enabled=False, disabled_because="gone"))

        found = await endpoints.get(made.organization_id, made.id)
        assert found is not None
        assert (found.url, found.enabled) == ("https://example.com/newer", False)
        assert found.disabled_because == "gone"

    async def test_they_are_listed_the_newest_first(self, container: Container) -> None:
        endpoints, organization_id = container.webhook_endpoints(), await organization(container)
        made = [await listening(container, organization_id) for _ in range(3)]
        await listening(container)

        assert await endpoints.page(organization_id, limit=2) == [made[2], made[1]]
        assert await endpoints.page(organization_id, limit=2, before=made[1].id) == [made[0]]

    async def test_of_many_at_once_no_more_are_kept_than_may_be(self, container: Container) -> None:
        endpoints, organization_id = container.webhook_endpoints(), await organization(container)
        template = await listening(container)

        async def add() -> None:
            async with container.transaction()():
                made = template.evolve(id=new_id(), organization_id=organization_id)
                await endpoints.add(made, most=3)

        told = await asyncio.gather(*(add() for _ in range(8)), return_exceptions=True)

        assert [type(one) for one in told if one is not None] == [TooManyEndpoints] * 5
        assert len(await endpoints.page(organization_id, limit=100)) == 3

    async def test_who_listens_hears_of_what_they_asked_for(self, container: Container) -> None:
        endpoints, organization_id = container.webhook_endpoints(), await organization(container)
        everything = await listening(container, organization_id)
        some = await listening(container, organization_id, topics=("a.b", "a.c"))
        await listening(container, organization_id, enabled=False)
        await listening(container)

        assert await endpoints.listening(organization_id, "a.b") == [everything, some]
        assert await endpoints.listening(organization_id, "x.y") == [everything]


class DeliveriesContract:
    async def test_a_message_is_kept_once_for_each_endpoint(self, container: Container) -> None:
        deliveries, endpoint = container.deliveries(), await listening(container)
        other = await listening(container, endpoint.organization_id)
        made = delivery(endpoint)

        assert await deliveries.add(made)
        assert not await deliveries.add(delivery(endpoint, message_id=made.message_id))
        assert await deliveries.add(delivery(other, message_id=made.message_id))
        assert await deliveries.get(endpoint.organization_id, made.id) == made
        assert await deliveries.get(await organization(container), made.id) is None

    async def test_the_first_is_the_oldest_that_did_not_arrive(self, container: Container) -> None:
        deliveries, endpoint = container.deliveries(), await listening(container)
        made = [delivery(endpoint) for _ in range(3)]
        for one in made:
            await deliveries.add(one)

        assert await deliveries.first(endpoint) == made[0]
        arrived = made[0].evolve(
            status="delivered", attempts=1, response_status=200, settled_at=NOW
        )
        await deliveries.settle(arrived)

        assert await deliveries.first(endpoint) == made[1]
        assert await deliveries.get(endpoint.organization_id, made[0].id) == arrived
        listed = await deliveries.page(endpoint.organization_id, endpoint.id, limit=2)
        assert listed == [made[2], made[1]]
        before: UUID = made[1].id
        listed = await deliveries.page(
            endpoint.organization_id, endpoint.id, limit=2, before=before
        )
        assert listed == [arrived]

    async def test_old_ones_are_forgotten_and_all_go_with_their_endpoint(
        self, container: Container
    ) -> None:
        deliveries, endpoint = container.deliveries(), await listening(container)
        ago = NOW - 1000 * 24 * HOUR
        old, new = delivery(endpoint, created_at=ago), delivery(endpoint)
        for one in (old, new):
            await deliveries.add(one)

        assert await deliveries.purge(ago + HOUR) == 1

        assert await deliveries.get(endpoint.organization_id, old.id) is None
        await container.webhook_endpoints().remove(endpoint.organization_id, endpoint.id)
        assert await deliveries.get(endpoint.organization_id, new.id) is None


class LeasesContract:
    async def test_one_at_a_time_sends_to_an_endpoint(self, container: Container) -> None:
        leases, endpoint = container.leases(), await listening(container)

        took = [await leases.take(endpoint.id, NOW, NOW + HOUR) for _ in range(2)]
        assert took == [endpoint, None]
        assert await leases.take(endpoint.id, NOW + HOUR, NOW + 2 * HOUR) == endpoint
        await leases.release(endpoint.id)
        assert await leases.take(endpoint.id, NOW, NOW + HOUR) == endpoint

    async def test_what_is_off_or_gone_is_not_sent_to(self, container: Container) -> None:
        leases, endpoint = container.leases(), await listening(container, enabled=False)

        assert await leases.take(endpoint.id, NOW, NOW + HOUR) is None
        assert await leases.take(EndpointId(new_id()), NOW, NOW + HOUR) is None

    async def test_those_are_due_whose_first_message_is(self, container: Container) -> None:
        leases, deliveries = container.leases(), container.deliveries()
        due, later, off, taken = [
            await listening(container, enabled=enabled) for enabled in (True, True, False, True)
        ]
        for endpoint in (due, off, taken):
            await deliveries.add(delivery(endpoint))
        await deliveries.add(delivery(later, due_at=NOW + HOUR))
        await deliveries.add(delivery(later))
        await leases.take(taken.id, NOW, NOW + HOUR)

        found = await leases.due(NOW, limit=100_000)

        ours = {one.id for one in (due, later, off, taken)}
        assert [one for one in found if one in ours] == [due.id]
