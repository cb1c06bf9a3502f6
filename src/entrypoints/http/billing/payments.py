from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from core.billing import exceptions, schemas, service
from core.billing.schemas.subscriptions import ProviderId
from core.models import OrganizationId, Page
from entrypoints.http import idempotency, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.billing.common import AWAITED, CUSTOMER, ORDERED, PREFIX, told
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router

invoices = make_router(f"{PREFIX}/invoices", "invoices")
paying = make_router(f"{PREFIX}/invoices", "invoices", OwnIdempotencyRoute)
methods = make_router(f"{PREFIX}/payment-methods", "payment-methods")
setups = make_router(f"{PREFIX}/setup-intents", "payment-methods")

INVOICE = TENANT | problems.responses(exceptions.InvoiceNotFound)
METHOD = CUSTOMER | problems.responses(exceptions.PaymentMethodNotFound)


@invoices.get("", responses=TENANT | LISTED)
async def list_invoices(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListInvoices, Query()],
    actor: CurrentActor,
    list_invoices: Use[service.ListInvoices],
) -> Page[schemas.InvoiceView]:
    return await list_invoices(query, actor)


@invoices.get("/{invoice_id}", responses=INVOICE)
async def get_invoice(
    organization_id: OrganizationId,
    invoice_id: ProviderId,
    actor: CurrentActor,
    get: Use[service.GetInvoice],
) -> schemas.InvoiceView:
    found = await get(schemas.InvoiceReference(id=invoice_id), actor)
    return schemas.InvoiceView.of(found)


@invoices.get(
    "/{invoice_id}/pdf",
    response_class=Response,
    status_code=HTTPStatus.FOUND,
    responses=INVOICE | {302: {"description": "Where the provider keeps it."}},
)
async def get_invoice_pdf(
    organization_id: OrganizationId,
    invoice_id: ProviderId,
    actor: CurrentActor,
    get: Use[service.GetInvoice],
) -> Response:
    found = await get(schemas.InvoiceReference(id=invoice_id), actor)
    if found.pdf_url is None:
        raise exceptions.InvoiceNotFound("The provider keeps no PDF of this invoice.")
    return RedirectResponse(found.pdf_url, HTTPStatus.FOUND, {"Cache-Control": "no-store"})


@paying.post(
    "/{invoice_id}/pay",
    response_model=schemas.BillingView | schemas.PaymentView,
    responses=ORDERED
    | INVOICE
    | AWAITED
    | problems.responses(exceptions.InvoiceNotPayable, exceptions.CardDeclined),
)
async def pay_invoice(
    organization_id: OrganizationId,
    invoice_id: ProviderId,
    request: Request,
    response: Response,
    actor: CurrentActor,
    pay: Use[service.PayInvoice],
) -> schemas.BillingView | schemas.PaymentView:
    asked = schemas.InvoiceReference(id=invoice_id)
    key = idempotency.key_of(request)
    answer = await pay(schemas.Ordered(asked=asked, idempotency_key=key), actor)
    return told(answer, response)


@methods.get("", responses=CUSTOMER)
async def list_payment_methods(
    organization_id: OrganizationId,
    actor: CurrentActor,
    list_methods: Use[service.ListPaymentMethods],
) -> schemas.PaymentMethodsView:
    return await list_methods(None, actor)


@methods.put("/default", status_code=HTTPStatus.NO_CONTENT, responses=METHOD)
async def choose_payment_method(
    organization_id: OrganizationId,
    command: schemas.PaymentMethodReference,
    actor: CurrentActor,
    choose: Use[service.ChoosePaymentMethod],
) -> None:
    await choose(command, actor)


@methods.delete(
    "/{payment_method_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=METHOD | problems.responses(exceptions.LastMethodInUse),
)
async def detach_payment_method(
    organization_id: OrganizationId,
    payment_method_id: ProviderId,
    actor: CurrentActor,
    detach: Use[service.DetachPaymentMethod],
) -> None:
    await detach(schemas.PaymentMethodReference(id=payment_method_id), actor)


@setups.post("", status_code=HTTPStatus.CREATED, responses=CUSTOMER)
async def begin_payment_method(
    organization_id: OrganizationId,
    actor: CurrentActor,
    begin: Use[service.BeginPaymentMethod],
) -> schemas.SetupView:
    return await begin(None, actor)
