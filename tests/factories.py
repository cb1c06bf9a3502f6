"""Things to test with: valid, and different each time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from core.accounts import models
from core.accounts.api_keys.models import ApiKey
from core.models import Actor

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PASSWORD = "correct horse battery staple"


def new_id() -> UUID:
    return uuid7()


def email() -> str:
    return f"{uuid4().hex}@example.com"


def user(**fields: Any) -> models.User:
    defaults = {
        "id": new_id(),
        "email": email(),
        "password_hash": "x",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return models.User.model_validate(defaults | fields)


def organization(**fields: Any) -> models.Organization:
    defaults = {
        "id": new_id(),
        "name": "Analytical Engines",
        "slug": f"engines-{uuid4().hex[:12]}",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return models.Organization.model_validate(defaults | fields)


def membership(
    organization: models.Organization, user: models.User, role: str = "member"
) -> models.Membership:
    return models.Membership(
        organization_id=organization.id, user_id=user.id, role=role, created_at=NOW
    )


def invitation(organization: models.Organization, **fields: Any) -> models.Invitation:
    defaults = {
        "id": new_id(),
        "organization_id": organization.id,
        "email": email(),
        "role": "member",
        "inviter_id": None,
        "created_at": NOW,
        "expires_at": NOW + DAY,
    }
    return models.Invitation.model_validate(defaults | fields)


def role(organization: models.Organization, **fields: Any) -> models.Role:
    defaults = {
        "id": new_id(),
        "organization_id": organization.id,
        "key": "helper",
        "name": "Helper",
        "permissions": ["members:read"],
        "created_at": NOW,
        "updated_at": NOW,
    }
    return models.Role.model_validate(defaults | fields)


def api_key(organization: models.Organization, **fields: Any) -> ApiKey:
    """A key of a service, unless a `user_id` says whose it is."""
    defaults = {
        "id": new_id(),
        "organization_id": organization.id,
        "role": None if "user_id" in fields else "member",
        "name": "deploy",
        "key_hash": uuid4().bytes,
        "scopes": ["members:read"],
        "created_at": NOW,
    }
    return ApiKey.model_validate(defaults | fields)


def session(user: models.User, **fields: Any) -> models.Session:
    defaults = {
        "id": new_id(),
        "user_id": user.id,
        "client_id": "core-api",
        "amr": ("pwd",),
        "created_at": NOW,
        "rotated_at": NOW,
        "authenticated_at": NOW,
        "idle_expires_at": NOW + DAY,
        "absolute_expires_at": NOW + 2 * DAY,
    }
    return models.Session.model_validate(defaults | fields)


def one_time_token(user: models.User, **fields: Any) -> models.OneTimeToken:
    defaults = {
        "id": new_id(),
        "user_id": user.id,
        "purpose": "verify_email",
        "created_at": NOW,
        "expires_at": NOW + DAY,
    }
    return models.OneTimeToken.model_validate(defaults | fields)


def signing_key(**fields: Any) -> models.SigningKey:
    """A key that signs nothing: its box holds no key."""
    kid = uuid4().hex
    defaults = {
        "kid": kid,
        "state": "next",
        "private_box": b"a box",
        "public_jwk": {"kty": "EC", "kid": kid},
        "created_at": NOW,
    }
    return models.SigningKey.model_validate(defaults | fields)


def anonymous(**fields: Any) -> Actor:
    return Actor.model_validate({"kind": "anonymous", "ip": "192.0.2.7"} | fields)
