"""Things to test with: valid, and different each time."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from core.accounts import models
from core.models import Actor

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
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


def anonymous(**fields: Any) -> Actor:
    return Actor.model_validate({"kind": "anonymous", "ip": "192.0.2.7"} | fields)
