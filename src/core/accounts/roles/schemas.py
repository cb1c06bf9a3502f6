from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from core import listing
from core.accounts import constants, models
from core.accounts.fields import RoleKey
from core.listing import Lists, SortKey, WholeList
from core.models import Line, Model, Patch, Permission

type PermissionNames = Annotated[
    tuple[Annotated[str, Field(max_length=100)], ...], Field(max_length=200)
]


class CreateRole(Model):
    key: RoleKey
    name: Line
    permissions: PermissionNames


class RoleChanges(Patch):
    name: Line | None = None
    permissions: PermissionNames | None = None


class UpdateRole(Model):
    """`expected_version` is the version that was read; None overwrites whatever is there."""

    key: RoleKey
    changes: RoleChanges
    expected_version: int | None = None


class RoleReference(Model):
    key: RoleKey


class RoleView(Model):
    """A role. A built-in one has no times and no version, for it never changes."""

    key: str
    name: str
    permissions: tuple[str, ...]
    built_in: bool
    created_at: datetime | None = None
    updated_at: datetime | None = None
    version: int | None = None

    @property
    def rank(self) -> int:
        """Where it stands among the built-in ones; the organization's own stand behind them."""
        known = constants.SYSTEM_ROLES
        return known.index(self.key) if self.built_in else len(known)

    @classmethod
    def of(cls, role: models.Role) -> Self:
        return cls(
            key=role.key,
            name=role.name,
            permissions=tuple(sorted(role.permissions)),
            built_in=False,
            created_at=role.created_at,
            updated_at=role.updated_at,
            version=role.version,
        )

    @classmethod
    def of_built_in(cls, key: str, permissions: frozenset[str]) -> Self:
        return cls(key=key, name=key.title(), permissions=tuple(sorted(permissions)), built_in=True)


class ListRoles(WholeList):
    lists = Lists(
        RoleView,
        "key name permissions built_in created_at updated_at version",
        "name built_in created_at updated_at",
        key="key",
        default=(
            SortKey(listing.Field("rank", "integer")),
            SortKey(listing.Field("key", "text")),
        ),
    )


class PermissionView(Model):
    """Something a role may hold, and the built-in ones that do."""

    name: str
    about: str
    roles: tuple[str, ...]

    @classmethod
    def of(cls, permission: Permission) -> Self:
        holders = tuple(role for role in constants.SYSTEM_ROLES if role in permission.roles)
        return cls(name=permission.name, about=permission.about, roles=holders)
