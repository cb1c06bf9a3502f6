from hashlib import sha256

from core.billing import ports, provider, schemas
from core.billing.catalogue import Catalogue, Plan, Price
from core.billing.models import AppliedCatalogue, ListedPrice
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
        version = before.version if before else 0
        priced = any(plan.prices for plan in command.catalogue.plans)
        known = await self.shop.prices() if priced else {}
        view = _difference(before, command.catalogue, known)
        if command.dry_run:
            return view
        applied = AppliedCatalogue(
            version=version + 1,
            catalogue=command.catalogue,
            price_ids=await self._price_ids(command.catalogue, known, version + 1),
            applied_at=self.clock.now(),
        )
        async with self.transaction():
            await self.catalogues.add(applied)
            await self.audit.record(actor, "billing.catalogue_applied", version=applied.version)
        return view.evolve(version=applied.version, applied_at=applied.applied_at)

    async def _price_ids(
        self, catalogue: Catalogue, known: dict[str, ListedPrice], version: int
    ) -> dict[str, str]:
        """Make the prices that are not there as they are wanted; return the ids of all."""
        return {
            price.lookup_key: await self.shop.put(plan, price, key=_key(price, version))
            if _is_new(price, known)
            else known[price.lookup_key].id
            for plan in catalogue.plans
            for price in plan.prices
        }


def _is_new(price: Price, known: dict[str, ListedPrice]) -> bool:
    listed = known.get(price.lookup_key)
    return listed is None or not listed.is_for(price)


def _key(price: Price, version: int) -> str:
    """Return a key of this very price in this version: tried again, it is made once."""
    digest = sha256(price.model_dump_json().encode()).hexdigest()[:16]
    return f"core:price:{version}:{price.lookup_key}:{digest}"


def _difference(
    before: AppliedCatalogue | None, after: Catalogue, known: dict[str, ListedPrice]
) -> schemas.AppliedView:
    older = before.catalogue if before else Catalogue()
    keys = dict.fromkeys(plan.key for plan in (*older.plans, *after.plans))
    prices = [price for plan in after.plans for price in plan.prices]
    return schemas.AppliedView(
        version=before.version if before else 0,
        new_prices=[price.lookup_key for price in prices if _is_new(price, known)],
        changed_plans=[key for key in keys if _told(older.plan(key)) != _told(after.plan(key))],
    )


def _told(plan: Plan | None) -> str | None:
    return plan.model_dump_json() if plan else None
