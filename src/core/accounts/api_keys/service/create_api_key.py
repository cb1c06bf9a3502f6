from uuid import UUID

from core.accounts import permissions
from core.accounts import policies as roles
from core.accounts import ports as accounts
from core.accounts.api_keys import constants, keys, models, policies, ports, schemas
from core.accounts.constants import API_KEYS_WRITE
from core.exceptions import PermissionDenied
from core.models import Actor, Permission
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import UseCase


class CreateApiKey(UseCase):
    """Make an API key: one's own, or one for a service. The answer is all that ever shows it.

    It may do what its scopes say, as long as whose it is may do it too.
    """

    api_keys: ports.ApiKeys
    organizations: accounts.Organizations
    roles: accounts.Roles
    permissions: tuple[Permission, ...]
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateApiKey, actor: Actor) -> schemas.NewApiKey:
        organization_id = actor.require(API_KEYS_WRITE)
        policies.check_maker(actor, self.clock.now())
        policies.check_owner(command, actor)
        policies.check_expiry(command.expires_at, self.clock.now())
        permissions.check_registered(command.scopes, self.permissions, pointer="#/scopes")
        key_id = self.ids.new()
        text = keys.make(key_id)
        key = self._new(key_id, text, command, actor)
        async with self.transaction():
            await self.organizations.lock(organization_id)
            await self._check_scopes(key, actor)
            await self.api_keys.add(key)
            await self.audit.record(
                actor,
                "api_key.created",
                target=("api_key", key.id),
                scopes=sorted(key.scopes),
                role=key.role,
            )
        return schemas.NewApiKey.of(key, key=text)

    async def _check_scopes(self, key: models.ApiKey, actor: Actor) -> None:
        if key.role is None:
            permissions.check_held(actor, key.scopes)
            return
        granted = await roles.check_may_grant(actor, key.role, self.roles, self.permissions)
        if beyond := sorted(key.scopes - granted):
            raise PermissionDenied(f"The role {key.role} may not do this: {', '.join(beyond)}.")

    def _new(
        self, key_id: UUID, text: str, command: schemas.CreateApiKey, actor: Actor
    ) -> models.ApiKey:
        return models.ApiKey(
            id=models.ApiKeyId(key_id),
            organization_id=actor.require_organization(),
            user_id=None if command.service else actor.user_id,
            role=(command.role or constants.SERVICE_ROLE) if command.service else None,
            name=command.name,
            key_hash=keys.digest(text),
            scopes=frozenset(command.scopes),
            through_sso=actor.scope_organization_id is not None,
            created_by=actor.user_id,
            created_at=self.clock.now(),
            expires_at=command.expires_at,
        )
