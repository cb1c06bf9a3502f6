from core.accounts import constants, exceptions, models, policies, ports, schemas
from core.exceptions import SecondFactorRequired, VersionMismatch
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class UpdateOrganization(UseCase):
    """Change an organization, unless somebody changed it since it was read.

    Whether it asks for two factors is decided by whoever has shown two.
    """

    organizations: ports.Organizations
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.UpdateOrganization, actor: Actor
    ) -> models.OrganizationOfUser:
        organization_id = actor.require(constants.ORGANIZATION_WRITE)
        changes = command.changes.changes()
        if command.changes.slug:
            policies.check_slug(command.changes.slug)
        if "mfa_required" in changes and not (actor.strong or actor.trusted):
            raise SecondFactorRequired
        async with self.transaction():
            before = await self.organizations.get(organization_id)
            if before is None:
                raise exceptions.OrganizationNotFound
            if command.expected_version not in {None, before.version}:
                raise VersionMismatch(current_etag=f'"{before.version}"')
            changed = before.evolve(**changes, updated_at=self.clock.now())
            after = await self.organizations.update(changed)
            await self.audit.record(
                actor,
                "org.updated",
                target=("organization", organization_id),
                fields=sorted(changes),
            )
        return models.OrganizationOfUser(**after.model_dump(), role=actor.role or "")
