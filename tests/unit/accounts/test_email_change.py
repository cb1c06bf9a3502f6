"""RequestEmailChange and ConfirmEmailChange."""

from typing import Any

import pytest
from pydantic import SecretStr

from core.accounts import exceptions, models, schemas, service
from core.exceptions import AuthenticationRequired, PermissionDenied, RateLimited
from core.models import Actor
from tests import factories
from tests.factories import PASSWORD
from tests.unit.accounts.world import World

NEW = "ada@new.example.com"


async def request(
    world: World, actor: Actor, email: str = NEW, password: str | None = PASSWORD
) -> None:
    command = schemas.RequestEmailChange.model_validate({"new_email": email, "password": password})
    await world.use(service.RequestEmailChange)(command, actor)


async def confirm(world: World, token: SecretStr, **origin: Any) -> None:
    command = schemas.ConfirmEmailChange(token=token)
    await world.use(service.ConfirmEmailChange)(command, factories.anonymous(**origin))


def letters(world: World) -> list[tuple[str, str]]:
    return [(one.to, one.template.removeprefix("accounts/")) for one in world.letters]


async def test_the_new_address_proves_itself_and_the_old_one_stays_until_then(
    world: World,
) -> None:
    ada = await world.user()
    actor = await world.signed_in(ada)
    world.forget()

    await request(world, actor, "Ada@New.example.com")

    assert letters(world) == [(NEW, "confirm_email"), (ada.email, "email_change_requested")]
    assert (await world.found(ada)).email == ada.email
    [row] = world.audited
    assert (row.action, row.target_id) == ("user.email_change_requested", ada.id)
    token = await world.mailed_token(NEW)
    world.forget()
    world.clock.forward(hours=23)
    await confirm(world, token)

    moved = await world.found(ada)
    assert (moved.email, moved.email_verified_at) == (NEW, world.clock.now())
    assert letters(world) == [(ada.email, "email_changed")]
    assert (await world.log_in(moved)).user.email == NEW
    with pytest.raises(exceptions.InvalidCredentials):
        await world.log_in(ada)


async def test_no_address_is_written_into_the_audit_log(world: World) -> None:
    ada = await world.user()
    await request(world, await world.signed_in(ada))
    await confirm(world, await world.mailed_token(NEW))

    rows = [row for row in world.audited if row.action.startswith("user.email")]
    assert [row.action for row in rows] == ["user.email_change_requested", "user.email_changed"]
    assert rows[1].metadata.keys() == {"before", "after"}
    assert rows[1].metadata["before"] != rows[1].metadata["after"]
    assert rows[0].metadata["identifier"] == rows[1].metadata["after"]
    assert "@" not in " ".join(row.model_dump_json() for row in rows)


async def test_a_link_works_once_and_for_a_day(world: World) -> None:
    ada = await world.user()
    actor = await world.signed_in(ada)
    await request(world, actor)
    token = await world.mailed_token(NEW)
    await confirm(world, token)
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await confirm(world, token)

    other = "ada@newer.example.com"
    await request(world, actor, other)
    token = await world.mailed_token(other)
    world.clock.forward(hours=24)
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await confirm(world, token)
    assert (await world.found(ada)).email == NEW


async def test_a_later_link_replaces_the_one_before(world: World) -> None:
    actor = await world.signed_in(await world.user())
    await request(world, actor)
    first = await world.mailed_token(NEW)
    await request(world, actor, "ada@newer.example.com")

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await confirm(world, first)


@pytest.mark.parametrize("page", ["verify_email", "reset_password", "made up"])
async def test_a_link_for_something_else_moves_nobody(world: World, page: str) -> None:
    ada = await world.user()
    made = factories.one_time_token(ada, purpose="verify_email")
    await world.container.one_time_tokens().add(made)
    sealed = world.container.seals().seal(f"accounts/{page}", made.id.bytes)

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await confirm(world, SecretStr(sealed))


async def test_an_address_that_is_known_is_told_and_nothing_else_differs(world: World) -> None:
    ada, bob = await world.user(), await world.user(locale="de")
    actor = await world.signed_in(ada)
    await request(world, actor)
    earlier = await world.mailed_token(NEW)
    world.forget()

    await request(world, actor, bob.email)

    assert letters(world) == [(bob.email, "already_registered")]
    assert [row.action for row in world.audited] == ["user.email_change_requested"]
    assert world.letters[0].locale == "de"
    world.clock.forward(seconds=60)
    world.forget()
    await request(world, actor, bob.email)
    assert letters(world)[1:] == [(ada.email, "email_change_requested")]
    with pytest.raises(exceptions.TokenInvalidOrExpired):  # as if it had been replaced
        await confirm(world, earlier)


async def test_an_address_that_was_taken_meanwhile_is_refused_and_the_link_stays_good(
    world: World,
) -> None:
    ada = await world.user()
    await request(world, await world.signed_in(ada))
    token = await world.mailed_token(NEW)
    bob = await world.user(email=NEW)

    with pytest.raises(exceptions.EmailTaken):
        await confirm(world, token)

    assert (await world.found(ada)).email == ada.email
    await world.container.users().update(bob.evolve(email=factories.email()))
    await confirm(world, token)
    assert (await world.found(ada)).email == NEW


async def test_every_session_ends_but_the_one_that_asked(world: World) -> None:
    ada = await world.user()
    pair, other = await world.log_in(ada), await world.log_in(ada)
    await request(world, await world.actor(pair))

    await confirm(world, await world.mailed_token(NEW))

    assert (await world.actor(pair)).user_id == ada.id
    with pytest.raises(exceptions.SessionRevoked):
        await world.actor(other)


async def test_what_the_old_address_was_mailed_opens_nothing_any_more(world: World) -> None:
    ada = await world.user()
    tokens = [
        factories.one_time_token(ada, purpose=purpose)
        for purpose in ("verify_email", "reset_password", "mail_login")
    ]
    for token in tokens:
        await world.container.one_time_tokens().add(token)
    await request(world, await world.signed_in(ada))

    await confirm(world, await world.mailed_token(NEW))

    for token in tokens:
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await world.container.one_time_tokens().consume(
                token.id, token.purpose, world.clock.now()
            )


async def test_it_takes_the_password(world: World) -> None:
    ada = await world.user()
    actor = await world.signed_in(ada)
    world.forget()

    for password in ("not the password", None):
        with pytest.raises(exceptions.InvalidCredentials):
            await request(world, actor, password=password)

    assert (world.letters, world.audited) == ([], [])


async def test_whoever_has_no_password_proves_it_was_they_who_came_just_now(world: World) -> None:
    ada = await world.user(password_hash=None)
    actor = Actor(kind="user", user_id=ada.id, authenticated_at=world.clock.now())
    with pytest.raises(exceptions.InvalidCredentials):
        await request(world, actor, password="anything at all")
    world.clock.forward(minutes=10)
    await request(world, actor, password=None)
    world.clock.forward(seconds=1)

    with pytest.raises(exceptions.ReauthenticationRequired):
        await request(world, actor, "other@example.com", password=None)


async def test_guessing_the_password_is_slowed_down(world: World) -> None:
    actor = await world.signed_in(await world.user())
    for _ in range(10):
        with pytest.raises(exceptions.InvalidCredentials):
            await request(world, actor, password="wrong")

    with pytest.raises(RateLimited):
        await request(world, actor)


@pytest.mark.parametrize("field", ["impersonator_id", "scope_organization_id"])
async def test_only_they_themselves_can_ask(world: World, field: str) -> None:
    ada = await world.user()
    actor = (await world.signed_in(ada)).model_copy(update={field: factories.new_id()})

    with pytest.raises(PermissionDenied):
        await request(world, actor)
    with pytest.raises(AuthenticationRequired):
        await request(world, factories.anonymous())


async def test_an_address_gets_one_mail_a_minute_and_the_old_one_too(world: World) -> None:
    actor = await world.signed_in(await world.user())
    for _ in range(2):
        await request(world, actor)

    assert len(world.letters) == 2
    world.clock.forward(seconds=60)
    await request(world, actor)
    assert len(world.letters) == 4


@pytest.mark.parametrize("status", ["suspended", "pending_deletion"])
async def test_an_account_that_is_shut_does_not_move(
    world: World, status: models.UserStatus
) -> None:
    ada = await world.user()
    await request(world, await world.signed_in(ada))
    token = await world.mailed_token(NEW)
    await world.container.users().update(ada.evolve(status=status))

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await confirm(world, token)


async def test_trying_links_is_limited_by_address(world: World) -> None:
    for _ in range(60):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await confirm(world, SecretStr("made up"), ip="192.0.2.9")

    with pytest.raises(RateLimited):
        await confirm(world, SecretStr("made up"), ip="192.0.2.9")
