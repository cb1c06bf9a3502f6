"""CreateOrganization, GetOrganization, UpdateOrganization, UpdateMe and what one belongs to."""

import re

import pytest

from core.accounts import exceptions, models, schemas, service
from core.exceptions import (
    AuthenticationRequired,
    PermissionDenied,
    SecondFactorRequired,
    VersionMismatch,
)
from core.models import Actor, OrganizationId, PageRequest, UserId
from tests import factories
from tests.unit.accounts.world import OPERATOR, World

SLUG = re.compile(r"[a-z0-9](-?[a-z0-9]){1,62}")


async def update(
    world: World, actor: Actor, *, version: int | None = None, **changes: object
) -> models.OrganizationOfUser:
    command = schemas.UpdateOrganization(
        changes=schemas.OrganizationChanges.model_validate(changes), expected_version=version
    )
    return await world.use(service.UpdateOrganization)(command, actor)


async def test_whoever_founds_an_organization_owns_it(world: World) -> None:
    ada = await world.user()
    actor = Actor(kind="user", user_id=ada.id)

    made = await world.use(service.CreateOrganization)(
        schemas.CreateOrganization(name="Analytical Engines"), actor
    )

    assert (made.name, made.role, made.version) == ("Analytical Engines", "owner", 1)
    assert made.slug.startswith("analytical-engines-")
    membership = await world.container.memberships().get(made.id, ada.id)
    assert membership is not None
    assert membership.role == "owner"
    [row] = world.audited
    assert (row.action, row.organization_id, row.target_id) == ("org.created", made.id, made.id)
    assert world.published == ["organization_created"]


@pytest.mark.parametrize("name", ["Ä", "日本語", "-", "x" * 200, "A  B", "İstanbul"])
async def test_every_name_makes_a_slug_of_its_own(world: World, name: str) -> None:
    actor = Actor(kind="user", user_id=(await world.user()).id)
    create, command = world.use(service.CreateOrganization), schemas.CreateOrganization(name=name)

    first, second = await create(command, actor), await create(command, actor)

    assert SLUG.fullmatch(first.slug)
    assert SLUG.fullmatch(second.slug)
    assert first.slug != second.slug


async def test_a_slug_is_taken_once_and_some_are_reserved(world: World) -> None:
    actor = Actor(kind="user", user_id=(await world.user()).id)
    create = world.use(service.CreateOrganization)
    await create(schemas.CreateOrganization(name="A", slug="engines"), actor)
    _, owner = await world.founded()
    world.forget()

    for slug in ("engines", "admin", "api", "www"):
        with pytest.raises(exceptions.SlugTaken):
            await create(schemas.CreateOrganization(name="B", slug=slug), actor)
        with pytest.raises(exceptions.SlugTaken):
            await update(world, owner, slug=slug)
    assert (world.audited, world.published) == ([], [])


async def test_an_operator_founds_one_for_somebody(world: World) -> None:
    ada = await world.user()
    create = world.use(service.CreateOrganization)

    made = await create(schemas.FoundOrganization(name="A", owner_id=ada.id), OPERATOR)

    assert await world.container.memberships().owners(made.id) == 1
    with pytest.raises(exceptions.UserNotFound):
        nobody = UserId(factories.new_id())
        await create(schemas.FoundOrganization(name="B", owner_id=nobody), OPERATOR)


async def test_nobody_founds_none(world: World) -> None:
    with pytest.raises(AuthenticationRequired):
        await world.use(service.CreateOrganization)(
            schemas.CreateOrganization(name="A"), factories.anonymous()
        )


@pytest.mark.parametrize("role", ["owner", "admin", "billing", "member", "viewer"])
async def test_every_member_sees_the_organization_and_their_role(world: World, role: str) -> None:
    organization, _ = await world.founded()
    member = await world.member(organization, role)

    seen = await world.use(service.GetOrganization)(None, member)

    assert (seen.id, seen.role) == (organization.id, role)


async def test_one_that_is_gone_is_not_found(world: World) -> None:
    organization, owner = await world.founded()
    gone = owner.within(OrganizationId(factories.new_id()))

    with pytest.raises(exceptions.OrganizationNotFound):
        await world.use(service.GetOrganization)(None, gone)
    with pytest.raises(exceptions.OrganizationNotFound):
        await update(world, gone, name="New")
    assert organization.version == 1


async def test_an_organization_is_renamed(world: World) -> None:
    organization, owner = await world.founded()
    world.clock.forward(days=1)

    changed = await update(world, owner, version=1, name="New")

    renamed = organization.evolve(name="New", version=2, updated_at=world.clock.now())
    assert changed == models.OrganizationOfUser(**renamed.model_dump(), role="owner")
    assert await world.container.organizations().get(organization.id) == renamed
    [row] = world.audited
    assert (row.action, row.metadata) == ("org.updated", {"fields": ["name"]})


async def test_who_read_it_too_long_ago_is_told_which_version_is_there(world: World) -> None:
    _, owner = await world.founded()
    await update(world, owner, name="New")
    world.forget()

    with pytest.raises(VersionMismatch) as refused:
        await update(world, owner, version=1, name="Other")

    assert refused.value.members == {"current_etag": '"2"'}
    assert world.audited == []
    assert (await update(world, owner, name="Whatever is there")).version == 3


async def test_whoever_has_shown_two_factors_asks_them_of_everybody(world: World) -> None:
    organization, owner = await world.founded()

    for required in (True, False):
        with pytest.raises(SecondFactorRequired):
            await update(world, owner, mfa_required=required)
        changed = await update(world, owner.evolve(strong=True), mfa_required=required)
        assert changed.mfa_required is required

    assert await world.container.organizations().get(organization.id) == organization.evolve(
        version=3
    )
    assert [row.metadata for row in world.audited] == [{"fields": ["mfa_required"]}] * 2
    await update(world, owner, name="Anything else")


async def test_only_who_may_change_the_organization_asks_for_two_factors(world: World) -> None:
    organization, _ = await world.founded()

    for role in ("billing", "member", "viewer"):
        member = (await world.member(organization, role)).evolve(strong=True)
        with pytest.raises(PermissionDenied):
            await update(world, member, mfa_required=True)
    admin = (await world.member(organization, "admin")).evolve(strong=True)
    assert (await update(world, admin, mfa_required=True)).mfa_required


async def test_one_sees_what_one_belongs_to_newest_first(world: World) -> None:
    first, ada = await world.founded()
    second, _ = await world.founded()
    await world.container.memberships().add(
        factories.membership(second, await world.found(ada), "viewer")
    )
    mine = world.use(service.ListMyOrganizations)

    newest = await mine(PageRequest(limit=1), ada)
    rest = await mine(PageRequest(limit=1, cursor=newest.next_cursor), ada)

    assert [(one.id, one.role) for one in [*newest.items, *rest.items]] == [
        (second.id, "viewer"),
        (first.id, "owner"),
    ]
    assert rest.next_cursor is None


async def test_one_sees_the_invitations_that_wait_for_ones_answer(world: World) -> None:
    organization, owner = await world.founded()
    ada = await world.user()
    await world.use(service.InviteMember)(schemas.InviteMember(email=ada.email), owner)
    mine = world.use(service.ListMyInvitations)

    [seen] = (await mine(None, Actor(kind="user", user_id=ada.id))).items

    assert seen.organization_name == organization.name
    world.clock.forward(days=7)
    assert (await mine(None, Actor(kind="user", user_id=ada.id))).items == []
    unproven = await world.user(email_verified_at=None)
    with pytest.raises(exceptions.EmailNotVerified):
        await mine(None, Actor(kind="user", user_id=unproven.id))


async def test_one_changes_ones_name_and_language(world: World) -> None:
    ada = await world.user(display_name="Ada")
    actor, update_me = Actor(kind="user", user_id=ada.id), world.use(service.UpdateMe)

    changed = await update_me(schemas.UpdateMe(locale="de"), actor)

    assert (changed.display_name, changed.locale) == ("Ada", "de")
    assert changed == schemas.UserView.of(await world.found(ada))
    [row] = world.audited
    assert (row.action, row.target_id, row.metadata) == (
        "user.updated",
        ada.id,
        {"fields": ["locale"]},
    )
    assert (await update_me(schemas.UpdateMe(display_name=None), actor)).display_name is None
    with pytest.raises(exceptions.UserNotFound):
        await update_me(
            schemas.UpdateMe(locale="en"), Actor(kind="user", user_id=UserId(factories.new_id()))
        )
