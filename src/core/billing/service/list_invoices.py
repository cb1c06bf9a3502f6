from core.billing import constants, ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListInvoices(UseCase):
    """See the organization's invoices, the newest first."""

    invoice_mirror: ports.MirroredInvoices

    async def __call__(
        self, query: schemas.ListInvoices, actor: Actor
    ) -> Page[schemas.InvoiceView]:
        organization_id = actor.require(constants.BILLING_READ)
        found = await self.invoice_mirror.page(
            organization_id, status=query.status, **query.window()
        )
        return query.answer(found, lambda one: schemas.InvoiceView.of(one.invoice))
