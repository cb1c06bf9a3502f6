"""What feature flags need from outside."""

from collections.abc import Sequence
from typing import Protocol, Unpack

from core.listing import Found, Window
from core.management.flags.models import Flag, FlagId
from core.models import OrganizationId


class Flags(Protocol):
    async def lock(self, organization_id: OrganizationId) -> None:
        """Have changes of an organization's flags come one after another, until the surrounding
        transaction ends."""

    async def add(self, flag: Flag, *, most: int) -> None:
        """Raise FlagKeyTaken if there is one with its key, TooManyFlags if there are so many.

        Variants, rules and numbers come back as they were given, and in that order.
        """

    async def get(self, organization_id: OrganizationId, key: str) -> Flag | None: ...

    async def page(
        self, organization_id: OrganizationId, *, prefix: str = "", **window: Unpack[Window]
    ) -> Found[Flag]:
        """Return those whose key begins so, the newest first unless another order is asked for."""

    async def every(self, organization_id: OrganizationId) -> Sequence[Flag]:
        """Return all of them as they are now, by key."""

    async def put(self, flag: Flag) -> None:
        """Keep another version of a flag; do nothing if it is gone."""

    async def remove(self, organization_id: OrganizationId, flag_id: FlagId) -> bool: ...
