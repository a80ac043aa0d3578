"""Measures cases in turn, A B C A B C …, and prints medians and ranges as Markdown."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

#: What one run of a case found, by the name of the figure.
Figures = Mapping[str, float]
Case = Callable[[], Figures]
#: Each case by name with its figures, one for each round.
Rounds = Mapping[str, Sequence[Figures]]

#: Size of a block that is written and synced to measure how fast the disk confirms.
BLOCK: Final = bytes(4096)


def in_turn(cases: Mapping[str, Case], rounds: int) -> Rounds:
    """Run every case once, then every case again: what disturbs the machine disturbs all of them."""
    found: dict[str, list[Figures]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            found[name].append(case())
    return found


def ratios(rounds: Rounds, figure: str, case: str, baseline: str) -> list[float]:
    """A figure of a case over the baseline's of the same round."""
    pairs = zip(rounds[case], rounds[baseline], strict=True)
    return [mine[figure] / theirs[figure] for mine, theirs in pairs]


def values(rounds: Rounds, figure: str, case: str) -> list[float]:
    """A figure of a case, one for each round."""
    return [figures[figure] for figures in rounds[case]]


def spread(numbers: Sequence[float]) -> str:
    """The median, and the least and the greatest."""
    return f"{_format(statistics.median(numbers))} ({_format(min(numbers))} to {_format(max(numbers))})"


def _format(number: float) -> str:
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.2g}" if 0 < abs(number) < 1 else f"{number:.3g}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cases_table(rounds: Rounds, figures: Sequence[str]) -> str:
    """A row for each case with the spread of its figures; a case without a figure leaves its place empty."""
    rows = [
        [name, *(spread(values(rounds, figure, name)) if figure in several[0] else "" for figure in figures)]
        for name, several in rounds.items()
    ]
    return table(["", *figures], rows)


def goals_table(goals: Iterable[tuple[str, Sequence[float], str, Callable[[float], bool]]]) -> str:
    """A row for each goal: what is compared, its spread, the goal, and whether the median meets it."""
    rows = [
        [name, spread(numbers), goal, "yes" if meets(statistics.median(numbers)) else "no"]
        for name, numbers, goal, meets in goals
    ]
    return table(["ratio", "median (least to greatest)", "goal", "met"], rows)


def machine() -> str:
    """The machine in one line."""
    model = next(_lines_after(Path("/proc/cpuinfo"), "model name"), platform.machine())
    memory = int(next(_lines_after(Path("/proc/meminfo"), "MemTotal"), "0 kB").split()[0]) / 2**20
    cores = os.cpu_count()
    return (
        f"{cores} cores of {model}, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


def print_pages(
    description: str | None,
    compare: Callable[[Path, int, int], Rounds],
    report: Callable[[Rounds], str],
    calls: int,
) -> None:
    """Measure pages and print the report; the command line says in how many rounds and with how many `calls` of each page."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--rounds", type=int, default=9, help="rounds; the medians are over them")
    options.add_argument("--calls", type=int, default=calls, help="requests of each page in a round")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{machine()}\n\n{report(compare(Path(folder), chosen.rounds, chosen.calls))}")


def _lines_after(file: Path, name: str) -> Iterator[str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return (line.partition(":")[2].strip() for line in lines if line.startswith(name))


def sync_rate(folder: Path, seconds: float = 1.0) -> float:
    """How often a second the disk of a folder confirms 4 KiB appended to a file."""
    file = folder / "sync"
    count, end = 0, time.perf_counter() + seconds
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    while time.perf_counter() < end:
        os.write(descriptor, BLOCK)
        os.fsync(descriptor)
        count += 1
    os.close(descriptor)
    file.unlink()
    return count / seconds


def processor_seconds(process: int) -> float:
    """Processor time that a process has used so far, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """Processor time that everything on this machine has used so far."""
    fields = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:]
    user, nice, system, _idle, _waiting, interrupts, soft, *_ = map(int, fields)
    return (user + nice + system + interrupts + soft) / os.sysconf("SC_CLK_TCK")


def memory_of(process: int | str, mark: str = "VmHWM") -> float:
    """Mebibytes that a process holds (VmRSS) or held at its peak (VmHWM)."""
    return int(next(_lines_after(Path(f"/proc/{process}/status"), mark)).split()[0]) / 1024
