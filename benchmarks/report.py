"""Shows what was found, beside the bar, and writes it down."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.findings import Finding
from benchmarks.options import Options
from benchmarks.samples import Sample

COLOURS = {"kept": "green", "MISSED": "bold red", "INVALID": "bold red", "no bar": "dim"}
WIDTH = 150
TELLING = ("fastapi", "uvicorn", "psycopg", "pydantic")


def show(findings: Sequence[Finding], options: Options) -> None:
    """Print every side's own figures, then every figure that has a bar, then what was missed."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(_sides(findings, options))
    console.print(_verdicts(findings))
    for finding in findings:
        if finding.failures:
            console.print(f"[red]{finding.name}: wrong answers[/red] {finding.failures}")
    missed = [finding.name for finding in findings if finding.verdict in {"MISSED", "INVALID"}]
    if missed:
        console.print(f"[bold red]{len(missed)} of {len(findings)} missed:[/] {', '.join(missed)}")
    else:
        console.print("[green]Every bar kept.[/green]")


def write(findings: Sequence[Finding], options: Options, file: Path) -> None:
    content = {
        "machine": machine(),
        "options": asdict(options) | {"json": str(file)},
        "findings": [
            asdict(finding) | {"median": finding.median, "verdict": finding.verdict}
            for finding in findings
        ],
    }
    file.write_text(json.dumps(content, indent=2) + "\n")


def machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.process_cpu_count(),
        "load": os.getloadavg()[0],
        "kernel": platform.release(),
        "python": platform.python_version(),
        **{name: version(name) for name in TELLING},
    }


def _sides(findings: Sequence[Finding], options: Options) -> Table:
    facts = machine()
    title = (
        f"{options.rounds} rounds of {options.seconds:g} s on {facts['cores']} cores"
        f" (load {facts['load']:.1f}), Python {facts['python']}; medians"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("benchmark")
    table.add_column("side")
    for heading in ("CPU us", "requests/s", "p50 ms", "p99 ms", "RSS MB", "idle", "client"):
        table.add_column(heading, justify="right")
    for finding in findings:
        for side, samples in finding.sides.items():
            table.add_row(finding.name, side, *_medians(samples))
        if finding.sides:
            table.add_section()
    return table


def _medians(samples: Sequence[Sample]) -> list[str]:
    def of(name: str) -> float:
        return median(float(getattr(sample, name)) for sample in samples)

    return [
        f"{of('cpu_us'):,.0f}" if of("cpu_us") else "-",
        f"{of('per_second'):,.0f}",
        f"{of('p50_ms'):.1f}",
        f"{of('p99_ms'):.1f}",
        f"{of('rss_mb'):.0f}" if of("rss_mb") else "-",
        f"{of('idle_share'):.0%}",
        f"{of('generator_share'):.0%}",
    ]


def _verdicts(findings: Sequence[Finding]) -> Table:
    table = Table(title="Against the bar: median (lowest - highest round)", title_justify="left")
    table.add_column("benchmark")
    table.add_column("what")
    for heading in ("measured", "spread", "bar"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    table.add_column("note")
    for finding in findings:
        low, high = min(finding.values, default=0), max(finding.values, default=0)
        colour = COLOURS[finding.verdict]
        table.add_row(
            finding.name,
            finding.what,
            f"{finding.median:.2f} {finding.unit}".strip() if finding.values else "-",
            f"{low:.2f} - {high:.2f}" if finding.values else "-",
            _bar(finding),
            f"[{colour}]{finding.verdict}[/]",
            finding.note,
        )
    return table


def _bar(finding: Finding) -> str:
    if finding.bar is None:
        return "-"
    sign = ">=" if finding.bar.at_least else "<="
    return f"{sign} {finding.bar.limit:g} {finding.unit}".strip()
