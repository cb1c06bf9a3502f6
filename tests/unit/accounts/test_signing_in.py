"""Signing up and in, without a socket: the rules, the clock and what is left behind."""

from typing import Any

import pytest
from pydantic import SecretStr

from adapters import memory
from bootstrap import Application, InMemoryContainer
from core.accounts import exceptions, schemas, service
from core.exceptions import RateLimited
from core.mails.models import SendMail
from core.models import AuditEvent
from tests import factories
from tests.clock import FakeClock
from tests.factories import PASSWORD

ADA = "ada@example.com"


def login(**fields: Any) -> schemas.LogIn:
    return schemas.LogIn.model_validate({"email": ADA, "password": PASSWORD} | fields)


async def registered(application: Application, *, verified: bool = True) -> None:
    command = schemas.RegisterUser(email=ADA, password=SecretStr(PASSWORD))
    await application.use(service.RegisterUser)(command, factories.anonymous())
    if verified:
        users = application.container.users()
        ada = await users.by_email(ADA)
        assert ada is not None
        await users.mark_verified(ada.id, application.container.clock().now())


def audited(container: InMemoryContainer) -> list[str]:
    return [event.action for event in container.store().table(AuditEvent).values()]


def mails(container: InMemoryContainer) -> list[str]:
    jobs = container.jobs()
    assert isinstance(jobs, memory.Jobs)
    return [job.template for job, _ in jobs.waiting if isinstance(job, SendMail)]


async def test_a_known_address_is_told_by_mail_and_nobody_else(
    application: Application, container: InMemoryContainer, clock: FakeClock
) -> None:
    await registered(application)
    clock.forward(minutes=2)
    await registered(application)

    assert mails(container) == ["accounts/verify_email", "accounts/already_registered"]
    assert audited(container).count("user.registered") == 1
    assert "user.registration_repeated" in audited(container)


async def test_no_secret_waits_in_the_queue(
    application: Application, container: InMemoryContainer
) -> None:
    await registered(application)
    jobs = container.jobs()
    assert isinstance(jobs, memory.Jobs)
    queued = " ".join(job.model_dump_json() for job, _ in jobs.waiting)

    await jobs.drain(application.carry_out)

    mailer = container.mailer()
    assert isinstance(mailer, memory.Mailer)
    [(_, mail)] = mailer.sent
    token = mail.text.partition("token=")[2].split()[0]
    assert token not in queued
    assert PASSWORD not in queued


@pytest.mark.parametrize("case", ["right", "wrong", "unknown", "unverified", "suspended"])
async def test_every_way_to_sign_in_costs_one_hash(
    application: Application, container: InMemoryContainer, case: str
) -> None:
    await registered(application, verified=case != "unverified")
    if case == "suspended":
        users = container.users()
        ada = await users.by_email(ADA)
        assert ada is not None
        await users.update(ada.evolve(status="suspended"))
    hasher = container.hasher()
    assert isinstance(hasher, memory.PlainHasher)
    before = hasher.asked
    fields = {
        "wrong": {"password": "not this one at all"},
        "unknown": {"email": "nobody@example.com"},
    }.get(case, {})

    try:
        await application.use(service.LogIn)(login(**fields), factories.anonymous())
    except (
        exceptions.InvalidCredentials,
        exceptions.EmailNotVerified,
        exceptions.AccountSuspended,
    ):
        assert case != "right"

    assert hasher.asked == before + 1


async def test_guessing_is_slowed_down_and_a_known_device_is_not_locked_out(
    application: Application,
) -> None:
    await registered(application)
    log_in, here = application.use(service.LogIn), factories.anonymous()
    device = (await log_in(login(), here)).device_token
    for _ in range(10):
        with pytest.raises(exceptions.InvalidCredentials):
            await log_in(login(password="a guess, and a bad one"), here)

    with pytest.raises(RateLimited):
        await log_in(login(), here)
    assert (await log_in(login(device_token=device), here)).access_token
    elsewhere = factories.anonymous(ip="198.51.100.9")
    assert (await log_in(login(), elsewhere)).access_token


async def test_a_session_ends_after_two_idle_weeks_and_ninety_days(
    application: Application, clock: FakeClock
) -> None:
    await registered(application)
    pair = await application.use(service.LogIn)(login(), factories.anonymous())
    refresh = application.use(service.RefreshSession)
    for _ in range(6):
        clock.forward(days=13)
        token = SecretStr(pair.refresh_token)
        pair = await refresh(schemas.RefreshSession(refresh_token=token), factories.anonymous())

    clock.forward(days=13)
    with pytest.raises(exceptions.SessionRevoked):
        token = SecretStr(pair.refresh_token)
        await refresh(schemas.RefreshSession(refresh_token=token), factories.anonymous())


async def test_an_access_token_ends_after_ten_minutes(
    application: Application, clock: FakeClock
) -> None:
    await registered(application)
    pair = await application.use(service.LogIn)(login(), factories.anonymous())
    credentials = schemas.Credentials(access_token=pair.access_token)
    authenticate = application.use(service.Authenticate)

    clock.forward(minutes=9, seconds=59)
    assert (await authenticate(credentials, factories.anonymous())).user.email == ADA
    clock.forward(seconds=1)
    with pytest.raises(exceptions.TokenExpired):
        await authenticate(credentials, factories.anonymous())


async def test_a_used_up_link_of_a_day_is_dead(
    application: Application, container: InMemoryContainer, clock: FakeClock
) -> None:
    await registered(application, verified=False)
    jobs = container.jobs()
    mailer = container.mailer()
    assert isinstance(jobs, memory.Jobs)
    assert isinstance(mailer, memory.Mailer)
    await jobs.drain(application.carry_out)
    token = mailer.sent[0][1].text.partition("token=")[2].split()[0]
    clock.forward(hours=24)

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        command = schemas.VerifyEmail(token=SecretStr(token))
        await application.use(service.VerifyEmail)(command, factories.anonymous())


async def test_the_next_key_is_published_an_hour_before_it_signs(
    application: Application, clock: FakeClock
) -> None:
    from core.models import Actor  # noqa: PLC0415 - the operator

    rotate, operator = application.use(service.RotateSigningKeys), Actor(kind="cli")
    with pytest.raises(exceptions.RotationTooEarly):
        await rotate(schemas.RotateSigningKeys(), operator)

    clock.forward(hours=1)
    keys = (await rotate(schemas.RotateSigningKeys(), operator)).items
    assert {key.state for key in keys} == {"next", "current", "previous"}
