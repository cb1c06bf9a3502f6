"""Stripe's subscriptions, and what is planned for them: as far as we read them."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from adapters.stripe.told import LOOKUP_KEY, Id, Marked, Method, Moment, Price, Told, known, whole
from core.billing import models


class Item(Told):
    id: str
    price: Price
    quantity: int | None = None
    current_period_start: Moment | None = None
    current_period_end: Moment | None = None

    def ours(self) -> models.Item:
        return models.Item(
            id=self.id,
            price_id=self.price.id,
            lookup_key=self.price.known_as,
            quantity=self.quantity,
            rate=self.price.rate,
            period_start=self.current_period_start,
            period_end=self.current_period_end,
        )


PAUSES = ("keep_as_draft", "mark_uncollectible", "void")


class Items(Told):
    data: list[Item] = Field(default_factory=list)


class PauseCollection(Told):
    """An unknown way of not collecting is taken for the one that forgets nothing."""

    behavior: Annotated[str, BeforeValidator(lambda word: word if word in PAUSES else PAUSES[0])]
    resumes_at: Moment | None = None


class PhaseItem(Told):
    price: Id
    quantity: int | None = None


class Phase(Told):
    start_date: Moment
    end_date: Moment | None = None
    items: list[PhaseItem] = Field(default_factory=list)


class CurrentPhase(Told):
    start_date: Moment
    end_date: Moment


class Schedule(Marked):
    current_phase: CurrentPhase | None = None
    phases: list[Phase] = Field(default_factory=list)

    @property
    def pending(self) -> models.PendingChange | None:
        """Return what the phase after this one will change."""
        if self.current_phase is None:
            return None
        ends = self.current_phase.end_date
        later = next((one for one in self.phases if one.start_date >= ends and one.items), None)
        if later is None:
            return None
        item = later.items[0]
        return models.PendingChange(
            lookup_key=self.metadata.get(LOOKUP_KEY, item.price),
            quantity=item.quantity,
            at=later.start_date,
        )


type Scheduled = Annotated[Schedule | None, BeforeValidator(whole)]


class Subscription(Marked):
    customer: Id
    status: Annotated[models.SubscriptionStatus, known(models.SubscriptionStatus)]
    items: Items = Items()
    currency: str | None = None
    created: Moment
    trial_start: Moment | None = None
    trial_end: Moment | None = None
    cancel_at: Moment | None = None
    cancel_at_period_end: bool = False
    canceled_at: Moment | None = None
    ended_at: Moment | None = None
    pause_collection: PauseCollection | None = None
    pending_update: dict[str, Any] | None = None
    schedule: Scheduled = None
    latest_invoice: Id | None = None
    default_payment_method: Method = None

    def ours(self) -> models.Subscription:
        pause, method = self.pause_collection, self.default_payment_method
        same = self.model_dump(
            include={
                *("id", "status", "currency", "trial_start", "trial_end", "cancel_at"),
                *("cancel_at_period_end", "canceled_at", "ended_at"),
            }
        )
        return models.Subscription.model_validate(
            same
            | {
                "customer_id": self.customer,
                "items": [item.ours() for item in self.items.data],
                "created_at": self.created,
                "pause": pause.model_dump() if pause else None,
                "pending": self.schedule.pending if self.schedule else None,
                "schedule_id": self.schedule.id if self.schedule else None,
                "latest_invoice_id": self.latest_invoice,
                "unpaid_invoice_id": self.latest_invoice if self.pending_update else None,
                "payment_method": method.ours() if method else None,
            }
        )
