from typing import Any, NoReturn

from core.billing.exceptions import ProviderMisconfigured


class Nobody:
    """Stands where a payment provider would: nobody takes payments here, and it says so."""

    def __getattr__(self, name: str) -> Any:
        async def ask(*_: object, **__: object) -> NoReturn:
            raise ProviderMisconfigured(
                "Nobody takes payments here: only the sandbox does yet, by CORE_BILLING_PROVIDER."
            )

        return ask
