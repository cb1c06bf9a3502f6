from core.exceptions import VersionMismatch
from core.management.flags import constants, policies, ports, schemas
from core.management.flags.changing import Noting
from core.management.flags.models import Flag, FlagId
from core.models import Actor, OrganizationId
from core.ports import Clock, Ids, Transaction
from core.service import UseCase


class PutFlag(UseCase):
    """Have a flag be just so, whether it is there already or not."""

    flags: ports.Flags
    noting: Noting
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.PutFlag, actor: Actor) -> schemas.SavedFlag:
        organization_id = actor.require(constants.FLAGS_WRITE)
        async with self.transaction():
            await self.flags.lock(organization_id)
            found = await self.flags.get(organization_id, command.key)
            if found is None:
                flag = await self._made(command, organization_id)
            else:
                flag = await self._replaced(command, found)
            await self.noting(actor, "flag.updated" if found else "flag.created", flag)
        return schemas.SavedFlag(flag=schemas.FlagView.of(flag), created=found is None)

    async def _made(self, command: schemas.PutFlag, organization_id: OrganizationId) -> Flag:
        if command.expected_version is not None:
            raise VersionMismatch("There is no such flag any more.")
        now = self.clock.now()
        flag = Flag(
            id=FlagId(self.ids.new()),
            organization_id=organization_id,
            key=command.key,
            created_at=now,
            **policies.defined(command.definition, now),
        )
        await self.flags.add(flag, most=constants.FLAGS)
        return flag

    async def _replaced(self, command: schemas.PutFlag, found: Flag) -> Flag:
        if command.only_new:
            raise VersionMismatch("The flag is there already.", current_etag=f'"{found.version}"')
        policies.check_version(found, command.expected_version)
        fields = policies.defined(command.definition, self.clock.now(), found)
        flag = found.evolve(**fields, version=found.version + 1)
        await self.flags.put(flag)
        return flag
