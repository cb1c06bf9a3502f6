"""No secret is left anywhere: not in the audit log, not in the queue, not in what is stored."""

from uuid import UUID

from pydantic import SecretStr

from core.accounts import models, schemas, service
from core.accounts.api_keys import schemas as api_keys_schemas
from core.accounts.api_keys import service as api_keys_service
from core.models import Model
from tests import factories
from tests.factories import PASSWORD
from tests.unit.accounts.world import OPERATOR, OTHER_PASSWORD, World


async def journey(world: World) -> set[str]:
    """Use everything that hands out or takes a secret; return all secrets."""
    ada, bob, anybody = "ada@example.com", await world.user(), factories.anonymous()
    register = schemas.RegisterUser(email=ada, password=SecretStr(PASSWORD))
    await world.use(service.RegisterUser)(register, anybody)
    verification = await world.mailed_token(ada)
    await world.use(service.VerifyEmail)(schemas.VerifyEmail(token=verification), anybody)
    user = await world.container.users().by_email(ada)
    assert user is not None
    pair = await world.log_in(user)
    await world.refresh(pair)
    actor = await world.actor(pair)
    prove = schemas.Reauthenticate(password=SecretStr(PASSWORD))
    fresh = await world.use(service.Reauthenticate)(prove, actor)
    change = schemas.ChangePassword(
        current_password=SecretStr(PASSWORD), new_password=SecretStr(OTHER_PASSWORD)
    )
    await world.use(service.ChangePassword)(change, actor)
    await world.use(service.RequestPasswordReset)(schemas.RequestPasswordReset(email=ada), anybody)
    reset = await world.mailed_token(ada)
    command = schemas.ResetPassword(token=reset, new_password=SecretStr(PASSWORD))
    await world.use(service.ResetPassword)(command, anybody)
    _, owner = await world.founded()
    await world.use(service.InviteMember)(schemas.InviteMember(email=bob.email), owner)
    invitation = await world.mailed_token(bob.email)
    made = await world.use(service.CreateUser)(
        schemas.CreateUser(email="new@example.com"), OPERATOR
    )
    sent = await world.use(service.SendPasswordLink)(
        schemas.UserReference(user_id=bob.id), OPERATOR
    )
    secrets = {PASSWORD, OTHER_PASSWORD, pair.access_token, fresh.access_token, pair.refresh_token}
    secrets |= {one.get_secret_value() for one in (verification, reset, invitation)}
    secrets |= {link.partition("token=")[2] for link in (made.link, sent.link)}
    make = api_keys_schemas.CreateApiKey(name="deploy", scopes=("members:read",))
    key = await world.use(api_keys_service.CreateApiKey)(make, owner)
    present = api_keys_schemas.KeyCredentials(api_key=SecretStr(key.key))
    await world.use(api_keys_service.AuthenticateApiKey)(present, anybody)
    return secrets | {pair.device_token or "", key.key}


async def test_nothing_that_is_kept_holds_a_secret(world: World) -> None:
    secrets = await journey(world)

    store = world.container.store()
    tables = [store.table(kind).values() for kind in _kinds(Model) if kind is not models.User]
    rows = [repr(row.model_dump()) for table in tables for row in table]
    jobs = [job.model_dump_json() for job in [*world.carried_out, *world.jobs]]
    kept = " ".join([*rows, *jobs])
    assert len(secrets) == 12
    assert all(len(secret) > 20 for secret in secrets)
    assert "accounts/reset_password" in kept
    assert "auth.login_succeeded" in kept
    assert "api_key.created" in kept
    assert {secret for secret in secrets if secret in kept} == set()


async def test_a_command_and_a_token_are_printed_without_their_secrets() -> None:
    secret = "crt_this is a secret"
    commands = [
        schemas.RegisterUser(email="a@example.com", password=SecretStr(secret)),
        schemas.LogIn(email="a@example.com", password=SecretStr(secret)),
        schemas.RefreshSession(refresh_token=SecretStr(secret)),
        schemas.VerifyEmail(token=SecretStr(secret)),
        schemas.Credentials(access_token=secret),
        api_keys_schemas.KeyCredentials(api_key=SecretStr(secret)),
        api_keys_schemas.Introspect(token=SecretStr(secret)),
        factories.user(password_hash=secret),
        factories.signing_key(private_box=secret.encode()),
    ]

    assert not any(secret in text for one in commands for text in (repr(one), str(one)))


def _kinds(kind: type[Model]) -> list[type[Model]]:
    return [one for sub in kind.__subclasses__() for one in (sub, *_kinds(sub))]


async def test_ids_tell_nothing_but_when(world: World) -> None:
    made: list[UUID] = [world.container.ids().new() for _ in range(100)]

    assert {one.version for one in made} == {7}
    assert made == sorted(set(made))
