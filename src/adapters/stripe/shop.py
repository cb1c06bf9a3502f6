from typing import TYPE_CHECKING, override

from adapters.stripe import told
from adapters.stripe.client import PAGE, Stripe, once
from core.billing import provider
from core.billing.catalogue import Plan, Price
from core.billing.models import ListedPrice, UsageReport

if TYPE_CHECKING:
    from stripe.params import PriceCreateParams, PriceListParams


class Shop(provider.Shop):
    """Plans are products, and their prices are found by lookup keys."""

    def __init__(self, stripe: Stripe, environment: str) -> None:
        self._stripe, self._environment = stripe, environment

    @override
    async def prices(self) -> dict[str, ListedPrice]:
        found = [one.ours() for one in await self._listed()]
        return {one.lookup_key: one for one in found if one is not None}

    @override
    async def put(self, plan: Plan, price: Price, *, key: str) -> str:
        await self._remember(price.lookup_key)
        asked: PriceCreateParams = {
            "product": await self._product(plan),
            "currency": price.currency,
            "unit_amount": price.amount,
            "lookup_key": price.lookup_key,
            "transfer_lookup_key": True,
            "nickname": plan.name,
            "metadata": self._marks | {told.LOOKUP_KEY: price.lookup_key},
            "recurring": {"interval": price.interval, "interval_count": price.interval_count},
        }
        if price.meter is not None:
            asked["recurring"]["usage_type"] = "metered"
            asked["recurring"]["meter"] = await self._meter(price.meter)
        made = await self._stripe.ask(
            "shop.put", lambda client: client.v1.prices.create_async(asked, once(key))
        )
        return made.id

    async def _remember(self, lookup_key: str) -> None:
        """Note on the price that has this key now that it had it, for those who pay by it."""
        for one in await self._listed(lookup_key):
            if told.LOOKUP_KEY not in one.metadata:
                await self._note(one.id, lookup_key)

    async def _note(self, price_id: str, lookup_key: str) -> None:
        await self._stripe.ask(
            "shop.note",
            lambda client: client.v1.prices.update_async(
                price_id, {"metadata": {told.LOOKUP_KEY: lookup_key}}
            ),
        )

    async def _listed(self, lookup_key: str | None = None) -> list[told.Price]:
        asked: PriceListParams = {"active": True, "limit": PAGE}
        if lookup_key is not None:
            asked["lookup_keys"] = [lookup_key]
        found = await self._stripe.all(
            "shop.prices", lambda client: client.v1.prices.list_async(asked)
        )
        return [told.Price.by(one) for one in found]

    async def _product(self, plan: Plan) -> str:
        """Return the product of a plan; its id is made of the plan's key, so there is one."""
        product_id = f"core_{self._environment}_{plan.key}"
        known = await self._stripe.find(
            "shop.product", lambda client: client.v1.products.retrieve_async(product_id)
        )
        if known is None:
            await self._stripe.ask(
                "shop.product",
                lambda client: client.v1.products.create_async(
                    {
                        "id": product_id,
                        "name": plan.name,
                        "metadata": self._marks | {"core_plan": plan.key},
                    },
                    once(f"core:product:{product_id}"),
                ),
            )
        return product_id

    async def _meter(self, meter: str) -> str:
        """Return the id of the meter by that name, which adds up what is reported."""
        known = await self._stripe.all(
            "shop.meter",
            lambda client: client.v1.billing.meters.list_async({"status": "active", "limit": PAGE}),
        )
        for one in known:
            if one.event_name == meter:
                return one.id
        made = await self._stripe.ask(
            "shop.meter",
            lambda client: client.v1.billing.meters.create_async(
                {
                    "display_name": meter,
                    "event_name": meter,
                    "default_aggregation": {"formula": "sum"},
                    "customer_mapping": {
                        "type": "by_id",
                        "event_payload_key": "stripe_customer_id",
                    },
                    "value_settings": {"event_payload_key": "value"},
                },
                once(f"core:meter:{self._environment}:{meter}"),
            ),
        )
        return made.id

    @property
    def _marks(self) -> dict[str, str]:
        return {told.ENVIRONMENT: self._environment}


class UsageReports(provider.UsageReports):
    """https://docs.stripe.com/billing/subscriptions/usage-based: meter events, once by their id."""

    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    @override
    async def report(self, used: UsageReport) -> None:
        await self._stripe.ask(
            "usage.report",
            lambda client: client.v1.billing.meter_events.create_async(
                {
                    "event_name": used.meter,
                    "identifier": used.id,
                    "timestamp": int(used.at.timestamp()),
                    "payload": {
                        "stripe_customer_id": used.customer_id,
                        "value": str(used.value),
                    },
                },
                once(f"core:usage:{used.id}"),
            ),
        )
