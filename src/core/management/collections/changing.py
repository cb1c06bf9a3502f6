"""How definitions change: planned first, and then all at once."""

from collections.abc import Sequence

from core.exceptions import VersionMismatch
from core.management.collections import constants, policies, ports
from core.management.collections.events import CollectionChanged
from core.management.collections.fields import RecordRefField
from core.management.collections.models import Collection, CollectionId, Definition
from core.management.collections.planning import Planned, refuse_violations
from core.management.collections.ports import Owner
from core.management.collections.schemas import MigrateCollection
from core.models import Actor
from core.ports import AuditLog, Clock, Events, Ids, Jobs, Transaction
from core.service import Collaborator


class Telling(Collaborator):
    """Says who did what to a collection, to those who look back and those who listen."""

    audit: AuditLog
    events: Events
    clock: Clock

    async def __call__(
        self, actor: Actor, collection: Collection, action: str, changed: Sequence[str] = ()
    ) -> None:
        await self.audit.record(
            actor,
            action,
            target=("collection", collection.id),
            organization_id=collection.organization_id,
            key=collection.key,
            version=collection.version,
            changed=sorted(changed),
        )
        if collection.organization_id is not None:
            told = {
                "organization_id": collection.organization_id,
                "collection_id": collection.id,
                "key": collection.key,
                "version": collection.version,
                "change": action.partition(".")[2],
                "at": self.clock.now(),
            }
            await self.events.publish(CollectionChanged.model_validate(told))


class Changing(Collaborator):
    """Carries out what was planned, or nothing of it where anything changed meanwhile."""

    collections: ports.Collections
    telling: Telling
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(
        self, actor: Actor, owner: Owner, planned: Sequence[Planned]
    ) -> list[Collection]:
        """Return the collections as they are then; raise RecordsViolate or VersionMismatch."""
        refuse_violations(planned)
        steps = [step for step in planned if step.plan.action != "none"]
        async with self.transaction():
            await self.collections.lock(owner)
            await self._check_references(owner, planned)
            return [await self._step(actor, owner, step) for step in steps]

    async def _step(self, actor: Actor, owner: Owner, step: Planned) -> Collection:
        if step.before is None and step.definition is not None:
            return await self._create(actor, owner, step.definition)
        before = policies.owned(await self.collections.get(owner, step.plan.key), owner)
        if step.before is None or before.version != step.before.version:
            raise VersionMismatch("It was changed meanwhile: plan anew.")
        if step.definition is None:
            return await self._delete(actor, before)
        after = policies.redefined(policies.settled(before), step.definition, self.clock.now())
        await self.collections.put(after)
        changed = {one.field or one.detail.partition(" ")[0] for one in step.plan.changes}
        await self.telling(actor, after, "collection.updated", sorted(changed))
        if after.state == "migrating":
            job = MigrateCollection(organization_id=owner, key=after.key, version=after.version)
            await self.jobs.defer(job)
        return after

    async def _create(self, actor: Actor, owner: Owner, definition: Definition) -> Collection:
        made = policies.defined(definition, owner, CollectionId(self.ids.new()), self.clock.now())
        await self.collections.add(made, most=constants.COLLECTIONS)
        await self.telling(actor, made, "collection.created")
        return made

    async def _delete(self, actor: Actor, before: Collection) -> Collection:
        now = self.clock.now()
        gone = policies.settled(before).evolve(
            deleted_at=now, updated_at=now, version=before.version + 1
        )
        await self.collections.put(gone)
        await self.telling(actor, gone, "collection.deleted")
        return gone

    async def _check_references(self, owner: Owner, planned: Sequence[Planned]) -> None:
        told = [step.definition for step in planned if step.definition is not None]
        known = {one.key for one in told}
        wanted = {
            field.collection
            for one in told
            for field in one.fields
            if isinstance(field, RecordRefField)
        }
        for key in wanted - known:
            if await self.collections.get(owner, key) is not None:
                known.add(key)
        policies.check_references(told, frozenset(known))
