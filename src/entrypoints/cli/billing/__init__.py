"""Plans, payments and what they include, at a terminal."""

import typer

from entrypoints.cli.billing import catalog, events, organizations, plane, provider

app = typer.Typer(help="Plans, payments and what they include.", no_args_is_help=True)
app.add_typer(catalog.app, name="catalog")
app.add_typer(events.app, name="events")
app.add_typer(provider.webhooks, name="webhooks")
app.add_typer(provider.clock, name="clock")
organizations.add_to(app)
plane.add_to(app)

__all__ = ("app",)
