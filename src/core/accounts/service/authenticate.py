from core.accounts import admission, models, policies, ports, schemas
from core.models import Actor, OrganizationId, Permission
from core.ports import AuditLog, Clock
from core.service import UseCase


class Authenticate(UseCase):
    """Find out who is asking: one query reads session, person, role and permissions afresh.

    An organization may let in only who came by its own single sign-on, or with two factors. So
    that a broken single sign-on locks nobody out for good, an owner gets past it with two factors,
    a quarter of an hour at a time, and that is written down.
    """

    access_tokens: ports.AccessTokens
    sessions: ports.Sessions
    permissions: tuple[Permission, ...]
    audit: AuditLog
    clock: Clock

    async def __call__(self, command: schemas.Credentials, actor: Actor) -> models.Principal:
        claims = await self.access_tokens.verify(command.access_token)
        found = await self.sessions.find(claims.session_id, command.organization_id)
        found = admission.check_live(found, claims, self.clock.now())
        asking = self._actor(found, command.organization_id, actor)
        if admission.breaks_glass(found, self.clock.now()):
            await self.audit.record(
                asking, "sso.break_glass_used", target=("session", found.session.id)
            )
        elif command.organization_id:
            admission.check_admitted(found, command.organization_id)
        return models.Principal(user=found.user, actor=asking)

    def _actor(
        self, found: models.SignedInUser, organization_id: OrganizationId | None, origin: Actor
    ) -> Actor:
        session, user, standing = found.session, found.user, found.standing
        return origin.model_copy(
            update={
                "kind": "user",
                "user_id": user.id,
                "session_id": session.id,
                "authenticated_at": session.authenticated_at,
                "strong": session.strong,
                "scope_organization_id": session.scope_organization_id,
                "impersonator_id": session.impersonator_id,
                "read_only": session.read_only,
                "platform_role": user.platform_role,
                "organization_id": organization_id,
                "role": standing.role if standing else None,
                "permissions": policies.permitted(standing, self.permissions),
            }
        )
