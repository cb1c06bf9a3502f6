"""The second wall: PostgreSQL shows one tenant's rows, also to SQL that forgets to ask for them."""

from typing import Any, LiteralString, NamedTuple

import psycopg
import pytest
from psycopg.rows import TupleRow

from adapters.embedded import Urls
from adapters.postgres.database import PLATFORM
from bootstrap import Container
from core.accounts import exceptions, models
from core.accounts.api_keys.models import ApiKey
from core.audit import AuditFilter
from core.billing.models import Account, Checkout, Mirrored, MirroredInvoice, Override, Usage
from core.exceptions import VersionMismatch
from core.management.collections.models import Collection
from core.management.records.filters import FilterExpr
from core.management.records.models import Change, Import, ImportId, Record
from core.management.records.ordering import NEWEST_FIRST
from core.models import OrganizationId
from core.stats import metering
from core.storage.models import Bucket, StoredObject
from tests import factories, nouns
from tests.contracts import answers, billing, flags, management, records, reports, stats, webhooks
from tests.contracts.api_keys import made as key_made
from tests.contracts.filing import admitted, bucket
from tests.contracts.founding import founded, joined
from tests.contracts.invitations import invited
from tests.contracts.roles import made as role_made
from tests.factories import DAY, NOW

FORGETFUL = "SELECT organization_id FROM accounts.memberships"
FORGETTING: list[LiteralString] = [
    "SELECT id FROM accounts.organizations",
    "SELECT organization_id FROM accounts.memberships",
    "SELECT organization_id FROM accounts.invitations",
    "SELECT organization_id FROM accounts.roles",
    "SELECT organization_id FROM accounts.api_keys",
    "SELECT organization_id FROM core.audit_events",
    "SELECT organization_id FROM storage.buckets",
    "SELECT organization_id FROM storage.objects",
    "SELECT organization_id FROM storage.usage",
    "SELECT organization_id FROM storage.scan_events",
    "SELECT organization_id FROM billing.accounts",
    "SELECT organization_id FROM billing.subscriptions",
    "SELECT organization_id FROM billing.overrides",
    "SELECT organization_id FROM billing.invoices",
    "SELECT organization_id FROM billing.checkouts",
    "SELECT organization_id FROM billing.commands",
    "SELECT organization_id FROM management.settings WHERE organization_id IS NOT NULL",
]
EVERYTHING: LiteralString = """
    SELECT to_jsonb(t) FROM accounts.organizations AS t WHERE id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM accounts.memberships AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM accounts.invitations AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM accounts.roles AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM accounts.api_keys AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM core.audit_events AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM storage.buckets AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM storage.objects AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM storage.usage AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM storage.scan_events AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM billing.accounts AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM billing.subscriptions AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM billing.overrides AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM billing.invoices AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM billing.checkouts AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM billing.commands AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM stats.events AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM stats.meters AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM stats.reports AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM stats.dashboards AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM stats.answers AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM stats.rollups AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM stats.hourly_rollups AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM stats.usage AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM management.flags AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM management.settings AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM webhooks.endpoints AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM webhooks.deliveries AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM management.collections AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM management.records AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM management.record_index AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM management.record_history AS t WHERE organization_id = %(id)s
     UNION ALL SELECT to_jsonb(t) FROM management.record_imports AS t WHERE organization_id = %(id)s
     UNION ALL
    SELECT to_jsonb(t) FROM management.record_import_pieces AS t WHERE organization_id = %(id)s
     ORDER BY 1
"""
CHANGING: list[LiteralString] = [
    "UPDATE accounts.organizations SET name = 'taken over'",
    "UPDATE accounts.memberships SET role = 'viewer'",
    "UPDATE accounts.invitations SET status = 'revoked'",
    "UPDATE accounts.roles SET permissions = '{}'",
    "UPDATE accounts.api_keys SET scopes = '{}'",
    "UPDATE storage.buckets SET visibility = 'public'",
    "UPDATE storage.objects SET status = 'deleted'",
    "UPDATE storage.usage SET used_bytes = 1",
    "UPDATE billing.accounts SET customer_id = NULL",
    "UPDATE billing.subscriptions SET state = '{}'",
    "UPDATE billing.commands SET status = 'failed'",
    "DELETE FROM billing.accounts",
    "DELETE FROM billing.subscriptions",
    "DELETE FROM billing.overrides",
    "DELETE FROM billing.invoices",
    "DELETE FROM billing.checkouts",
    "DELETE FROM billing.commands",
    "DELETE FROM storage.scan_events",
    "DELETE FROM storage.objects",
    "DELETE FROM storage.usage",
    "DELETE FROM storage.buckets",
    "DELETE FROM accounts.roles",
    "DELETE FROM accounts.api_keys",
    "DELETE FROM accounts.invitations",
    "DELETE FROM accounts.memberships",
    "DELETE FROM accounts.organizations",
    "UPDATE stats.events SET name = 'taken_over'",
    "UPDATE stats.meters SET slug = slug || 'x'",
    "UPDATE stats.reports SET title = 'taken over'",
    "UPDATE stats.dashboards SET report_ids = '{}'",
    "UPDATE stats.answers SET result = '{}'",
    "DELETE FROM stats.answers",
    "DELETE FROM stats.reports",
    "DELETE FROM stats.dashboards",
    "UPDATE stats.rollups SET n = 0",
    "UPDATE stats.hourly_rollups SET n = 0",
    "UPDATE stats.usage SET amount = 2",
    "UPDATE management.flags SET enabled = false",
    "DELETE FROM management.flags",
    "UPDATE management.settings SET value = '1'",
    "DELETE FROM management.settings",
    "UPDATE webhooks.endpoints SET url = 'https://evil.example'",
    "UPDATE webhooks.deliveries SET status = 'failed'",
    "UPDATE management.collections SET title = 'taken over'",
    "DELETE FROM management.collections",
    "UPDATE management.records SET version = 0",
    "UPDATE management.record_index SET txt = ''",
    "UPDATE management.record_history SET data = '{}'",
    "UPDATE management.record_imports SET state = 'failed'",
    "UPDATE management.record_import_pieces SET rows = '[]'",
    "DELETE FROM management.record_import_pieces",
    "DELETE FROM management.record_imports",
    "DELETE FROM management.record_history",
    "DELETE FROM management.record_index",
    "DELETE FROM management.records",
]


class Tenant(NamedTuple):
    """An organization with something of everything."""

    organization: models.Organization
    owner: models.User
    member: models.User
    invitation: models.Invitation
    role: models.Role
    key: ApiKey
    place: Bucket
    file: StoredObject
    noun: Collection
    record: Record


async def tenant(container: Container) -> Tenant:
    organization, owner = await founded(container)
    member, invitation = (
        await joined(container, organization),
        await invited(container, organization),
    )
    actor = factories.anonymous(organization_id=organization.id)
    await container.audit().record(actor, "thing.done")
    role = await role_made(container, organization)
    key = await key_made(container, organization)
    place = await bucket(container, organization_id=organization.id)
    file = await admitted(container, place)
    await container.scan_events().add(organization.id, "1", file.id, "clean", NOW)
    await payments(container, organization.id)
    await happenings(container, organization.id)
    noun = nouns.collection(
        nouns.field("text", "name", unique=True), organization_id=organization.id
    )
    await container.collections().add(noun, most=9)
    return Tenant(
        organization, owner, member, invitation, role, key, place, file, noun,
        await noted(container, noun, organization.id),
    )  # fmt: skip


async def noted(container: Container, noun: Collection, organization_id: OrganizationId) -> Record:
    """Return a record that said something else, of a collection that a file is taken into."""
    [first] = await records.kept(
        container, noun, records.record(noun, organization_id, {"name": "a"})
    )
    file = Import(
        id=ImportId(factories.new_id()),
        organization_id=organization_id,
        collection_id=noun.id,
        max_errors=0,
        total=1,
        created_at=NOW,
        updated_at=NOW,
    )
    await container.record_imports().add(file, [[{"name": "c"}]])
    return await records.changed(container, noun, first, data={"name": "b"})


async def payments(container: Container, organization_id: OrganizationId) -> None:
    """Have an organization pay for something."""
    told, mirror = billing.subscription(), container.subscriptions()
    account = Account(organization_id=organization_id, customer_id=told.customer_id)
    await container.billing_accounts().put(account)
    about: dict[str, Any] = {"organization_id": organization_id, "fetched_at": NOW}
    await mirror.put(Mirrored(subscription=told, **about))
    await mirror.put_override(
        Override(organization_id=organization_id, feature_key="sso", feature=None)
    )
    async with container.transaction()():
        await container.invoice_mirror().put([MirroredInvoice(invoice=billing.invoice(), **about)])
    checkout = Checkout(
        id=billing.unique("cs"), customer_id=told.customer_id, status="open", expires_at=NOW + DAY
    )
    await container.open_checkouts().keep(organization_id, checkout)
    await container.commands().add(billing.command(organization_id))


async def happenings(container: Container, organization_id: OrganizationId) -> None:
    """Have something happen that is counted, used up and told."""
    endpoint = await webhooks.listening(container, organization_id)
    await container.deliveries().add(webhooks.delivery(endpoint))
    event, meter = stats.event(organization_id), stats.meter(organization_id)
    await container.stats_events().append([event])
    await container.event_names().admit(organization_id, {event.name: event.time})
    await container.stats_meters().add(meter, most=9)
    counted = meter.evolve(dimensions=["country"])
    await container.rollups().add(organization_id, metering.contributions([counted], [event]))
    report = reports.report(organization_id)
    await container.reports().add(report, most=9)
    await container.answers().keep(organization_id, [answers.answer(report)])
    await container.dashboards().add(
        reports.dashboard(organization_id, report_ids=[report.id]), most=9
    )
    await container.flags().add(flags.flag(organization_id), most=9)
    used = Usage(id=event.id, organization_id=organization_id, meter="a", amount=1, at=NOW)
    await container.meters().add(used)
    await container.kept_settings().put(
        management.setting("locale.language", organization_id=organization_id, value="de")
    )


def rows_of(urls: Urls, one: Tenant) -> list[TupleRow]:
    """Return all that a tenant has, as the owner of the tables sees it."""
    with psycopg.connect(urls.owner) as owner:
        return owner.execute(EVERYTHING, {"id": one.organization.id}).fetchall()


# --- Through the repositories ---------------------------------------------------------------------


async def test_no_method_reads_another_tenants_rows(container: Container) -> None:
    ours, theirs = await tenant(container), await tenant(container)
    us, who, what = ours.organization.id, theirs.member, theirs.invitation
    memberships, invitations = container.memberships(), container.invitations()

    assert await memberships.get(us, who.id) is None
    assert await memberships.by_email(us, who.email) is None
    members = await memberships.page(us, limit=100)
    assert {one.user_id for one in members} == {ours.owner.id, ours.member.id}
    assert await memberships.owners(us) == 1
    assert await memberships.owners(us, besides=ours.owner.id) == 0
    assert await invitations.get(us, what.id) is None
    assert await invitations.page(us, limit=100) == [ours.invitation]
    audited = await container.audit().page(us, AuditFilter(), limit=100)
    assert {row.organization_id for row in audited} == {us}
    assert await container.organizations().get(us) == ours.organization
    assert await container.roles().all(us) == [ours.role]
    assert await container.api_keys().page(us, limit=100) == [ours.key]
    assert await container.buckets().all(us) == [ours.place]
    assert await container.buckets().get(us, theirs.place.id) is None
    assert await container.objects().some(us, [ours.file.id, theirs.file.id]) == [ours.file]
    assert not await container.object_checks().any_live(us, theirs.place.id)
    told, noun = container.records(), theirs.noun
    assert await told.some(noun, us, [theirs.record.id], hold=False) == {}
    assert await told.page(noun, us, FilterExpr(), NEWEST_FIRST, limit=9, deleted=True) == []
    assert await told.count(noun, us, FilterExpr(), "exact") == 0
    assert await told.owners(noun, us, [(1, "b")]) == {}
    assert await told.history(noun, us, theirs.record.id, limit=9) == []
    assert await told.changed(noun, us, NOW - DAY, limit=9) == []
    assert await container.record_index().batch(noun, us, after=None, limit=9) == []
    signed_in = factories.session(theirs.owner)
    await container.sessions().add(signed_in)
    found = await container.sessions().find(signed_in.id, us)
    assert found is not None
    assert found.standing is None


async def test_no_method_changes_another_tenants_rows(container: Container, urls: Urls) -> None:
    ours, theirs = await tenant(container), await tenant(container)
    us, who, what = ours.organization.id, theirs.member, theirs.invitation
    memberships, invitations = container.memberships(), container.invitations()
    before = rows_of(urls, theirs)

    await memberships.set_role(us, who.id, "owner")
    await memberships.remove(us, who.id)
    assert not await container.api_keys().revoke(us, theirs.key.id, NOW)
    await container.roles().remove(us, theirs.role.key)
    stolen = theirs.file.evolve(organization_id=us)
    assert not await container.objects().move(stolen, stolen.moved("aborted", NOW))
    assert not await container.object_checks().keep_upload_id(stolen, "x")
    into_theirs = factories.stored_object(theirs.place.evolve(organization_id=us))
    assert not await container.objects().admit(into_theirs, None)
    for refused in (
        invitations.settle(us, what.id, "accepted", NOW),
        invitations.extend(us, what.id, NOW + 9 * DAY),
    ):
        with pytest.raises(exceptions.InvitationNotPending):
            await refused
    with pytest.raises(exceptions.SlugTaken):
        await container.organizations().update(
            ours.organization.evolve(slug=theirs.organization.slug)
        )
    with pytest.raises(VersionMismatch):
        await container.organizations().update(factories.organization())

    async with container.transaction()():
        stolen_record = theirs.record.evolve(organization_id=us, version=9)
        change = Change(before=stolen_record, after=stolen_record.evolve(version=10))
        await container.records().keep(theirs.noun, us, [change])
        await container.record_index().mend(theirs.noun, us, {})

    assert len(before) == 35
    assert rows_of(urls, theirs) == before


# --- Past their WHERE -----------------------------------------------------------------------------


@pytest.mark.parametrize("forgetful", FORGETTING)
async def test_a_statement_that_forgets_its_where_sees_its_tenant_alone(
    container: Container, forgetful: LiteralString
) -> None:
    ours, theirs = await tenant(container), await tenant(container)
    us, them, database = ours.organization.id, theirs.organization.id, container.database()

    assert set(await database.fetch_values(forgetful, {}, scope=us)) == {us}
    assert set(await database.fetch_values(forgetful, {})) == set()
    everybody = await database.fetch_values(forgetful, {}, scope=PLATFORM)
    assert {us, them} <= set(everybody)


@pytest.mark.parametrize("changing", CHANGING)
async def test_a_statement_that_forgets_its_where_changes_its_tenant_alone(
    container: Container, urls: Urls, changing: LiteralString
) -> None:
    ours, theirs = await tenant(container), await tenant(container)
    before, mine = rows_of(urls, theirs), rows_of(urls, ours)
    database = container.database()

    assert await database.execute(changing, {}) == 0
    assert rows_of(urls, ours) == mine
    assert await database.execute(changing, {}, scope=ours.organization.id) >= 1

    assert rows_of(urls, theirs) == before
    assert rows_of(urls, ours) != mine


@pytest.mark.parametrize(
    "smuggling",
    [
        "UPDATE accounts.memberships SET organization_id = %(them)s WHERE user_id = %(who)s",
        "UPDATE accounts.invitations SET organization_id = %(them)s",
        "UPDATE accounts.roles SET organization_id = %(them)s",
        "UPDATE accounts.api_keys SET organization_id = %(them)s",
        "UPDATE accounts.organizations SET id = %(new)s",
        """
        INSERT INTO accounts.memberships (organization_id, user_id, role, created_at)
        VALUES (%(them)s, %(who)s, 'owner', now())
        """,
        """
        INSERT INTO management.settings (id, organization_id, key, value, version, updated_at)
        VALUES (%(new)s, %(them)s, 'locale.language', '"de"', 1, now())
        """,
        """
        INSERT INTO management.settings (id, key, value, version, updated_at)
        VALUES (%(new)s, 'branding.name', '"Taken over"', 1, now())
        """,
        """
        INSERT INTO core.audit_events
               (id, occurred_at, action, actor_kind, organization_id, outcome, metadata)
        VALUES (%(new)s, now(), 'thing.done', 'system', %(them)s, 'success', '{}')
        """,
    ],
)
async def test_nothing_is_written_under_another_tenants_name(
    container: Container, urls: Urls, smuggling: LiteralString
) -> None:
    ours, theirs = await tenant(container), await tenant(container)
    before = rows_of(urls, theirs)
    params: dict[str, Any] = {
        "them": theirs.organization.id,
        "who": ours.member.id,
        "new": factories.new_id(),
    }

    for scope in (ours.organization.id, None):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            if await container.database().execute(smuggling, params, scope=scope) == 0:
                raise psycopg.errors.InsufficientPrivilege  # it saw no row that it might move
    assert rows_of(urls, theirs) == before


async def test_what_belongs_to_no_tenant_is_the_platforms_to_read(container: Container) -> None:
    action = f"thing.{factories.new_id().hex}"
    await container.audit().record(factories.anonymous(), action)
    ours = await tenant(container)
    database, params = container.database(), {"action": action}
    seen: LiteralString = "SELECT action FROM core.audit_events WHERE action = %(action)s"

    assert await database.fetch_values(seen, params) == []
    assert await database.fetch_values(seen, params, scope=ours.organization.id) == []
    assert await database.fetch_values(seen, params, scope=PLATFORM) == [action]


# --- On the connection ----------------------------------------------------------------------------


async def nothing_stayed(container: Container) -> bool:
    return await container.database().fetch_row(
        """
        SELECT current_user::text AS role,
               coalesce(current_setting('app.organization_id', true), '') AS organization_id
        """,
        {},
    ) == {"role": "core_app", "organization_id": ""}


async def test_nothing_of_a_tenant_stays_on_a_connection(container: Container) -> None:
    ours, _ = await founded(container)
    database = container.database()
    for _ in range(20):
        await database.fetch_values(FORGETFUL, {}, scope=ours.id)
        assert await database.fetch_values(FORGETFUL, {}) == []
        await database.fetch_values(FORGETFUL, {}, scope=PLATFORM)
        assert await nothing_stayed(container)


async def test_nothing_stays_after_a_failure_or_a_rollback_either(container: Container) -> None:
    ours, _ = await founded(container)
    database = container.database()
    for scope in (ours.id, PLATFORM):
        for _ in range(10):
            with pytest.raises(psycopg.errors.DivisionByZero):
                await database.fetch_values("SELECT 1 / 0", {}, scope=scope)
            assert await nothing_stayed(container)
            with pytest.raises(RuntimeError):
                async with container.transaction()():
                    await database.fetch_values(FORGETFUL, {}, scope=scope)
                    raise RuntimeError
            async with container.transaction()():
                await database.fetch_values(FORGETFUL, {}, scope=scope)
            assert await nothing_stayed(container)


async def test_a_transaction_can_work_for_one_tenant_after_the_other(
    container: Container,
) -> None:
    ours, _ = await founded(container)
    theirs, _ = await founded(container)
    database = container.database()

    async with container.transaction()():
        for scope in (ours.id, theirs.id, ours.id):
            assert await database.fetch_values(FORGETFUL, {}, scope=scope) == [scope]
        assert len(await database.fetch_values(FORGETFUL, {}, scope=PLATFORM)) >= 2
        assert await database.fetch_values(FORGETFUL, {}, scope=ours.id) == [ours.id]


async def test_a_savepoint_that_is_rolled_back_gives_the_tenant_back(container: Container) -> None:
    ours, _ = await founded(container)
    theirs, _ = await founded(container)
    database = container.database()

    async with container.transaction()():
        assert await database.fetch_values(FORGETFUL, {}, scope=ours.id) == [ours.id]
        for scope in (theirs.id, PLATFORM):
            with pytest.raises(RuntimeError):
                async with container.transaction()():
                    await database.fetch_values(FORGETFUL, {}, scope=scope)
                    raise RuntimeError
            assert await database.fetch_values(FORGETFUL, {}) == [ours.id]
            assert await database.fetch_values(FORGETFUL, {}, scope=ours.id) == [ours.id]
        assert await database.fetch_values(FORGETFUL, {}, scope=theirs.id) == [theirs.id]


async def test_a_savepoint_that_is_kept_keeps_its_tenant(container: Container) -> None:
    ours, _ = await founded(container)
    theirs, _ = await founded(container)
    database = container.database()

    async with container.transaction()():
        await database.fetch_values(FORGETFUL, {}, scope=ours.id)
        async with container.transaction()():
            await database.fetch_values(FORGETFUL, {}, scope=theirs.id)
        assert await database.fetch_values(FORGETFUL, {}, scope=theirs.id) == [theirs.id]
        assert await database.fetch_values(FORGETFUL, {}, scope=ours.id) == [ours.id]


async def test_a_broken_rule_gives_the_tenant_back(container: Container) -> None:
    ours, _ = await founded(container)
    taken, _ = await founded(container)
    other, _ = await founded(container)
    database = container.database()

    async with container.transaction()():
        assert await database.fetch_values(FORGETFUL, {}, scope=ours.id) == [ours.id]
        with pytest.raises(exceptions.SlugTaken):
            await container.organizations().update(other.evolve(slug=taken.slug))
        assert await database.fetch_values(FORGETFUL, {}, scope=ours.id) == [ours.id]
        assert await database.fetch_values(FORGETFUL, {}, scope=other.id) == [other.id]


async def test_the_service_owns_nothing_and_bypasses_nothing(container: Container) -> None:
    assert await container.readiness().problems() == []
