"""Single sign-on: from a connection to a session, and whose account it opens."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dependency_injector import providers
from pydantic import SecretStr

from adapters import memory
from bootstrap import InMemoryContainer
from core.accounts import exceptions as accounts
from core.accounts import models
from core.accounts import schemas as accounts_schemas
from core.accounts.config import AccountsConfig
from core.accounts.sso import exceptions, schemas, service
from core.accounts.sso import models as sso
from core.exceptions import (
    CoreError,
    NotFound,
    PermissionDenied,
    ReadOnlyMode,
    SignUpsClosed,
    ValidationFailed,
)
from core.management.switches import service as switches
from core.management.switches.schemas import SetSwitch
from core.models import Actor
from tests import factories
from tests.factories import DAY
from tests.unit.accounts.world import OPERATOR, World

ISSUER = "https://id.engines.example.com"
RETURN_TO = "https://app.example.com/done?from=sso"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BROWSER = SecretStr("b" * 43)
ANYBODY = factories.anonymous()


@pytest.fixture(autouse=True)
def admitted(container: InMemoryContainer) -> None:
    config = AccountsConfig(issuer="https://core.example.com", sso_return_urls=(RETURN_TO,))
    container.accounts_config.override(providers.Object(config))


def idp(world: World) -> memory.OidcClient:
    """Return the providers, of which one is there."""
    client = world.container.oidc_client()
    assert isinstance(client, memory.OidcClient)
    client.open(ISSUER)
    return client


async def connected(world: World, actor: Actor, **fields: object) -> schemas.ConnectionView:
    defaults = {"name": "IdP", "issuer": ISSUER, "client_id": "us", "client_secret": "a secret"}
    command = schemas.CreateConnection.model_validate(defaults | fields)
    return await world.use(service.CreateConnection)(command, actor)


async def sent_away(world: World, connection: schemas.ConnectionView) -> str:
    """Begin a sign-in; return where the browser is sent."""
    idp(world)
    command = schemas.StartSso(
        connection_id=connection.id,
        return_to=RETURN_TO,
        code_challenge=CHALLENGE,
        browser=BROWSER,
    )
    return await world.use(service.StartSso)(command, ANYBODY)


async def answered(
    world: World, connection: schemas.ConnectionView, answer: sso.Answer, **fields: object
) -> dict[str, list[str]]:
    """Come back from the provider; return what the application is told."""
    command = schemas.AnswerSso.model_validate(
        {"connection_id": connection.id, "browser": BROWSER, **answer.model_dump()} | fields
    )
    url = await world.use(service.AnswerSso)(command, ANYBODY)
    assert url.startswith(f"{RETURN_TO}&")
    return parse_qs(urlsplit(url).query)


async def vouched(
    world: World, connection: schemas.ConnectionView, subject: str = "ada", **claims: Any
) -> str:
    """Sign in at the provider; return the code the application gets."""
    stated = {"email": "ada@engines.example.com"} | claims
    answer = idp(world).sign_in(await sent_away(world, connection), subject, **stated)
    return (await answered(world, connection, answer))["code"][0]


async def exchanged(
    world: World, code: str, verifier: str = VERIFIER
) -> accounts_schemas.TokenPair:
    command = schemas.ExchangeSsoCode(code=SecretStr(code), code_verifier=verifier)
    return await world.use(service.ExchangeSsoCode)(command, ANYBODY)


async def signed_in(
    world: World, connection: schemas.ConnectionView, **claims: Any
) -> accounts_schemas.TokenPair:
    return await exchanged(world, await vouched(world, connection, **claims))


async def refused(
    world: World, connection: schemas.ConnectionView, error: type[CoreError], **claims: Any
) -> None:
    """See somebody be refused, without a trace but in the audit log."""
    users = len(await world.container.users().page(limit=100))
    with pytest.raises(error):
        await signed_in(world, connection, **claims)
    assert len(await world.container.users().page(limit=100)) == users
    assert world.audited[-1].action == "sso.login_rejected"
    assert world.audited[-1].metadata["reason"] == error.code


async def own(world: World, actor: Actor, domain: str = "engines.example.com") -> None:
    """Prove a domain."""
    add = schemas.AddDomain(domain=domain)
    added = await world.use(service.AddDomain)(add, actor)
    reference = schemas.DomainReference(domain_id=added.id)
    with pytest.raises(exceptions.DomainUnproven):
        await world.use(service.VerifyDomain)(reference, actor)
    records = world.container.text_records()
    assert isinstance(records, memory.TextRecords)
    records.records[added.txt_name] = ["something else", added.txt_value]
    proven = await world.use(service.VerifyDomain)(reference, actor)
    assert proven.verified_at is not None


# --- Signing in -----------------------------------------------------------------------------------


async def test_a_newcomer_of_a_proven_domain_becomes_a_member(world: World) -> None:
    organization, owner = await world.founded()
    connection = await connected(world, owner)
    await own(world, owner)

    pair = await signed_in(world, connection, name="Ada")

    assert (pair.user.email, pair.user.email_verified) == ("ada@engines.example.com", True)
    actor = await world.actor(pair)
    assert await world.role(organization, actor) == "member"
    assert actor.scope_organization_id == organization.id
    again = await signed_in(world, connection, email="new@elsewhere.example.com")
    assert again.user == pair.user
    assert {"user_registered", "member_added", "user_logged_in"} <= set(world.published)


async def test_while_sign_ups_are_closed_an_organization_still_takes_its_own(
    world: World,
) -> None:
    organization, owner = await world.founded()
    own_one, everybodys = await connected(world, owner), await connected(world, OPERATOR)
    await own(world, owner)
    closed = SetSwitch(name="sign_ups", on=False)
    await world.use(switches.SetSwitch)(closed, OPERATOR)

    await refused(world, everybodys, SignUpsClosed, subject="bob", email="bob@example.com")
    pair = await signed_in(world, own_one)
    assert await world.role(organization, await world.actor(pair)) == "member"
    read_only = SetSwitch(name="read_only", on=True, reason="We move house.")
    await world.use(switches.SetSwitch)(read_only, OPERATOR)
    stranger = {"subject": "eve", "email": "eve@engines.example.com"}
    await refused(world, own_one, ReadOnlyMode, **stranger)
    assert (await signed_in(world, own_one)).user == pair.user


async def test_an_invitation_decides_what_a_newcomer_becomes(world: World) -> None:
    organization, owner = await world.founded()
    connection = await connected(world, owner, jit_enabled=False)
    await own(world, owner)
    await refused(world, connection, exceptions.SsoSignupDisabled)
    other, _ = await world.founded()
    for where, role in ((other, "owner"), (organization, "admin")):
        invitation = factories.invitation(where, email="ada@engines.example.com", role=role)
        await world.container.invitations().add(invitation)
    await world.user(email="ada@engines.example.com")

    pair = await signed_in(world, connection)

    actor = await world.actor(pair)
    assert await world.role(organization, actor) == "admin"
    assert await world.role(other, actor) is None


async def test_a_tenants_provider_can_not_vouch_for_other_peoples_addresses(world: World) -> None:
    _, owner = await world.founded()
    connection = await connected(world, owner)
    victim = await world.user(email="victim@bank.example.com")

    await refused(world, connection, exceptions.SsoEmailUntrusted, email_verified=True)
    await refused(
        world,
        connection,
        exceptions.IdentityLinkRequired,
        email=victim.email.upper(),
        email_verified=True,
    )
    await refused(world, connection, exceptions.SsoEmailMissing, email=None)


async def test_the_installations_provider_is_believed_where_the_operator_says_so(
    world: World,
) -> None:
    ada = await world.user(email="ada@engines.example.com")
    trusted = await connected(world, OPERATOR, trusts_email=True)
    doubted = await connected(world, OPERATOR)

    await refused(world, doubted, exceptions.IdentityLinkRequired, email_verified=True)
    await refused(world, trusted, exceptions.IdentityLinkRequired, email_verified=False)
    pair = await signed_in(world, trusted, email_verified=True)

    assert pair.user.id == ada.id
    actor = await world.actor(pair)
    assert actor.scope_organization_id is None


async def test_an_address_that_is_not_believed_must_be_proven_by_a_mail(world: World) -> None:
    connection = await connected(world, OPERATOR)

    with pytest.raises(accounts.EmailNotVerified):
        await signed_in(world, connection, email_verified=True)

    await world.mailed_token("ada@engines.example.com")
    user = await world.container.users().by_email("ada@engines.example.com")
    assert user is not None
    await world.container.users().mark_verified(user.id, world.clock.now())
    assert (await signed_in(world, connection)).user.id == user.id


async def test_an_account_nobody_proved_is_taken_over_without_what_a_stranger_put_in(
    world: World,
) -> None:
    _, owner = await world.founded()
    connection = await connected(world, owner)
    await own(world, owner)
    planted = await world.user(email="ada@engines.example.com", email_verified_at=None)
    session = factories.session(planted)
    await world.container.sessions().add(session)

    pair = await signed_in(world, connection)

    user = await world.found(planted)
    assert (pair.user.id, user.password_hash) == (planted.id, None)
    assert user.email_verified_at is not None
    live = await world.container.sessions().active(planted.id, world.clock.now())
    assert [one.id for one in live] == [pair.session_id]
    assert "user.unverified_claimed" in world.actions


@pytest.mark.parametrize("email", ["no address", "a@b", "a\x00@engines.example.com", "a" * 300])
async def test_what_is_no_address_is_none(world: World, email: str) -> None:
    connection = await connected(world, OPERATOR, trusts_email=True)

    await refused(world, connection, exceptions.SsoEmailMissing, email=email, email_verified=True)


async def test_a_name_that_is_none_stays_out(world: World) -> None:
    connection = await connected(world, OPERATOR, trusts_email=True)

    pair = await signed_in(world, connection, email_verified=True, name="\u202eada" + "x" * 300)

    assert pair.user.display_name is None


async def test_a_session_of_one_organization_opens_no_other(world: World) -> None:
    organization, owner = await world.founded()
    connection = await connected(world, owner)
    await own(world, owner)
    elsewhere, _ = await world.founded()
    pair = await signed_in(world, connection)
    user = await world.container.users().get(pair.user.id)
    assert user is not None
    await world.container.memberships().add(factories.membership(elsewhere, user, "owner"))

    inside = await world.actor(pair, organization)
    assert inside.organization_id == organization.id
    with pytest.raises(accounts.SsoRequired):
        await world.actor(pair, elsewhere)
    with pytest.raises(PermissionDenied):
        (await world.actor(pair)).require_self()


# --- What is sent back ----------------------------------------------------------------------------


async def test_an_answer_counts_once_in_the_browser_that_began(world: World) -> None:
    connection, other = await connected(world, OPERATOR), await connected(world, OPERATOR)

    async def come_back() -> sso.Answer:
        return idp(world).sign_in(await sent_away(world, connection))

    answer = await come_back()
    for wrong in (
        {"browser": None},
        {"browser": SecretStr("c" * 43)},
        {"state": None},
        {"state": f"{answer.state}x"},
    ):
        with pytest.raises(accounts.TokenInvalidOrExpired):
            await answered(world, connection, answer, **wrong)
    assert "code" in await answered(world, connection, answer)
    with pytest.raises(accounts.TokenInvalidOrExpired):
        await answered(world, connection, answer)
    mixed_up = await come_back()
    with pytest.raises(accounts.TokenInvalidOrExpired):
        await answered(world, other, mixed_up)
    late = await come_back()
    world.clock.forward(minutes=10)
    with pytest.raises(accounts.TokenInvalidOrExpired):
        await answered(world, connection, late)


async def test_what_a_provider_does_wrong_is_told_to_the_application(world: World) -> None:
    connection = await connected(world, OPERATOR)

    for wrong, error in (
        ({"code": SecretStr("unknown")}, "idp_error"),
        ({"code": None, "error": "access_denied"}, "idp_error"),
        ({"iss": "https://evil.example.com"}, "id_token_refused"),
    ):
        answer = idp(world).sign_in(await sent_away(world, connection))
        assert (await answered(world, connection, answer, **wrong))["error"] == [error]
        assert world.audited[-1].action == "sso.login_rejected"


async def test_a_code_is_exchanged_once_in_time_by_whoever_began(world: World) -> None:
    connection = await connected(world, OPERATOR, trusts_email=True)
    stolen = await vouched(world, connection, email_verified=True)
    with pytest.raises(accounts.TokenInvalidOrExpired):
        await exchanged(world, stolen, "w" * 43)
    with pytest.raises(accounts.TokenInvalidOrExpired):
        await exchanged(world, stolen)
    late = await vouched(world, connection, email_verified=True)
    world.clock.forward(seconds=60)
    with pytest.raises(accounts.TokenInvalidOrExpired):
        await exchanged(world, late)
    with pytest.raises(accounts.TokenInvalidOrExpired):
        await exchanged(world, "made up")
    good = await vouched(world, connection, email_verified=True)
    await exchanged(world, good)
    with pytest.raises(accounts.TokenInvalidOrExpired):
        await exchanged(world, good)


async def test_browsers_are_sent_back_to_known_addresses_alone(world: World) -> None:
    connection = await connected(world, OPERATOR)
    for url in ("https://evil.example.com", f"{RETURN_TO}/", RETURN_TO.upper()):
        command = schemas.StartSso.model_construct(
            connection_id=connection.id, return_to=url, code_challenge=CHALLENGE, browser=BROWSER
        )
        with pytest.raises(exceptions.ReturnToRefused):
            await world.use(service.StartSso)(command, ANYBODY)


async def test_a_connection_that_is_switched_off_signs_nobody_in(world: World) -> None:
    connection = await connected(world, OPERATOR, trusts_email=True)
    answer = idp(world).sign_in(await sent_away(world, connection))
    code = await vouched(world, connection, email_verified=True)
    changes = schemas.ConnectionChanges(enabled=False)
    command = schemas.UpdateConnection(connection_id=connection.id, changes=changes)
    await world.use(service.UpdateConnection)(command, OPERATOR)

    with pytest.raises(exceptions.ConnectionNotFound):
        await sent_away(world, connection)
    with pytest.raises(exceptions.ConnectionNotFound):
        await answered(world, connection, answer)
    with pytest.raises(exceptions.ConnectionNotFound):
        await exchanged(world, code)


async def test_a_sign_in_page_learns_what_a_domain_offers_and_nothing_of_accounts(
    world: World,
) -> None:
    organization, owner = await world.founded()
    connection = await connected(world, owner)
    await own(world, owner)
    discover = world.use(service.DiscoverSso)
    known = await world.user(email="known@engines.example.com")

    for email in (known.email, "unknown@engines.example.com"):
        choices = await discover(schemas.DiscoverSso(email=email), ANYBODY)
        assert [one.id for one in choices.connections] == [connection.id]
        assert choices.password_allowed
    elsewhere = await discover(schemas.DiscoverSso(email="a@elsewhere.example.com"), ANYBODY)
    assert elsewhere.connections == []
    found = await world.container.organizations().get(organization.id)
    assert found is not None
    await world.container.organizations().update(found.evolve(sso_enforced=True))
    choices = await discover(schemas.DiscoverSso(email=known.email), ANYBODY)
    assert not choices.password_allowed


# --- Linking --------------------------------------------------------------------------------------


async def linked(world: World, actor: Actor, code: str) -> schemas.IdentityView:
    command = schemas.ExchangeSsoCode(code=SecretStr(code), code_verifier=VERIFIER)
    return await world.use(service.LinkIdentity)(command, actor)


async def test_who_is_signed_in_links_an_identity_and_signs_in_by_it(world: World) -> None:
    connection, ada = await connected(world, OPERATOR), await world.user()
    actor = await world.signed_in(ada)
    world.forget()

    identity = await linked(world, actor, await vouched(world, connection))

    assert [(one.to, one.template) for one in world.letters] == [
        (ada.email, "accounts/identity_linked")
    ]
    assert (await signed_in(world, connection)).user.id == ada.id
    listed = await world.use(service.ListIdentities)(None, actor)
    assert listed.items == [identity]
    bob = await world.signed_in(await world.user())
    with pytest.raises(exceptions.IdentityTaken):
        await linked(world, bob, await vouched(world, connection))
    unlink = schemas.IdentityReference(identity_id=identity.id)
    with pytest.raises(exceptions.IdentityNotFound):
        await world.use(service.UnlinkIdentity)(unlink, bob)
    await world.use(service.UnlinkIdentity)(unlink, actor)
    assert world.letters[-1].template == "accounts/identity_unlinked"
    await refused(world, connection, exceptions.IdentityLinkRequired, email=ada.email)


async def test_linking_takes_a_fresh_proof(world: World) -> None:
    connection = await connected(world, OPERATOR)
    actor = await world.signed_in(await world.user())
    code = await vouched(world, connection)
    world.clock.forward(minutes=11)

    with pytest.raises(accounts.ReauthenticationRequired):
        await linked(world, actor, code)


async def test_the_last_way_to_sign_in_stays(world: World) -> None:
    connection = await connected(world, OPERATOR, trusts_email=True)
    pair = await signed_in(world, connection, email_verified=True)
    actor = await world.actor(pair)
    [identity] = (await world.use(service.ListIdentities)(None, actor)).items
    unlink = schemas.IdentityReference(identity_id=identity.id)

    with pytest.raises(accounts.LastCredential):
        await world.use(service.UnlinkIdentity)(unlink, actor)
    assert (await signed_in(world, connection)).user.id == pair.user.id


# --- Connections ----------------------------------------------------------------------------------


async def test_a_connection_belongs_to_one_organization_or_to_the_installation(
    world: World,
) -> None:
    _, owner = await world.founded()
    _, stranger = await world.founded()
    theirs, ours = await connected(world, owner), await connected(world, OPERATOR)
    get, delete = world.use(service.GetConnection), world.use(service.DeleteConnection)

    assert [one.id for one in (await world.use(service.ListConnections)(None, owner)).items] == [
        theirs.id
    ]
    for actor, other in ((stranger, theirs), (owner, ours), (OPERATOR, theirs)):
        reference = schemas.ConnectionReference(connection_id=other.id)
        for ask in (get, delete, world.use(service.ExamineConnection)):
            with pytest.raises(NotFound):
                await ask(reference, actor)
    reference = schemas.ConnectionReference(connection_id=theirs.id)
    assert (await get(reference, owner)).redirect_uri == (
        f"https://core.example.com/v1/auth/sso/{theirs.id}/callback"
    )
    await delete(reference, owner)
    with pytest.raises(exceptions.ConnectionNotFound):
        await get(reference, owner)


async def test_a_tenants_connection_is_never_simply_trusted(world: World) -> None:
    _, owner = await world.founded()

    with pytest.raises(ValidationFailed):
        await connected(world, owner, trusts_email=True)
    with pytest.raises(ValidationFailed):
        await connected(world, owner, default_role="emperor")
    admin = await world.member((await world.founded())[0], "admin")
    with pytest.raises(PermissionDenied):
        await connected(world, admin, default_role="owner")


async def test_a_connections_provider_can_be_tried(world: World) -> None:
    connection = await connected(world, OPERATOR)
    reference = schemas.ConnectionReference(connection_id=connection.id)
    provider = idp(world).open(ISSUER)
    await world.use(service.ExamineConnection)(reference, OPERATOR)
    provider.up = False

    with pytest.raises(exceptions.IdpError):
        await world.use(service.ExamineConnection)(reference, OPERATOR)
    with pytest.raises(exceptions.IdpError):
        await sent_away(world, connection)


async def test_the_client_secret_is_kept_encrypted_and_never_shown(world: World) -> None:
    connection = await connected(world, OPERATOR)
    changes = schemas.ConnectionChanges(client_secret=SecretStr("another secret"))
    command = schemas.UpdateConnection(connection_id=connection.id, changes=changes)
    shown = await world.use(service.UpdateConnection)(command, OPERATOR)

    kept = await world.container.sso_connections().find(connection.id)
    assert kept is not None
    box = world.container.secret_box()
    assert box.decrypt(kept.client_secret_box) == b"another secret"
    assert "secret" not in repr(kept.client_secret_box)
    assert "another" not in shown.model_dump_json() + repr(world.audited)


# --- Enforcement ----------------------------------------------------------------------------------


async def enforcing(world: World) -> tuple[models.Organization, Actor, schemas.ConnectionView]:
    """Return an organization that enforces single sign-on, and its owner who came by it."""
    organization, owner = await world.founded()
    connection = await connected(world, owner)
    await own(world, owner)
    with pytest.raises(exceptions.SsoSessionRequired):
        await world.use(service.SetSsoEnforcement)(schemas.SetSsoEnforcement(enforced=True), owner)
    pair = await signed_in(world, connection)
    await world.container.memberships().set_role(organization.id, pair.user.id, "owner")
    came = await world.actor(pair, organization)
    await world.use(service.SetSsoEnforcement)(schemas.SetSsoEnforcement(enforced=True), came)
    return organization, came, connection


async def test_where_it_is_enforced_other_sessions_are_refused(world: World) -> None:
    organization, _, connection = await enforcing(world)
    user = await world.user()
    await world.container.memberships().add(factories.membership(organization, user, "member"))
    by_password = await world.log_in(user)

    with pytest.raises(accounts.SsoRequired):
        await world.actor(by_password, organization)
    inside = await world.actor(await signed_in(world, connection), organization)
    assert inside.role == "owner"


async def test_an_owner_gets_past_it_with_two_factors_for_a_quarter_of_an_hour(
    world: World,
) -> None:
    organization, _, _ = await enforcing(world)
    owner, member = await world.user(), await world.user()
    for user, role in ((owner, "owner"), (member, "member")):
        await world.container.memberships().add(factories.membership(organization, user, role))
    pairs = [await world.log_in(user) for user in (owner, member)]
    for pair in pairs:
        await world.container.sessions().reauthenticate(
            pair.session_id, world.clock.now(), ("pwd", "otp", "mfa")
        )
    world.forget()

    assert (await world.actor(pairs[0], organization)).role == "owner"
    assert world.actions == ["sso.break_glass_used"]
    with pytest.raises(accounts.SsoRequired):
        await world.actor(pairs[1], organization)
    world.clock.forward(minutes=9)
    await world.actor(pairs[0], organization)
    refreshed = await world.refresh(pairs[0])
    world.clock.forward(minutes=7)
    with pytest.raises(accounts.SsoRequired):
        await world.actor(refreshed, organization)


async def test_an_organization_that_enforces_it_keeps_a_connection(world: World) -> None:
    _, owner, connection = await enforcing(world)
    reference = schemas.ConnectionReference(connection_id=connection.id)
    off = schemas.UpdateConnection(
        connection_id=connection.id, changes=schemas.ConnectionChanges(enabled=False)
    )

    with pytest.raises(exceptions.LastConnection):
        await world.use(service.DeleteConnection)(reference, owner)
    with pytest.raises(exceptions.LastConnection):
        await world.use(service.UpdateConnection)(off, owner)
    await world.use(service.SetSsoEnforcement)(schemas.SetSsoEnforcement(enforced=False), owner)
    await world.use(service.DeleteConnection)(reference, owner)


# --- Domains --------------------------------------------------------------------------------------


async def test_a_domain_is_of_whoever_proves_it_first_until_they_give_it_up(world: World) -> None:
    _, owner = await world.founded()
    _, rival = await world.founded()
    await own(world, owner)
    [mine] = (await world.use(service.ListDomains)(None, owner)).items
    with pytest.raises(exceptions.DomainTaken):
        await own(world, rival)
    with pytest.raises(exceptions.DomainTaken):
        await own(world, owner)
    reference = schemas.DomainReference(domain_id=mine.id)
    for ask in (world.use(service.VerifyDomain), world.use(service.RemoveDomain)):
        with pytest.raises(exceptions.DomainNotFound):
            await ask(reference, rival)

    await world.use(service.RemoveDomain)(reference, owner)

    [theirs] = (await world.use(service.ListDomains)(None, rival)).items
    proven = await world.use(service.VerifyDomain)(
        schemas.DomainReference(domain_id=theirs.id), rival
    )
    assert proven.verified_at is not None


@pytest.mark.parametrize("domain", ["gmail.com", "GMail.com", "outlook.com"])
async def test_nobody_owns_a_domain_where_everybody_may_have_an_address(
    world: World, domain: str
) -> None:
    _, owner = await world.founded()

    with pytest.raises(exceptions.PublicMailDomain):
        await world.use(service.AddDomain)(schemas.AddDomain(domain=domain), owner)


async def test_single_sign_on_is_for_owners_and_admins_to_set_up(world: World) -> None:
    organization, _ = await world.founded()
    for role in ("billing", "member", "viewer"):
        actor = await world.member(organization, role)
        with pytest.raises(PermissionDenied):
            await connected(world, actor)
        with pytest.raises(PermissionDenied):
            await world.use(service.ListDomains)(None, actor)
    with pytest.raises(PermissionDenied):
        await connected(world, await world.operator("support"))
    stale = (await world.member(organization, "admin")).model_copy(
        update={"authenticated_at": world.clock.now() - DAY}
    )
    with pytest.raises(accounts.ReauthenticationRequired):
        await connected(world, stale)
