from typing import Any, NoReturn, cast

from core.billing.exceptions import ProviderMisconfigured
from core.billing.provider import PaymentProvider


class Nobody:
    """Stands where a part of a payment provider would, and says that nobody is there."""

    def __getattr__(self, name: str) -> Any:
        async def ask(*_: object, **__: object) -> NoReturn:
            raise ProviderMisconfigured(
                "Nobody takes payments here: set CORE_STRIPE_API_KEY, or CORE_BILLING_PROVIDER."
            )

        return ask


def nobody() -> PaymentProvider:
    parts = dict.fromkeys(PaymentProvider.__dataclass_fields__, Nobody())
    return PaymentProvider(**cast("dict[str, Any]", parts))
