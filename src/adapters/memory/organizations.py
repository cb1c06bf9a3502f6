from datetime import datetime
from typing import Final, Unpack, override

from adapters.memory.store import Store
from core.accounts import constants, exceptions, ports
from core.accounts.models import (
    Invitation,
    InvitationId,
    InvitationOfUser,
    InvitationStatus,
    Member,
    Membership,
    Organization,
    OrganizationOfUser,
    User,
)
from core.exceptions import VersionMismatch
from core.listing import Field, Found, Window, applied, newest
from core.models import OrganizationId, UserId

BY_USER: Final = newest(Field("user_id", "uuid"))


class Organizations(ports.Organizations):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Organization)
        self._memberships = store.table(Membership)

    @override
    async def add(self, organization: Organization, owner: Membership) -> None:
        async with self._store.writing():
            self._check_slug(organization)
            self._rows[organization.id] = organization
            self._memberships[owner.organization_id, owner.user_id] = owner

    @override
    async def get(self, organization_id: OrganizationId) -> Organization | None:
        return self._rows.get(organization_id)

    @override
    async def by_slug(self, slug: str) -> Organization | None:
        return next((one for one in self._rows.values() if one.slug == slug), None)

    @override
    async def update(self, organization: Organization) -> Organization:
        async with self._store.writing():
            kept = self._rows.get(organization.id)
            if kept is None or kept.version != organization.version:
                raise VersionMismatch
            self._check_slug(organization)
            changes = organization.model_dump(exclude={"id", "created_at", "version"})
            self._rows[kept.id] = kept.evolve(**changes, version=kept.version + 1)
        return organization.model_copy(update={"version": organization.version + 1})

    @override
    async def lock(self, organization_id: OrganizationId) -> None:
        """Nothing to do: here transactions run one at a time."""

    @override
    async def of_user(self, user_id: UserId, **window: Unpack[Window]) -> Found[OrganizationOfUser]:
        rows = [
            OrganizationOfUser(**self._rows[one.organization_id].model_dump(), role=one.role)
            for one in self._memberships.values()
            if one.user_id == user_id and not self._rows[one.organization_id].deletes_at
        ]
        return applied(rows, **window)

    @override
    async def page(self, **window: Unpack[Window]) -> Found[Organization]:
        return applied(self._rows.values(), **window)

    def _check_slug(self, organization: Organization) -> None:
        others = (one for one in self._rows.values() if one.id != organization.id)
        if any(one.slug == organization.slug for one in others):
            raise exceptions.SlugTaken


class Memberships(ports.Memberships):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Membership)
        self._users = store.table(User)

    @override
    async def add(self, membership: Membership) -> None:
        key = membership.organization_id, membership.user_id
        async with self._store.writing():
            if key in self._rows:
                raise exceptions.AlreadyMember
            self._rows[key] = membership

    @override
    async def get(self, organization_id: OrganizationId, user_id: UserId) -> Membership | None:
        return self._rows.get((organization_id, user_id))

    @override
    async def by_email(self, organization_id: OrganizationId, email: str) -> Membership | None:
        return next(
            (
                row
                for row in self._rows.values()
                if row.organization_id == organization_id
                and self._users[row.user_id].email == email.lower()
            ),
            None,
        )

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Member]:
        rows = [
            Member(
                **row.model_dump(),
                email=self._users[row.user_id].email,
                display_name=self._users[row.user_id].display_name,
            )
            for row in self._rows.values()
            if row.organization_id == organization_id
        ]
        return applied(rows, BY_USER, **window)

    @override
    async def set_role(self, organization_id: OrganizationId, user_id: UserId, role: str) -> None:
        async with self._store.writing():
            if membership := self._rows.get((organization_id, user_id)):
                self._rows[organization_id, user_id] = membership.evolve(role=role)

    @override
    async def remove(self, organization_id: OrganizationId, user_id: UserId) -> None:
        async with self._store.writing():
            self._rows.pop((organization_id, user_id), None)

    @override
    async def owners(
        self, organization_id: OrganizationId, *, besides: UserId | None = None
    ) -> int:
        return sum(
            row.organization_id == organization_id
            and row.role == constants.OWNER
            and row.user_id != besides
            and self._users[row.user_id].status == "active"
            for row in self._rows.values()
        )


class Invitations(ports.Invitations):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Invitation)
        self._organizations = store.table(Organization)

    @override
    async def add(self, invitation: Invitation) -> None:
        async with self._store.writing():
            for row in list(self._rows.values()):
                same = row.organization_id == invitation.organization_id
                if same and row.email == invitation.email and row.status == "pending":
                    if row.open(invitation.created_at):
                        raise exceptions.AlreadyInvited
                    del self._rows[row.id]
            self._rows[invitation.id] = invitation

    @override
    async def get(
        self, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> Invitation | None:
        row = self._rows.get(invitation_id)
        return row if row and row.organization_id == organization_id else None

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Invitation]:
        rows = (row for row in self._rows.values() if row.organization_id == organization_id)
        return applied(rows, **window)

    @override
    async def settle(
        self,
        organization_id: OrganizationId,
        invitation_id: InvitationId,
        status: InvitationStatus,
        now: datetime,
    ) -> Invitation:
        async with self._store.writing():
            row = await self.get(organization_id, invitation_id)
            if row is None or not row.open(now):
                raise exceptions.InvitationNotPending
            self._rows[row.id] = settled = row.evolve(status=status)
        return settled

    @override
    async def extend(
        self, organization_id: OrganizationId, invitation_id: InvitationId, expires_at: datetime
    ) -> Invitation:
        async with self._store.writing():
            row = await self.get(organization_id, invitation_id)
            if row is None or row.status != "pending":
                raise exceptions.InvitationNotPending
            self._rows[row.id] = extended = row.evolve(expires_at=expires_at)
        return extended

    @override
    async def for_email(self, email: str, now: datetime) -> list[InvitationOfUser]:
        rows = [
            InvitationOfUser(
                **row.model_dump(),
                organization_name=self._organizations[row.organization_id].name,
            )
            for row in self._rows.values()
            if row.email == email.lower()
            and row.open(now)
            and not self._organizations[row.organization_id].deletes_at
        ]
        return applied(rows, limit=100)
