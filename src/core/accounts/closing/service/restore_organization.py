from core.accounts import constants, exceptions, models, policies, ports
from core.accounts.closing import schemas
from core.accounts.closing.exceptions import OrganizationNotPendingDeletion
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class RestoreOrganization(UseCase):
    """Keep an organization after all: for its owners, and for operators."""

    organizations: ports.Organizations
    memberships: ports.Memberships
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.RestoreOrganization, actor: Actor
    ) -> models.Organization:
        now, organization_id = self.clock.now(), command.organization_id
        await self._check_permitted(command, actor)
        async with self.transaction():
            await self.organizations.lock(organization_id)
            organization = await self.organizations.get(organization_id)
            if organization is None:
                raise exceptions.OrganizationNotFound
            if organization.deletes_at is None or organization.deletes_at <= now:
                raise OrganizationNotPendingDeletion
            restored = await self.organizations.update(
                organization.evolve(deletes_at=None, updated_at=now)
            )
            await self.audit.record(
                actor,
                "org.deletion_cancelled",
                target=("organization", organization_id),
                organization_id=organization_id,
            )
        return restored

    async def _check_permitted(self, command: schemas.RestoreOrganization, actor: Actor) -> None:
        """To those who are no owners of it there is none."""
        if not command.mine:
            actor.require_platform("operator")
            return
        membership = await self.memberships.get(command.organization_id, actor.require_self())
        if membership is None or membership.role != constants.OWNER:
            raise exceptions.OrganizationNotFound
        policies.check_fresh(actor, self.clock.now())
