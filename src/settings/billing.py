from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode


class BillingSettings(BaseSettings):
    """Who takes payments."""

    billing_provider: Literal["stripe", "sandbox", "off"] | None = Field(
        default=None,
        description="Who takes payments. Empty: `stripe` with a key; else `sandbox`, which only"
        " pretends, in development, and nobody in production.",
    )
    stripe_api_key: SecretStr | None = Field(
        default=None, description="A secret or restricted key of Stripe's: `sk_` or `rk_`."
    )
    stripe_webhook_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="What Stripe signs webhooks with: `whsec_`; the old one beside the new one"
        " while it changes, separated by commas.",
    )
    stripe_api_base: str | None = Field(
        default=None, description="Where Stripe's API answers, if that is not Stripe: for tests."
    )
    billing_return_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Hosts that payment pages may send people back to. Empty: the hosts of APP_URL"
        " and PUBLIC_URL.",
    )
    billing_grace_days: int = Field(
        default=7, ge=0, description="Days for which a plan goes on though its payment failed."
    )

    @property
    def live(self) -> bool:
        """Whether real money moves."""
        key = self.stripe_api_key.get_secret_value() if self.stripe_api_key else ""
        return key.startswith(("sk_live_", "rk_live_"))
