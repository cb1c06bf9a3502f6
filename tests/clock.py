from datetime import datetime, timedelta
from typing import override

from core import ports
from tests.factories import NOW


class FakeClock(ports.Clock):
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = NOW

    @override
    def now(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)
