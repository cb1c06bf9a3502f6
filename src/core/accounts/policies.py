"""Rules that several use cases share: plain functions, no state."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address, ip_network

from pydantic import SecretStr

from core.accounts import constants, exceptions, models, ports, schemas
from core.exceptions import FieldError, PermissionDenied, RateLimited, ValidationFailed
from core.models import Actor, Limit, OrganizationId, Permission, UserId
from core.ports import Seals, Throttle

# --- Seats ----------------------------------------------------------------------------------------


async def check_seat(seats: ports.Seats, organization_id: OrganizationId, *, invited: bool) -> None:
    """Refuse one more where all seats are taken; inside a lock on the organization's members."""
    room = await seats.room(organization_id, invited=invited)
    if room is not None and room < 1:
        raise exceptions.SeatsExhausted


# --- Passwords ------------------------------------------------------------------------------------


def check_password(
    password: SecretStr, common: ports.CommonPasswords, *context: str | None, pointer: str
) -> None:
    """Refuse a password that is easy to guess: ASVS 6.2.1, 6.2.4, 6.2.9, 6.2.11.

    `context` holds words an attacker tries first: the address, the name, the product.
    """
    secret = password.get_secret_value()
    reasons = list(_weaknesses(secret, common, [word for word in context if word]))
    if reasons:
        raise exceptions.WeakPassword(
            errors=[FieldError(pointer, code, detail) for code, detail in reasons],
            reasons=[code for code, _ in reasons],
        )


def _weaknesses(
    secret: str, common: ports.CommonPasswords, context: list[str]
) -> Iterable[tuple[str, str]]:
    shortest, longest = constants.PASSWORD_MIN_LENGTH, constants.PASSWORD_MAX_LENGTH
    if len(secret) < shortest:
        yield "too_short", f"Use at least {shortest} characters: a few words make a good password."
    if len(secret) > longest:
        yield "too_long", f"Use at most {longest} characters."
    elif common.contains(secret) or len(set(secret)) < constants.PASSWORD_LEAST_DISTINCT:
        yield "common", "This is among the passwords that everybody tries first."
    elif _made_of(secret, context):
        yield "context_word", "Don't build it from your address, your name or the product's name."


def _made_of(secret: str, context: list[str]) -> bool:
    words = {
        part.casefold()
        for word in context
        for part in [*re.split(r"[\W_]+", word), re.sub(r"[\W_]+", "", word), word]
        if len(part) >= constants.CONTEXT_WORD_LENGTH
    }
    rest = secret.casefold()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < constants.PASSWORD_OWN_LENGTH and len(rest) < len(secret)


async def prove_password(
    password: SecretStr,
    actor: Actor,
    users: ports.Users,
    hasher: ports.PasswordHasher,
    throttle: Throttle,
) -> models.User:
    """Return the signed-in person once their password proved that it is them."""
    user = await users.get(actor.require_self())
    attempt = (constants.PASSWORD_BY_USER, str(actor.user_id))
    await throttle.hit(attempt)
    if not await hasher.verify(password, user.password_hash if user else None) or user is None:
        raise exceptions.InvalidCredentials("The password is wrong.")
    await throttle.forgive(attempt)
    return user


async def check_can_sign_in(login_methods: ports.LoginMethods, user_id: UserId) -> None:
    """Refuse to leave somebody without a way in.

    Call it in the transaction that takes one away, after it did.
    """
    if not await login_methods.of(user_id):
        raise exceptions.LastCredential


async def prove_self(
    password: SecretStr | None,
    actor: Actor,
    users: ports.Users,
    hasher: ports.PasswordHasher,
    throttle: Throttle,
    *,
    now: datetime,
) -> models.User:
    """Return the signed-in person, proven by their password; if they have none, a moment ago."""
    if password is not None:
        return await prove_password(password, actor, users, hasher, throttle)
    user = await users.get(actor.require_self())
    if user is None or user.password_hash is not None:
        raise exceptions.InvalidCredentials("This needs your password.")
    check_fresh(actor, now)
    return user


# --- Throttling -----------------------------------------------------------------------------------


async def may_mail(throttle: Throttle, seals: Seals, purpose: str, email: str) -> bool:
    """Tell whether one more mail may go there; counts it. Silent, so that answers stay uniform."""
    subject = f"{purpose}:{seals.fingerprint(constants.IDENTIFIER, email)}"
    try:
        await throttle.hit(
            (constants.MAIL_BY_MINUTE, subject), (constants.MAIL_BY_TEN_MINUTES, subject)
        )
    except RateLimited:
        return False
    return True


def login_limits(seals: Seals, command: schemas.LogIn, ip: str | None) -> list[tuple[Limit, str]]:
    """Return what an attempt to sign in counts towards.

    Nobody can lock a victim out: a device that signed in before has a bucket of its own, and
    neither the network's nor the identifier's limit binds it.
    """
    who = seals.fingerprint(constants.IDENTIFIER, command.email)
    device_token = command.device_token.get_secret_value() if command.device_token else ""
    address = (constants.LOGIN_BY_ADDRESS, ip or "")
    device = seals.unseal(constants.DEVICE_SEAL, device_token)
    if device is not None and device.endswith(who.encode()):
        return [(constants.LOGIN_BY_DEVICE, device.decode()), address]
    return [
        (constants.LOGIN_BY_NETWORK, f"{who}:{network(ip)}"),
        (constants.LOGIN_BY_IDENTIFIER, who),
        address,
    ]


def network(ip: str | None) -> str:
    """Return the /24 or /56 that an attacker easily moves within."""
    if ip is None:
        return ""
    address = ip_address(ip)
    return str(ip_network((address, 24 if address.version == 4 else 56), strict=False))  # noqa: PLR2004


# --- Roles ----------------------------------------------------------------------------------------


def permissions_of(role: str | None, registry: tuple[Permission, ...]) -> frozenset[str]:
    """Return what a built-in role may do."""
    return frozenset(one.name for one in registry if role in one.roles)


def permitted(standing: models.Standing | None, registry: tuple[Permission, ...]) -> frozenset[str]:
    """Return what a member may do; a permission that is gone from the registry counts no more."""
    if standing is None:
        return frozenset()
    if standing.granted is None:
        return permissions_of(standing.role, registry)
    return standing.granted & {one.name for one in registry}


async def granted_by(
    role: str, organization_id: OrganizationId, roles: ports.Roles, registry: tuple[Permission, ...]
) -> frozenset[str] | None:
    """Return what a role may do, a built-in one or the organization's own; None if there is none.

    In the transaction that goes on to name the role, with the organization locked: then nobody
    removes it meanwhile.
    """
    if role in constants.SYSTEM_ROLES:
        return permissions_of(role, registry)
    own = await roles.get(organization_id, role)
    return own.permissions & {one.name for one in registry} if own else None


async def check_may_grant(
    actor: Actor, role: str, roles: ports.Roles, registry: tuple[Permission, ...]
) -> frozenset[str]:
    """Refuse a role that is unknown, or that may do what the actor may not; return what it may."""
    granted = await granted_by(role, actor.require_organization(), roles, registry)
    if granted is None:
        known = ", ".join(constants.SYSTEM_ROLES)
        detail = f"Use one of {known}, or a role that your organization made."
        raise ValidationFailed(errors=[FieldError("#/role", "unknown_role", detail)])
    if not _covers(actor, role, granted):
        raise PermissionDenied(f"The role {role} may do more than you may.")
    return granted


async def check_may_touch(
    actor: Actor, role: str, roles: ports.Roles, registry: tuple[Permission, ...]
) -> None:
    """Refuse to change or remove somebody who may do what the actor may not."""
    granted = await granted_by(role, actor.require_organization(), roles, registry)
    if not _covers(actor, role, granted or frozenset()):
        raise PermissionDenied(
            f"Only somebody who may do as much can change a member who is {role}."
        )


def _covers(actor: Actor, role: str, granted: frozenset[str]) -> bool:
    """Tell whether the actor may do all that a role may; only an owner is as much as an owner."""
    if actor.trusted:
        return True
    return granted <= actor.permissions and (role != constants.OWNER or actor.role == role)


async def check_not_last_owner(
    memberships: ports.Memberships, membership: models.Membership
) -> None:
    """Refuse to lose the last owner. Call it with the organization locked."""
    if membership.role != constants.OWNER:
        return
    if not await memberships.owners(membership.organization_id, besides=membership.user_id):
        raise exceptions.LastOwner


async def check_replaceable(
    user_id: UserId, organizations: ports.Organizations, memberships: ports.Memberships
) -> None:
    """Refuse to lose somebody while an organization has no other owner whose account is active.

    Call it in a transaction: it locks every organization of theirs, so that none of them comes to
    lean on them meanwhile. Locks are taken in one order, and so nobody waits in a circle.
    """
    before: OrganizationId | None = None
    while page := await organizations.of_user(user_id, limit=100, before=before):
        for one in page:
            await organizations.lock(one.id)
            membership = await memberships.get(one.id, user_id)
            if membership is None or membership.role != constants.OWNER:
                continue
            if not await memberships.owners(one.id, besides=user_id):
                raise exceptions.LastOwner(f"{one.name} ({one.slug}) has no other owner.")
        before = page[-1].id


def check_fresh(actor: Actor, now: datetime) -> None:
    """Refuse unless the person proved who they are a moment ago (ASVS 7.5.1).

    Whoever acts in their place can't have done so.
    """
    if actor.trusted:
        return
    if actor.impersonator_id is not None:
        raise PermissionDenied("Only they can do this, not you in their place.")
    proven = actor.authenticated_at
    if proven is None or now - proven > constants.REAUTHENTICATION_WINDOW:
        raise exceptions.ReauthenticationRequired


# --- Organizations --------------------------------------------------------------------------------


def slugify(name: str) -> str:
    """Return a slug made of a name, or "organization" when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")
    return slug if len(slug) >= 2 else "organization"  # noqa: PLR2004 - the shortest slug


def check_slug(slug: str) -> None:
    if slug in constants.RESERVED_SLUGS:
        raise exceptions.SlugTaken(f"The slug {slug} is reserved.")
