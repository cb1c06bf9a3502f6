"""Files: the use cases of the storage module at a terminal."""

import typer

from entrypoints.cli.storage import buckets, objects, transfers, upkeep, uploads, usage

app = typer.Typer(help="Buckets, files and how much room they take.", no_args_is_help=True)
app.add_typer(buckets.app, name="buckets")
app.add_typer(objects.app, name="objects")
app.add_typer(uploads.app, name="uploads")
app.add_typer(usage.app, name="usage")
transfers.add_to(objects.app)
upkeep.add_to(app)

__all__ = ("app",)
