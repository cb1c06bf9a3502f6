"""What also runs by the clock, by hand."""

from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli.running import UNAVAILABLE, confirm, end, operator, run, use
from entrypoints.cli.showing import Json, Yes, details, examples, table

if TYPE_CHECKING:
    from bootstrap import Application

orphans = typer.Typer(help="Bytes without a file, and files without bytes.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.command("gc", epilog=examples("storage gc"))(collect)
    app.add_typer(orphans, name="orphans")
    app.command("apply-bucket-config", epilog=examples("storage apply-bucket-config --yes"))(
        apply_bucket_config
    )
    app.command("doctor", epilog=examples("storage doctor", "storage doctor --strict"))(doctor)


def collect() -> None:
    """Expire uploads, purge what was deleted, forget parts that nobody completed."""
    from core.storage import schemas, service

    async def work(app: "Application") -> tuple[int, int, int]:
        actor = operator()
        return (
            await app.use(service.ExpireUploads)(schemas.ExpireUploads(), actor),
            await app.use(service.PurgeObjects)(schemas.PurgeObjects(), actor),
            await app.use(service.AbortStaleMultiparts)(schemas.AbortStaleMultiparts(), actor),
        )

    expired, purged, aborted = run(work)
    typer.echo(f"{expired} uploads expired, {purged} files purged, {aborted} multiparts aborted.")


@orphans.command(
    "scan", epilog=examples("storage orphans scan", "storage orphans scan --delete --yes")
)
def scan(
    *,
    delete: Annotated[
        bool, typer.Option("--delete", help="Remove bytes that are nobody's for a day.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Compare what lies in the store with what should; nothing is removed unless you say so."""
    from core.storage import schemas, service

    if delete:
        confirm("Remove all bytes that no file has?", yes=yes)
    details(use(service.ReconcileOrphans, schemas.ReconcileOrphans(delete=delete)), json=json)


def apply_bucket_config(*, yes: Yes = False, json: Json = False) -> None:
    """Tell the bucket once whom it lets in and what it throws away; other rules of it stay.

    Browsers of CORS_ORIGINS, parts that nobody completes, no public access, one owner, TLS alone.
    """
    from core.storage import schemas, service

    confirm("Change the rules of the bucket?", yes=yes)
    found = use(service.ApplyStoreRules, schemas.ApplyStoreRules())
    if not found and not json:
        typer.echo("Files are on this machine's disk: there is no bucket to tell anything.")
        return
    table(found, ("name", "state", "means"), json=json)
    if any(rule.state == "missing" for rule in found):
        end(UNAVAILABLE, "The bucket does not keep what it was told.")


def doctor(
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count too.")] = False,
    json: Json = False,
) -> None:
    """Try out whether the store keeps the rules that we rely on; exits with 3 if it does not.

    It sends requests that must be taken and requests that must be refused, as anybody could, to
    keys of its own, and removes what it made. With files on disk the service must be running.
    """
    from core.storage import schemas, service

    found = use(service.ExamineStore, schemas.ExamineStore())
    table(found, ("level", "about", "sentence"), json=json)
    bad = {"fail", "warn"} if strict else {"fail"}
    if any(finding.level in bad for finding in found):
        end(UNAVAILABLE, "The store is not fit for files as it is.")
