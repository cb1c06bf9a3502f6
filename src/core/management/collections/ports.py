from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, Unpack
from uuid import UUID

from core.listing import Found, Window
from core.management.collections.models import Collection, Definition
from core.models import Model, OrganizationId

type Owner = OrganizationId | None
"""Whose collections are meant: an organization's own, or those that all of them share."""


class Content(Model):
    """A record as far as the definition of its collection touches it."""

    organization_id: OrganizationId
    id: UUID
    version: int
    data: dict[str, Any]
    live: bool = True


class Collections(Protocol):
    """Definitions. Where an organization's own has the key of a shared one, its own counts."""

    async def lock(self, owner: Owner) -> None:
        """Have changes of the owner's collections come one after another, until the commit."""

    async def share(self, organization_id: OrganizationId) -> None:
        """Have what the organization sees stay as it is until the commit; others may share."""

    async def add(self, collection: Collection, *, most: int) -> None:
        """Keep a new one; raise CollectionTaken or TooManyCollections."""

    async def get(self, owner: Owner, key: str) -> Collection | None:
        """Return what the owner sees under that key: its own, or a shared one."""

    async def page(self, owner: Owner, **window: Unpack[Window]) -> Found[Collection]:
        """Return what the owner sees, the newest first unless another order is asked for.

        Beside its fields one is filtered by `shared`.
        """

    async def put(self, collection: Collection) -> None:
        """Keep a changed one; raise CollectionTaken if it comes back and its key is not free."""

    async def deleted(self, owner: Owner, key: str) -> Collection | None:
        """Return the owner's one of that key that was deleted last."""


class KnownCollections(Protocol):
    """Definitions as they were found last, for whoever finds out by themselves if one changed."""

    def lately(self, organization_id: OrganizationId, key: str) -> Collection | None:
        """Return what the organization saw under that key, if it is remembered; ask nobody."""


class DeletedCollections(Protocol):
    """What is left of collections that were deleted, of all organizations."""

    async def before(self, moment: datetime, *, limit: int) -> list[Collection]:
        """Return those that were deleted before then, the oldest first."""

    async def remove(self, collection: Collection) -> None:
        """Forget one for good."""


class Contents(Protocol):
    """The records of a collection, for whoever changes what they hold."""

    async def page(
        self, collection: Collection, *, after: Content | None, limit: int, outdated: bool = False
    ) -> list[Content]:
        """Return some, ordered by organization and id; `outdated`: none that are up to date.

        Up to date is what was written as this version of the collection says, or a later one.
        """

    async def put(self, collection: Collection, contents: Sequence[Content]) -> int:
        """Write some anew, and their places in the side index; return how many places were taken.

        What changed since it was read stays as it is. History loses what the collection removed.
        """

    async def erase(self, collection: Collection, *, limit: int) -> int:
        """Erase that many records of a collection, with their history; return how many."""


class Templates(Protocol):
    """Collections to begin with."""

    def all(self) -> dict[str, tuple[Definition, ...]]:
        """Return each template's collections, by its name."""
