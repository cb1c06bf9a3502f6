"""What the routes of billing share."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import Response

from core.billing import exceptions
from core.billing.schemas import BillingView, PaymentView
from core.exceptions import IdempotencyKeyReused
from entrypoints.http import idempotency, problems
from entrypoints.http.accounts.organizations import TENANT

PREFIX: Final = "/v1/organizations/{organization_id}/billing"

PROVIDER: Final = problems.responses(
    exceptions.ProviderRejected,
    exceptions.ProviderNotFound,
    exceptions.ProviderUnavailable,
    exceptions.ProviderMisconfigured,
)
AWAITED: Final[dict[int | str, dict[str, Any]]] = {
    202: {"model": PaymentView, "description": "The payment is on its way."}
}


def told(answer: BillingView | PaymentView, response: Response) -> BillingView | PaymentView:
    """Answer 202 where a payment is on its way: nothing has changed before it came."""
    if isinstance(answer, PaymentView):
        response.status_code = HTTPStatus.ACCEPTED
    return answer


CUSTOMER: Final = TENANT | PROVIDER | problems.responses(exceptions.NoCustomer)
ORDERED: Final = (
    TENANT
    | PROVIDER
    | problems.responses(
        exceptions.CommandInFlight, IdempotencyKeyReused, idempotency.IdempotencyKeyInvalid
    )
)
