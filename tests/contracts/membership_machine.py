"""Members come, change and go in every order, and there is always an owner who can sign in.

The machine does what people might, keeps a simple model beside it, and compares after each step.
"""

import asyncio
from asyncio import Runner
from collections.abc import Coroutine
from typing import Any, ClassVar, Literal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import SecretStr

from bootstrap import Application
from core.accounts import constants, exceptions, models, policies, schemas, service
from core.accounts.privacy import service as privacy
from core.accounts.privacy.exceptions import NotPendingDeletion
from core.exceptions import CoreError, PermissionDenied
from core.models import Actor
from tests import factories
from tests.contracts.founding import founded, known

ROLES = constants.SYSTEM_ROLES
OPERATOR = Actor(kind="cli")
PEOPLE = 4

somebody = st.integers(0, PEOPLE - 1)
some_role = st.sampled_from(ROLES)


class MembershipMachine(RuleBasedStateMachine):
    runner: ClassVar[Runner]
    application: ClassVar[Application]

    def __init__(self) -> None:
        super().__init__()
        self.container = self.application.container
        self.roles: dict[int, str | None] = {}
        self.active: dict[int, bool] = {}
        self.departing: set[int] = set()

    def may(self, role: str | None) -> frozenset[str]:
        return policies.permissions_of(role, self.container.permissions())

    @initialize()
    def begin(self) -> None:
        self.organization, self.people = self.runner.run(self._begin())
        self.roles = dict.fromkeys(range(PEOPLE)) | {0: "owner"}
        self.active = dict.fromkeys(range(PEOPLE), True)

    async def _begin(self) -> tuple[models.Organization, list[models.User]]:
        organization, owner = await founded(self.container)
        await self.container.users().mark_verified(owner.id, factories.NOW)
        others = [
            await known(self.container, email_verified_at=factories.NOW) for _ in range(PEOPLE - 1)
        ]
        return organization, [owner, *others]

    # --- What people do ---------------------------------------------------------------------------

    @precondition(lambda self: self.roles)
    @rule(who=somebody, role=some_role)
    def joins(self, who: int, role: str) -> None:
        if self.roles[who] is None:
            self.runner.run(self._join(who, role))
            self.roles[who] = role

    async def _join(self, who: int, role: str) -> None:
        person, host = self.people[who], self._host()
        invite = schemas.InviteMember(email=person.email, role=role)
        made = await self.application.use(service.InviteMember)(invite, self._actor(host))
        token = self.container.seals().seal(
            constants.INVITATION_SEAL, made.organization_id.bytes + made.id.bytes
        )
        accept = schemas.AnswerInvitation(token=SecretStr(token))
        actor = Actor(kind="user", user_id=person.id)
        await self.application.use(service.AcceptInvitation)(accept, actor)

    @precondition(lambda self: self.roles)
    @rule(by=somebody, whom=somebody, role=some_role)
    def changes_a_role(self, by: int, whom: int, role: str) -> None:
        if not self._at_work(by):
            return
        before = self.roles[whom]
        mine = self.may(self.roles[by])
        expected: type[CoreError] | None = None
        if constants.MEMBERS_WRITE.name not in mine or not self.may(role) <= mine:
            expected = PermissionDenied
        elif before is None:
            expected = exceptions.MemberNotFound
        elif before != role:
            expected = self._touching(by, whom)
        command = schemas.ChangeMemberRole(user_id=self.people[whom].id, role=role)
        self._expect(
            expected, self.application.use(service.ChangeMemberRole)(command, self._actor(by))
        )
        if expected is None:
            self.roles[whom] = role

    @precondition(lambda self: self.roles)
    @rule(by=somebody, whom=somebody)
    def removes(self, by: int, whom: int) -> None:
        if not self._at_work(by):
            return
        expected: type[CoreError] | None = self._touching(by, whom)
        if constants.MEMBERS_WRITE.name not in self.may(self.roles[by]):
            expected = PermissionDenied
        elif self.roles[whom] is None:
            expected = exceptions.MemberNotFound
        command = schemas.UserReference(user_id=self.people[whom].id)
        self._expect(expected, self.application.use(service.RemoveMember)(command, self._actor(by)))
        if expected is None:
            self.roles[whom] = None

    @precondition(lambda self: self.roles)
    @rule(who=somebody)
    def leaves(self, who: int) -> None:
        if not self._at_work(who):
            return
        expected = exceptions.LastOwner if self._last_owner(who) else None
        self._expect(expected, self._leave(who))
        if expected is None:
            self.roles[who] = None

    @precondition(lambda self: self.roles)
    @rule(one=somebody, other=somebody)
    def leave_at_once(self, one: int, other: int) -> None:
        if one == other or not (self._at_work(one) and self._at_work(other)):
            return
        results = self.runner.run(_at_once(self._leave(one), self._leave(other)))
        for who, result in zip((one, other), results, strict=True):
            assert result is None or isinstance(result, exceptions.LastOwner)
            if result is None:
                self.roles[who] = None

    @precondition(lambda self: self.roles)
    @rule(by=somebody, heir=somebody)
    def hands_over(self, by: int, heir: int) -> None:
        if not self._at_work(by):
            return
        after = self.roles | {by: "admin"} | {heir: "owner"}
        expected: type[CoreError] | None = None
        if self.roles[by] != "owner":
            expected = PermissionDenied
        elif self.roles[heir] is None:
            expected = exceptions.MemberNotFound
        elif not any(after[one] == "owner" and self.active[one] for one in after):
            expected = exceptions.LastOwner
        command = schemas.UserReference(user_id=self.people[heir].id)
        self._expect(
            expected, self.application.use(service.TransferOwnership)(command, self._actor(by))
        )
        if expected is None:
            self.roles = after

    @precondition(lambda self: self.roles)
    @rule(who=somebody, status=st.sampled_from(["active", "suspended"]))
    def stands_or_falls(self, who: int, status: Literal["active", "suspended"]) -> None:
        last = status == "suspended" and self.active[who] and self._last_owner(who)
        expected: type[CoreError] | None = exceptions.LastOwner if last else None
        if who in self.departing:
            expected = exceptions.AccountPendingDeletion
        command = schemas.UserStanding(user_id=self.people[who].id, status=status)
        self._expect(expected, self.application.use(service.SetUserStatus)(command, OPERATOR))
        if expected is None:
            self.active[who] = status == "active"

    @precondition(lambda self: self.roles)
    @rule(who=somebody)
    def departs(self, who: int) -> None:
        last = self.active[who] and self._last_owner(who)
        expected = exceptions.LastOwner if last else None
        command = schemas.UserReference(user_id=self.people[who].id)
        self._expect(expected, self.application.use(privacy.DeleteUser)(command, OPERATOR))
        if expected is None:
            self.active[who] = False
            self.departing.add(who)

    @precondition(lambda self: self.roles)
    @rule(who=somebody)
    def returns(self, who: int) -> None:
        expected = None if who in self.departing else NotPendingDeletion
        command = schemas.UserReference(user_id=self.people[who].id)
        self._expect(expected, self.application.use(privacy.RestoreUser)(command, OPERATOR))
        if expected is None:
            self.active[who] = True
            self.departing.remove(who)

    # --- What always holds ------------------------------------------------------------------------

    @precondition(lambda self: self.roles)
    @invariant()
    def somebody_who_can_sign_in_owns_it(self) -> None:
        assert self.runner.run(self.container.memberships().owners(self.organization.id)) >= 1

    @precondition(lambda self: self.roles)
    @invariant()
    def the_members_are_those_of_the_model(self) -> None:
        page = self.container.memberships().page(self.organization.id, limit=100)
        found = {one.user_id: one.role for one in self.runner.run(page)}
        expected = {self.people[one].id: role for one, role in self.roles.items() if role}
        assert found == expected

    # --- The model --------------------------------------------------------------------------------

    def _at_work(self, who: int) -> bool:
        return self.active[who] and self.roles[who] is not None

    def _last_owner(self, who: int) -> bool:
        others = (one for one in self.roles if one != who and self.active[one])
        return self.roles[who] == "owner" and not any(self.roles[one] == "owner" for one in others)

    def _touching(self, by: int, whom: int) -> type[CoreError] | None:
        if not self.may(self.roles[whom]) <= self.may(self.roles[by]):
            return PermissionDenied
        return exceptions.LastOwner if self._last_owner(whom) else None

    def _host(self) -> int:
        """Return somebody who may invite anybody."""
        return next(one for one in self.roles if self.roles[one] == "owner" and self.active[one])

    # --- Asking -----------------------------------------------------------------------------------

    def _actor(self, who: int) -> Actor:
        return Actor(
            kind="user",
            user_id=self.people[who].id,
            authenticated_at=self.container.clock().now(),
            organization_id=self.organization.id,
            role=self.roles[who],
            permissions=self.may(self.roles[who]),
        )

    async def _leave(self, who: int) -> None:
        await self.application.use(service.LeaveOrganization)(None, self._actor(who))

    def _expect(self, expected: type[CoreError] | None, asked: Coroutine[Any, Any, object]) -> None:
        raised: type[CoreError] | None = None
        try:
            self.runner.run(asked)
        except CoreError as error:
            raised = type(error)
        assert raised is expected


async def _at_once(*asked: Coroutine[Any, Any, None]) -> list[BaseException | None]:
    return await asyncio.gather(*asked, return_exceptions=True)
