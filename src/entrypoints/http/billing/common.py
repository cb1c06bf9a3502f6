"""What the routes of billing share."""

from typing import Final

from core.billing import exceptions
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
CUSTOMER: Final = TENANT | PROVIDER | problems.responses(exceptions.NoCustomer)
ORDERED: Final = (
    TENANT
    | PROVIDER
    | problems.responses(
        exceptions.CommandInFlight, IdempotencyKeyReused, idempotency.IdempotencyKeyInvalid
    )
)
