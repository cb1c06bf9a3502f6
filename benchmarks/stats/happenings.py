"""Events to take, and somebody to whom they happen."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple, Self
from uuid import UUID

from benchmarks.client import UNIQUE, ask, render, sign_in
from benchmarks.samples import Request
from benchmarks.servers import Server
from benchmarks.tenant import Tenant

COUNTRIES = ("de", "at", "ch", "fr", "it", "es", "pl", "nl")


class Shop(NamedTuple):
    """An organization that sells."""

    organization_id: str
    token: str

    @property
    def path(self) -> str:
        return f"/v1/organizations/{self.organization_id}"

    def again(self, server: Server, tenant: Tenant) -> Self:
        """Return it with a token that has just been handed out."""
        return self._replace(token=sign_in(server, tenant.reader))

    def batch(self, events: list[dict[str, Any]]) -> Request:
        """Return a request whose events are new each time that it is sent."""
        events = [one | {"id": f"{at:016x}{UNIQUE}"} for at, one in enumerate(events)]
        return render("POST", f"{self.path}/events", token=self.token, body={"events": events})


def founded(server: Server, tenant: Tenant, name: str) -> Shop:
    """Found an organization of the reader's for one benchmark."""
    token = sign_in(server, tenant.reader)
    body = {"name": name, "slug": name}
    return Shop(ask(server, "POST", "/v1/organizations", token=token, json=body)["id"], token)


def metered(server: Server, shop: Shop) -> Shop:
    """Have a shop add up what it sells, by country."""
    meter = {
        "slug": "revenue",
        "event_name": "order.placed",
        "aggregation": "sum",
        "property": "amount",
        "dimensions": ["country"],
    }
    ask(server, "POST", f"{shop.path}/meters", token=shop.token, json=meter)
    return shop


def orders(seed: int, *, apart: timedelta) -> Iterator[dict[str, Any]]:
    """Yield orders as they happened one after another, the first of 30 days ago."""
    pick = Random(seed)  # noqa: S311 - made up
    began = datetime.now(UTC) - timedelta(days=30)
    for number in count():
        yield {
            "id": str(UUID(int=pick.getrandbits(128), version=4)),
            "name": "order.placed",
            "time": (began + number * apart).isoformat(),
            "subject": f"user-{pick.randrange(5000)}",
            "props": {
                "amount": pick.randrange(10_000) / 100,
                "country": pick.choice(COUNTRIES),
                "items": pick.randrange(1, 9),
            },
        }


def lines(events: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(one) + "\n" for one in events)
