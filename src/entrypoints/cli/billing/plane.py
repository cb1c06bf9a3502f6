"""What keeps payments going: looking, refunding, linking, finishing."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.billing.live import Live, check
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import UNAVAILABLE, confirm, end, operator, run, use
from entrypoints.cli.showing import (
    Json,
    Org,
    Yes,
    as_json,
    details,
    examples,
    grid,
    table,
)

if TYPE_CHECKING:
    from bootstrap import Application

commands = typer.Typer(help="What was asked of the payment provider.", no_args_is_help=True)
customers = typer.Typer(help="Whom the payment provider charges.", no_args_is_help=True)
seats = typer.Typer(help="For how many people organizations pay.", no_args_is_help=True)
usage = typer.Typer(help="What is paid for by usage.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.command("doctor", epilog=examples("billing doctor", "billing doctor --strict"))(doctor)
    app.command("mrr", epilog=examples("billing mrr", "billing mrr --days 90 --json"))(mrr)
    app.command("refund", epilog=examples("billing refund engines in_1Q2w3E --amount 500"))(refund)
    app.add_typer(commands, name="commands")
    app.add_typer(customers, name="customers")
    app.add_typer(seats, name="seats")
    app.add_typer(usage, name="usage")


def doctor(
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count too.")] = False,
    json: Json = False,
) -> None:
    """Look whether money can come in as it should; exits with 3 if it can't.

    Compares prices, webhooks and subscriptions at the provider with what is known here, and looks
    for what was left lying.
    """
    from core.billing import schemas, service

    found = use(service.ExamineBilling, schemas.ExamineBilling())
    table(found, ("level", "about", "sentence"), json=json)
    bad = {"fail", "warn"} if strict else {"fail"}
    if any(one.level in bad for one in found):
        end(UNAVAILABLE, "Something has to be looked at.")


def mrr(
    days: Annotated[int, typer.Option(min=1, max=3650, help="For so long what moved.")] = 30,
    *,
    json: Json = False,
) -> None:
    """Show what all organizations pay a month, how many pay, and what moved that lately.

    As JSON all amounts are in the smallest unit of their currency.
    """
    from core.billing import schemas, service
    from core.billing.money import decimal

    found = use(service.GetRevenue, schemas.GetRevenue(days=days))
    if json:
        as_json(found)
        return
    moved = ("new", "expansion", "contraction", "churn", "reactivation")
    rows = [
        [
            one.currency.upper(),
            one.organizations,
            *(decimal(getattr(one, name), one.currency) for name in ("mrr", *moved)),
        ]
        for one in found
    ]
    grid(("currency", "organizations", "mrr", *moved), rows)


def refund(
    organization: Org,
    invoice: Annotated[str, typer.Argument(metavar="INVOICE", help="Its id at the provider.")],
    amount: Annotated[
        int | None, typer.Option(min=1, help="In the smallest unit; left out: all that is left.")
    ] = None,
    reason: Annotated[
        str, typer.Option(help="`requested_by_customer`, `duplicate` or `fraudulent`.")
    ] = "requested_by_customer",
    *,
    yes: Yes = False,
    live: Live = False,
    json: Json = False,
) -> None:
    """Give back what was paid for an invoice, or a part of it."""
    from core.billing import schemas, service

    check(live=live)
    confirm(f"Give back {amount or 'all that is left'} of {invoice}?", yes=yes)

    async def work(app: "Application") -> Any:
        found = await finding.organization(app, organization)
        asked = schemas.RefundInvoice.model_validate(
            {
                "organization_id": found.id,
                "invoice_id": invoice,
                "amount": amount,
                "reason": reason,
            }
        )
        return await app.use(service.RefundInvoice)(schemas.Ordered(asked=asked), operator())

    details(run(work), json=json)


@commands.command("list", epilog=examples("billing commands list --status pending"))
@listing()
def list_commands(
    asked: Asked,
    status: Annotated[str | None, typer.Option(help="`pending`, `done` or `failed`.")] = None,
) -> None:
    """List what was asked of the provider, the newest first, and what became of it."""
    from core.billing import schemas, service

    page = use(service.ListCommands, asked.of(schemas.ListCommands, status=status))
    asked.show(page, ("id", "organization_id", "kind", "status", "attempt", "error", "created_at"))


@commands.command("resume", epilog=examples("billing commands resume"))
def resume(*, live: Live = False) -> None:
    """Finish what a process died over; it also runs by the clock."""
    from core.billing import schemas, service

    check(live=live)
    found = use(service.ResumeCommands, schemas.ResumeCommands())
    typer.echo(f"{found} were not finished.")


@customers.command("link", epilog=examples("billing customers link engines cus_Q1w2E3"))
def link(
    organization: Org,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="At the provider.")],
    *,
    json: Json = False,
) -> None:
    """Have an organization pay as a customer who is at the provider already."""
    from core.billing import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.organization(app, organization)
        command = schemas.LinkCustomer(organization_id=found.id, customer_id=customer)
        return await app.use(service.LinkCustomer)(command, operator())

    details(run(work), json=json)


@seats.command("sync", epilog=examples("billing seats sync engines"))
def sync_seats(organization: Org, *, live: Live = False) -> None:
    """Pay for as many seats as there are members; it also follows by itself, a minute later."""
    from core.billing import schemas, service

    check(live=live)

    async def work(app: "Application") -> bool:
        found = await finding.organization(app, organization)
        command = schemas.SyncSeats(organization_id=found.id)
        return await app.use(service.SyncSeats)(command, operator())

    changed = run(work)
    typer.echo("The bill follows." if changed else "They were as many as the members.")


@usage.command("flush", epilog=examples("billing usage flush"))
def flush(*, live: Live = False) -> None:
    """Put what was used until the last full hour on the bills; it also runs by the clock."""
    from core.billing import schemas, service

    check(live=live)
    told = use(service.ReportUsage, schemas.ReportUsage())
    typer.echo(f"{told} hours were reported.")
