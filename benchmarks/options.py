"""How a measurement was asked for."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.reference.app import Manner


@dataclass(frozen=True, slots=True)
class Options:
    names: list[str]
    rounds: int = 5
    seconds: float = 3.0
    concurrency: int = 16
    events: int = 1_000_000
    json: Path | None = None
    service: Literal["core-api", "reference"] = "core-api"
    reference: Manner = "folded"

    @property
    def side(self) -> str:
        """What the service's side is called, also where the reference plays it."""
        return self.service if self.service == "core-api" else "reference again"


def parse(arguments: Sequence[str] | None, known: dict[str, str]) -> Options:
    """Read the command line; `known` are the benchmarks there are, and what each measures."""
    listing = "\n".join(f"  {name:14} {what}" for name, what in known.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures Core API beside the reference app, in rounds that take turns.",
        epilog=f"benchmarks:\n{listing}\n  all{'':12}every one of them",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="benchmark", help="default: the workloads")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each run in a round")
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--events", type=int, default=1_000_000, help="that `questions` reads")
    parser.add_argument("--json", type=Path, help="write everything measured into this file")
    parser.add_argument(
        "--service",
        choices=("core-api", "reference"),
        default="core-api",
        help="`reference` measures the reference against itself: the noise of this machine",
    )
    parser.add_argument(
        "--reference",
        choices=("plain", "folded", "lean"),
        default="folded",
        help="two statements a request; one, as the bars are set; one and a token cache",
    )
    options = Options(**vars(parser.parse_args(arguments)))
    unknown = set(options.names) - set(known) - {"all"}
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return options
