"""The installation at a glance, and its switches."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from entrypoints.cli.running import use
from entrypoints.cli.showing import Json, as_json, details, examples, grid

switches = typer.Typer(help="What is on or off for everybody.", no_args_is_help=True)


class Switch(StrEnum):
    """What there is to switch."""

    READ_ONLY = "read_only"
    SIGN_UPS = "sign_ups"


Name = Annotated[Switch, typer.Argument(metavar="SWITCH", help="read_only or sign_ups.")]
Reason = Annotated[
    str | None,
    typer.Option(help="Whoever is refused is told; read_only takes one.", show_default=False),
]


def overview(*, json: Json = False) -> None:
    """Show the installation at a glance: people, money, files, events, jobs and webhooks."""
    from core.management.operations import service

    found = use(service.GetPlatformOverview, None)
    if json:
        as_json(found)
    else:
        grid(("what", "how many"), _flat(found.model_dump(exclude={"at"})))


def _flat(told: dict[str, Any], place: str = "") -> Iterator[tuple[str, object]]:
    for key, value in told.items():
        name = f"{place}{key}".replace("_", " ")
        if isinstance(value, dict):
            yield from _flat(value, f"{name}: ")
        else:
            yield name, value


@switches.command("list", epilog=examples("switches list", "switches list --json"))
def list_switches(*, json: Json = False) -> None:
    """List the switches, how they stand, and why."""
    from core.management.switches import service

    found = use(service.ListSwitches, None).items
    if json:
        as_json(found)
    else:
        rows = [(one.name, one.on, one.reason, one.changed_at, one.about) for one in found]
        grid(("name", "on", "reason", "changed_at", "about"), rows)


@switches.command(
    "on",
    epilog=examples(
        'switches on read_only --reason "We move to a larger database until 14:00 UTC."',
        "switches on sign_ups",
    ),
)
def on(name: Name, reason: Reason = None, *, json: Json = False) -> None:
    """Turn something on for everybody, within seconds."""
    _set(name, reason, on=True, json=json)


@switches.command(
    "off",
    epilog=examples("switches off read_only", 'switches off sign_ups --reason "We are full."'),
)
def off(name: Name, reason: Reason = None, *, json: Json = False) -> None:
    """Turn something off for everybody, within seconds."""
    _set(name, reason, on=False, json=json)


def _set(name: Switch, reason: str | None, *, on: bool, json: bool) -> None:
    from core.management.switches import schemas, service

    told = {"name": name.value, "on": on, "reason": reason}
    details(use(service.SetSwitch, schemas.SetSwitch.model_validate(told)), json=json)
