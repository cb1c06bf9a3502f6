"""What is sold, as a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from entrypoints.cli.billing.live import Live, check
from entrypoints.cli.running import WRONG_USAGE, confirm, end, use
from entrypoints.cli.showing import Json, Yes, as_json, details, examples

if TYPE_CHECKING:
    from core.billing.catalogue import Catalogue

app = typer.Typer(help="What is sold: plans, prices and features, as a file.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A catalogue in YAML.")]

EXAMPLE: Final = """\
# What is sold. `core-api billing catalog diff` says what applying it would change.
free: free          # the plan of whoever pays for none

plans:
  - key: free
    name: Free
    features:
      projects: {type: limit, most: 3}

  - key: team
    name: Team
    rank: 10          # a higher rank is an upgrade
    trial_days: 14    # once for each organization
    prices:           # in the smallest unit of the currency; who pays by an older amount keeps it
      - {lookup_key: team_monthly, amount: 1200, currency: eur}
      - {lookup_key: team_yearly, amount: 12000, currency: eur, interval: year}
    features:
      projects: {type: limit, most: 50}
      sso: {type: boolean}
      support: {type: config, value: email}
"""


@app.command("example", epilog=examples("billing catalog example > billing.yaml"))
def example() -> None:
    """Print a catalogue to begin with."""
    typer.echo(EXAMPLE, nl=False)


@app.command("diff", epilog=examples("billing catalog diff billing.yaml"))
def diff(file: File, *, json: Json = False) -> None:
    """Say what applying a file would change; nothing is."""
    details(_applied(file, dry_run=True), json=json)


@app.command("apply", epilog=examples("billing catalog apply billing.yaml --yes"))
def apply(file: File, *, yes: Yes = False, live: Live = False, json: Json = False) -> None:
    """Sell what a file says from now on. Prices that are new are made at the provider.

    Nothing is deleted: who pays by an older price goes on doing so.
    """
    check(live=live)
    confirm(f"Sell what {file} says?", yes=yes)
    details(_applied(file, dry_run=False), json=json)


@app.command("pull", epilog=examples("billing catalog pull > billing.yaml"))
def pull(*, json: Json = False) -> None:
    """Print what is sold right now, as a file that can be applied."""
    import yaml

    from core.billing import schemas, service
    from core.billing.catalogue import Catalogue

    sold = use(service.GetCatalogue, schemas.ListPlans())
    if json:
        as_json(sold)
        return
    told: Catalogue = sold
    dumped = told.model_dump(mode="json", exclude_defaults=True)
    typer.echo(yaml.safe_dump(_typed(dumped, told), sort_keys=False, allow_unicode=True), nl=False)


def _typed(dumped: dict[str, Any], told: "Catalogue") -> dict[str, Any]:
    """Name the kind of each feature again: it is a default that a reader needs."""
    for plan, shown in zip(told.plans, dumped.get("plans", ()), strict=True):
        for key, feature in plan.features.items():
            given = feature.model_dump(mode="json", exclude_defaults=True)
            shown["features"][key] = {"type": feature.type} | given
    return dumped


def _applied(file: Path, *, dry_run: bool) -> Any:
    from core.billing import schemas, service

    catalogue = _read(file)
    return use(service.ApplyCatalogue, schemas.ApplyCatalogue(catalogue=catalogue, dry_run=dry_run))


def _read(file: Path) -> "Catalogue":
    import yaml

    from core.billing.catalogue import Catalogue

    try:
        told = yaml.safe_load(file.read_text())
    except OSError as error:
        end(WRONG_USAGE, f"{file} can't be read: {error.strerror}.")
    except yaml.YAMLError as error:
        end(WRONG_USAGE, f"{file} is no YAML: {error}")
    return Catalogue.model_validate(told)
