from typing import Annotated

import typer

from entrypoints.cli.running import WRONG_USAGE, end, environment

Live = Annotated[bool, typer.Option("--live", help="Do it though real money moves.")]


def check(*, live: bool) -> None:
    """Refuse to change anything by a key that moves real money, unless that was said."""
    if environment().live and not live:
        end(WRONG_USAGE, "The key moves real money: say --live if that is what you mean.")
