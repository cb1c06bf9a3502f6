"""No secret is left anywhere: not in the audit log, not in the queue, not in what is stored."""

from uuid import UUID

from pydantic import SecretStr

from core.accounts import models, schemas, service
from core.accounts.api_keys import schemas as api_keys_schemas
from core.accounts.api_keys import service as api_keys_service
from core.accounts.impersonation import service as impersonation_service
from core.accounts.impersonation.schemas import StartImpersonation
from core.accounts.mail_login import schemas as mail_schemas
from core.accounts.mail_login import service as mail_service
from core.accounts.mfa import schemas as mfa_schemas
from core.accounts.mfa import service as mfa_service
from core.accounts.mfa.models import RecoveryCode, RecoveryCodeId, TotpFactor
from core.accounts.privacy import service as privacy_service
from core.accounts.privacy.schemas import RequestAccountDeletion
from core.models import Actor, Model, UserId
from tests import factories
from tests.factories import NOW, PASSWORD
from tests.unit.accounts.second_steps import App, challenged, complete, confirm
from tests.unit.accounts.world import OPERATOR, OTHER_PASSWORD, World

SOMEBODY = UserId(factories.new_id())
HASHED = {models.User, RecoveryCode}
"""What holds hashes, which in memory are the passwords and codes themselves."""


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
    later = await second_steps_of(world, user) | await departure_of(world, bob)
    secrets = {PASSWORD, OTHER_PASSWORD, pair.access_token, fresh.access_token, pair.refresh_token}
    secrets |= {one.get_secret_value() for one in (verification, reset, invitation)}
    secrets |= {link.partition("token=")[2] for link in (made.link, sent.link)}
    later |= {await key_of(world, owner)}
    return secrets | later | {pair.device_token or ""}


async def second_steps_of(world: World, user: models.User) -> set[str]:
    """Set up an app, and sign in with it and by mail; return what that takes."""
    actor = await world.signed_in(user)
    enrolment = await world.use(mfa_service.EnrollTotp)(None, actor)
    codes = await confirm(world, actor, App(world, enrolment.secret).code())
    challenge = await challenged(world, user)
    await complete(world, challenge, recovery_code=codes[0])
    asked = await world.use(mail_service.RequestMailLogin)(
        mail_schemas.RequestMailLogin(email=user.email), factories.anonymous()
    )
    mailed = await world.mailed_token(user.email)
    known = {enrolment.secret, challenge, asked.challenge_token, mailed.get_secret_value()}
    return {*known, *codes, *(code.replace("-", "") for code in codes)}


async def departure_of(world: World, user: models.User) -> set[str]:
    """Act as somebody, move their address and have them leave; return what that takes."""
    acted = await world.use(impersonation_service.StartImpersonation)(
        StartImpersonation(user_id=user.id, reason="Ticket 42"), await operator(world)
    )
    actor = await world.signed_in(user)
    move = schemas.RequestEmailChange(new_email="b@example.com", password=SecretStr(PASSWORD))
    await world.use(service.RequestEmailChange)(move, actor)
    confirmation = await world.mailed_token("b@example.com")
    await world.use(privacy_service.RequestExport)(None, actor)
    await world.delivered()
    leave = RequestAccountDeletion(password=SecretStr(PASSWORD))
    await world.use(privacy_service.RequestAccountDeletion)(leave, actor)
    restoration = await world.mailed_token(user.email)
    mailed = {one.get_secret_value() for one in (confirmation, restoration)}
    return {acted.access_token, acted.refresh_token, *mailed}


async def operator(world: World) -> Actor:
    made = await world.operator()
    return made.model_copy(update={"authenticated_at": world.clock.now()})


async def key_of(world: World, owner: Actor) -> str:
    """Make an API key and present it; return it."""
    make = api_keys_schemas.CreateApiKey(name="deploy", scopes=("members:read",))
    key = await world.use(api_keys_service.CreateApiKey)(make, owner)
    present = api_keys_schemas.KeyCredentials(api_key=SecretStr(key.key))
    await world.use(api_keys_service.AuthenticateApiKey)(present, factories.anonymous())
    return key.key


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
        mfa_schemas.TotpEnrolment(secret=secret, otpauth_uri=secret),
        mfa_schemas.ConfirmTotp(code=SecretStr(secret)),
        mfa_schemas.NewRecoveryCodes(recovery_codes=[secret]),
        mail_schemas.MailLoginChallenge(challenge_token=secret),
        TotpFactor(user_id=SOMEBODY, secret_box=secret.encode(), created_at=NOW),
        RecoveryCode(
            id=RecoveryCodeId(SOMEBODY), user_id=SOMEBODY, code_hash=secret, created_at=NOW
        ),
    ]

    assert not any(secret in text for one in commands for text in (repr(one), str(one)))


def _kinds(kind: type[Model]) -> list[type[Model]]:
    return [one for sub in kind.__subclasses__() for one in (sub, *_kinds(sub))]


async def test_ids_tell_nothing_but_when(world: World) -> None:
    made: list[UUID] = [world.container.ids().new() for _ in range(100)]

    assert {one.version for one in made} == {7}
    assert made == sorted(set(made))
