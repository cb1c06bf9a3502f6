"""LogIn: the rules, the clock and what is left behind."""

from typing import Any, override

import pytest
from dependency_injector import providers
from pydantic import SecretStr

from adapters import memory
from bootstrap import InMemoryContainer
from core.accounts import exceptions, models, schemas
from core.exceptions import RateLimited
from tests.clock import FakeClock
from tests.factories import PASSWORD
from tests.unit.accounts.conftest import application_of
from tests.unit.accounts.world import World

WRONG = "a guess, and a bad one"


async def fails(world: World, user: models.User, **fields: Any) -> None:
    with pytest.raises(exceptions.InvalidCredentials):
        await world.log_in(user, **{"password": WRONG} | fields)


async def test_a_password_is_traded_for_a_session(world: World) -> None:
    ada = await world.user()

    pair = await world.log_in(
        ada, device_label="laptop", origin={"ip": "192.0.2.9", "user_agent": "curl"}
    )

    assert pair.user == schemas.UserView.of(ada)
    assert (pair.token_type, pair.expires_in) == ("Bearer", 600)
    actor = await world.actor(pair)
    assert (actor.user_id, actor.session_id) == (ada.id, pair.session_id)
    assert actor.authenticated_at == world.clock.now()
    [session] = await world.container.sessions().active(ada.id, world.clock.now())
    assert (session.ip, session.user_agent, session.device_label) == ("192.0.2.9", "curl", "laptop")
    assert session.amr == ("pwd",)
    assert world.published == ["user_logged_in"]
    [row] = world.audited
    assert (row.action, row.target_id, row.outcome) == (
        "auth.login_succeeded",
        pair.session_id,
        "success",
    )
    assert row.metadata["user_id"] == str(ada.id)


async def test_every_login_is_another_session(world: World) -> None:
    ada = await world.user()

    assert (await world.log_in(ada)).session_id != (await world.log_in(ada)).session_id


async def test_the_case_of_the_address_does_not_matter(world: World) -> None:
    ada = await world.user()

    assert (await world.log_in(ada, email=ada.email.upper())).user.id == ada.id


@pytest.mark.parametrize("other", ["{}x", " {}", "{} ", "x{}"])
async def test_a_password_counts_exactly_as_it_was_set(world: World, other: str) -> None:
    password = f" Größe {'long ' * 40}End"
    ada = await world.user(password=password)

    assert (await world.log_in(ada, password)).user.id == ada.id
    for wrong in (other.format(password), password.strip(), password.lower(), password[:72]):
        with pytest.raises(exceptions.InvalidCredentials):
            await world.log_in(ada, wrong)


async def test_a_password_does_not_age(world: World) -> None:
    ada = await world.user()

    world.clock.forward(days=3653)

    assert (await world.log_in(ada)).user.id == ada.id


@pytest.mark.parametrize("case", ["wrong", "unknown", "no password yet"])
async def test_a_wrong_password_and_an_unknown_address_look_the_same(
    world: World, case: str
) -> None:
    ada = await world.user(password_hash=None if case == "no password yet" else "plain:other")
    fields = {"email": "nobody@example.com"} if case == "unknown" else {}

    with pytest.raises(exceptions.InvalidCredentials) as refused:
        await world.log_in(ada, **{"password": WRONG} | fields)

    assert (refused.value.detail, refused.value.members, refused.value.errors) == (None, {}, ())
    [row] = world.audited
    assert (row.action, row.outcome) == ("auth.login_failed", "failure")
    assert row.metadata["reason"] == "invalid_credentials"
    assert row.target_id == (None if case == "unknown" else ada.id)


async def test_an_unknown_address_is_not_written_down(world: World) -> None:
    ada = await world.user()
    for email in ("nobody@example.com", "nobody@example.com", "somebody@example.com"):
        await fails(world, ada, email=email)

    told = [row.model_dump_json() for row in world.audited]
    assert not any("@" in one or WRONG in one for one in told)
    identifiers = [row.metadata["identifier"] for row in world.audited]
    assert identifiers[0] == identifiers[1] != identifiers[2]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"status": "suspended"}, exceptions.AccountSuspended),
        ({"email_verified_at": None}, exceptions.EmailNotVerified),
        (
            {"status": "suspended", "email_verified_at": None},
            exceptions.AccountSuspended,
        ),
    ],
)
async def test_whoever_knows_the_password_is_told_what_is_wrong_and_nobody_else(
    world: World, fields: dict[str, Any], error: type[Exception]
) -> None:
    ada = await world.user(**fields)
    await fails(world, ada)
    world.forget()

    with pytest.raises(error):
        await world.log_in(ada)

    [row] = world.audited
    assert (row.action, row.outcome, row.target_id) == ("auth.login_failed", "failure", ada.id)
    assert await world.container.sessions().active(ada.id, world.clock.now()) == []


@pytest.mark.parametrize("case", ["right", "wrong", "unknown", "unset", "unverified", "suspended"])
async def test_every_way_to_sign_in_costs_one_hash(world: World, case: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "unset": {"password_hash": None},
        "unverified": {"email_verified_at": None},
        "suspended": {"status": "suspended"},
    }
    ada = await world.user(**changes.get(case, {}))
    fields = {"wrong": {"password": WRONG}, "unknown": {"email": "nobody@example.com"}}
    before = world.hashes

    try:
        await world.log_in(ada, **fields.get(case, {}))
    except (
        exceptions.InvalidCredentials,
        exceptions.EmailNotVerified,
        exceptions.AccountSuspended,
    ):
        assert case != "right"

    assert world.hashes == before + 1


class Renewed(memory.PlainHasher):
    """A hasher whose parameters changed: hashes of before begin with `old`."""

    @override
    async def verify(self, password: SecretStr, password_hash: str | None) -> bool:
        return await super().verify(password, (password_hash or "").replace("old:", "plain:"))


async def test_a_hash_of_old_parameters_is_made_anew(
    container: InMemoryContainer, clock: FakeClock
) -> None:
    container.hasher.override(providers.Object(Renewed()))
    world = World(await application_of(container), container, clock)
    ada = await world.user(password_hash=f"old:{PASSWORD}")

    for _ in range(2):
        await world.log_in(ada)

    found = await world.found(ada)
    assert found == ada.evolve(
        password_hash=f"plain:{PASSWORD}", password_changed_at=ada.created_at, version=2
    )


async def test_guessing_one_persons_password_from_one_network_is_slowed_down(world: World) -> None:
    ada, bob = await world.user(), await world.user()
    for number in range(10):
        await fails(world, ada, origin={"ip": f"192.0.2.{number}"})

    with pytest.raises(RateLimited) as refused:
        await world.log_in(ada, origin={"ip": "192.0.2.99"})
    assert refused.value.retry_after == 900
    assert (await world.log_in(ada, origin={"ip": "198.51.100.9"})).user.id == ada.id
    assert (await world.log_in(bob, origin={"ip": "192.0.2.99"})).user.id == bob.id
    world.clock.forward(minutes=15)
    assert (await world.log_in(ada)).user.id == ada.id


async def test_of_an_ipv6_address_the_56_bits_of_a_customer_count(world: World) -> None:
    ada = await world.user()
    for number in range(10):
        await fails(world, ada, origin={"ip": f"2001:db8:0:{number}::1"})

    with pytest.raises(RateLimited):
        await world.log_in(ada, origin={"ip": "2001:db8:0:ff::1"})
    assert (await world.log_in(ada, origin={"ip": "2001:db8:0:100::1"})).user.id == ada.id


async def test_guessing_from_everywhere_is_slowed_down_and_locks_no_known_device_out(
    world: World,
) -> None:
    ada = await world.user()
    device = (await world.log_in(ada)).device_token
    for number in range(100):
        await fails(world, ada, origin={"ip": f"10.{number}.0.1"})

    with pytest.raises(RateLimited):
        await world.log_in(ada, origin={"ip": "10.200.0.1"})
    again = await world.log_in(ada, origin={"ip": "10.200.0.1"}, device_token=device)
    assert again.user.id == ada.id


async def test_a_known_device_may_not_guess_for_ever_either(world: World) -> None:
    ada = await world.user()
    device = (await world.log_in(ada)).device_token
    for _ in range(10):
        await fails(world, ada, device_token=device)

    with pytest.raises(RateLimited):
        await world.log_in(ada, device_token=device)
    assert (await world.log_in(ada)).user.id == ada.id


async def test_somebody_elses_device_is_not_known(world: World) -> None:
    ada, eve = await world.user(), await world.user()
    device = (await world.log_in(eve)).device_token
    for _ in range(10):
        await fails(world, ada)

    for token in (device, "made up"):
        with pytest.raises(RateLimited):
            await world.log_in(ada, device_token=token)


async def test_one_address_may_not_try_everybodys_password(world: World) -> None:
    ada = await world.user()
    for number in range(300):
        await fails(world, ada, email=f"user{number}@example.com")

    with pytest.raises(RateLimited):
        await world.log_in(ada)


async def test_only_failures_count(world: World) -> None:
    ada = await world.user()
    for _ in range(30):
        await world.log_in(ada)
