from core.billing import constants, exceptions, ports, schemas
from core.billing.models import Invoice
from core.models import Actor
from core.service import UseCase


class GetInvoice(UseCase):
    """See one invoice, with addresses where it is shown and downloaded."""

    invoice_mirror: ports.MirroredInvoices

    async def __call__(self, reference: schemas.InvoiceReference, actor: Actor) -> Invoice:
        organization_id = actor.require(constants.BILLING_READ)
        found = await self.invoice_mirror.some(organization_id, [reference.id])
        if not found:
            raise exceptions.InvoiceNotFound
        return found[0].invoice
