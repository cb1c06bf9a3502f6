"""Signing in with a passkey, and proving with one that it is still you."""

import pytest
from pydantic import SecretStr

from core.accounts import exceptions as accounts
from core.accounts import schemas as people
from core.accounts import service as accounts_service
from core.accounts.models import Session, User
from core.accounts.passkeys import exceptions, service
from core.exceptions import PermissionDenied, RateLimited
from core.models import Actor
from tests import factories
from tests.authenticator import ASSERTION_LIES
from tests.unit.accounts.desk import ANSWER, OPTIONS, Desk, kept, sessions, signed
from tests.unit.accounts.world import World


@pytest.fixture
async def ada(world: World) -> User:
    return await world.user(display_name="Ada")


@pytest.fixture
async def actor(world: World, ada: User) -> Actor:
    actor = await world.signed_in(ada)
    world.forget()
    return actor


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


# --- Signing in -----------------------------------------------------------------------------------


async def test_the_options_for_signing_in_name_nobody(desk: Desk, actor: Actor) -> None:
    await desk.register(actor)

    begun = await desk.challenged()

    assert begun.options["rpId"] == "127.0.0.1"
    assert begun.options["userVerification"] == "required"
    assert begun.options["allowCredentials"] == []
    assert begun.options["challenge"] != (await desk.challenged()).options["challenge"]


async def test_a_passkey_signs_in_as_two_factors(
    world: World, desk: Desk, ada: User, actor: Actor
) -> None:
    await desk.register(actor)
    await world.container.users().update((await world.found(ada)).evolve(mfa_enabled=True))
    world.forget()
    world.clock.forward(hours=1)

    pair = await desk.log_in()

    assert pair.user.id == ada.id
    now_in = await world.actor(pair)
    assert now_in.strong
    assert now_in.authenticated_at == world.clock.now()
    [passkey] = kept(world)
    assert (passkey.sign_count, passkey.last_used_at) == (1, world.clock.now())
    [row] = world.audited
    assert (row.action, row.metadata["method"]) == ("auth.login_succeeded", "passkey")
    assert row.metadata["amr"] == ["pop", "user", "mfa"]


async def test_an_authenticator_that_does_not_count_signs_in_again_and_again(
    world: World, actor: Actor
) -> None:
    desk = Desk(world, counts=False)
    await desk.register(actor)

    for _ in range(3):
        await desk.log_in()

    [passkey] = kept(world)
    assert passkey.sign_count == 0


async def test_what_is_backed_up_by_now_is_known_to_be(world: World, actor: Actor) -> None:
    desk = Desk(world, backed_up=True)
    await desk.register(actor, flags=0x01 | 0x04 | 0x08 | 0x40)
    assert not kept(world)[0].backed_up

    await desk.log_in()

    assert kept(world)[0].backed_up


@pytest.mark.parametrize("lie", ASSERTION_LIES)
async def test_a_wrong_answer_is_refused_and_counts_for_nothing(
    world: World, desk: Desk, actor: Actor, lie: str
) -> None:
    await desk.register(actor)
    await desk.log_in()
    before, count = kept(world), sessions(world)
    world.forget()

    with pytest.raises(exceptions.PasskeyRefused) as refusal:
        await desk.log_in(**ASSERTION_LIES[lie])

    assert (kept(world), sessions(world)) == (before, count)
    [row] = world.audited
    assert (row.action, row.outcome) == ("auth.login_failed", "failure")
    assert (row.metadata["method"], row.metadata["reason"]) == ("passkey", "passkey_refused")
    assert row.metadata["cause"].isprintable()
    assert (refusal.value.detail, refusal.value.members) == (None, {})


async def test_another_persons_key_signs_for_nobody_but_them(
    world: World, desk: Desk, ada: User, actor: Actor
) -> None:
    await desk.register(actor)
    eve = Desk(world)
    await eve.register(await world.signed_in(await world.user()))

    with pytest.raises(exceptions.PasskeyRefused):
        await eve.log_in(user_handle=ada.id.bytes)
    with pytest.raises(exceptions.PasskeyRefused):
        await eve.log_in(user_handle=ada.id.bytes, id=desk.device.held[0].id)


async def test_an_answer_works_once(world: World, desk: Desk, actor: Actor) -> None:
    await desk.register(actor)
    command = await desk.answer()
    log_in = world.use(service.LogInWithPasskey)
    await log_in(command, factories.anonymous())
    count = sessions(world)

    with pytest.raises(exceptions.PasskeyRefused):
        await log_in(command, factories.anonymous())
    assert sessions(world) == count


async def test_an_answer_to_an_old_challenge_is_refused(
    world: World, desk: Desk, actor: Actor
) -> None:
    await desk.register(actor)
    command = await desk.answer()
    world.clock.forward(minutes=5)

    with pytest.raises(exceptions.PasskeyRefused):
        await world.use(service.LogInWithPasskey)(command, factories.anonymous())


@pytest.mark.parametrize("text", ["", "x", "crt_" * 20])
async def test_a_challenge_that_is_not_ours_is_refused(
    world: World, desk: Desk, actor: Actor, text: str
) -> None:
    await desk.register(actor)
    command = (await desk.answer()).model_copy(update={"challenge_token": SecretStr(text)})

    with pytest.raises(exceptions.PasskeyRefused):
        await world.use(service.LogInWithPasskey)(command, factories.anonymous())


async def test_a_challenge_for_making_a_passkey_signs_nobody_in(
    world: World, desk: Desk, actor: Actor
) -> None:
    await desk.register(actor)
    begun, honest = await desk.begin(actor), await desk.challenged()
    mixed = honest.options | {"challenge": begun.options["challenge"]}

    with pytest.raises(exceptions.PasskeyRefused):
        await world.use(service.LogInWithPasskey)(
            signed(begun, desk.device.get(mixed)), factories.anonymous()
        )


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("suspended", accounts.AccountSuspended),
        ("pending_deletion", accounts.AccountPendingDeletion),
    ],
)
async def test_a_passkey_opens_no_account_that_is_shut(
    world: World, desk: Desk, ada: User, actor: Actor, status: str, error: type[Exception]
) -> None:
    await desk.register(actor)
    await world.container.users().update((await world.found(ada)).evolve(status=status))

    with pytest.raises(error):
        await desk.log_in()


async def test_an_owner_who_is_gone_is_not_signed_in(
    world: World, desk: Desk, ada: User, actor: Actor
) -> None:
    await desk.register(actor)
    del world.container.store().table(User)[ada.id]

    with pytest.raises(exceptions.PasskeyRefused):
        await desk.log_in()


async def test_an_address_asks_for_thirty_challenges_in_five_minutes(world: World) -> None:
    begin, here = world.use(service.BeginPasskeyLogin), factories.anonymous()
    for _ in range(30):
        await begin(None, here)

    with pytest.raises(RateLimited):
        await begin(None, here)
    await begin(None, factories.anonymous(ip="198.51.100.1"))
    world.clock.forward(minutes=5)
    await begin(None, here)


async def test_an_address_answers_thirty_times_in_five_minutes(world: World, desk: Desk) -> None:
    begun, log_in = await desk.challenged(), world.use(service.LogInWithPasskey)
    command, here = signed(begun, desk.device.create(OPTIONS) | ANSWER), factories.anonymous()
    for _ in range(30):
        with pytest.raises(exceptions.PasskeyRefused):
            await log_in(command, here)

    with pytest.raises(RateLimited):
        await log_in(command, here)
    with pytest.raises(exceptions.PasskeyRefused):
        await log_in(command, factories.anonymous(ip="198.51.100.1"))


# --- Proving it again -----------------------------------------------------------------------------


async def test_a_passkey_makes_a_session_fresh_and_strong(
    world: World, desk: Desk, actor: Actor
) -> None:
    await desk.register(actor)
    assert not actor.strong
    world.clock.forward(minutes=11)
    world.forget()

    token = await desk.prove(actor)

    credentials = people.Credentials(access_token=token.access_token)
    principal = await world.use(accounts_service.Authenticate)(credentials, factories.anonymous())
    assert principal.actor.strong
    assert principal.actor.authenticated_at == world.clock.now()
    assert principal.actor.session_id == actor.session_id
    session = world.container.store().table(Session)[actor.session_id]
    assert session.amr == ("pwd", "pop", "user", "mfa")
    assert world.actions == ["auth.reauthenticated"]
    await desk.begin(principal.actor)


async def test_somebody_elses_passkey_proves_nothing(
    world: World, desk: Desk, actor: Actor
) -> None:
    eve = Desk(world)
    await eve.register(await world.signed_in(await world.user()))
    before = world.container.store().table(Session)[actor.session_id]
    world.forget()

    with pytest.raises(exceptions.PasskeyRefused):
        await eve.prove(actor)

    assert world.container.store().table(Session)[actor.session_id] == before
    assert world.actions == ["passkey.refused"]


@pytest.mark.parametrize("lie", ASSERTION_LIES)
async def test_a_wrong_answer_makes_no_session_fresh(
    world: World, desk: Desk, actor: Actor, lie: str
) -> None:
    await desk.register(actor)
    await desk.log_in()
    before = dict(world.container.store().table(Session))

    with pytest.raises(exceptions.PasskeyRefused):
        await desk.prove(actor, **ASSERTION_LIES[lie])

    assert world.container.store().table(Session) == before


async def test_a_session_that_is_gone_is_not_made_fresh(
    world: World, desk: Desk, actor: Actor
) -> None:
    await desk.register(actor)

    with pytest.raises(accounts.SessionRevoked):
        await desk.prove(actor.evolve(session_id=None))


async def test_who_acts_for_somebody_proves_nothing_as_them(
    world: World, desk: Desk, actor: Actor
) -> None:
    await desk.register(actor)

    with pytest.raises(PermissionDenied):
        await desk.prove(actor.evolve(impersonator_id=factories.new_id()))
