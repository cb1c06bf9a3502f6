from core.accounts import constants, exceptions, letters, models, policies, ports
from core.accounts.closing import schemas
from core.accounts.closing.constants import DELETION_GRACE
from core.models import Actor, OrganizationId
from core.ports import AuditLog, Clock, Jobs, Transaction
from core.service import UseCase


class DeleteOrganization(UseCase):
    """Shut an organization at once, and have everything of it erased in 30 days.

    Nobody gets in until then and no key works; its owners are mailed, and can restore it.
    """

    users: ports.Users
    organizations: ports.Organizations
    memberships: ports.Memberships
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.DeleteOrganization, actor: Actor
    ) -> schemas.PendingOrganizationDeletion:
        organization_id = self._permitted(command, actor)
        now = self.clock.now()
        deletes_at = now + DELETION_GRACE
        async with self.transaction():
            await self.organizations.lock(organization_id)
            organization = await self.organizations.get(organization_id)
            if organization is None:
                raise exceptions.OrganizationNotFound
            if organization.deletes_at is not None:
                return schemas.PendingOrganizationDeletion(deletes_at=organization.deletes_at)
            shut = organization.evolve(deletes_at=deletes_at, updated_at=now)
            await self.organizations.update(shut)
            await self.audit.record(
                actor,
                "org.deletion_requested",
                target=("organization", organization_id),
                organization_id=organization_id,
            )
            await self._tell_owners(shut)
        return schemas.PendingOrganizationDeletion(deletes_at=deletes_at)

    def _permitted(self, command: schemas.DeleteOrganization, actor: Actor) -> OrganizationId:
        if command.organization_id is not None:
            actor.require_platform("operator")
            return command.organization_id
        organization_id = actor.require(constants.ORGANIZATION_DELETE)
        actor.require_user()
        policies.check_fresh(actor, self.clock.now())
        return organization_id

    async def _tell_owners(self, organization: models.Organization) -> None:
        members = await self.memberships.page(organization.id, limit=100)
        for member in members:
            owner = member.role == constants.OWNER and await self.users.get(member.user_id)
            if owner:
                await self.jobs.defer(letters.organization_deletion(owner, organization))
