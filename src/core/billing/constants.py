"""Numbers and names that the billing module stands by."""

from datetime import timedelta
from typing import Final

from core.models import Permission

GRACE: Final = timedelta(days=7)
"""For which a subscription goes on though its payment failed."""

LOCK_PATIENCE: Final = timedelta(seconds=15)
KEY_KEPT: Final = timedelta(hours=23)
"""For which a provider surely answers a repeated write as it did the first time."""

COMMAND_PATIENCE: Final = timedelta(seconds=30)
"""Then a write that nobody finished counts as interrupted."""

SEATS_SETTLE: Final = timedelta(seconds=60)
"""For which members come and go before the bill follows."""

USAGE_SETTLES: Final = timedelta(minutes=5)
"""After which nothing more is noted as used before then."""

COMMAND_OLD: Final = timedelta(minutes=10)
EVENT_OLD: Final = timedelta(minutes=30)
"""Then what is still to be done is worth a look."""

UNKNOWN_CUSTOMER_FOR: Final = timedelta(minutes=10)
RETRY_FIRST: Final = timedelta(seconds=1)
RETRY_MOST: Final = timedelta(hours=1)
RETRY_FOR: Final = timedelta(hours=72)
PAYLOADS_KEPT: Final = timedelta(days=30)
SIGNATURE_TOLERANCE: Final = timedelta(minutes=5)
WEBHOOK_LIMIT: Final = 512 * 1024  # bytes
INVOICES_AT_ONCE: Final = 100
BATCH: Final = 100

_ADMINS: Final = frozenset({"owner", "admin", "billing"})
_EVERYBODY: Final = _ADMINS | {"member", "viewer"}

BILLING_READ: Final = Permission(
    name="billing:read", about="See the plan, invoices and payment methods.", roles=_ADMINS
)
BILLING_WRITE: Final = Permission(
    name="billing:write", about="Choose plans, pay, and change payment methods.", roles=_ADMINS
)
ENTITLEMENTS_READ: Final = Permission(
    name="entitlements:read", about="See what the plan includes.", roles=_EVERYBODY
)
USAGE_WRITE: Final = Permission(
    name="usage:write", about="Use up what is metered.", roles=_ADMINS | {"member"}
)
PERMISSIONS: Final = (BILLING_READ, BILLING_WRITE, ENTITLEMENTS_READ, USAGE_WRITE)

HANDLED: Final = frozenset(
    {
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.refunded",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "customer.deleted",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.pending_update_applied",
        "customer.subscription.pending_update_expired",
        "customer.subscription.resumed",
        "customer.subscription.trial_will_end",
        "customer.subscription.updated",
        "customer.updated",
        "invoice.created",
        "invoice.finalization_failed",
        "invoice.finalized",
        "invoice.marked_uncollectible",
        "invoice.paid",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "invoice.updated",
        "invoice.voided",
        "payment_method.attached",
        "payment_method.automatically_updated",
        "payment_method.detached",
        "payment_method.updated",
        "refund.created",
        "refund.failed",
        "refund.updated",
    }
)
"""Types of events that say: look at this customer again. All others are noted and left."""
