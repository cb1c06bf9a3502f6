"""Events and numbers, at a terminal."""

import typer

from entrypoints.cli.stats import (
    alerts,
    asking,
    dashboards,
    demo,
    events,
    meters,
    partitions,
    reports,
)

app = typer.Typer(help="What happened, and the numbers of it.", no_args_is_help=True)
events.add_to(app)
asking.add_to(app)
demo.add_to(app)
app.add_typer(meters.app, name="meters")
app.add_typer(alerts.app, name="alerts")
app.add_typer(reports.app, name="reports")
app.add_typer(dashboards.app, name="dashboards")
app.add_typer(partitions.app, name="partitions")

__all__ = ("app",)
