from typing import Any, NoReturn

from core.billing.exceptions import ProviderMisconfigured


class Nobody:
    """Stands where a payment provider would: nobody takes payments here, and it says so."""

    def __getattr__(self, name: str) -> Any:
        async def ask(*_: object, **__: object) -> NoReturn:
            raise ProviderMisconfigured(
                "Nobody takes payments here: set CORE_STRIPE_API_KEY, or CORE_BILLING_PROVIDER."
            )

        return ask
