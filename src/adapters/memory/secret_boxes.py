from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, override

from adapters.memory.store import Store
from core import ports
from core.accounts.mfa.models import TotpFactor
from core.accounts.models import SigningKey
from core.accounts.privacy.models import DataExport
from core.accounts.sso.models import Connection
from core.management.settings.models import Setting
from core.models import Model
from core.stored import StoredBox
from core.webhooks.models import Endpoint


class Place(NamedTuple):
    """A kind of thing that has a box: its name, what is its key, in which field the box lies."""

    name: str
    model: type[Model]
    key: Callable[[Any], object]
    field: str


PLACES = (
    Place("signing_keys", SigningKey, lambda row: row.kid, "private_box"),
    Place("data_exports", DataExport, lambda row: row.id, "content_box"),
    Place("totp_factors", TotpFactor, lambda row: row.user_id, "secret_box"),
    Place("sso_connections", Connection, lambda row: row.id, "client_secret_box"),
    Place("settings", Setting, lambda row: row.id, "box"),
    Place("webhook_endpoints", Endpoint, lambda row: row.id, "secrets_box"),
)


class SecretBoxes(ports.SecretBoxes):
    def __init__(self, store: Store) -> None:
        self._store = store

    @override
    async def page(self, after: str | None, *, limit: int) -> list[StoredBox]:
        found = sorted(self._all(), key=lambda one: one.key)
        return [one for one in found if after is None or one.key > after][:limit]

    @override
    async def replace(self, stored: StoredBox, box: bytes) -> bool:
        async with self._store.writing():
            for place in PLACES:
                table = self._store.table(place.model)
                for key, row in table.items():
                    if self._stored(place, row) == stored:
                        table[key] = row.evolve(**{place.field: box})
                        return True
        return False

    def _all(self) -> Iterator[StoredBox]:
        for place in PLACES:
            for row in self._store.table(place.model).values():
                if getattr(row, place.field) is not None:
                    yield self._stored(place, row)

    @staticmethod
    def _stored(place: Place, row: Model) -> StoredBox:
        key = f"{place.name}:{place.key(row)}"
        return StoredBox(key=key, box=getattr(row, place.field) or b"")
