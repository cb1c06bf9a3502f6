from core.billing import ports, provider, schemas
from core.billing.catalogue import Catalogue, Plan
from core.billing.models import AppliedCatalogue
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class ApplyCatalogue(UseCase):
    """Sell what a catalogue says. Prices that the provider does not have yet are made there.

    Nothing is ever deleted: whoever pays by an older price goes on doing so.
    """

    catalogues: ports.Catalogues
    shop: provider.Shop
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ApplyCatalogue, actor: Actor) -> schemas.AppliedView:
        actor.require_platform("operator")
        before = await self.catalogues.newest()
        priced = any(plan.prices for plan in command.catalogue.plans)
        known = await self.shop.prices() if priced else {}
        view = _difference(before, command.catalogue, known)
        if command.dry_run:
            return view
        applied = AppliedCatalogue(
            version=view.version + 1,
            catalogue=command.catalogue,
            price_ids=known | await self._made(command.catalogue, known),
            applied_at=self.clock.now(),
        )
        async with self.transaction():
            await self.catalogues.add(applied)
            await self.audit.record(actor, "billing.catalogue_applied", version=applied.version)
        return view.evolve(version=applied.version, applied_at=applied.applied_at)

    async def _made(self, catalogue: Catalogue, known: dict[str, str]) -> dict[str, str]:
        """Make the prices that are not known yet, and return their ids."""
        return {
            price.lookup_key: await self.shop.put(
                plan, price, key=f"core:price:{price.lookup_key}:{price.currency}:{price.amount}"
            )
            for plan in catalogue.plans
            for price in plan.prices
            if price.lookup_key not in known
        }


def _difference(
    before: AppliedCatalogue | None, after: Catalogue, known: dict[str, str]
) -> schemas.AppliedView:
    older = before.catalogue if before else Catalogue()
    keys = dict.fromkeys(plan.key for plan in (*older.plans, *after.plans))
    prices = [price.lookup_key for plan in after.plans for price in plan.prices]
    return schemas.AppliedView(
        version=before.version if before else 0,
        new_prices=[key for key in prices if key not in known],
        changed_plans=[key for key in keys if _told(older.plan(key)) != _told(after.plan(key))],
    )


def _told(plan: Plan | None) -> str | None:
    return plan.model_dump_json() if plan else None
