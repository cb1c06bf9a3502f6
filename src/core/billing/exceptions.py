from core import exceptions


class AlreadySubscribed(exceptions.Conflict):
    """The organization has a subscription: change that one."""


class NoSubscription(exceptions.NotFound):
    """The organization has no subscription."""


class CustomerTaken(exceptions.Conflict):
    """This customer belongs to another organization."""


class NoCustomer(exceptions.Conflict):
    """The organization never paid for anything: begin with a checkout."""


class NotResumable(exceptions.Conflict):
    """Nothing is about to end or to change: there is nothing to take back."""


class PastDueUnpaid(exceptions.Conflict):
    """An invoice is unpaid: pay it first."""


class SeatsAreCounted(exceptions.Conflict):
    """This plan is paid for by member: a quantity can't be chosen, `members` is what counts."""


class SeatFloor(exceptions.Conflict):
    """There are more members than seats would be left: remove some of `members` first."""


class RefundTooLarge(exceptions.Conflict):
    """So much can't go back: `refundable` is what is left of what was paid."""


class UnknownPrice(exceptions.Invalid):
    """Nothing is sold at this price."""


class PriceNotReady(exceptions.Conflict):
    """The price is in the catalogue and not at the provider yet: apply the catalogue."""


class RedirectNotAllowed(exceptions.Invalid):
    """The address leads to a host that people may not be sent back to."""


class CheckoutNotFound(exceptions.NotFound):
    """There is no such checkout."""


class CheckoutNotComplete(exceptions.Conflict):
    """The checkout is not paid yet: checkout_status says what it is."""


class InvoiceNotFound(exceptions.NotFound):
    """There is no such invoice."""


class InvoiceNotPayable(exceptions.Conflict):
    """The invoice is not open: invoice_status says what it is."""


class PaymentMethodNotFound(exceptions.NotFound):
    """There is no such payment method."""


class LastMethodInUse(exceptions.Conflict):
    """A subscription is paid by it: add another one first."""


class FeatureNotFound(exceptions.NotFound):
    """No plan knows such a feature."""


class NotMetered(exceptions.Conflict):
    """This feature is not used up: only what is metered is."""


class LimitExceeded(exceptions.Conflict):
    """So much is not left in this period: see remaining."""


class CustomerGone(exceptions.Invalid):
    """The provider knows no such customer, or deleted it."""


class HasCustomer(exceptions.Conflict):
    """The organization pays as a customer already."""


class ClocksForbidden(exceptions.Conflict):
    """Time is only moved where no real money moves: use a key for tests."""


class FeatureNotInPlan(exceptions.Forbidden):
    """The plan of the organization does not include this: see feature."""


class CommandInFlight(exceptions.Conflict):
    """The same request is being carried out right now: ask again in a moment."""


class CardDeclined(exceptions.PaymentRequired):
    """The card was declined: decline_code says why, if the bank told."""


class InvalidSignature(exceptions.Malformed):
    """The webhook is not signed with a secret of ours."""


class InvalidEvent(exceptions.Malformed):
    """The webhook is no event that we understand."""


class WebhooksDisabled(exceptions.NotFound):
    """No secret for webhooks is configured here."""


class EventNotFound(exceptions.NotFound):
    """No such event arrived."""


class ProviderRejected(exceptions.BadGateway):
    """The payment provider did not accept what we asked: see provider_code."""


class ProviderNotFound(exceptions.BadGateway):
    """The payment provider does not know what we asked for."""


class ProviderUnavailable(exceptions.Unavailable):
    """The payment provider is not answering."""


class ProviderFailed(ProviderUnavailable):
    """The payment provider failed, and says so again to whoever asks under the same key."""


class ProviderMisconfigured(exceptions.Unavailable):
    """The payment provider does not let us in: an operator has to look at the key."""
