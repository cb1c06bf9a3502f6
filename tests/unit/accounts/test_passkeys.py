"""Making passkeys and keeping them, and everything that is refused."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from core.accounts import exceptions as accounts
from core.accounts.models import OneTimeToken, User
from core.accounts.passkeys import exceptions, models, schemas, service
from core.exceptions import AuthenticationRequired, PermissionDenied
from core.models import Actor, PageRequest, UserId
from tests import factories
from tests.authenticator import REGISTRATION_LIES, AlreadyHere, Authenticator, decoded
from tests.unit.accounts.desk import ANSWER, OPTIONS, ORIGIN, Desk, kept, signed
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


# --- Making one -----------------------------------------------------------------------------------


async def test_a_challenge_says_for_whom_and_what_is_required(
    desk: Desk, ada: User, actor: Actor
) -> None:
    begun = await desk.begin(actor)

    options = begun.options
    assert options["rp"] == {"id": "127.0.0.1", "name": "Core API"}
    assert decoded(options["user"]["id"]) == ada.id.bytes
    assert (options["user"]["name"], options["user"]["displayName"]) == (ada.email, "Ada")
    assert options["attestation"] == "none"
    assert options["excludeCredentials"] == []
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert len(decoded(options["challenge"])) == 32


async def test_a_new_passkey_is_kept_listed_and_told_of(
    world: World, desk: Desk, ada: User, actor: Actor
) -> None:
    view = await desk.register(actor, "my laptop")

    [passkey] = kept(world)
    assert (passkey.user_id, passkey.sign_count, passkey.transports) == (ada.id, 0, ("internal",))
    assert view == schemas.PasskeyView.of(passkey)
    assert (view.name, view.backed_up, view.last_used_at) == ("my laptop", False, None)
    assert view.created_at == world.clock.now()
    assert world.actions == ["passkey.registered"]
    [letter] = world.letters
    assert (letter.to, letter.template) == (ada.email, "accounts/passkey_registered")
    assert letter.variables["name"] == "my laptop"


async def test_a_passkey_without_a_name_is_called_one(world: World, actor: Actor) -> None:
    view = await Desk(world, backed_up=True).register(actor)

    assert (view.name, view.backed_up) == ("Passkey", True)


async def test_a_device_makes_no_second_one(desk: Desk, actor: Actor) -> None:
    await desk.register(actor)

    with pytest.raises(AlreadyHere):
        await desk.register(actor)
    [excluded] = (await desk.begin(actor)).options["excludeCredentials"]
    assert excluded["transports"] == ["internal"]


@pytest.mark.parametrize("lie", REGISTRATION_LIES)
async def test_one_that_was_made_wrongly_is_refused_and_not_kept(
    world: World, desk: Desk, actor: Actor, lie: str
) -> None:
    with pytest.raises(exceptions.PasskeyRefused) as refusal:
        await desk.register(actor, **REGISTRATION_LIES[lie])

    assert kept(world) == []
    assert world.letters == []
    [row] = world.audited
    assert (row.action, row.outcome) == ("passkey.refused", "failure")
    assert row.metadata["reason"]
    assert row.metadata["reason"].isprintable()
    assert (refusal.value.detail, refusal.value.members) == (None, {})


async def test_a_challenge_makes_one_passkey(world: World, desk: Desk, actor: Actor) -> None:
    begun = await desk.begin(actor)
    await desk.send(actor, begun, desk.device.create(begun.options))

    again = Authenticator(ORIGIN).create(begun.options)
    with pytest.raises(exceptions.PasskeyRefused):
        await desk.send(actor, begun, again)
    assert len(kept(world)) == 1


async def test_a_challenge_is_used_up_by_a_wrong_answer_too(
    world: World, desk: Desk, actor: Actor
) -> None:
    begun = await desk.begin(actor)
    with pytest.raises(exceptions.PasskeyRefused):
        await desk.send(actor, begun, desk.device.create(begun.options, rp_id="evil.example"))

    with pytest.raises(exceptions.PasskeyRefused):
        await desk.send(actor, begun, desk.device.create(begun.options))
    assert kept(world) == []


async def test_a_challenge_is_good_for_five_minutes(world: World, desk: Desk, actor: Actor) -> None:
    for seconds, works in ((299, True), (300, False)):
        begun = await desk.begin(actor)
        made = Authenticator(ORIGIN).create(begun.options)
        world.clock.forward(seconds=seconds)
        if works:
            await desk.send(actor, begun, made)
        else:
            with pytest.raises(exceptions.PasskeyRefused):
                await desk.send(actor, begun, made)

    assert len(kept(world)) == 1


@pytest.mark.parametrize("who", ["somebody else", "another session"])
async def test_a_challenge_is_good_for_who_asked_where_they_asked(
    world: World, desk: Desk, ada: User, actor: Actor, who: str
) -> None:
    begun = await desk.begin(actor)
    other = await world.signed_in(ada if who == "another session" else await world.user())

    with pytest.raises(exceptions.PasskeyRefused):
        await desk.send(other, begun, desk.device.create(begun.options))
    assert kept(world) == []


async def test_a_challenge_for_signing_in_makes_no_passkey(
    world: World, desk: Desk, actor: Actor
) -> None:
    honest, begun = await desk.begin(actor), await desk.challenged()
    mixed = honest.options | {"challenge": begun.options["challenge"]}

    with pytest.raises(exceptions.PasskeyRefused):
        await desk.send(actor, begun, desk.device.create(mixed))
    assert kept(world) == []


async def test_a_credential_that_somebody_has_is_nobody_elses(
    world: World, desk: Desk, actor: Actor
) -> None:
    await desk.register(actor)
    eve = await world.signed_in(await world.user())
    stolen = desk.device.held[0].id

    with pytest.raises(exceptions.PasskeyRefused):
        await Desk(world).register(eve, attested_id=stolen, id=stolen)
    [passkey] = kept(world)
    assert passkey.user_id == actor.user_id


@pytest.mark.parametrize("case", ["stale", "impersonated", "of single sign-on", "nobody"])
async def test_who_may_not_decide_over_the_account_begins_nothing(
    world: World, desk: Desk, actor: Actor, case: str
) -> None:
    errors: dict[str, type[Exception]] = {
        "stale": accounts.ReauthenticationRequired,
        "impersonated": PermissionDenied,
        "of single sign-on": PermissionDenied,
        "nobody": accounts.ReauthenticationRequired,
    }
    changes = {
        "impersonated": {"impersonator_id": factories.new_id()},
        "of single sign-on": {"scope_organization_id": factories.new_id()},
    }
    begun = await desk.begin(actor)
    if case == "stale":
        world.clock.forward(minutes=11)
    doubtful = factories.anonymous() if case == "nobody" else actor.evolve(**changes.get(case, {}))

    with pytest.raises(errors[case]):
        await desk.begin(doubtful)
    with pytest.raises((PermissionDenied, AuthenticationRequired, exceptions.PasskeyRefused)):
        await desk.send(doubtful, begun, desk.device.create(begun.options))
    assert kept(world) == []


async def test_an_account_that_is_gone_makes_none(world: World, desk: Desk) -> None:
    gone = Actor(
        kind="user", user_id=UserId(factories.new_id()), authenticated_at=world.clock.now()
    )

    with pytest.raises(accounts.UserNotFound):
        await desk.begin(gone)
    command = {"challenge_token": "x", "credential": Desk(world).device.create(OPTIONS)}
    with pytest.raises(accounts.UserNotFound):
        await world.use(service.RegisterPasskey)(
            schemas.RegisterPasskey.model_validate(command), gone
        )


# --- Keeping them ---------------------------------------------------------------------------------


async def test_passkeys_are_listed_newest_first_a_page_at_a_time(
    world: World, actor: Actor
) -> None:
    made = [(await Desk(world).register(actor, f"number {n}")).id for n in range(3)]
    await Desk(world).register(await world.signed_in(await world.user()))
    ask = world.use(service.ListPasskeys)

    first = await ask(PageRequest(limit=2), actor)
    second = await ask(PageRequest(limit=2, cursor=first.next_cursor), actor)

    assert [one.id for one in [*first.items, *second.items]] == made[::-1]
    assert second.next_cursor is None


async def test_a_passkey_is_renamed(world: World, desk: Desk, actor: Actor) -> None:
    made = await desk.register(actor)
    world.forget()
    command = schemas.RenamePasskey(passkey_id=made.id, name="blue key")

    view = await world.use(service.RenamePasskey)(command, actor)

    assert view == made.evolve(name="blue key")
    assert kept(world)[0].name == "blue key"
    assert world.actions == ["passkey.renamed"]


async def test_a_removed_passkey_signs_in_no_more(
    world: World, desk: Desk, ada: User, actor: Actor
) -> None:
    made = await desk.register(actor, "old phone")
    world.forget()

    await remove(world, actor, made.id)

    assert kept(world) == []
    [row] = world.audited
    assert (row.action, row.target_id) == ("passkey.removed", made.id)
    assert row.metadata == {"name": "old phone"}
    [letter] = world.letters
    assert (letter.to, letter.template) == (ada.email, "accounts/passkey_removed")
    with pytest.raises(exceptions.PasskeyRefused):
        await desk.log_in()


async def test_nobody_renames_or_removes_anothers(world: World, desk: Desk, actor: Actor) -> None:
    made = await desk.register(actor)
    eve = await world.signed_in(await world.user())
    rename = schemas.RenamePasskey(passkey_id=made.id, name="mine")

    with pytest.raises(exceptions.PasskeyNotFound):
        await remove(world, eve, made.id)
    with pytest.raises(exceptions.PasskeyNotFound):
        await world.use(service.RenamePasskey)(rename, eve)
    with pytest.raises(exceptions.PasskeyNotFound):
        await remove(world, actor, models.PasskeyId(uuid4()))
    assert kept(world)[0].name == "Passkey"


@pytest.mark.parametrize("case", ["stale", "impersonated", "of single sign-on"])
async def test_who_may_not_decide_over_the_account_removes_nothing(
    world: World, desk: Desk, actor: Actor, case: str
) -> None:
    made = await desk.register(actor)
    changes = {
        "impersonated": {"impersonator_id": factories.new_id()},
        "of single sign-on": {"scope_organization_id": factories.new_id()},
    }
    if case == "stale":
        world.clock.forward(minutes=11)

    with pytest.raises((accounts.ReauthenticationRequired, PermissionDenied)):
        await remove(world, actor.evolve(**changes.get(case, {})), made.id)
    assert len(kept(world)) == 1


async def test_the_last_way_in_stays(world: World, actor: Actor) -> None:
    first = await Desk(world).register(actor)
    second = await Desk(world).register(actor)
    await world.container.users().set_password(actor.require_user(), None, at=world.clock.now())
    world.forget()
    await remove(world, actor, first.id)

    with pytest.raises(accounts.LastCredential):
        await remove(world, actor, second.id)

    assert [one.id for one in kept(world)] == [second.id]
    assert world.actions == ["passkey.removed"]


async def remove(world: World, actor: Actor, passkey_id: models.PasskeyId) -> None:
    command = schemas.PasskeyReference(passkey_id=passkey_id)
    await world.use(service.RemovePasskey)(command, actor)


# --- What is said and kept ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "a", "a===", "a+b/", "ä", "a" * 16_385, 7, None])
async def test_what_is_no_base64url_is_no_credential(desk: Desk, text: object) -> None:
    credential = desk.device.create(OPTIONS)

    with pytest.raises(ValidationError):
        models.RegistrationResponse.model_validate(credential | {"id": text})


async def test_nothing_that_is_kept_makes_a_challenge(
    world: World, desk: Desk, actor: Actor
) -> None:
    begun = [await desk.begin(actor), await desk.challenged()]
    command = signed(begun[1], Authenticator(ORIGIN).create(OPTIONS) | ANSWER)

    rows = " ".join(map(repr, world.container.store().table(OneTimeToken).values()))
    assert "passkey_login" in rows
    for one in begun:
        assert one.challenge_token not in rows + repr(command)
        assert one.options["challenge"] not in rows
        assert decoded(one.options["challenge"]).hex() not in rows
