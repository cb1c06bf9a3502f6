from datetime import datetime
from uuid import UUID

from pydantic import Field

from core.billing.catalogue import Catalogue, Feature, Interval, Price
from core.billing.money import Currency
from core.models import Model, OrganizationId


class ListedPrice(Model):
    """A price as the provider has it. Prices never change there, they are replaced."""

    id: str
    lookup_key: str
    amount: int
    currency: Currency
    interval: Interval
    interval_count: int = 1
    metered: bool = False

    def is_for(self, price: Price) -> bool:
        """Tell whether this is what the catalogue asks for."""
        return (
            self.amount == price.amount
            and self.currency == price.currency
            and self.interval == price.interval
            and self.interval_count == price.interval_count
            and self.metered is (price.role == "metered")
        )


class AppliedCatalogue(Model):
    """What is sold since then, and the provider's ids of its prices by their lookup keys."""

    version: int
    catalogue: Catalogue
    price_ids: dict[str, str] = Field(default_factory=dict)
    applied_at: datetime


class Override(Model):
    """A feature that one organization has though its plan says otherwise."""

    organization_id: OrganizationId
    feature_key: str
    feature: Feature | None
    expires_at: datetime | None = None


class UsageReport(Model):
    """So much was used, told once however often it is told: by `id`."""

    id: str
    customer_id: str
    meter: str
    value: int
    at: datetime


class Usage(Model):
    """So much of what is metered was used."""

    id: UUID
    organization_id: OrganizationId
    meter: str
    amount: int
    at: datetime
