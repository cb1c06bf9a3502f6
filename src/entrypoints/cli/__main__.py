"""`core-api`: the service and everything an operator does with it, at a terminal.

Exit codes: 0 done, 1 refused by a rule, 2 wrong usage, 3 something we lean on is not there.
"""

import gc
import os
import signal
import sys
from typing import Final

import typer

from entrypoints.cli import (
    accounts,
    billing,
    db,
    demo,
    flags,
    jobs,
    mails,
    serving,
    stats,
    storage,
    upkeep,
    webhooks,
)
from entrypoints.cli.management import collections, operations, records, settings
from entrypoints.cli.running import guarded
from entrypoints.cli.showing import examples

app = typer.Typer(
    name="core-api",
    help="One service with a product's whole backend core.\n\n"
    "Settings come from CORE_... variables, then from a file .env."
    " Exit codes: 0 done, 1 refused by a rule, 2 wrong usage, 3 something it leans on is away.",
    epilog=examples("serve", "accounts create-admin ada@example.com", "doctor"),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # which takes 0.3 s to load
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve", epilog=examples("serve", "serve --host 0.0.0.0 --port 80 --workers 2"))(
    serving.serve
)
app.command("worker", epilog=examples("worker", "worker --port 8001"))(serving.worker)
app.command("healthcheck", epilog=examples("healthcheck --url http://127.0.0.1:8000/readyz"))(
    serving.healthcheck
)
app.command("doctor", epilog=examples("doctor", "doctor --strict --json"))(upkeep.doctor)
app.command("openapi", epilog=examples("openapi > openapi.json"))(upkeep.openapi)
app.command("overview", epilog=examples("overview", "overview --json"))(operations.overview)
app.command("demo", epilog=examples("demo"))(demo.demo)
app.add_typer(db.app, name="db")
app.add_typer(accounts.app, name="accounts")
app.add_typer(storage.app, name="storage")
app.add_typer(billing.app, name="billing")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(stats.app, name="stats")
app.add_typer(flags.app, name="flags")
app.add_typer(collections.app, name="collections")
app.add_typer(records.app, name="records")
app.add_typer(mails.app, name="mails")
app.add_typer(jobs.app, name="jobs")
app.add_typer(operations.switches, name="switches")
settings.add_to(upkeep.configuration)
app.add_typer(upkeep.configuration, name="settings")

COMMAND: Final = typer.main.get_command(app)

OBJECTS: Final = 50_000
"""How many are made until it is worth looking for garbage: half a million are loaded, and stay."""


def main() -> None:
    gc.set_threshold(OBJECTS)
    if os.getpid() == 1:  # of a container, where a signal ends nobody who does not handle it
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        guarded(COMMAND)
    except typer.Exit as stop:  # of `guarded`; the command's own become SystemExit
        sys.exit(stop.exit_code)


if __name__ == "__main__":
    main()
