from core.accounts import constants, events, exceptions, models, policies, ports, schemas
from core.models import Actor, OrganizationId, UserId
from core.ports import AuditLog, Clock, Events, Ids, Transaction
from core.service import UseCase


class CreateOrganization(UseCase):
    """Found an organization and own it."""

    organizations: ports.Organizations
    users: ports.Users
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(
        self, command: schemas.CreateOrganization, actor: Actor
    ) -> models.OrganizationOfUser:
        owner_id = await self._owner(command, actor)
        organization = self._new(command)
        owner = models.Membership(
            organization_id=organization.id,
            user_id=owner_id,
            role=constants.OWNER,
            created_at=organization.created_at,
        )
        async with self.transaction():
            await self.organizations.add(organization, owner)
            await self.audit.record(
                actor,
                "org.created",
                target=("organization", organization.id),
                organization_id=organization.id,
            )
            await self.events.publish(
                events.OrganizationCreated(
                    organization_id=organization.id, user_id=owner_id, at=organization.created_at
                )
            )
        return models.OrganizationOfUser(**organization.model_dump(), role=constants.OWNER)

    async def _owner(self, command: schemas.CreateOrganization, actor: Actor) -> UserId:
        if not isinstance(command, schemas.FoundOrganization):
            return actor.require_at_large()
        actor.require_platform("operator")
        if await self.users.get(command.owner_id) is None:
            raise exceptions.UserNotFound
        return command.owner_id

    def _new(self, command: schemas.CreateOrganization) -> models.Organization:
        now, organization_id = self.clock.now(), self.ids.new()
        if command.slug:
            policies.check_slug(command.slug)
        # 40 random bits: whatever thousands of others are called, no name is refused.
        slug = command.slug or f"{policies.slugify(command.name)}-{organization_id.hex[-10:]}"
        return models.Organization(
            id=OrganizationId(organization_id),
            name=command.name,
            slug=slug,
            created_at=now,
            updated_at=now,
        )
