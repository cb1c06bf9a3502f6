from core.accounts import admission
from core.accounts import policies as accounts_policies
from core.accounts import ports as accounts
from core.accounts.api_keys import constants, keys, policies, ports, schemas
from core.accounts.constants import AUTH_INTROSPECT
from core.accounts.exceptions import OrganizationNotFound, TokenInvalid
from core.exceptions import Forbidden, NotFound, Unauthenticated
from core.models import Actor, OrganizationId, Permission
from core.ports import Clock
from core.service import UseCase


class Introspect(UseCase):
    """Ask whose token it is, and what they may do in one's own organization (RFC 7662).

    For a product that checks what its callers send. Whoever is refused here, is no member, or
    would have to sign in another way, is not active.
    """

    access_tokens: accounts.AccessTokens
    sessions: accounts.Sessions
    api_keys: ports.ApiKeys
    permissions: tuple[Permission, ...]
    clock: Clock

    async def __call__(self, command: schemas.Introspect, actor: Actor) -> schemas.Introspection:
        organization_id = actor.require(AUTH_INTROSPECT)
        if command.organization_id not in {None, organization_id}:
            raise OrganizationNotFound
        token = command.token.get_secret_value()
        look = self._at_key if token.startswith(constants.PREFIX) else self._at_session
        try:
            return await look(token, organization_id)
        except (Unauthenticated, Forbidden, NotFound):
            return schemas.Introspection(active=False)

    async def _at_session(
        self, token: str, organization_id: OrganizationId
    ) -> schemas.Introspection:
        claims = await self.access_tokens.verify(token)
        found = await self.sessions.find(claims.session_id, organization_id)
        found = admission.check_live(found, claims, self.clock.now())
        admission.check_admitted(found, organization_id)
        return schemas.Introspection(
            active=True,
            token_type="access_token",  # noqa: S106 - a kind of token
            sub=found.user.id,
            sid=found.session.id,
            client_id=found.session.client_id,
            exp=int(claims.expires_at.timestamp()),
            iat=int(claims.issued_at.timestamp()),
            auth_time=int(found.session.authenticated_at.timestamp()),
            amr=found.session.amr,
            organization_id=organization_id,
            role=found.standing.role if found.standing else None,
            permissions=tuple(
                sorted(accounts_policies.permitted(found.standing, self.permissions))
            ),
        )

    async def _at_key(self, token: str, organization_id: OrganizationId) -> schemas.Introspection:
        if not keys.looks_right(token):
            raise TokenInvalid
        now = self.clock.now()
        presented = await self.api_keys.present(
            keys.digest(token), now, note_every=constants.USE_NOTED_EVERY
        )
        live = policies.check_live(presented, now)
        policies.check_admitted(live, organization_id)
        key, asking = live.key, policies.actor_of(live, Actor(kind="api_key"), self.permissions)
        return schemas.Introspection(
            active=True,
            token_type="api_key",  # noqa: S106 - a kind of token
            sub=key.user_id or key.id,
            exp=int(key.expires_at.timestamp()) if key.expires_at else None,
            iat=int(key.created_at.timestamp()),
            organization_id=organization_id,
            role=asking.role,
            permissions=tuple(sorted(asking.permissions)),
        )
