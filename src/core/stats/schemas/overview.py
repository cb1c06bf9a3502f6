from core.models import Model


class Card(Model):
    """A number of lately, and of as long before. Money is in the currency's smallest unit.

    `mrr` is what is paid a month now, and was 30 days ago. No value: there are too many events to
    count them anew each time, so declare a meter.
    """

    key: str
    currency: str | None
    value: float | None
    previous: float | None


class OverviewView(Model):
    cards: list[Card]
