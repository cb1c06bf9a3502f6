"""What operators do: CreateUser, SetUserStatus, GrantPlatformRole, EndSession and the like."""

from typing import Any, Literal
from uuid import uuid4

import pytest
from dependency_injector import providers
from pydantic import SecretStr

from adapters.security import SecretBox, SecretKeys
from bootstrap import Application, Settings
from core.accounts import exceptions, models, schemas, service
from core.models import Actor, Model, OrganizationId, PageRequest, SessionId, UserId
from core.service import UseCase
from tests import factories
from tests.factories import PASSWORD
from tests.unit.accounts.world import OPERATOR, World

NOBODY = UserId(uuid4())


async def create(world: World, email: str = "ada@example.com") -> schemas.PasswordLink:
    command = schemas.CreateUser(email=email, display_name="Ada", platform_role="support")
    return await world.use(service.CreateUser)(command, OPERATOR)


async def stand(
    world: World, user: models.User, status: Literal["active", "suspended"]
) -> schemas.UserView:
    command = schemas.UserStanding(user_id=user.id, status=status)
    return await world.use(service.SetUserStatus)(command, OPERATOR)


async def choose(world: World, link: str, password: str = PASSWORD) -> None:
    token = SecretStr(link.partition("token=")[2])
    command = schemas.ResetPassword(token=token, new_password=SecretStr(password))
    await world.use(service.ResetPassword)(command, factories.anonymous())


async def test_an_account_is_opened_whose_password_only_its_owner_chooses(world: World) -> None:
    made = await create(world)

    assert (made.user.email_verified, made.user.platform_role) == (False, "support")
    [letter] = world.letters
    assert (letter.to, letter.template) == ("ada@example.com", "accounts/set_password")
    [row] = world.audited
    assert (row.action, row.target_id, row.actor_kind) == ("user.created", made.user.id, "cli")
    assert row.metadata == {"platform_role": "support"}
    assert world.published == ["user_registered"]
    ada = await world.container.users().get(made.user.id)
    assert ada is not None
    assert ada.password_hash is None

    world.clock.forward(hours=23)
    await choose(world, made.link)
    assert (await world.log_in(ada)).user.email_verified
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await choose(world, made.link)


async def test_the_link_to_choose_a_password_is_the_one_in_the_mail(world: World) -> None:
    made = await create(world)

    assert made.link.endswith((await world.mailed_token("ada@example.com")).get_secret_value())


async def test_an_address_is_taken_once(world: World) -> None:
    await create(world)
    world.forget()

    with pytest.raises(exceptions.EmailTaken):
        await create(world, "ADA@example.com")
    assert (world.audited, world.jobs) == ([], [])


async def test_somebody_is_mailed_a_link_to_choose_a_password(world: World) -> None:
    ada = await world.user()
    send = world.use(service.SendPasswordLink)

    sent = await send(schemas.UserReference(user_id=ada.id), OPERATOR)

    assert [letter.template for letter in world.letters] == ["accounts/reset_password"]
    [row] = world.audited
    assert (row.action, row.target_id) == ("admin.password_link_sent", ada.id)
    await choose(world, sent.link, "a password of their own")
    await world.log_in(ada, "a password of their own")


async def test_people_are_found_by_id_and_by_address(world: World) -> None:
    ada = await world.user()
    get = world.use(service.GetUser)

    view = schemas.UserView.of(ada)
    assert await get(schemas.FindUser(user_id=ada.id), OPERATOR) == view
    assert await get(schemas.FindUser(email=ada.email), OPERATOR) == view
    for command in (
        schemas.FindUser(),
        schemas.FindUser(user_id=NOBODY),
        schemas.FindUser(email="nobody@example.com"),
    ):
        with pytest.raises(exceptions.UserNotFound):
            await get(command, OPERATOR)


async def test_people_are_listed_newest_first(world: World) -> None:
    made = [await world.user(email=f"user{number}@example.com") for number in range(3)]
    await world.user(email="somebody@example.com")
    find = world.use(service.ListUsers)

    first = await find(schemas.ListUsers(limit=2, email="User"), OPERATOR)
    rest = await find(schemas.ListUsers(limit=2, email="User", cursor=first.next_cursor), OPERATOR)

    assert [one.id for one in [*first.items, *rest.items]] == [one.id for one in made[::-1]]


async def test_organizations_are_found_and_listed(world: World) -> None:
    first, _ = await world.founded()
    second, _ = await world.founded()
    find, page = world.use(service.FindOrganization), world.use(service.ListOrganizations)

    assert await find(schemas.FindOrganization(organization_id=first.id), OPERATOR) == first
    assert await find(schemas.FindOrganization(slug=second.slug), OPERATOR) == second
    assert (await page(PageRequest(), OPERATOR)).items == [second, first]
    for command in (
        schemas.FindOrganization(),
        schemas.FindOrganization(slug="nobodys"),
        schemas.FindOrganization(organization_id=OrganizationId(uuid4())),
    ):
        with pytest.raises(exceptions.OrganizationNotFound):
            await find(command, OPERATOR)


async def test_somebody_is_suspended_at_once_and_let_in_again(world: World) -> None:
    ada = await world.user()
    pair = await world.log_in(ada)
    world.forget()

    assert (await stand(world, ada, "suspended")).status == "suspended"

    with pytest.raises(exceptions.SessionRevoked):
        await world.actor(pair)
    with pytest.raises(exceptions.AccountSuspended):
        await world.log_in(ada)
    assert (await stand(world, ada, "active")).status == "active"
    await world.log_in(ada)
    assert world.actions == [
        "user.suspended",
        "auth.login_failed",
        "user.reactivated",
        "auth.login_succeeded",
    ]
    with pytest.raises(exceptions.SessionRevoked):
        await world.refresh(pair)


async def test_the_last_owner_is_not_suspended(world: World) -> None:
    organization, owner = await world.founded()
    ada, pair = await world.found(owner), await world.log_in(await world.found(owner))
    world.forget()

    with pytest.raises(exceptions.LastOwner) as refused:
        await stand(world, ada, "suspended")

    assert organization.slug in str(refused.value)
    assert (await world.found(ada)).status == "active"
    assert (await world.actor(pair)).user_id == ada.id
    assert world.audited == []
    other = await world.member(organization, "owner")
    assert (await stand(world, ada, "suspended")).status == "suspended"
    with pytest.raises(exceptions.LastOwner):
        await stand(world, await world.found(other), "suspended")


async def test_every_organization_of_an_owner_is_looked_at(world: World) -> None:
    ada = await world.user()
    actor = Actor(kind="user", user_id=ada.id)
    for number in range(120):
        await world.use(service.CreateOrganization)(
            schemas.CreateOrganization(name=f"number {number}"), actor
        )
    organizations = await world.container.organizations().page(limit=200)
    for organization in organizations[:-1]:
        await world.member(organization, "owner")

    with pytest.raises(exceptions.LastOwner, match="number 0 "):
        await stand(world, ada, "suspended")


async def test_who_is_suspended_already_can_be_suspended_again(world: World) -> None:
    organization, owner = await world.founded()
    await world.member(organization, "owner")
    ada = await world.found(owner)

    for _ in range(2):
        assert (await stand(world, ada, "suspended")).status == "suspended"


async def test_somebody_is_made_an_operator(world: World) -> None:
    ada = await world.user()
    grant = world.use(service.GrantPlatformRole)

    view = await grant(
        schemas.GrantPlatformRole(user_id=ada.id, platform_role="operator"), OPERATOR
    )

    assert view.platform_role == (await world.found(ada)).platform_role == "operator"
    [row] = world.audited
    assert (row.action, row.metadata) == (
        "admin.platform_role_granted",
        {"before": "none", "after": "operator"},
    )


async def test_somebody_is_signed_out_everywhere(world: World) -> None:
    ada = await world.user()
    pairs = [await world.log_in(ada) for _ in range(2)]
    await world.log_in(await world.user())
    world.forget()

    ended = await world.use(service.RevokeUserSessions)(
        schemas.UserReference(user_id=ada.id), OPERATOR
    )

    assert ended == 2
    [row] = world.audited
    assert (row.action, row.metadata) == ("session.revoked", {"reason": "operator", "count": 2})
    for pair in pairs:
        with pytest.raises(exceptions.SessionRevoked):
            await world.actor(pair)


async def test_anybodys_session_is_ended(world: World) -> None:
    ada = await world.user()
    pair = await world.log_in(ada)
    end = world.use(service.EndSession)
    world.forget()

    await end(schemas.RevokeSession(session_id=pair.session_id), OPERATOR)

    [row] = world.audited
    assert (row.action, row.target_id) == ("session.revoked", pair.session_id)
    assert row.metadata == {"reason": "operator", "user_id": str(ada.id)}
    for session_id in (pair.session_id, SessionId(uuid4())):
        with pytest.raises(exceptions.SessionNotFound):
            await end(schemas.RevokeSession(session_id=session_id), OPERATOR)


@pytest.mark.parametrize(
    ("use_case", "command"),
    [
        (service.SetUserStatus, schemas.UserStanding(user_id=NOBODY, status="suspended")),
        (
            service.GrantPlatformRole,
            schemas.GrantPlatformRole(user_id=NOBODY, platform_role="none"),
        ),
        (service.RevokeUserSessions, schemas.UserReference(user_id=NOBODY)),
        (service.SendPasswordLink, schemas.UserReference(user_id=NOBODY)),
    ],
    ids=lambda case: getattr(case, "__name__", ""),
)
async def test_nobody_is_not_found(world: World, use_case: type[UseCase], command: Model) -> None:
    ask: Any = world.use(use_case)

    with pytest.raises(exceptions.UserNotFound):
        await ask(command, OPERATOR)
    assert world.audited == []


# --- Looking everywhere ---------------------------------------------------------------------------


async def test_an_operator_sees_where_somebody_is_signed_in(world: World) -> None:
    user = await world.user()
    pair = await world.log_in(user, device_label="laptop")
    command = schemas.UserReference(user_id=user.id)

    [shown] = (await world.use(service.ListUserSessions)(command, OPERATOR)).items

    assert (shown.id, shown.device_label, shown.current) == (pair.session_id, "laptop", False)
    with pytest.raises(exceptions.UserNotFound):
        await world.use(service.ListUserSessions)(
            schemas.UserReference(user_id=UserId(factories.new_id())), OPERATOR
        )


async def test_an_operator_reads_what_happened_in_every_organization_and_in_none(
    world: World,
) -> None:
    organization, owner = await world.founded()
    await world.use(service.UpdateOrganization)(
        schemas.UpdateOrganization(changes=schemas.OrganizationChanges(name="New")), owner
    )
    await world.log_in(await world.user())

    page = await world.use(service.SearchAuditEvents)(schemas.ListAuditEvents(), OPERATOR)
    only = await world.use(service.SearchAuditEvents)(
        schemas.ListAuditEvents(action="org.updated"), OPERATOR
    )

    assert [row.action for row in page.items] == ["auth.login_succeeded", "org.updated"]
    assert [row.organization_id for row in only.items] == [organization.id]


async def test_secrets_are_put_under_the_newest_key_so_that_the_old_one_can_go(
    world: World, settings: Settings
) -> None:
    new = SecretStr("another key of the installation, and a long one")
    [old] = settings.secret_keys
    keys = await world.container.signing_keys().all()

    def box(*secrets: SecretStr) -> SecretBox:
        return SecretBox(SecretKeys(tuple(one.get_secret_value() for one in secrets)))

    world.container.secret_box.override(providers.Object(box(new, old)))
    rewired = Application(world.container)
    done = await rewired.use(service.ReencryptSecrets)(None, OPERATOR)

    assert done.secrets == len(keys)
    for before, after in zip(keys, await world.container.signing_keys().all(), strict=True):
        assert box(new).decrypt(after.private_box) == box(old).decrypt(before.private_box)
    assert world.actions[-1] == "admin.secrets_reencrypted"
