from datetime import datetime

from core.billing.catalogue import Catalogue, Plan
from core.models import Model


class ListPlans(Model):
    """Ask for what is sold right now."""


class PlansView(Model):
    """What is sold: `free` names the plan of whoever pays for none."""

    version: int = 0
    free: str | None = None
    plans: list[Plan]


class ApplyCatalogue(Model):
    """Sell this from now on. `dry_run` only tells what would change."""

    catalogue: Catalogue
    dry_run: bool = False


class AppliedView(Model):
    """Lookup keys of prices that are new at the provider, and plans that changed."""

    version: int
    new_prices: list[str]
    changed_plans: list[str]
    applied_at: datetime | None = None
