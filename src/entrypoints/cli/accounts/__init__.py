"""People, organizations and keys: the use cases of the accounts module at a terminal."""

import typer

from entrypoints.cli.accounts import journey, keys, organizations, passkeys, people

app = typer.Typer(help="People, organizations, keys and the audit log.", no_args_is_help=True)
journey.add_to(app)
people.add_to(app)
organizations.add_to(app)
keys.add_to(app)
app.add_typer(passkeys.app, name="passkeys")
