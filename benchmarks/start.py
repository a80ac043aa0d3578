"""How long a second start takes until the first answer, against a Flask application that does nothing."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks import intake, measure

SURVEY: Final = "the survey"
EMPTY: Final = "an empty application"


def first_answer(command: list[str], folder: Path) -> measure.Figures:
    """Seconds from the call of Python to the first answer, and what it holds in memory then."""
    began = time.perf_counter()
    with intake.server(command, folder) as (process, _):
        return {
            "seconds": time.perf_counter() - began,
            "CPU seconds": measure.processor_seconds(process.pid),
            "MiB": measure.memory_of(process.pid, "VmRSS"),
        }


def compare(folder: Path, turns: int) -> measure.Rounds:
    """Start both in turn; the survey has been started before."""
    commands = {SURVEY: intake.SERVERS[intake.SURVEY][0], EMPTY: intake.SERVERS[intake.EMPTY][0]}
    # The first start makes the tables and opens the shipped round.
    first_answer(commands[SURVEY], folder)
    return measure.in_turn({name: _case(command, folder) for name, command in commands.items()}, turns)


def _case(command: list[str], folder: Path) -> measure.Case:
    return lambda: first_answer(command, folder)


def report(found: measure.Rounds) -> str:
    """The figures of both and the goal, as Markdown."""
    goals = measure.goals_table(
        (
            (
                "seconds to the first answer",
                measure.values(found, "seconds", SURVEY),
                "< 3",
                lambda value: value < 3,
            ),
        )
    )
    return f"{measure.cases_table(found, ('seconds', 'CPU seconds', 'MiB'))}\n\n{goals}"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7, help="rounds; the medians are over them")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{measure.machine()}\n")
        print(report(compare(Path(folder), chosen.rounds)))


if __name__ == "__main__":
    main()
