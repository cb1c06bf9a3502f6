"""What a server's processes used, read from /proc (Linux): CPU time and resident memory.

PostgreSQL is left out, also when it runs below the service, so that only the service's own work
counts. The kernel adds up run time to the nanosecond and shows it in ticks of 10 ms: a round of
three busy seconds is exact to half a percent.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
MICROSECONDS_A_TICK = 1_000_000 / os.sysconf("SC_CLK_TCK")


class Stat(NamedTuple):
    pid: int
    command: str
    parent: int
    ticks: int


def cpu_microseconds(root: int) -> float:
    """Return the user and system time of a process and its descendants until now."""
    return sum(stat.ticks for stat in tree(root)) * MICROSECONDS_A_TICK


def resident_megabytes(root: int) -> float:
    """Return the memory a process and its descendants hold; pages they share count for each."""
    return sum(_resident_kibibytes(stat.pid) for stat in tree(root)) / 1024


def tree(root: int) -> list[Stat]:
    """Return a process and its descendants, without PostgreSQL's."""
    children: defaultdict[int, list[Stat]] = defaultdict(list)
    found: list[Stat] = []
    for stat in _processes():
        children[stat.parent].append(stat)
        if stat.pid == root:
            found.append(stat)
    for stat in found:
        found += [child for child in children[stat.pid] if not child.command.startswith("postgres")]
    return found


def idle_share_since(before: tuple[int, int]) -> float:
    """Return the share of all cores' time that nobody used; `before` said `machine_ticks()`."""
    idle, total = machine_ticks()
    return (idle - before[0]) / max(1, total - before[1])


def machine_ticks() -> tuple[int, int]:
    """Return the idle and the whole time of all cores."""
    user, nice, system, idle, waiting, *rest = map(
        int, (PROC / "stat").read_text().splitlines()[0].split()[1:9]
    )
    return idle + waiting, user + nice + system + idle + waiting + sum(rest)


def _processes() -> Iterator[Stat]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                yield _stat((folder / "stat").read_text())
            except (FileNotFoundError, ProcessLookupError):
                continue


def _stat(line: str) -> Stat:
    pid, _, rest = line.partition(" (")
    command, _, rest = rest.rpartition(") ")
    fields = rest.split()
    return Stat(int(pid), command, int(fields[1]), int(fields[11]) + int(fields[12]))


def _resident_kibibytes(pid: int) -> int:
    try:
        status = (PROC / str(pid) / "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    rows = dict(row.split(":", 1) for row in status.splitlines() if ":" in row)
    return int(rows.get("VmRSS", "0").split()[0])
