"""RegisterUser, VerifyEmail, ResendVerification."""

from typing import Any

import pytest
from pydantic import SecretStr

from core.accounts import exceptions, models, schemas, service
from core.exceptions import RateLimited
from core.mails.models import Link
from tests import factories
from tests.factories import PASSWORD
from tests.unit.accounts.world import World

ADA = "ada@example.com"


async def register(world: World, ip: str = "192.0.2.7", **fields: Any) -> schemas.Registration:
    command = schemas.RegisterUser.model_validate({"email": ADA, "password": PASSWORD} | fields)
    return await world.use(service.RegisterUser)(command, factories.anonymous(ip=ip))


async def verify(world: World, token: SecretStr) -> None:
    command = schemas.VerifyEmail(token=token)
    await world.use(service.VerifyEmail)(command, factories.anonymous())


async def resend(world: World, email: str = ADA) -> None:
    command = schemas.ResendVerification(email=email)
    await world.use(service.ResendVerification)(command, factories.anonymous())


async def known(world: World, email: str = ADA) -> models.User:
    user = await world.container.users().by_email(email)
    assert user is not None
    return user


async def test_opens_an_account_whose_address_is_not_proven(world: World) -> None:
    answer = await register(world, email="Ada@Example.com", display_name="Ada", locale="de")

    assert answer == schemas.Registration()
    ada = await known(world)
    assert (ada.email, ada.display_name, ada.locale) == (ADA, "Ada", "de")
    assert (ada.status, ada.platform_role, ada.email_verified_at) == ("active", "none", None)
    assert ada.password_hash == f"plain:{PASSWORD}"
    [letter] = world.letters
    assert (letter.to, letter.template, letter.locale) == (ADA, "accounts/verify_email", "de")
    [row] = world.audited
    assert (row.action, row.target_id, row.ip) == ("user.registered", ada.id, "192.0.2.7")
    assert world.published == ["user_registered"]


async def test_a_known_address_gets_the_same_answer_and_a_mail_that_says_so(world: World) -> None:
    first = await register(world)
    ada = await known(world)
    world.clock.forward(minutes=2)
    world.forget()
    hashes = world.hashes

    second = await register(world, email="ADA@example.com", password="quite another passphrase")

    assert first == second
    assert world.hashes == hashes + 1
    assert await known(world) == ada
    [letter] = world.letters
    assert letter.template == "accounts/already_registered"
    assert letter.link == Link(path="/forgot-password")
    [row] = world.audited
    assert (row.action, row.target_id) == ("user.registration_repeated", None)
    assert ADA not in row.model_dump_json()
    assert world.published == []


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("too short", "too_short"),
        ("x" * 257, "too_long"),
        ("password1234", "common"),
        ("ababababababab", "common"),
        ("lovelace-lovelace", "context_word"),
        ("Ada Lovelace!", "context_word"),
        ("Core API 2024", "context_word"),
    ],
)
async def test_a_password_that_is_easy_to_guess_is_refused(
    world: World, password: str, reason: str
) -> None:
    with pytest.raises(exceptions.WeakPassword) as refused:
        await register(
            world,
            email="a.lovelace@example.com",
            display_name="Ada Lovelace",
            password=password,
        )

    assert refused.value.members["reasons"] == [reason]
    assert [error.pointer for error in refused.value.errors] == ["#/password"]
    assert await world.container.users().by_email("a.lovelace@example.com") is None
    assert world.hashes == 0


async def test_one_address_registers_ten_times_an_hour(world: World) -> None:
    for number in range(10):
        await register(world, email=f"user{number}@example.com")

    with pytest.raises(RateLimited):
        await register(world, email="one.more@example.com")
    await register(world, email="one.more@example.com", ip="198.51.100.9")
    world.clock.forward(hours=1)
    await register(world, email="later@example.com")


async def test_nobody_is_flooded_with_mails(world: World) -> None:
    for number in range(3):
        await register(world, ip=f"192.0.2.{number}")

    assert len(world.letters) == 1
    assert world.actions.count("user.registration_repeated") == 2


async def test_the_mailed_token_proves_the_address_once(world: World) -> None:
    await register(world)
    token = await world.mailed_token(ADA)
    world.forget()
    world.clock.forward(hours=23, minutes=59)

    await verify(world, token)

    ada = await known(world)
    assert ada.email_verified_at == world.clock.now()
    [row] = world.audited
    assert (row.action, row.target_id) == ("user.email_verified", ada.id)
    assert world.published == ["user_email_verified"]
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await verify(world, token)


async def test_the_mailed_token_dies_after_a_day(world: World) -> None:
    await register(world)
    token = await world.mailed_token(ADA)
    world.clock.forward(hours=24)

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await verify(world, token)
    assert (await known(world)).email_verified_at is None


async def test_a_token_for_something_else_proves_no_address(world: World) -> None:
    await register(world)
    command = schemas.RequestPasswordReset(email=ADA)
    await world.use(service.RequestPasswordReset)(command, factories.anonymous())

    for token in (await world.mailed_token(ADA), SecretStr(""), SecretStr("made up")):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await verify(world, token)
    assert (await known(world)).email_verified_at is None


async def test_trying_tokens_is_slowed_down(world: World) -> None:
    for _ in range(60):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await verify(world, SecretStr("made up"))

    with pytest.raises(RateLimited):
        await verify(world, SecretStr("made up"))


async def test_another_verification_mail_replaces_the_first(world: World) -> None:
    await register(world)
    first = await world.mailed_token(ADA)
    world.clock.forward(minutes=1)
    world.forget()

    await resend(world)

    assert world.actions == ["user.verification_resent"]
    second = await world.mailed_token(ADA)
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await verify(world, first)
    await verify(world, second)


async def test_who_is_known_and_proven_is_told_to_nobody(world: World) -> None:
    proven = await world.user()

    await resend(world, proven.email)
    await resend(world, "nobody@example.com")

    assert (world.letters, world.audited) == ([], [])


async def test_verification_mails_are_limited_in_silence(world: World) -> None:
    await register(world)
    world.forget()
    for _ in range(3):
        await resend(world)
    assert len(world.letters) == 1

    world.clock.forward(minutes=1)
    await resend(world)
    assert len(world.letters) == 2


async def test_an_invitation_to_the_address_proves_it(world: World) -> None:
    _, owner = await world.founded()
    command = schemas.InviteMember(email=ADA)
    await world.use(service.InviteMember)(command, owner)
    token = await world.mailed_token(ADA)
    world.forget()

    await register(world, invitation_token=token)

    assert (await known(world)).email_verified_at == world.clock.now()
    assert world.letters == []


async def test_an_invitation_to_another_address_proves_nothing(world: World) -> None:
    _, owner = await world.founded()
    await world.use(service.InviteMember)(schemas.InviteMember(email="bob@example.com"), owner)
    token = await world.mailed_token("bob@example.com")

    await register(world, invitation_token=token)

    assert (await known(world)).email_verified_at is None


async def test_an_invitation_that_ran_out_proves_nothing(world: World) -> None:
    _, owner = await world.founded()
    await world.use(service.InviteMember)(schemas.InviteMember(email=ADA), owner)
    token = await world.mailed_token(ADA)
    world.clock.forward(days=7)

    await register(world, invitation_token=token)

    assert (await known(world)).email_verified_at is None


async def test_a_made_up_invitation_is_refused(world: World) -> None:
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await register(world, invitation_token="made up")

    assert await world.container.users().by_email(ADA) is None
