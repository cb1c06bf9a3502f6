from core.accounts import exceptions, models, policies, ports, schemas
from core.models import Actor, OrganizationId, Permission
from core.ports import Clock
from core.service import UseCase


class Authenticate(UseCase):
    """Find out who is asking: one query reads session, person, role and permissions afresh."""

    access_tokens: ports.AccessTokens
    sessions: ports.Sessions
    permissions: tuple[Permission, ...]
    clock: Clock

    async def __call__(self, command: schemas.Credentials, actor: Actor) -> models.Principal:
        claims = await self.access_tokens.verify(command.access_token)
        found = await self.sessions.find(claims.session_id, command.organization_id)
        if found is None or found.user.id != claims.user_id:
            raise exceptions.SessionRevoked
        if not found.session.alive(self.clock.now()) or found.user.status != "active":
            raise exceptions.SessionRevoked
        if command.organization_id and found.role is None:
            raise exceptions.OrganizationNotFound
        return models.Principal(
            user=found.user, actor=self._actor(found, command.organization_id, actor)
        )

    def _actor(
        self, found: models.SignedInUser, organization_id: OrganizationId | None, origin: Actor
    ) -> Actor:
        return origin.model_copy(
            update={
                "kind": "user",
                "user_id": found.user.id,
                "session_id": found.session.id,
                "authenticated_at": found.session.authenticated_at,
                "platform_role": found.user.platform_role,
                "organization_id": organization_id,
                "role": found.role,
                "permissions": policies.permissions_of(found.role, self.permissions),
            }
        )
