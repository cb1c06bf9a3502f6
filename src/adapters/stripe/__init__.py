"""Stripe: its webhooks here; its API where that is used, for loading the library takes a second."""

from adapters.stripe.webhooks import WebhookVerifier

__all__ = ("WebhookVerifier",)
