"""People, organizations and keys: the use cases of the accounts module at a terminal."""

import typer

from entrypoints.cli.accounts import (
    api_keys,
    auditing,
    closing,
    domains,
    impersonation,
    journey,
    keys,
    organizations,
    passkeys,
    people,
    privacy,
    roles,
    signing_in,
    sso,
)

app = typer.Typer(help="People, organizations, keys and the audit log.", no_args_is_help=True)
privacy.add_to(people.users, keys.maintenance)
impersonation.add_to(people.users)
closing.add_to(organizations.orgs, keys.maintenance)
journey.add_to(app)
signing_in.add_to(app)
people.add_to(app)
organizations.add_to(app)
keys.add_to(app)
app.add_typer(auditing.audit, name="audit")
sso.add_to(app)
domains.add_to(app)
app.add_typer(passkeys.app, name="passkeys")
roles.add_to(app)
api_keys.add_to(app)
