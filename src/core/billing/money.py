from typing import Annotated, Final

from pydantic import Field

from core.models import Model

WITHOUT_DECIMALS: Final = frozenset(
    {
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"),
        *("pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"),
    }
)
THREE_DECIMALS: Final = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])

type Currency = Annotated[str, Field(pattern=r"^[a-z]{3}$", examples=["eur"])]
"""ISO 4217, in lower case as the provider writes it."""


class Money(Model):
    """An amount in the currency's smallest unit: never a fraction, never a float."""

    amount: int
    currency: Currency

    def text(self) -> str:
        """Return it as people write it, "12.50 EUR"."""
        return f"{decimal(self.amount, self.currency)} {self.currency.upper()}"


def decimals(currency: str) -> int:
    """Return how many decimals a currency has, as the provider counts them."""
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def decimal(amount: int, currency: str) -> str:
    places = decimals(currency)
    sign, digits = "-" if amount < 0 else "", f"{abs(amount):0{places + 1}}"
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
