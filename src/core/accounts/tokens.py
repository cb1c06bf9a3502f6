"""Sessions and the tokens that stand for them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from core.accounts import constants, exceptions, models, ports, schemas
from core.accounts.config import AccountsConfig
from core.models import Actor, OrganizationId, SessionId
from core.ports import Seals


def open_session(
    session_id: UUID,
    user: models.User,
    actor: Actor,
    now: datetime,
    proof: models.Proof,
    *,
    client_id: str,
) -> models.Session:
    idle, absolute = constants.SESSION_IDLE, constants.SESSION_ABSOLUTE
    if proof.impersonator_id is not None:
        idle = absolute = constants.IMPERSONATION_LIFETIME
    return models.Session(
        id=SessionId(session_id),
        user_id=user.id,
        client_id=client_id,
        **proof.model_dump(exclude={"method"}),
        ip=actor.ip,
        user_agent=actor.user_agent,
        created_at=now,
        rotated_at=now,
        authenticated_at=now,
        idle_expires_at=now + idle,
        absolute_expires_at=now + absolute,
    )


async def access_token(
    access_tokens: ports.AccessTokens,
    config: AccountsConfig,
    session: models.Session,
    now: datetime,
) -> schemas.AccessToken:
    """Issue a token that dies with the session at the latest."""
    ends = min(now + config.access_lifetime, session.absolute_expires_at)
    token = await access_tokens.issue(
        models.AccessClaims(
            user_id=session.user_id,
            session_id=session.id,
            client_id=session.client_id,
            authenticated_at=session.authenticated_at,
            amr=session.amr,
            impersonator_id=session.impersonator_id,
            issued_at=now,
            expires_at=ends,
        )
    )
    return schemas.AccessToken(access_token=token, expires_in=int((ends - now).total_seconds()))


async def token_pair(
    access_tokens: ports.AccessTokens,
    seals: Seals,
    config: AccountsConfig,
    signed_in: models.SignedInUser,
    now: datetime,
) -> schemas.TokenPair:
    session = signed_in.session
    access = await access_token(access_tokens, config, session, now)
    return schemas.TokenPair(
        access_token=access.access_token,
        expires_in=access.expires_in,
        refresh_token=refresh_token(seals, session),
        refresh_expires_at=min(session.idle_expires_at, session.absolute_expires_at),
        session_id=session.id,
        user=schemas.UserView.of(signed_in.user),
    )


def device_token(seals: Seals, device_id: UUID, email: str) -> str:
    """Return proof that this device signed in with this address."""
    who = seals.fingerprint(constants.IDENTIFIER, email)
    return seals.seal(constants.DEVICE_SEAL, f"{device_id.hex}:{who}".encode())


def refresh_token(seals: Seals, session: models.Session) -> str:
    payload = session.id.bytes + session.generation.to_bytes(4, "big")
    return constants.REFRESH_PREFIX + seals.seal(constants.REFRESH_SEAL, payload)


def read_refresh(token: SecretStr, seals: Seals) -> tuple[SessionId, int] | None:
    """Return the session and its generation, or None for what we never gave out."""
    text = token.get_secret_value()
    if not text.startswith(constants.REFRESH_PREFIX):
        return None
    payload = seals.unseal(constants.REFRESH_SEAL, text.removeprefix(constants.REFRESH_PREFIX))
    if payload is None:
        return None
    return SessionId(UUID(bytes=payload[:16])), int.from_bytes(payload[16:], "big")


def one_time_token(
    token_id: UUID,
    user: models.User | None,
    purpose: models.TokenPurpose,
    now: datetime,
    lifetime: timedelta,
    payload: dict[str, Any] | None = None,
) -> models.OneTimeToken:
    return models.OneTimeToken(
        id=models.TokenId(token_id),
        user_id=user.id if user else None,
        purpose=purpose,
        payload=payload or {},
        created_at=now,
        expires_at=now + lifetime,
    )


def one_time_secret(token: models.OneTimeToken, seals: Seals) -> str:
    """Return the text that stands for a token outside."""
    return seals.seal(one_time_purpose(token.purpose), token.id.bytes)


def one_time_purpose(purpose: models.TokenPurpose) -> str:
    return f"accounts/{purpose}"


def one_time_id(token: SecretStr, purpose: models.TokenPurpose, seals: Seals) -> models.TokenId:
    """Return which token this is, or refuse what we never made."""
    payload = seals.unseal(one_time_purpose(purpose), token.get_secret_value())
    if payload is None:
        raise exceptions.TokenInvalidOrExpired
    return models.TokenId(UUID(bytes=payload))


async def invited(
    token: SecretStr, invitations: ports.Invitations, seals: Seals
) -> models.Invitation:
    """Return the invitation a link stands for, or refuse."""
    payload = seals.unseal(constants.INVITATION_SEAL, token.get_secret_value())
    if payload is None:
        raise exceptions.TokenInvalidOrExpired
    organization_id = OrganizationId(UUID(bytes=payload[:16]))
    invitation_id = models.InvitationId(UUID(bytes=payload[16:]))
    invitation = await invitations.get(organization_id, invitation_id)
    if invitation is None:
        raise exceptions.TokenInvalidOrExpired
    return invitation
