from core.billing import constants, ports, schemas
from core.models import Actor
from core.service import UseCase


class ListInvoices(UseCase):
    """See the organization's invoices, the newest first."""

    invoice_mirror: ports.MirroredInvoices

    async def __call__(self, query: schemas.ListInvoices, actor: Actor) -> schemas.InvoicesView:
        organization_id = actor.require(constants.BILLING_READ)
        found = await self.invoice_mirror.page(
            organization_id, limit=query.limit + 1, before=query.cursor, status=query.status
        )
        items = [schemas.InvoiceView.of(one.invoice) for one in found[: query.limit]]
        more = items[-1].id if len(found) > query.limit else None
        return schemas.InvoicesView(items=items, next_cursor=more)
