"""People, organizations and keys: the use cases of the accounts module at a terminal."""

import typer

from entrypoints.cli.accounts import (
    impersonation,
    journey,
    keys,
    organizations,
    people,
    privacy,
)

app = typer.Typer(help="People, organizations, keys and the audit log.", no_args_is_help=True)
privacy.add_to(people.users, keys.maintenance)
impersonation.add_to(people.users)
journey.add_to(app)
people.add_to(app)
organizations.add_to(app)
keys.add_to(app)
