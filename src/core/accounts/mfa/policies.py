"""Rules that several use cases share: plain functions, no state."""

from datetime import datetime

from core.accounts import exceptions, models, ports
from core.models import Actor

TWO_FACTORS = ("otp", "mfa")
"""RFC 8176's names for a one-time code, and for more than one factor."""


def strong(amr: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*amr, *TWO_FACTORS)))


async def strengthen(sessions: ports.Sessions, actor: Actor, now: datetime) -> models.Session:
    """Note that a code was given in the actor's session just now, and return it."""
    found = await sessions.find(actor.session_id) if actor.session_id else None
    if found is None:
        raise exceptions.SessionRevoked
    amr = strong(found.session.amr)
    await sessions.reauthenticate(found.session.id, now, amr)
    return found.session.evolve(authenticated_at=now, amr=amr)


async def the_user(users: ports.Users, actor: Actor) -> models.User:
    """Return who asks, as they are by now: themselves, and nobody in their place."""
    user = await users.get(actor.require_self())
    if user is None:
        raise exceptions.UserNotFound
    return user
