"""InviteMember, ResendInvitation, RevokeInvitation, Preview-, Accept- and DeclineInvitation."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from core.accounts import constants, exceptions, models, schemas, service
from core.exceptions import AuthenticationRequired, PermissionDenied, RateLimited, ValidationFailed
from core.mails.models import SealedLink
from core.models import Actor, OrganizationId, PageRequest
from tests import factories
from tests.unit.accounts.world import World

BOB = "bob@example.com"
WEEK = timedelta(days=7)
ROLES = constants.SYSTEM_ROLES


async def invite(
    world: World, by: Actor, email: str = BOB, role: str = "member"
) -> models.Invitation:
    command = schemas.InviteMember(email=email, role=role)
    return await world.use(service.InviteMember)(command, by)


async def invited(world: World, by: Actor, email: str = BOB, role: str = "member") -> SecretStr:
    """Invite somebody; return the token that was mailed to them."""
    await invite(world, by, email, role)
    return await world.mailed_token(email)


async def resend(world: World, by: Actor, invitation: models.Invitation) -> models.Invitation:
    command = schemas.InvitationReference(invitation_id=invitation.id)
    return await world.use(service.ResendInvitation)(command, by)


async def revoke(world: World, by: Actor, invitation: models.Invitation) -> None:
    command = schemas.InvitationReference(invitation_id=invitation.id)
    await world.use(service.RevokeInvitation)(command, by)


async def preview(world: World, token: SecretStr) -> schemas.InvitationPreview:
    command = schemas.AnswerInvitation(token=token)
    return await world.use(service.PreviewInvitation)(command, factories.anonymous())


async def accept(world: World, token: SecretStr, by: models.User) -> models.OrganizationOfUser:
    command = schemas.AnswerInvitation(token=token)
    return await world.use(service.AcceptInvitation)(command, Actor(kind="user", user_id=by.id))


async def decline(world: World, token: SecretStr) -> None:
    command = schemas.AnswerInvitation(token=token)
    await world.use(service.DeclineInvitation)(command, factories.anonymous())


async def test_an_address_is_invited_by_mail(world: World) -> None:
    organization, owner = await world.founded()

    made = await invite(world, owner, "Bob@Example.com", "admin")

    assert (made.email, made.role, made.status) == (BOB, "admin", "pending")
    assert (made.inviter_id, made.expires_at) == (owner.user_id, world.clock.now() + WEEK)
    [letter] = world.letters
    assert (letter.to, letter.template) == (BOB, "accounts/invitation")
    assert letter.variables["organization"] == organization.name
    assert isinstance(letter.link, SealedLink)
    [row] = world.audited
    assert (row.action, row.target_id, row.metadata) == (
        "invitation.created",
        made.id,
        {"role": "admin"},
    )
    listed = await world.use(service.ListInvitations)(PageRequest(), owner)
    assert listed.items == [made]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("inviter", ROLES)
async def test_nobody_invites_to_more_than_they_may_do_themselves(
    world: World, inviter: str, role: str
) -> None:
    organization, _ = await world.founded()
    by = await world.member(organization, inviter)

    if inviter == "owner" or (inviter == "admin" and role != "owner"):
        assert (await invite(world, by, role=role)).role == role
    else:
        with pytest.raises(PermissionDenied):
            await invite(world, by, role=role)
        assert world.jobs == []


async def test_only_a_role_there_is_can_be_given(world: World) -> None:
    _, owner = await world.founded()

    with pytest.raises(ValidationFailed):
        await invite(world, owner, role="emperor")


async def test_who_is_a_member_or_invited_already_is_not_invited(world: World) -> None:
    organization, owner = await world.founded()
    member = await world.found(await world.member(organization))
    await invite(world, owner)

    with pytest.raises(exceptions.AlreadyMember):
        await invite(world, owner, member.email.upper())
    with pytest.raises(exceptions.AlreadyInvited):
        await invite(world, owner)
    world.clock.forward(days=7)
    await invite(world, owner)


async def test_one_that_is_gone_invites_nobody(world: World) -> None:
    _, owner = await world.founded()

    with pytest.raises(exceptions.OrganizationNotFound):
        await invite(world, owner.within(OrganizationId(factories.new_id())))


async def test_an_organization_invites_fifty_times_an_hour(world: World) -> None:
    _, owner = await world.founded()
    _, other = await world.founded()
    for number in range(50):
        made = await invite(world, owner, f"user{number}@example.com")

    for refused in (invite(world, owner), resend(world, owner, made)):
        with pytest.raises(RateLimited):
            await refused
    await invite(world, other)
    world.clock.forward(hours=1)
    await invite(world, owner)


async def test_an_invitation_is_mailed_again_and_lives_longer(world: World) -> None:
    _, owner = await world.founded()
    made = await invite(world, owner)
    world.clock.forward(days=8)
    world.forget()

    again = await resend(world, owner, made)

    assert again == made.evolve(expires_at=world.clock.now() + WEEK)
    assert [letter.template for letter in world.letters] == ["accounts/invitation"]
    assert world.actions == ["invitation.resent"]
    bob = await world.user(email=BOB)
    assert (await accept(world, await world.mailed_token(BOB), bob)).role == "member"


async def test_nobody_is_flooded_with_invitations(world: World) -> None:
    _, owner = await world.founded()
    made = await invite(world, owner)
    for _ in range(3):
        await resend(world, owner, made)

    assert len(world.letters) == 1


async def test_a_revoked_invitation_is_worth_nothing(world: World) -> None:
    _, owner = await world.founded()
    token = await invited(world, owner)
    [made] = (await world.use(service.ListInvitations)(PageRequest(), owner)).items
    world.forget()

    await revoke(world, owner, made)

    [row] = world.audited
    assert (row.action, row.target_id) == ("invitation.revoked", made.id)
    bob = await world.user(email=BOB)
    for refused in (
        accept(world, token, bob),
        decline(world, token),
        preview(world, token),
        revoke(world, owner, made),
        resend(world, owner, made),
    ):
        with pytest.raises(exceptions.InvitationNotPending):
            await refused


async def test_another_organizations_invitation_is_not_there(world: World) -> None:
    _, owner = await world.founded()
    _, stranger = await world.founded()
    made = await invite(world, owner)

    for refused in (revoke(world, stranger, made), resend(world, stranger, made)):
        with pytest.raises(exceptions.InvitationNotFound):
            await refused


async def test_whoever_has_the_link_sees_what_it_is_for_and_uses_nothing_up(world: World) -> None:
    organization, owner = await world.founded()
    token = await invited(world, owner)

    first, second = await preview(world, token), await preview(world, token)

    assert first == second
    assert first == schemas.InvitationPreview(
        organization_name=organization.name,
        email=BOB,
        role="member",
        expires_at=world.clock.now() + WEEK,
    )
    world.clock.forward(days=7)
    with pytest.raises(exceptions.InvitationNotPending):
        await preview(world, token)


async def test_trying_links_is_slowed_down(world: World) -> None:
    for _ in range(60):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await preview(world, SecretStr("made up"))

    with pytest.raises(RateLimited):
        await preview(world, SecretStr("made up"))


async def test_an_invitation_is_accepted_once(world: World) -> None:
    organization, owner = await world.founded()
    token, bob = await invited(world, owner, role="admin"), await world.user(email=BOB)
    world.forget()

    joined = await accept(world, token, bob)

    assert (joined.id, joined.role) == (organization.id, "admin")
    assert await world.role(organization, Actor(kind="user", user_id=bob.id)) == "admin"
    [row] = world.audited
    assert (row.action, row.organization_id) == ("invitation.accepted", organization.id)
    assert world.published == ["member_added"]
    with pytest.raises(exceptions.InvitationNotPending):
        await accept(world, token, bob)


async def test_the_link_alone_proves_nobody(world: World) -> None:
    _, owner = await world.founded()
    token = await invited(world, owner)
    eve, bob = await world.user(), await world.user(email=BOB, email_verified_at=None)

    with pytest.raises(exceptions.InvitationNotYours):
        await accept(world, token, eve)
    with pytest.raises(exceptions.EmailNotVerified):
        await accept(world, token, bob)
    with pytest.raises(AuthenticationRequired):
        await world.use(service.AcceptInvitation)(
            schemas.AnswerInvitation(token=token), factories.anonymous()
        )
    assert (await preview(world, token)).email == BOB


async def test_an_invitation_runs_out_after_a_week(world: World) -> None:
    _, owner = await world.founded()
    token, bob = await invited(world, owner), await world.user(email=BOB)
    world.clock.forward(days=7)

    with pytest.raises(exceptions.InvitationNotPending):
        await accept(world, token, bob)


async def test_who_joined_meanwhile_is_a_member_already(world: World) -> None:
    organization, owner = await world.founded()
    token, bob = await invited(world, owner, role="admin"), await world.user(email=BOB)
    await world.container.memberships().add(factories.membership(organization, bob, "viewer"))
    world.forget()

    with pytest.raises(exceptions.AlreadyMember):
        await accept(world, token, bob)

    assert await world.role(organization, Actor(kind="user", user_id=bob.id)) == "viewer"
    assert world.audited == []


async def test_whoever_has_the_link_can_decline(world: World) -> None:
    organization, owner = await world.founded()
    token = await invited(world, owner)
    world.forget()

    await decline(world, token)

    [row] = world.audited
    assert (row.action, row.organization_id) == ("invitation.declined", organization.id)
    with pytest.raises(exceptions.InvitationNotPending):
        await decline(world, token)


@pytest.mark.parametrize("token", ["", "made up"])
async def test_what_we_never_sent_is_no_invitation(world: World, token: str) -> None:
    bob = await world.user(email=BOB)

    for refused in (accept(world, SecretStr(token), bob), decline(world, SecretStr(token))):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await refused
