"""`core-api`: the service and everything an operator does with it, at a terminal.

Exit codes: 0 done, 1 refused by a rule, 2 wrong usage, 3 something we lean on is not there.
"""

import typer

from entrypoints.cli import accounts, db, demo, jobs, mails, serving, upkeep

app = typer.Typer(
    name="core-api",
    help="One service with a product's whole backend core.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serving.serve)
app.command("worker")(serving.worker)
app.command("healthcheck")(serving.healthcheck)
app.command("doctor")(upkeep.doctor)
app.command("openapi")(upkeep.openapi)
app.command("demo")(demo.demo)
app.add_typer(db.app, name="db")
app.add_typer(accounts.app, name="accounts")
app.add_typer(mails.app, name="mails")
app.add_typer(jobs.app, name="jobs")
app.add_typer(upkeep.configuration, name="settings")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
