"""Everything that can be done with payments, plans and what they include."""

from core.billing.service.apply_catalogue import ApplyCatalogue
from core.billing.service.backfill_events import BackfillEvents
from core.billing.service.begin_payment_method import BeginPaymentMethod
from core.billing.service.cancel_subscription import CancelSubscription
from core.billing.service.change_subscription import ChangeSubscription
from core.billing.service.choose_payment_method import ChoosePaymentMethod
from core.billing.service.detach_payment_method import DetachPaymentMethod
from core.billing.service.drop_override import DropOverride
from core.billing.service.get_billing import GetBilling
from core.billing.service.get_catalogue import GetCatalogue
from core.billing.service.get_entitlement import GetEntitlement
from core.billing.service.get_invoice import GetInvoice
from core.billing.service.list_entitlements import ListEntitlements
from core.billing.service.list_events import ListEvents
from core.billing.service.list_invoices import ListInvoices
from core.billing.service.list_payment_methods import ListPaymentMethods
from core.billing.service.list_plans import ListPlans
from core.billing.service.open_checkout import OpenCheckout
from core.billing.service.open_portal import OpenPortal
from core.billing.service.pause_subscription import PauseSubscription
from core.billing.service.pay_invoice import PayInvoice
from core.billing.service.preview_change import PreviewChange
from core.billing.service.receive_event import ReceiveEvent
from core.billing.service.reconcile_billing import ReconcileBilling
from core.billing.service.replay_event import ReplayEvent
from core.billing.service.require_feature import RequireFeature
from core.billing.service.resume_commands import ResumeCommands
from core.billing.service.resume_subscription import ResumeSubscription
from core.billing.service.set_override import SetOverride
from core.billing.service.sweep_inbox import SweepInbox
from core.billing.service.sync_checkout import SyncCheckout
from core.billing.service.sync_organization import SyncOrganization
from core.billing.service.unpause_subscription import UnpauseSubscription
from core.billing.service.work_off_events import WorkOffEvents

__all__ = (
    "ApplyCatalogue",
    "BackfillEvents",
    "BeginPaymentMethod",
    "CancelSubscription",
    "ChangeSubscription",
    "ChoosePaymentMethod",
    "DetachPaymentMethod",
    "DropOverride",
    "GetBilling",
    "GetCatalogue",
    "GetEntitlement",
    "GetInvoice",
    "ListEntitlements",
    "ListEvents",
    "ListInvoices",
    "ListPaymentMethods",
    "ListPlans",
    "OpenCheckout",
    "OpenPortal",
    "PauseSubscription",
    "PayInvoice",
    "PreviewChange",
    "ReceiveEvent",
    "ReconcileBilling",
    "ReplayEvent",
    "RequireFeature",
    "ResumeCommands",
    "ResumeSubscription",
    "SetOverride",
    "SweepInbox",
    "SyncCheckout",
    "SyncOrganization",
    "UnpauseSubscription",
    "WorkOffEvents",
)
