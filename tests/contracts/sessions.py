"""What every adapter of the sessions port must do."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

from bootstrap import Container
from core.accounts import models
from core.models import SessionId
from tests import factories
from tests.contracts.founding import founded, known
from tests.factories import DAY, NOW

GRACE = timedelta(seconds=10)


async def opened(container: Container, **fields: Any) -> models.Session:
    """Return a session of somebody new."""
    return await another(container, await known(container, email_verified_at=NOW), **fields)


async def another(container: Container, user: models.User, **fields: Any) -> models.Session:
    made = factories.session(user, **fields)
    await container.sessions().add(made)
    return made


async def rotated(
    container: Container, session_id: SessionId, generation: int, **at: float
) -> models.Rotation:
    return await container.sessions().rotate(
        session_id, generation, now=NOW + timedelta(**at), idle=DAY, grace=GRACE
    )


class SessionsContract:
    async def test_a_session_is_found_with_its_user_and_without_their_password(
        self, container: Container
    ) -> None:
        made = await opened(
            container, device_label="laptop", ip="192.0.2.7", user_agent="curl", amr=("pwd", "otp")
        )
        user = await container.users().get(made.user_id)
        assert user is not None
        assert user.password_hash is not None

        found = await container.sessions().find(made.id)

        assert found == models.SignedInUser(session=made, user=user.evolve(password_hash=None))
        assert await container.sessions().find(SessionId(uuid4())) is None

    async def test_a_session_is_found_with_the_standing_in_an_organization(
        self, container: Container
    ) -> None:
        organization, owner = await founded(container)
        foreign, _ = await founded(container)
        strict = organization.evolve(mfa_required=True, sso_enforced=True)
        await container.organizations().update(strict)
        made = await another(container, owner)

        inside = await container.sessions().find(made.id, organization.id)
        elsewhere = await container.sessions().find(made.id, foreign.id)

        assert inside is not None
        assert elsewhere is not None
        assert elsewhere.standing is None
        assert inside.standing == models.Standing(
            role="owner", sso_enforced=True, mfa_required=True
        )

    async def test_a_session_keeps_who_vouched_for_it_and_who_acts_in_it(
        self, container: Container
    ) -> None:
        organization, owner = await founded(container)
        _, operator = await founded(container)
        made = await another(
            container,
            owner,
            scope_organization_id=organization.id,
            impersonator_id=operator.id,
            read_only=True,
        )

        rotation = await rotated(container, made.id, 1, hours=1)

        found = await container.sessions().find(made.id)
        assert found is not None
        assert rotation.signed_in is not None
        assert rotation.signed_in.session == found.session
        assert found.session.model_dump(include=set(models.Proof.model_fields)) == made.model_dump(
            include=set(models.Proof.model_fields)
        )

    async def test_a_rotation_makes_the_next_generation_and_moves_the_idle_end(
        self, container: Container
    ) -> None:
        made = await opened(container)

        rotation = await rotated(container, made.id, 1, hours=1)

        later = NOW + timedelta(hours=1)
        expected = made.evolve(generation=2, rotated_at=later, idle_expires_at=later + DAY)
        assert rotation.outcome == "rotated"
        assert rotation.signed_in is not None
        assert rotation.signed_in.session == expected
        assert rotation.signed_in == await container.sessions().find(made.id)

    async def test_of_eight_rotations_at_once_one_rotates_and_the_rest_repeat(
        self, container: Container
    ) -> None:
        made = await opened(container)

        found = await asyncio.gather(*(rotated(container, made.id, 1, seconds=5) for _ in range(8)))

        assert Counter(one.outcome for one in found) == {"rotated": 1, "repeated": 7}
        assert {one.signed_in.session.generation for one in found if one.signed_in} == {2}

    async def test_the_last_generation_repeats_within_the_grace_alone(
        self, container: Container
    ) -> None:
        made = await opened(container)
        await rotated(container, made.id, 1, seconds=0)

        assert (await rotated(container, made.id, 1, seconds=10)).outcome == "repeated"
        assert (await rotated(container, made.id, 1, seconds=11)).outcome == "reused"

    async def test_an_older_generation_is_reuse_even_within_the_grace(
        self, container: Container
    ) -> None:
        made = await opened(container)
        await rotated(container, made.id, 1, seconds=0)
        await rotated(container, made.id, 2, seconds=1)

        assert (await rotated(container, made.id, 1, seconds=2)).outcome == "reused"
        assert (await rotated(container, made.id, 2, seconds=2)).outcome == "repeated"

    async def test_what_has_ended_is_dead(self, container: Container) -> None:
        made = await opened(container)
        short = await opened(container, absolute_expires_at=NOW + timedelta(hours=1))

        assert (await rotated(container, made.id, 1, days=1)).outcome == "dead"
        assert (await rotated(container, short.id, 1, hours=1)).outcome == "dead"
        assert (await rotated(container, SessionId(uuid4()), 1)).outcome == "dead"
        await container.sessions().revoke(made.user_id, at=NOW, reason="test")
        assert (await rotated(container, made.id, 1)).outcome == "dead"

    async def test_a_suspended_person_rotates_nothing(self, container: Container) -> None:
        made = await opened(container)
        await rotated(container, made.id, 1)
        user = await container.users().get(made.user_id)
        assert user is not None
        await container.users().update(user.evolve(status="suspended"))

        assert (await rotated(container, made.id, 2)).outcome == "dead"
        assert (await rotated(container, made.id, 1)).outcome == "dead"

    async def test_live_sessions_are_listed_newest_first(self, container: Container) -> None:
        first = await opened(container)
        user = await container.users().get(first.user_id)
        assert user is not None
        second = await another(container, user)
        await another(container, user, idle_expires_at=NOW)
        await another(container, user, absolute_expires_at=NOW)
        await another(container, user, revoked_at=NOW, revoke_reason="test")
        await opened(container)

        assert await container.sessions().active(user.id, NOW) == [second, first]

    async def test_revoking_ends_those_too_in_which_somebody_acts_as_another(
        self, container: Container
    ) -> None:
        own = await opened(container)
        acting, foreign = [
            await opened(container, impersonator_id=by) for by in (own.user_id, None)
        ]
        sessions = container.sessions()

        assert await sessions.revoke(own.user_id, keep=own.id, at=NOW, reason="test") == [acting.id]
        assert await sessions.revoke(acting.user_id, at=NOW, reason="test") == []
        assert await sessions.active(own.user_id, NOW) == [own]
        assert await sessions.active(foreign.user_id, NOW) == [foreign]

    async def test_revoking_ends_one_or_all_but_one(self, container: Container) -> None:
        first, foreign = await opened(container), await opened(container)
        user = await container.users().get(first.user_id)
        assert user is not None
        second, third = await another(container, user), await another(container, user)
        revoke = container.sessions().revoke

        assert await revoke(user.id, at=NOW, reason="x", only=foreign.id) == []
        assert await revoke(user.id, at=NOW, reason="x", only=first.id) == [first.id]
        assert await revoke(user.id, at=NOW, reason="x", only=first.id) == []
        assert await revoke(user.id, at=NOW, reason="x", keep=third.id) == [second.id]
        assert await container.sessions().active(user.id, NOW) == [third]
        assert await revoke(user.id, at=NOW, reason="x") == [third.id]
        assert await container.sessions().active(foreign.user_id, NOW) == [foreign]

    async def test_the_first_reason_to_end_is_kept(self, container: Container) -> None:
        made = await opened(container)
        for reason in ("first", "second"):
            await container.sessions().revoke(made.user_id, at=NOW, reason=reason)

        found = await container.sessions().find(made.id)
        assert found is not None
        assert (found.session.revoked_at, found.session.revoke_reason) == (NOW, "first")

    async def test_a_new_proof_of_identity_is_noted(self, container: Container) -> None:
        made = await opened(container)
        later = NOW + timedelta(hours=1)
        await container.sessions().reauthenticate(made.id, later, ("pwd", "otp", "mfa"))
        await container.sessions().reauthenticate(SessionId(uuid4()), later, ("pwd",))

        found = await container.sessions().find(made.id)
        assert found is not None
        assert found.session == made.evolve(authenticated_at=later, amr=("pwd", "otp", "mfa"))

    async def test_ended_sessions_are_forgotten_a_few_at_a_time(self, container: Container) -> None:
        long_ago = NOW - 1000 * DAY
        old = [await opened(container, idle_expires_at=long_ago) for _ in range(3)]
        made = await opened(container)
        purge = container.sessions().purge

        counts = [await purge(long_ago + DAY, limit=2) for _ in range(3)]

        assert counts == [2, 1, 0]
        assert [await container.sessions().find(one.id) for one in old] == [None] * 3
        assert await container.sessions().find(made.id) is not None
