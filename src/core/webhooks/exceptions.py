from core import exceptions


class WebhookEndpointNotFound(exceptions.NotFound):
    """There is no such webhook endpoint."""


class DeliveryNotFound(exceptions.NotFound):
    """There is no such delivery."""


class TooManyEndpoints(exceptions.Conflict):
    """An organization has so many webhook endpoints at most: remove one first."""


class UnknownTopic(exceptions.Invalid):
    """Nothing of that name happens: topics says what does."""


class EndpointNotAllowed(exceptions.Invalid):
    """Webhooks go to https:// addresses alone, without a user name in them."""


class DeliveryFailed(Exception):
    """The message did not arrive."""
