"""Finds what an operator names by a short name: people by address, organizations by slug."""

from typing import TYPE_CHECKING
from uuid import UUID

from entrypoints.cli.running import operator

if TYPE_CHECKING:
    from bootstrap import Application
    from core.accounts.models import Organization
    from core.accounts.schemas import UserView
    from core.models import Actor


def as_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


async def person(app: "Application", name: str) -> "UserView":
    """Return somebody by id or by address."""
    from core.accounts import schemas, service

    found = as_id(name)
    command = schemas.FindUser.model_validate({"user_id": found} if found else {"email": name})
    return await app.use(service.GetUser)(command, operator())


async def organization(app: "Application", name: str) -> "Organization":
    """Return an organization by id or by slug."""
    from core.accounts import schemas, service

    found = as_id(name)
    command = schemas.FindOrganization.model_validate(
        {"organization_id": found} if found else {"slug": name}
    )
    return await app.use(service.FindOrganization)(command, operator())


async def inside(app: "Application", name: str) -> "Actor":
    """Return the operator as somebody who asks about an organization."""
    return operator().within((await organization(app, name)).id)
