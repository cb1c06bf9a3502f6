"""Whether money can come in as it should."""

from collections.abc import AsyncIterator

from core.billing import constants, ports, provider, ranking
from core.billing.config import BillingConfig
from core.billing.models import Endpoint
from core.findings import Finding
from core.models import OrganizationId
from core.ports import Clock
from core.service import Collaborator


class Examination(Collaborator):
    """Looks at what we keep, and compares it with what the provider says."""

    webhook_verifier: ports.WebhookVerifier
    inbox: ports.Inbox
    commands: ports.Commands
    catalogues: ports.Catalogues
    billing_accounts: ports.Accounts
    subscriptions: ports.Subscriptions
    shop: provider.Shop
    endpoints: provider.Endpoints
    subscription_reader: provider.SubscriptionReader
    billing_config: BillingConfig
    clock: Clock

    async def ourselves(self) -> AsyncIterator[Finding]:
        now = self.clock.now()
        yield self._mode()
        dead = await self.inbox.page("dead", limit=constants.BATCH)
        yield _count("events", len(dead), "are dead; core-api billing events list --status dead")
        pending = await self.inbox.page("pending", limit=constants.BATCH)
        old = [one for one in pending if one.received_at < now - constants.EVENT_OLD]
        yield _count("events", len(old), "wait for longer than they should: is a worker running?")
        stuck = await self.commands.interrupted(now - constants.COMMAND_OLD, limit=constants.BATCH)
        yield _count("commands", len(stuck), "are waiting; core-api billing commands resume")

    async def provider(self) -> AsyncIterator[Finding]:
        yield await self._prices()
        for finding in self._endpoints(await self.endpoints.all()):
            yield finding
        yield await self._drift()

    def _mode(self) -> Finding:
        config = self.billing_config
        if not config.enabled:
            return Finding(level="warn", about="mode", sentence="nobody takes payments here")
        if config.live is not (config.environment == "production"):
            sentence = f"{_money(live=config.live)}, and this is {config.environment}"
            return Finding(level="warn", about="mode", sentence=sentence)
        return Finding(level="ok", about="mode", sentence=_money(live=config.live))

    async def _prices(self) -> Finding:
        applied = await self.catalogues.newest()
        if applied is None:
            sentence = "nothing is sold: core-api billing catalog apply FILE"
            return Finding(level="warn", about="catalogue", sentence=sentence)
        listed = await self.shop.prices()
        prices = [price for plan in applied.catalogue.plans for price in plan.prices]
        missing = [
            price.lookup_key
            for price in prices
            if price.lookup_key not in listed or not listed[price.lookup_key].is_for(price)
        ]
        if missing:
            sentence = f"not at the provider as they are here: {', '.join(missing)}; apply it again"
            return Finding(level="fail", about="catalogue", sentence=sentence)
        sentence = f"version {applied.version}: all {len(prices)} prices are at the provider"
        return Finding(level="ok", about="catalogue", sentence=sentence)

    def _endpoints(self, found: list[Endpoint]) -> list[Finding]:
        if not self.webhook_verifier.enabled:
            sentence = "no secret is configured: what happens is only seen every ten minutes"
            return [Finding(level="warn", about="webhooks", sentence=sentence)]
        told = [_endpoint(one, self.endpoints.api_version) for one in found if one.enabled]
        if not told:
            sentence = "the provider sends none: core-api billing webhooks create URL"
            return [Finding(level="warn", about="webhooks", sentence=sentence)]
        return told

    async def _drift(self) -> Finding:
        """Compare what is kept of the first customers with what the provider says."""
        after: OrganizationId | None = None
        page = await self.billing_accounts.page(after, limit=constants.BATCH)
        drifted = 0
        for account in page:
            told = await self.subscription_reader.of(account.customer_id or "")
            kept = await self.subscriptions.of(account.organization_id)
            known = {one.subscription.id: one.subscription.status for one in kept}
            living = {one.id: one.status for one in told if one.status not in ranking.TERMINAL}
            drifted += any(known.get(one) != status for one, status in living.items())
        return _count("mirror", drifted, f"of {len(page)} differ; core-api billing sync --all")


def _endpoint(one: Endpoint, api_version: str) -> Finding:
    missing = constants.HANDLED - set(one.types) if "*" not in one.types else set()
    if one.api_version != api_version:
        sentence = f"{one.url} speaks {one.api_version}, we speak {api_version}: rotate it"
        return Finding(level="warn", about="webhooks", sentence=sentence)
    if missing:
        sentence = f"{one.url} is not sent {', '.join(sorted(missing)[:3])} ...: rotate it"
        return Finding(level="warn", about="webhooks", sentence=sentence)
    return Finding(level="ok", about="webhooks", sentence=f"{one.url} is sent all that we act on")


def _count(about: str, number: int, what: str) -> Finding:
    if number:
        return Finding(level="fail", about=about, sentence=f"{number} {what}")
    return Finding(
        level="ok",
        about=about,
        sentence=f"none {what.split(';', maxsplit=1)[0].split(':', maxsplit=1)[0]}",
    )


def _money(*, live: bool) -> str:
    return "real money moves" if live else "no real money moves"
