"""Which collection is meant, and what somebody may do with its records."""

from contextlib import suppress
from functools import cached_property

from core.exceptions import CoreError, PermissionDenied
from core.management.collections import ports as collections_ports
from core.management.collections.exceptions import CollectionNotFound
from core.management.collections.models import Collection, Verb
from core.management.records import constants
from core.management.records.exceptions import RecordNotFound
from core.management.records.filters import FilterExpr, made_by
from core.management.records.models import Record, author
from core.models import Actor, Model, OrganizationId
from core.service import Collaborator


class Opened(Model):
    """A collection as somebody may see it."""

    collection: Collection
    organization_id: OrganizationId
    actor: Actor

    @cached_property
    def readable(self) -> frozenset[str]:
        return self.collection.readable(self.actor)

    def theirs(self, asked: FilterExpr) -> FilterExpr:
        """Leave of what is asked for what is theirs to see."""
        own = self.collection.only_own(self.actor)
        return asked.also(made_by(author(self.actor))) if own else asked

    def seen(self, record: Record | None) -> Record:
        """Return a record that is theirs to see, be it deleted; raise RecordNotFound."""
        if record is None:
            raise RecordNotFound
        own = self.collection.only_own(self.actor)
        if own and (record.created_by is None or record.created_by != author(self.actor)):
            raise RecordNotFound
        return record

    def live(self, record: Record | None) -> Record:
        found = self.seen(record)
        if found.deleted_at is not None:
            raise RecordNotFound
        return found


class RecordAccess(Collaborator):
    """Finds a collection, and refuses who may not do what they ask with its records.

    Whoever may not read them is not told that there is such a collection.
    """

    collections: collections_ports.Collections
    known_collections: collections_ports.KnownCollections

    async def __call__(self, actor: Actor, key: str, *verbs: Verb) -> Opened:
        permission = constants.RECORDS_READ if verbs == ("read",) else constants.RECORDS_WRITE
        organization_id = actor.require(permission)
        found = await self.collections.get(organization_id, key)
        return self._opened(actor, organization_id, found, verbs)

    def lately(self, actor: Actor, key: str) -> Opened | None:
        """Return a collection to read as it was found last: whoever reads finds out if it still is.

        None where that is not known, or is none of theirs; it may be by now.
        """
        with suppress(CoreError):
            organization_id = actor.require(constants.RECORDS_READ)
            found = self.known_collections.lately(organization_id, key)
            return self._opened(actor, organization_id, found, ("read",))
        return None

    @staticmethod
    def _opened(
        actor: Actor,
        organization_id: OrganizationId,
        found: Collection | None,
        verbs: tuple[Verb, ...],
    ) -> Opened:
        if found is None or not found.may(actor, "read"):
            raise CollectionNotFound
        for verb in verbs:
            if not found.may(actor, verb):
                raise PermissionDenied(f"Your role may not {verb} records of this collection.")
        return Opened(collection=found, organization_id=organization_id, actor=actor)

    async def held(self, actor: Actor, key: str, *verbs: Verb) -> Opened:
        """Have the definition stay as it is until the surrounding transaction ends."""
        await self.collections.share(actor.require_organization())
        return await self(actor, key, *verbs)
