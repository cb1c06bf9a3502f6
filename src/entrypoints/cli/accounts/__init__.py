"""People, organizations and keys: the use cases of the accounts module at a terminal."""

import typer

from entrypoints.cli.accounts import api_keys, journey, keys, organizations, people, roles

app = typer.Typer(help="People, organizations, keys and the audit log.", no_args_is_help=True)
journey.add_to(app)
people.add_to(app)
organizations.add_to(app)
keys.add_to(app)
roles.add_to(app)
api_keys.add_to(app)
