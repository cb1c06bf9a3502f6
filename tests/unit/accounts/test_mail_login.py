"""RequestMailLogin and SignInByMail: a link or a code, and nobody learns who is known."""

import asyncio
import re
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from core.accounts import exceptions, models, schemas, service
from core.accounts.mail_login import exceptions as mail_exceptions
from core.accounts.mail_login import schemas as mail
from core.accounts.mail_login import service as mail_service
from core.exceptions import RateLimited
from core.models import Actor
from tests import factories
from tests.factories import PASSWORD
from tests.unit.accounts.second_steps import complete, secured
from tests.unit.accounts.world import World


async def ask(world: World, email: str) -> str:
    """Ask for a mail; return the challenge."""
    command = mail.RequestMailLogin(email=email)
    asked = await world.use(mail_service.RequestMailLogin)(command, factories.anonymous())
    return asked.challenge_token


async def enter(world: World, **fields: str) -> schemas.TokenPair:
    command = mail.SignInByMail.model_validate(fields)
    return await world.use(mail_service.SignInByMail)(command, factories.anonymous())


async def mailed(world: World, to: str) -> tuple[str, str]:
    """Return the token and the code that somebody was mailed last."""
    token = await world.mailed_token(to)
    texts = [one.text for address, one in await world.delivered() if address == to]
    [code] = re.findall(r"\b[0-9]{6}\b", texts[-1].replace(token.get_secret_value(), ""))
    return token.get_secret_value(), code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def test_the_link_signs_in(world: World) -> None:
    ada = await world.user()
    await ask(world, ada.email)
    token, _ = await mailed(world, ada.email)

    pair = await enter(world, token=token, device_label="laptop")

    assert pair.user.id == ada.id
    [session] = await world.container.sessions().active(ada.id, world.clock.now())
    assert (session.amr, session.device_label, session.strong) == (("mail",), "laptop", False)
    assert world.actions == ["auth.mail_login_requested", "auth.login_succeeded"]
    assert world.audited[1].metadata["method"] == "mail"
    assert (await world.found(ada)).password_hash == ada.password_hash
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await enter(world, token=token)


async def test_the_code_signs_in_where_it_was_asked_for(world: World) -> None:
    ada = await world.user()
    challenge = await ask(world, ada.email.upper())
    token, code = await mailed(world, ada.email)

    pair = await enter(world, challenge_token=challenge, code=f" {code[:3]}-{code[3:]}")

    assert pair.user.id == ada.id
    for again in ({"token": token}, {"challenge_token": challenge, "code": code}):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await enter(world, **again)


async def test_the_code_is_neither_kept_nor_queued_nor_told_to_who_asked(world: World) -> None:
    ada = await world.user()
    challenge = await ask(world, ada.email)
    [letter] = world.letters
    queued = letter.model_dump_json()
    token, code = await mailed(world, ada.email)

    rows = [repr(row) for row in world.container.store().table(models.OneTimeToken).values()]
    kept = " ".join([queued, challenge, *rows, *map(repr, world.audited)])
    assert rows
    assert code not in re.findall(r"[0-9]+", kept)
    assert token not in kept
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await enter(world, token=challenge)
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await enter(world, challenge_token=token, code=code)


async def test_nothing_is_no_link_and_no_code(world: World) -> None:
    ada = await world.user()
    challenge = await ask(world, ada.email)

    with pytest.raises(mail_exceptions.LoginCodeInvalid):
        await enter(world, challenge_token=challenge, code=" - ")
    for fields in ({"token": ""}, {"challenge_token": "", "code": ""}):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await enter(world, **fields)


async def test_a_code_belongs_to_its_challenge(world: World) -> None:
    ada, bob = await world.user(), await world.user()
    first, second = await ask(world, ada.email), await ask(world, bob.email)
    _, code = await mailed(world, ada.email)
    _, other = await mailed(world, bob.email)
    assert code != other

    with pytest.raises(mail_exceptions.LoginCodeInvalid):
        await enter(world, challenge_token=second, code=code)
    assert (await enter(world, challenge_token=first, code=code)).user.id == ada.id


@pytest.mark.parametrize("kind", ["known", "unknown", "suspended", "asked too often"])
async def test_nobody_learns_who_is_known(world: World, kind: str) -> None:
    ada = await world.user(status="suspended" if kind == "suspended" else "active")
    email = "nobody@example.com" if kind == "unknown" else ada.email
    if kind == "asked too often":
        await ask(world, email)
    world.forget()

    challenge = await ask(world, email)

    assert bool(world.letters) == (kind == "known")
    assert world.actions == ["auth.mail_login_requested"]
    assert world.audited[0].target_id == (ada.id if kind == "known" else None)
    assert email not in repr(world.audited)
    code = "000000"
    if kind == "known":
        code = wrong((await mailed(world, ada.email))[1])
    for _ in range(5):
        with pytest.raises(mail_exceptions.LoginCodeInvalid):
            await enter(world, challenge_token=challenge, code=code)
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await enter(world, challenge_token=challenge, code=code)
    again = await ask(world, email)
    with pytest.raises(RateLimited):
        await enter(world, challenge_token=again, code=code)


async def test_a_challenge_of_nobody_is_completed_by_no_code(world: World) -> None:
    challenge = await ask(world, "nobody@example.com")
    payload = world.container.seals().unseal("accounts/mail_login_challenge", challenge)
    assert payload is not None
    code = world.container.seals().code("accounts/mail_login", payload)

    with pytest.raises(mail_exceptions.LoginCodeInvalid):
        await enter(world, challenge_token=challenge, code=code)


async def test_a_challenge_is_tried_five_times_and_the_link_still_works(world: World) -> None:
    ada = await world.user()
    challenge = await ask(world, ada.email)
    token, code = await mailed(world, ada.email)
    for _ in range(5):
        with pytest.raises(mail_exceptions.LoginCodeInvalid):
            await enter(world, challenge_token=challenge, code=wrong(code))

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await enter(world, challenge_token=challenge, code=code)
    assert (await enter(world, token=token)).user.id == ada.id


async def test_new_mails_do_not_buy_more_guesses(world: World) -> None:
    ada = await world.user()
    for _ in range(5):
        challenge = await ask(world, ada.email)
        _, code = await mailed(world, ada.email)
        with pytest.raises(mail_exceptions.LoginCodeInvalid):
            await enter(world, challenge_token=challenge, code=wrong(code))
        world.clock.forward(minutes=1)

    challenge = await ask(world, ada.email)
    token, code = await mailed(world, ada.email)
    with pytest.raises(RateLimited):
        await enter(world, challenge_token=challenge, code=code)
    assert (await enter(world, token=token)).user.id == ada.id
    world.clock.forward(minutes=15)
    challenge = await ask(world, ada.email)
    _, code = await mailed(world, ada.email)
    assert (await enter(world, challenge_token=challenge, code=code)).user.id == ada.id


async def test_several_mails_may_be_open(world: World) -> None:
    ada = await world.user()
    found = []
    for _ in range(2):
        challenge = await ask(world, ada.email)
        found.append((challenge, await mailed(world, ada.email)))
        world.clock.forward(minutes=1)

    for challenge, (_, code) in found:
        assert (await enter(world, challenge_token=challenge, code=code)).user.id == ada.id


async def test_a_mail_is_good_for_ten_minutes(world: World) -> None:
    ada = await world.user()
    challenge = await ask(world, ada.email)
    token, code = await mailed(world, ada.email)
    world.clock.forward(minutes=10)

    for late in ({"token": token}, {"challenge_token": challenge, "code": code}):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await enter(world, **late)


async def test_of_many_with_the_same_code_one_gets_in(world: World) -> None:
    ada = await world.user()
    challenge = await ask(world, ada.email)
    token, code = await mailed(world, ada.email)

    tries = [enter(world, challenge_token=challenge, code=code) for _ in range(5)]
    tries += [enter(world, token=token) for _ in range(5)]
    results = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(isinstance(one, schemas.TokenPair) for one in results) == 1


async def test_who_has_a_second_factor_is_asked_for_it(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    await ask(world, ada.email)
    token, _ = await mailed(world, ada.email)

    with pytest.raises(exceptions.MfaRequired) as asked:
        await enter(world, token=token)
    challenge = str(asked.value.members["challenge_token"])
    pair = await complete(world, challenge, code=app.code())

    session = (await world.container.sessions().active(ada.id, world.clock.now()))[0]
    assert (session.id, session.amr) == (pair.session_id, ("mail", "otp", "mfa"))


async def test_who_is_suspended_meanwhile_stays_out(world: World) -> None:
    ada = await world.user()
    await ask(world, ada.email)
    token, _ = await mailed(world, ada.email)
    await world.container.users().update(ada.evolve(status="suspended"))

    with pytest.raises(exceptions.AccountSuspended):
        await enter(world, token=token)


async def test_a_mail_to_an_address_that_was_given_up_opens_nothing(world: World) -> None:
    ada = await world.user()
    await ask(world, ada.email)
    token, _ = await mailed(world, ada.email)
    await world.container.users().update(ada.evolve(email="new@example.com"))

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await enter(world, token=token)


async def test_requests_of_one_address_are_counted(world: World) -> None:
    for number in range(60):
        await ask(world, f"user{number}@example.com")

    with pytest.raises(RateLimited):
        await ask(world, "one.more@example.com")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"code": "123456"},
        {"challenge_token": "x"},
        {"token": "x", "code": "123456"},
        {"token": "x", "challenge_token": "x", "code": "123456"},
    ],
)
def test_it_is_the_link_or_the_code_with_its_challenge(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"exactly one|challenge_token"):
        mail.SignInByMail.model_validate(fields)


# --- Accounts whose address nobody had proven -----------------------------------------------------


async def squatted(world: World, email: str) -> models.User:
    """Open an account with somebody else's address, and leave what one can leave in it."""
    command = schemas.RegisterUser(email=email, password=SecretStr(PASSWORD), display_name="Eve")
    await world.use(service.RegisterUser)(command, factories.anonymous())
    eve = await world.container.users().by_email(email)
    assert eve is not None
    return eve


async def test_whoever_proves_the_address_gets_the_account_and_nobody_else_stays(
    world: World,
) -> None:
    email = "ada@example.com"
    squatter = await squatted(world, email)
    verification = await world.mailed_token(email)
    session = factories.session(squatter, created_at=world.clock.now())
    await world.container.sessions().add(session)
    await ask(world, email)
    token, _ = await mailed(world, email)
    world.forget()

    pair = await enter(world, token=token)

    assert (pair.user.id, pair.user.email_verified) == (squatter.id, True)
    found = await world.found(squatter)
    assert (found.password_hash, found.mfa_enabled) == (None, False)
    [live] = await world.container.sessions().active(squatter.id, world.clock.now())
    assert live.id == pair.session_id
    assert world.actions == ["user.unverified_claimed", "auth.login_succeeded"]
    assert world.published == ["user_email_verified", "user_logged_in"]
    with pytest.raises(exceptions.InvalidCredentials):
        await world.log_in(squatter)
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await world.use(service.VerifyEmail)(
            schemas.VerifyEmail(token=verification), factories.anonymous()
        )


async def test_an_account_is_claimed_once(world: World) -> None:
    squatter = await squatted(world, "ada@example.com")
    await ask(world, squatter.email)
    token, _ = await mailed(world, squatter.email)
    await enter(world, token=token)
    found = await world.found(squatter)
    await world.container.users().set_password(found.id, "plain:hers", at=world.clock.now())
    world.clock.forward(minutes=1)
    world.forget()
    await ask(world, squatter.email)
    token, _ = await mailed(world, squatter.email)

    await enter(world, token=token)

    assert (await world.found(squatter)).password_hash == "plain:hers"
    assert "user.unverified_claimed" not in world.actions


async def test_an_operators_new_account_is_entered_by_mail(world: World) -> None:
    operator = Actor(kind="cli")
    create = schemas.CreateUser(email="ada@example.com")
    made = await world.use(service.CreateUser)(create, operator)
    await ask(world, "ada@example.com")
    token, _ = await mailed(world, "ada@example.com")

    assert (await enter(world, token=token)).user.id == made.user.id
