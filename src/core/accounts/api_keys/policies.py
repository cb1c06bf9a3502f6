from datetime import datetime

from core.accounts import policies as accounts
from core.accounts.api_keys import constants, exceptions, models, schemas
from core.accounts.exceptions import (
    OrganizationNotFound,
    SsoRequired,
    TokenExpired,
    TokenInvalid,
)
from core.exceptions import FieldError, PermissionDenied, SecondFactorRequired, ValidationFailed
from core.models import Actor, OrganizationId, Permission


def check_maker(actor: Actor, now: datetime) -> None:
    """Refuse unless a person is asking, who proved a moment ago that it is them.

    A session of the organization's own single sign-on will do: the key is good there alone.
    """
    if actor.trusted:
        return
    actor.require_user()
    if actor.impersonator_id is not None:
        raise PermissionDenied("Only they can do this, not you in their place.")
    accounts.check_fresh(actor, now)


def check_owner(command: schemas.CreateApiKey, actor: Actor) -> None:
    """Refuse a key that would be nobody's, and a role for a key that has a person's."""
    if command.role is not None and not command.service:
        raise _invalid("#/role", "of_services", "Your own key has your role.")
    if actor.user_id is None and not command.service:
        raise _invalid("#/service", "no_person", "Only a person has a key of their own.")


def check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is None or now < expires_at <= now + constants.LONGEST_LIFE:
        return
    raise _invalid("#/expires_at", "not_to_come", "Choose a moment in the next ten years, or none.")


def _invalid(pointer: str, code: str, detail: str) -> ValidationFailed:
    return ValidationFailed(errors=[FieldError(pointer, code, detail)])


def check_live(presented: models.PresentedKey | None, now: datetime) -> models.PresentedKey:
    """Refuse a key that is unknown, revoked or expired, or that rests with whose it is."""
    if presented is None or presented.key.revoked_at is not None:
        raise TokenInvalid
    if presented.key.expired(now):
        raise TokenExpired("This API key has expired: make another one.")
    if presented.standing is None or presented.user_status not in {None, "active"}:
        raise exceptions.ApiKeySuspended
    return presented


def check_admitted(presented: models.PresentedKey, organization_id: OrganizationId | None) -> None:
    """Refuse a key of another organization, and one made in a way that this one does not let in.

    A service has no way to sign in, so nothing is asked of its key.
    """
    key, standing = presented.key, presented.standing
    if standing is None or organization_id not in {None, key.organization_id}:
        raise OrganizationNotFound
    if key.user_id is None or key.through_sso:
        return
    if standing.sso_enforced:
        raise SsoRequired("Make the key while signed in through the organization's own sign-in.")
    if standing.mfa_required and not presented.user_mfa_enabled:
        raise SecondFactorRequired


def actor_of(
    presented: models.PresentedKey, origin: Actor, registry: tuple[Permission, ...]
) -> Actor:
    """Return who asks with a key: at most its scopes, and at most what whose it is may by now."""
    key, standing = presented.key, presented.standing
    return origin.model_copy(
        update={
            "kind": "api_key",
            "api_key_id": key.id,
            "user_id": key.user_id,
            "organization_id": key.organization_id,
            "role": standing.role if standing else None,
            "permissions": key.scopes & accounts.permitted(standing, registry),
        }
    )
