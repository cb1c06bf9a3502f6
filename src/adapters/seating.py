from typing import override

from core.accounts import ports
from core.billing import ports as billing
from core.billing.standing import BillingStanding
from core.models import OrganizationId


class PaidSeats(ports.Seats):
    """Room for people where seats are paid for in advance; anywhere else there always is."""

    def __init__(self, standing: BillingStanding, accounts: billing.Accounts) -> None:
        self._standing, self._accounts = standing, accounts

    @override
    async def room(self, organization_id: OrganizationId, *, invited: bool) -> int | None:
        limit = await self._standing.seat_limit(organization_id)
        if limit is None:
            return None
        return limit - await self._accounts.members(organization_id, invited=invited)
