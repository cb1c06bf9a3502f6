import asyncio
from typing import Any

import pytest

from core.billing import exceptions, schemas, service
from core.billing.exceptions import ProviderUnavailable
from core.exceptions import PermissionDenied
from tests.unit.billing.desk import OPERATOR, Desk


async def refund(
    desk: Desk, invoice_id: str, amount: int | None = None, key: str | None = None, **who: Any
) -> schemas.RefundView:
    asked = schemas.RefundInvoice(
        organization_id=desk.organization_id, invoice_id=invoice_id, amount=amount
    )
    command = schemas.Ordered(asked=asked, idempotency_key=key)
    return await desk.use(service.RefundInvoice)(command, who.get("actor", OPERATOR))


async def paid(desk: Desk) -> str:
    await desk.subscribe("solo_monthly")
    desk.forget()
    [invoice] = await desk.invoices()
    return invoice.id


async def refunded(desk: Desk) -> list[int]:
    async with desk.ledger.opened("test") as state:
        return [one.amount for one in state.refunds]


async def test_a_part_goes_back_and_then_the_rest(desk: Desk) -> None:
    invoice_id = await paid(desk)

    first = await refund(desk, invoice_id, 200)
    rest = await refund(desk, invoice_id)

    assert (first.amount, rest.amount) == (200, 300)
    shown = await desk.use(service.GetInvoice)(schemas.InvoiceReference(id=invoice_id), desk.owner)
    assert shown.refunded == 500
    assert desk.published.count("billing.invoice_refunded") == 2
    assert desk.actions == ["billing.refund", "billing.refund"]


async def test_no_more_goes_back_than_was_paid(desk: Desk) -> None:
    invoice_id = await paid(desk)
    await refund(desk, invoice_id, 400)

    with pytest.raises(exceptions.RefundTooLarge) as refused:
        await refund(desk, invoice_id, 101)

    assert refused.value.members == {"refundable": 100}
    assert await refunded(desk) == [400]


async def test_of_many_at_once_no_more_goes_back_than_was_paid(desk: Desk) -> None:
    invoice_id = await paid(desk)

    told = await asyncio.gather(
        *(refund(desk, invoice_id, 200) for _ in range(8)), return_exceptions=True
    )

    assert await refunded(desk) == [200, 200]
    refused = [one for one in told if isinstance(one, BaseException)]
    assert {type(one) for one in refused} == {exceptions.RefundTooLarge}


async def test_a_repeated_request_gives_back_once(desk: Desk) -> None:
    invoice_id = await paid(desk)

    told = [await refund(desk, invoice_id, 200, "a") for _ in range(3)]

    assert told[0] == told[1] == told[2]
    assert await refunded(desk) == [200]


@pytest.mark.parametrize("after", [False, True], ids=["unheard", "unanswered"])
async def test_a_refund_whose_answer_is_lost_happens_once(desk: Desk, *, after: bool) -> None:
    invoice_id = await paid(desk)
    desk.fail("refunds.make", after=after)
    with pytest.raises(ProviderUnavailable):
        await refund(desk, invoice_id, 200, "a")

    desk.clock.forward(minutes=1)
    await desk.resume()

    assert await refunded(desk) == [200]
    assert (await refund(desk, invoice_id, 200, "a")).amount == 200
    assert await refunded(desk) == [200]


async def test_what_was_given_back_elsewhere_is_heard_of(desk: Desk) -> None:
    invoice_id = await paid(desk)
    [invoice] = await desk.invoices()
    asked = schemas.RefundInvoice(organization_id=desk.organization_id, invoice_id=invoice_id)
    order = await desk.dashboard_refund(asked.invoice_id, 50)

    await desk.backfill()
    await desk.work_off()

    shown = await desk.use(service.GetInvoice)(schemas.InvoiceReference(id=invoice.id), desk.owner)
    assert shown.refunded == order.amount == 50


async def test_nobody_but_an_operator_gives_back(desk: Desk) -> None:
    invoice_id = await paid(desk)

    with pytest.raises(PermissionDenied):
        await refund(desk, invoice_id, actor=desk.owner)
    with pytest.raises(exceptions.InvoiceNotFound):
        await refund(desk, "in_nothing")

    assert await refunded(desk) == []
