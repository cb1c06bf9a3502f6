"""People and organizations, as an operator sees them."""

import typer

app = typer.Typer(help="People, organizations and keys.", no_args_is_help=True)
