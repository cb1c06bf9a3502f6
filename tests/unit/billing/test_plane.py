"""What operators do: looking, linking, listing, endpoints and clocks."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from dependency_injector import providers

from bootstrap import Application
from core.billing import exceptions, schemas, service
from core.billing.models import Customer
from core.exceptions import NotFound, PermissionDenied
from core.models import Actor, OrganizationId
from tests.contracts.billing import arrived, unique
from tests.factories import new_id
from tests.unit.billing.desk import CATALOGUE, FREE, OPERATOR, SYSTEM, Desk


async def findings(desk: Desk) -> dict[str, str]:
    found = await desk.use(service.ExamineBilling)(schemas.ExamineBilling(), OPERATOR)
    return {one.about: one.level for one in found if one.level != "ok"}


async def test_a_sound_installation_is_clean(desk: Desk) -> None:
    await desk.subscribe()

    assert await findings(desk) == {"webhooks": "warn"}  # the sandbox signs nothing


@pytest.mark.parametrize("role", ["operator", "support"])
async def test_operators_and_support_look_at_events_and_commands(role: str, desk: Desk) -> None:
    known = {"kind": "user", "user_id": new_id(), "platform_role": role, "strong": True}
    actor = Actor.model_validate(known)

    assert (await desk.use(service.ListEvents)(schemas.ListEvents(), actor)).items == []
    assert (await desk.use(service.ListCommands)(schemas.ListCommands(), actor)).items == []
    assert (await desk.use(service.GetCatalogue)(schemas.ListPlans(), actor)).plans


async def test_what_was_left_lying_is_found(desk: Desk) -> None:
    await desk.container.inbox().add(arrived(status="dead"))

    assert (await findings(desk))["events"] == "fail"


async def test_events_that_nobody_works_off_are_found(desk: Desk) -> None:
    await desk.container.inbox().add(arrived())
    desk.clock.forward(hours=2)

    assert (await findings(desk))["events"] == "fail"


async def test_a_price_that_is_another_at_the_provider_is_found(desk: Desk) -> None:
    solo = CATALOGUE.plans[1]
    await desk.container.shop().put(solo, solo.prices[0].evolve(amount=1), key="dashboard")

    assert (await findings(desk))["catalogue"] == "fail"
    await desk.apply(CATALOGUE)
    assert "catalogue" not in await findings(desk)


async def test_a_mirror_that_differs_is_found(desk: Desk) -> None:
    await desk.subscribe()
    [told] = (await desk.told()).values()
    await desk.container.subscription_writer().cancel(told, when="now", key="dashboard")
    async with desk.ledger.opened("test") as state:
        state.subscriptions[told.id] = told.evolve(status="past_due")

    assert (await findings(desk))["mirror"] == "fail"


async def test_nobody_else_looks(desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        await desk.use(service.ExamineBilling)(schemas.ExamineBilling(), desk.owner)


async def test_what_was_given_up_is_replayed_at_once(desk: Desk) -> None:
    view = await desk.subscribe()
    for _ in range(3):
        dead = arrived(status="dead", customer_id=view.customer_id, error="crash")
        await desk.container.inbox().add(dead)

    assert await desk.use(service.ReplayDeadEvents)(schemas.ReplayDeadEvents(), OPERATOR) == 3
    await desk.work_off()

    assert "events" not in await findings(desk)
    assert desk.actions[-1] == "billing.events_replayed"
    with pytest.raises(PermissionDenied):
        await desk.use(service.ReplayDeadEvents)(schemas.ReplayDeadEvents(), desk.owner)


async def test_an_event_is_shown_with_what_it_said(desk: Desk) -> None:
    event = arrived(payload={"id": "evt_1", "data": {"object": {"id": "in_1"}}})
    await desk.container.inbox().add(event)

    reference = schemas.EventReference(event_id=event.event.id)
    shown = await desk.use(service.GetEvent)(reference, OPERATOR)

    assert shown.payload == event.event.payload
    with pytest.raises(exceptions.EventNotFound):
        await desk.use(service.GetEvent)(schemas.EventReference(event_id="evt_none"), OPERATOR)
    with pytest.raises(PermissionDenied):
        await desk.use(service.GetEvent)(reference, desk.owner)


async def test_an_answer_that_nobody_can_read_is_put_off_and_not_for_ever(desk: Desk) -> None:
    view = await desk.subscribe()
    event = arrived(customer_id=view.customer_id)
    await desk.container.inbox().add(event)
    reader: Any = desk.container.subscription_reader()

    async def nonsense(_: str) -> None:
        raise ValueError("a mapping of ours is wrong")

    reader.of = nonsense
    work_off = desk.use(service.WorkOffEvents)
    job = schemas.WorkOffEvents(lock_key=event.lock_key)
    for _ in range(200):
        with suppress(ValueError):
            await work_off(job, SYSTEM)
        desk.clock.forward(hours=1)

    kept = await desk.container.inbox().get(event.event.id)
    assert kept is not None
    assert (kept.status, kept.error) == ("dead", "crash")


# --- Customers --------------------------------------------------------------------------------


async def link(desk: Desk, customer_id: str) -> schemas.BillingView:
    command = schemas.LinkCustomer(organization_id=desk.organization_id, customer_id=customer_id)
    return await desk.use(service.LinkCustomer)(command, OPERATOR)


async def customer(desk: Desk, organization_id: OrganizationId | None = None) -> str:
    asked = Customer(id="", organization_id=organization_id, name="Old customer")
    return (await desk.container.customers().create(asked, {}, key=unique("key"))).id


async def test_a_customer_of_old_is_linked(desk: Desk) -> None:
    view = await link(desk, known := await customer(desk))

    assert view.customer_id == known
    assert "billing.customer_linked" in desk.actions
    await desk.checkout()
    async with desk.ledger.opened("test") as state:
        assert list(state.customers) == [known]


async def test_a_customer_that_is_gone_or_anothers_is_not_linked(desk: Desk) -> None:
    with pytest.raises(exceptions.CustomerGone):
        await link(desk, "cus_nobody")
    with pytest.raises(exceptions.CustomerTaken):
        await link(desk, await customer(desk, OrganizationId(new_id())))
    await desk.checkout()
    with pytest.raises(exceptions.HasCustomer):
        await link(desk, await customer(desk))
    with pytest.raises(NotFound):
        command = schemas.LinkCustomer(
            organization_id=OrganizationId(new_id()), customer_id=await customer(desk)
        )
        await desk.use(service.LinkCustomer)(command, OPERATOR)


# --- Commands ---------------------------------------------------------------------------------


async def test_what_was_asked_is_listed_the_newest_first(desk: Desk) -> None:
    await desk.subscribe()
    await desk.order(service.CancelSubscription, schemas.CancelSubscription())

    page = await desk.use(service.ListCommands)(schemas.ListCommands(limit=1), OPERATOR)
    rest = schemas.ListCommands(cursor=page.next_cursor)
    older = await desk.use(service.ListCommands)(rest, OPERATOR)

    assert [one.kind for one in (*page.items, *older.items)] == ["cancel", "checkout"]
    assert older.next_cursor is None
    with pytest.raises(PermissionDenied):
        await desk.use(service.ListCommands)(schemas.ListCommands(), desk.owner)


# --- Endpoints and clocks ---------------------------------------------------------------------


async def test_endpoints_are_made_with_all_that_we_act_on(desk: Desk) -> None:
    command = schemas.CreateEndpoint(url="https://example.com/v1/billing/webhooks/stripe")
    made = await desk.use(service.CreateProviderEndpoint)(command, OPERATOR)
    assert made.secret

    [listed] = await desk.use(service.ListProviderEndpoints)(schemas.ListEndpoints(), OPERATOR)
    assert listed == made.evolve(secret=None)
    await desk.use(service.DeleteProviderEndpoint)(schemas.EndpointReference(id=made.id), OPERATOR)

    assert await desk.use(service.ListProviderEndpoints)(schemas.ListEndpoints(), OPERATOR) == []
    assert desk.actions[-2:] == ["billing.endpoint_created", "billing.endpoint_deleted"]


async def test_a_year_passes_in_a_moment(desk: Desk) -> None:
    command = schemas.CreateClock(organization_id=desk.organization_id, name="year")
    clock = await desk.use(service.CreateClock)(command, OPERATOR)
    await desk.subscribe("solo_monthly")

    to = clock.now + timedelta(days=365)
    advanced = await desk.use(service.AdvanceClock)(
        schemas.AdvanceClock(id=clock.id, to=to), OPERATOR
    )
    await desk.backfill()
    await desk.work_off()

    assert advanced.now == to
    assert len(await desk.invoices()) == 13
    assert desk.mirrored == await desk.told()
    reference = schemas.ClockReference(id=clock.id)
    assert (await desk.use(service.GetClock)(reference, OPERATOR)).now == to
    await desk.use(service.DeleteClock)(reference, OPERATOR)
    with pytest.raises(exceptions.ProviderNotFound):
        await desk.use(service.GetClock)(reference, OPERATOR)


async def test_time_is_not_moved_where_real_money_moves(desk: Desk) -> None:
    config = desk.container.billing_config().evolve(live=True)
    desk.container.billing_config.override(providers.Object(config))
    use = Application(desk.container).use

    with pytest.raises(exceptions.ClocksForbidden):
        await use(service.CreateClock)(
            schemas.CreateClock(organization_id=desk.organization_id), OPERATOR
        )
    with pytest.raises(exceptions.ClocksForbidden):
        await use(service.AdvanceClock)(
            schemas.AdvanceClock(id="clock_1", to=desk.clock.now()), OPERATOR
        )
    with pytest.raises(exceptions.ClocksForbidden):
        await use(service.DeleteClock)(schemas.ClockReference(id="clock_1"), OPERATOR)


async def test_who_pays_already_does_not_get_a_clock(desk: Desk) -> None:
    await desk.checkout()

    with pytest.raises(exceptions.HasCustomer):
        await desk.use(service.CreateClock)(
            schemas.CreateClock(organization_id=desk.organization_id), OPERATOR
        )


# --- Prices -----------------------------------------------------------------------------------


async def test_a_dearer_price_is_for_whoever_comes_later(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    solo = CATALOGUE.plans[1]
    dearer = solo.evolve(prices=(solo.prices[0].evolve(amount=900),))
    view = await desk.apply(CATALOGUE.evolve(plans=(FREE, dearer)), dry_run=True)
    assert view.new_prices == ["solo_monthly"]

    await desk.apply(CATALOGUE.evolve(plans=(FREE, dearer)))
    desk.clock.forward(days=31)
    await desk.backfill(minutes=60 * 24 * 30)
    await desk.work_off()

    assert [one.total for one in await desk.invoices()] == [500, 500]
    standing = await desk.standing()
    assert standing.subscription is not None
    assert standing.subscription.plan == "solo"
    again = await desk.apply(CATALOGUE.evolve(plans=(FREE, dearer)), dry_run=True)
    assert again.new_prices == []


async def test_a_price_that_goes_back_and_forth_is_what_was_said_last(desk: Desk) -> None:
    solo = CATALOGUE.plans[1]
    for amount in (900, 500, 900):
        plan = solo.evolve(prices=(solo.prices[0].evolve(amount=amount),))
        await desk.apply(CATALOGUE.evolve(plans=(FREE, plan)))

        listed = await desk.container.shop().prices()
        newest = await desk.container.catalogues().newest()
        assert newest is not None
        assert listed["solo_monthly"].amount == amount
        assert newest.price_ids["solo_monthly"] == listed["solo_monthly"].id
