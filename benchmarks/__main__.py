"""`python -m benchmarks [benchmark ...]`: measures, reports, and never fails for a slow machine."""

from collections.abc import Callable
from functools import partial
from subprocess import SubprocessError

from httpx import HTTPError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks import (
    duel,
    flags,
    growth,
    instructions,
    login_interference,
    login_timing,
    options,
    overload,
    report,
    routing,
    soak,
    startup,
    tracing,
    workers,
    world,
)
from benchmarks.billing import intake
from benchmarks.findings import Finding
from benchmarks.management import records
from benchmarks.options import Options
from benchmarks.stats import asking, taking
from benchmarks.storage import admission, announcing, passing_through
from benchmarks.workloads import accounts
from benchmarks.workloads.workload import Workload
from benchmarks.world import World

UNMEASURABLE = (RuntimeError, OSError, SubprocessError, HTTPError)

type Benchmark = Callable[[World, Options], list[Finding]]


def _fight(workload: Workload, here: World, asked: Options) -> list[Finding]:
    return [duel.fight(workload, here, asked)]


WORKLOADS = {workload.name: workload for workload in accounts.WORKLOADS}
SCENES: dict[str, tuple[str, Benchmark]] = {
    "startup": ("start to /readyz, and memory when idle", startup.measure),
    "interference": ("reads while others log in", login_interference.measure),
    "login_timing": ("what the time of a login tells", login_timing.measure),
    "overload": (f"{overload.AT_ONCE} requests at once", overload.measure),
    "routing": ("first and last route", routing.measure),
    "growth": ("a page of many rows", growth.measure),
    "tracing": ("what spans cost", tracing.measure),
    "workers": ("two workers and one", workers.measure),
    "instructions": ("instructions a request, by valgrind", instructions.measure),
    "announcing": ("an upload, beside a signature and a token", announcing.measure),
    "passing_through": ("a large file through the service", passing_through.measure),
    "admission": ("many writers at a quota", admission.measure),
    "intake": ("a webhook, beside an authenticated create", intake.measure),
    "flags": (f"what {flags.FLAGS} flags say, beside an authenticated read", flags.measure),
    "batches": ("a thousand events a request, beside COPY", taking.batches),
    "imports": ("events of a file, beside COPY", taking.imports),
    "records": (f"pages of {records.MANY:,} records, beside the reference's", records.measure),
    "questions": ("numbers among millions of events", asking.measure),
    "soak": ("memory under load for long", soak.measure),
    "singles": (f"events of {taking.AT_ONCE} clients, together and each alone", taking.singles),
}
BENCHMARKS: dict[str, tuple[str, Benchmark]] = {
    name: (workload.what, partial(_fight, workload)) for name, workload in WORKLOADS.items()
} | SCENES


CORE_API_ALONE = {
    *("growth", "login_timing", "tracing", "workers", "instructions"),
    *("announcing", "passing_through", "admission", "intake", "batches", "imports", "singles"),
    *("questions", "soak", "records"),
    *("questions", "soak", "flags"),
}
"""What the reference app can't play: it has one worker, no telemetry, no memory adapters, nobody
to invite, nobody who registers, no files and no payments."""


def main() -> None:
    known = {name: what for name, (what, _) in BENCHMARKS.items()}
    asked = options.parse(None, known)
    names = list(BENCHMARKS) if "all" in asked.names else asked.names or list(WORKLOADS)
    if asked.service == "reference":
        names = [name for name in names if name not in CORE_API_ALONE]
    try:
        findings = _measure(names, asked)
    except UNMEASURABLE as error:
        raise SystemExit(f"nothing could be measured: {error}") from error
    report.show(findings, asked)
    if asked.json:
        report.write(findings, asked, asked.json)


def _measure(names: list[str], asked: Options) -> list[Finding]:
    findings: list[Finding] = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        Progress(*columns, console=Console(stderr=True), transient=True) as progress,
        world.opened(service=asked.service, manner=asked.reference) as here,
    ):
        task = progress.add_task("setting up", total=None)
        _ = here.service_tenant
        for number, name in enumerate(names, 1):
            progress.reset(task, description=f"{name} ({number} of {len(names)})")
            findings += _measured(name, here, asked)
    return findings


def _measured(name: str, here: World, asked: Options) -> list[Finding]:
    """Measure one; what can't be measured says why, and does not cost us the others."""
    try:
        return BENCHMARKS[name][1](here, asked)
    except UNMEASURABLE as error:
        return [Finding(name, BENCHMARKS[name][0], [], note=str(error))]


if __name__ == "__main__":
    main()
