"""Things to test with: valid, and different each time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from core.accounts import models
from core.accounts.api_keys.models import ApiKey
from core.accounts.passkeys.models import Passkey
from core.accounts.sso import models as sso
from core.models import Actor
from core.storage import models as storage

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


def connection(organization: models.Organization | None = None, **fields: Any) -> sso.Connection:
    """A connection of an organization, or of the installation."""
    defaults = {
        "id": new_id(),
        "organization_id": organization.id if organization else None,
        "name": "Provider",
        "issuer": "https://id.example.com",
        "client_id": "core-api",
        "client_secret_box": b"a box",
        "client_authentication": "client_secret_basic",
        "scopes": "openid email profile",
        "email_claim": "email",
        "trusts_email": False,
        "jit_enabled": True,
        "default_role": "member",
        "enabled": True,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return sso.Connection.model_validate(defaults | fields)


def domain(organization: models.Organization, **fields: Any) -> sso.Domain:
    defaults = {
        "id": new_id(),
        "organization_id": organization.id,
        "domain": f"{uuid4().hex}.example.com",
        "txt_value": "core-api-verification=x",
        "created_at": NOW,
    }
    return sso.Domain.model_validate(defaults | fields)


def identity(user: models.User, connection: sso.Connection, **fields: Any) -> sso.Identity:
    defaults = {
        "id": new_id(),
        "user_id": user.id,
        "connection_id": connection.id,
        "issuer": connection.issuer,
        "subject": uuid4().hex,
        "email_at_link": user.email,
        "created_at": NOW,
    }
    return sso.Identity.model_validate(defaults | fields)


def sso_transaction(connection: sso.Connection, **fields: Any) -> sso.Transaction:
    defaults = {
        "id": new_id(),
        "connection_id": connection.id,
        "browser_hash": b"a browser",
        "secrets_box": b"a box",
        "return_to": "https://app.example.com/done",
        "code_challenge": "x" * 43,
        "created_at": NOW,
        "expires_at": NOW + DAY,
    }
    return sso.Transaction.model_validate(defaults | fields)


def passkey(user: models.User, **fields: Any) -> Passkey:
    defaults = {
        "id": new_id(),
        "user_id": user.id,
        "credential_id": uuid4().bytes,
        "public_key": b"a key",
        "sign_count": 0,
        "transports": ("internal",),
        "backed_up": False,
        "name": "Passkey",
        "created_at": NOW,
    }
    return Passkey.model_validate(defaults | fields)


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


def bucket(**fields: Any) -> storage.Bucket:
    defaults = {
        "id": new_id(),
        "name": f"b{uuid4().hex[:12]}",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return storage.Bucket.model_validate(defaults | fields)


def stored_object(bucket: storage.Bucket, **fields: Any) -> storage.StoredObject:
    object_id = storage.ObjectId(new_id())
    defaults = {
        "id": object_id,
        "organization_id": bucket.organization_id,
        "bucket_id": bucket.id,
        "bucket": bucket.name,
        "key": storage.key(bucket.organization_id, object_id),
        "filename": "notes.txt",
        "content_type": "text/plain",
        "size": 10,
        "upload_method": "put",
        "upload_expires_at": NOW + DAY,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return storage.StoredObject.model_validate(defaults | fields)
