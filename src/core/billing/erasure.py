from contextlib import suppress

from core.billing import ports, provider, ranking
from core.billing.exceptions import ProviderNotFound
from core.models import OrganizationId


class OrganizationPayments:
    """What an organization that ends goes on paying for: nothing. Its rows go with its own."""

    def __init__(
        self,
        accounts: ports.Accounts,
        reader: provider.SubscriptionReader,
        writer: provider.SubscriptionWriter,
    ) -> None:
        self._accounts, self._reader, self._writer = accounts, reader, writer

    async def erase(self, organization_id: OrganizationId) -> None:
        """End its subscriptions at the provider, at once; doing so again is fine."""
        account = await self._accounts.get(organization_id)
        if account is None or account.customer_id is None:
            return
        for one in await self._reader.of(account.customer_id):
            if one.status not in ranking.TERMINAL:
                with suppress(ProviderNotFound):
                    await self._writer.cancel(one, when="now", key=f"core:erase:{one.id}")
