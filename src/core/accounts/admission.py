"""Whether a session is good, and whether an organization lets it in."""

from datetime import datetime

from core.accounts import constants, exceptions, models
from core.exceptions import SecondFactorRequired
from core.models import OrganizationId


def check_live(
    found: models.SignedInUser | None, claims: models.AccessClaims, now: datetime
) -> models.SignedInUser:
    """Return the session that a token is of; refuse one that ended, or whose person is out.

    A token that was issued before the last proof of who it is gains nothing by it: whoever stole it
    waits in vain for its owner to prove themselves (ASVS 7.2.4).
    """
    if found is None or found.user.id != claims.user_id:
        raise exceptions.SessionRevoked
    if not found.session.alive(now) or found.user.status != "active":
        raise exceptions.SessionRevoked
    proven = found.session.authenticated_at
    if claims.authenticated_at >= proven.replace(microsecond=0):  # a token tells whole seconds
        return found
    session = found.session.model_copy(update={"authenticated_at": claims.authenticated_at})
    return found.model_copy(update={"session": session})


def check_admitted(found: models.SignedInUser, organization_id: OrganizationId) -> None:
    """Refuse who is no member, and who came in another way than the organization asks for."""
    session, standing = found.session, found.standing
    if standing is None:
        raise exceptions.OrganizationNotFound
    if session.scope_organization_id == organization_id or session.impersonator_id:
        return
    if session.scope_organization_id is not None:
        raise exceptions.SsoRequired("Your session is good in another organization alone.")
    if standing.sso_enforced:
        raise exceptions.SsoRequired
    if standing.mfa_required and not session.strong:
        raise SecondFactorRequired


def breaks_glass(found: models.SignedInUser, now: datetime) -> bool:
    """Tell whether an owner gets past enforced single sign-on, with two factors given just now."""
    session, standing = found.session, found.standing
    if standing is None or not standing.sso_enforced:
        return False
    if session.scope_organization_id or session.impersonator_id:
        return False
    recent = now - session.authenticated_at <= constants.BREAK_GLASS_WINDOW
    return standing.role == constants.OWNER and session.strong and recent
