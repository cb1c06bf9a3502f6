"""Lists with rows in them: odd ones, equal ones, and such that something is missing from."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from bootstrap import Container
from core.accounts import models, schemas
from core.accounts.api_keys import schemas as api_keys
from core.accounts.passkeys import schemas as passkeys_schemas
from core.billing import schemas as billing
from core.billing.models import MirroredInvoice
from core.listing import ListRequest
from core.management.collections import schemas as collections_schemas
from core.management.flags import schemas as flags_schemas
from core.stats import schemas as stats
from core.storage import schemas as storage
from core.storage.models import ObjectFilter
from core.webhooks import schemas as webhooks
from core.webhooks.models import Endpoint, EndpointId
from tests import factories, nouns
from tests.contracts.billing import arrived, command, invoice
from tests.contracts.flags import flag
from tests.contracts.listing import Listed
from tests.contracts.reports import dashboard, report
from tests.contracts.webhooks import delivery
from tests.factories import NOW

type Pair = tuple[Listed, Listed]
type Seed = Callable[[Container, Container], Awaitable[Pair]]
type Page = Callable[[Container], Callable[..., Awaitable[Any]]]

NAMES = (
    *("", "Ada", "ada", "ADA Lovelace", "Ärger", "ärger", "Straße", "STRASSE", "ΣΑΣ σας"),
    *("İstanbul", "istanbul", "a,b", '"', "%", "_", "\\", "😀", "\uffff", "~", " ", "Ada"),
)


def name(number: int) -> str | None:
    """Return a name that others have, or nearly; now and then there is none."""
    return NAMES[number % len(NAMES)] if number % 5 else None


def at(number: int) -> datetime:
    """Return one of few moments, so that many are equal."""
    return NOW + timedelta(hours=number % 3 - 1)


def maybe(number: int) -> datetime | None:
    return at(number // 3) if number % 4 else None


class Twins:
    """Two adapters that are given the same."""

    def __init__(self, *containers: Container) -> None:
        self.containers = containers

    async def founded(self) -> models.Organization:
        owner, made = factories.user(), factories.organization()
        await self.do("users", "add", owner)
        await self.do("organizations", "add", made, factories.membership(made, owner, "owner"))
        return made

    async def do(self, port: str, method: str, *given: object, **more: object) -> None:
        for container in self.containers:
            async with container.transaction()():
                await getattr(getattr(container, port)(), method)(*given, **more)

    async def pair(
        self,
        request: type[ListRequest],
        page: Page,
        view: Callable[[Any], Any] = lambda row: row,
        always: tuple[str, str, str] | None = None,
    ) -> Pair:
        memory, postgres = (
            Listed(request, [], page(container), view, always) for container in self.containers
        )
        rows, _ = await memory.walked(request(limit=100))
        assert len(rows) >= 10
        memory.rows.extend(rows)
        return memory, postgres


async def members(both: Twins) -> Pair:
    made = await both.founded()
    for number in range(len(NAMES)):
        user = factories.user(display_name=name(number))
        role = ("admin", "member", "viewer")[number % 3]
        joins = factories.membership(made, user, role).evolve(created_at=at(number))
        await both.do("users", "add", user)
        await both.do("memberships", "add", joins)
    return await both.pair(schemas.ListMembers, lambda at: partial(at.memberships().page, made.id))


async def invitations(both: Twins) -> Pair:
    made, foreign = await both.founded(), await both.founded()
    for number in range(24):
        sent = factories.invitation(
            foreign if number % 7 == 0 else made,
            status=("pending", "accepted", "declined", "revoked")[number % 4],
            created_at=at(number),
            expires_at=at(number // 3),
        )
        await both.do("invitations", "add", sent)
    return await both.pair(
        schemas.ListInvitations, lambda at: partial(at.invitations().page, made.id)
    )


async def users(both: Twins) -> Pair:
    ours = uuid4().hex
    for number in range(len(NAMES)):
        status = ("active", "suspended", "pending_deletion")[number % 3]
        user = factories.user(
            email=f"{ours}-{number // 2}-{number}@example.com",
            display_name=name(number),
            email_verified_at=maybe(number),
            status=status,
            deletes_at=NOW if status == "pending_deletion" else None,
            mfa_enabled=number % 2 == 0,
            created_at=at(number),
        )
        await both.do("users", "add", user)
    return await both.pair(
        schemas.ListUsers,
        lambda at: partial(at.users().page, email=ours.upper()),
        schemas.UserView.of,
    )


async def organizations(both: Twins) -> Pair:
    ours = uuid4().hex[:20]
    for number in range(len(NAMES)):
        made = factories.organization(
            name=name(number) or "-", slug=f"{ours}-{number}", created_at=at(number),
        )  # fmt: skip
        owner = factories.user()
        await both.do("users", "add", owner)
        await both.do("organizations", "add", made, factories.membership(made, owner, "owner"))
    return await both.pair(
        schemas.ListOrganizations,
        lambda at: at.organizations().page,
        always=("slug", "starts_with", ours),
    )


async def of_user(both: Twins) -> Pair:
    user = factories.user()
    await both.do("users", "add", user)
    for number in range(16):
        made, owner = await both.founded(), factories.membership
        role = ("admin", "member", "viewer")[number % 3]
        joins = owner(made, user, role)
        await both.do("memberships", "add", joins)
    return await both.pair(
        schemas.ListMyOrganizations, lambda at: partial(at.organizations().of_user, user.id)
    )


async def keys(both: Twins) -> Pair:
    made, user = await both.founded(), factories.user()
    await both.do("users", "add", user)
    for number in range(len(NAMES)):
        key = factories.api_key(
            made,
            **({"user_id": user.id} if number % 3 else {"role": "admin"}),
            name=name(number) or "-",
            scopes=(["members:read"], ["members:read", "audit:read"], ["a", "b"])[number % 3],
            created_at=at(number),
            expires_at=maybe(number),
            last_used_at=maybe(number + 1),
        )
        await both.do("api_keys", "add", key)
    return await both.pair(
        api_keys.ListApiKeys,
        lambda at: partial(at.api_keys().page, made.id),
        api_keys.ApiKeyView.of,
    )


async def passkeys(both: Twins) -> Pair:
    user = factories.user()
    await both.do("users", "add", user)
    for number in range(len(NAMES)):
        made = factories.passkey(
            user, name=name(number) or "-", created_at=at(number), last_used_at=maybe(number)
        )
        await both.do("passkeys", "add", made)
    return await both.pair(
        passkeys_schemas.ListPasskeys,
        lambda at: partial(at.passkeys().page, user.id),
        passkeys_schemas.PasskeyView.of,
    )


async def objects(both: Twins) -> Pair:
    organization = await both.founded()
    place = factories.bucket(organization_id=organization.id)
    await both.do("buckets", "add", place)
    for number in range(len(NAMES)):
        made = factories.stored_object(
            place,
            filename=name(number) or "-",
            size=(number * 7) % 5,
            created_at=at(number),
            updated_at=at(number // 2),
            content_type=("text/plain", "image/png")[number % 2],
        )
        await both.do("objects", "admit", made, None)
    matching = ObjectFilter(statuses=("pending", "available"))
    return await both.pair(
        storage.ListObjects,
        lambda at: partial(at.objects().page, organization.id, matching),
        storage.ObjectView.of,
    )


async def _endpoint(both: Twins, made: models.Organization, number: int) -> Endpoint:
    endpoint = Endpoint(
        id=EndpointId(factories.new_id()),
        organization_id=made.id,
        url=f"https://example.com/{number % 4}",
        description=name(number) or "",
        topics=((), ("a.b",), ("a.b", "c"))[number % 3],
        secrets_box=b"box",
        enabled=number % 2 == 0,
        created_at=at(number),
    )
    judged = endpoint.evolve(
        failing_since=maybe(number), disabled_because=("gone", "failing", None)[number % 3]
    )
    await both.do("webhook_endpoints", "add", endpoint, most=100)
    await both.do("webhook_endpoints", "judge", judged)
    return endpoint


async def endpoints(both: Twins) -> Pair:
    made = await both.founded()
    for number in range(16):
        await _endpoint(both, made, number)
    return await both.pair(
        webhooks.ListEndpoints,
        lambda at: partial(at.webhook_endpoints().page, made.id),
        webhooks.EndpointView.of,
    )


async def deliveries(both: Twins) -> Pair:
    made = await both.founded()
    endpoint = await _endpoint(both, made, 0)
    for number in range(20):
        sent = delivery(
            endpoint,
            topic=f"a.{number % 3}",
            status=("pending", "delivered", "failed")[number % 3],
            attempts=number % 4,
            due_at=at(number),
            created_at=at(number // 2),
        )
        settled = sent.evolve(
            settled_at=maybe(number), error=name(number), response_status=number % 3 or None
        )
        await both.do("deliveries", "add", sent)
        await both.do("deliveries", "settle", settled)
    return await both.pair(
        webhooks.DeliveriesPage,
        lambda at: partial(at.deliveries().page, made.id, endpoint.id),
        webhooks.DeliveryView.of,
    )


async def reports(both: Twins) -> Pair:
    made = await both.founded()
    for number in range(20):
        kept = report(
            made.id,
            title=(name(number) or "-").strip() or "-",
            chart=("line", "bar")[number % 2],
            created_at=at(number),
        )
        await both.do("reports", "add", kept, most=100)
    return await both.pair(
        stats.ListReports, lambda at: partial(at.reports().page, made.id), stats.ReportView.of
    )


async def dashboards(both: Twins) -> Pair:
    made = await both.founded()
    for number in range(20):
        kept = dashboard(made.id, title=(name(number) or "-").strip() or "-", updated_at=at(number))
        await both.do("dashboards", "add", kept, most=100)
    return await both.pair(
        stats.ListDashboards,
        lambda at: partial(at.dashboards().page, made.id),
        stats.DashboardView.of,
    )


async def invoices(both: Twins) -> Pair:
    made = await both.founded()
    for number in range(20):
        bill = invoice(
            status=("draft", "open", "paid")[number % 3],
            number=f"A-{number // 2}" if number % 4 else None,
            total=number % 5 * 100,
            created_at=at(number),
            due_at=maybe(number),
            paid_at=maybe(number + 1),
        )
        kept = MirroredInvoice(organization_id=made.id, invoice=bill, fetched_at=NOW)
        await both.do("invoice_mirror", "put", [kept])
    return await both.pair(
        billing.ListInvoices,
        lambda at: partial(at.invoice_mirror().page, made.id),
        lambda row: billing.InvoiceView.of(row.invoice),
    )


async def events(both: Twins) -> Pair:
    customer = f"cus_{uuid4().hex}"
    for number in range(20):
        event = arrived(
            customer_id=customer,
            status=("pending", "processed", "ignored", "dead")[number % 4],
            attempts=number % 3,
            error=name(number),
            received_at=at(number),
            processed_at=maybe(number),
        )
        await both.do("inbox", "add", event)
    return await both.pair(
        billing.ListEvents,
        lambda at: partial(at.inbox().page, None),
        billing.EventView.of,
        always=("customer_id", "eq", customer),
    )


async def commands(both: Twins) -> Pair:
    made = await both.founded()
    for number in range(20):
        given = command(
            made.id,
            status=("pending", "done", "failed")[number % 3],
            attempt=number % 4,
            error=name(number),
            created_at=at(number),
        )
        await both.do("commands", "add", given)
    return await both.pair(
        billing.ListCommands,
        lambda at: partial(at.commands().page, None),
        billing.CommandView.of,
        always=("organization_id", "eq", str(made.id)),
    )


async def flags(both: Twins) -> Pair:
    made, foreign = await both.founded(), await both.founded()
    for number in range(len(NAMES)):
        kept = flag(
            (foreign if number % 7 == 0 else made).id,
            key=f"flag-{number % 10}-{number}",
            title=name(number),
            enabled=number % 2 == 0,
            version=number % 4 + 1,
            created_at=at(number),
            updated_at=at(number // 3),
        )
        await both.do("flags", "add", kept, most=99)
    return await both.pair(
        flags_schemas.ListFlags,
        lambda at: partial(at.flags().page, made.id),
        flags_schemas.FlagView.of,
    )


async def collections(both: Twins) -> Pair:
    made, foreign = await both.founded(), await both.founded()
    for number in range(len(NAMES)):
        kept = nouns.collection(
            nouns.field("text", "name"),
            organization_id=(foreign if number % 7 == 0 else made).id,
            key=f"noun_{number % 10}_{number}",
            title=f"Noun {number % 4}",
            description=f".{told}" if (told := name(number)) is not None else None,
            state=("ready", "migrating")[number % 2],
            created_at=at(number),
            updated_at=at(number // 3),
        )
        await both.do("collections", "add", kept, most=99)
    return await both.pair(
        collections_schemas.ListCollections,
        lambda at: partial(at.collections().page, made.id),
        collections_schemas.CollectionView.of,
        always=("shared", "eq", "false"),  # the database knows others that all share
    )


SEEDS: dict[str, Callable[[Twins], Awaitable[Pair]]] = {
    "members": members,
    "invitations": invitations,
    "users": users,
    "organizations": organizations,
    "one's own organizations": of_user,
    "api keys": keys,
    "passkeys": passkeys,
    "objects": objects,
    "webhook endpoints": endpoints,
    "deliveries": deliveries,
    "reports": reports,
    "dashboards": dashboards,
    "invoices": invoices,
    "billing events": events,
    "billing commands": commands,
    "flags": flags,
    "collections": collections,
}
