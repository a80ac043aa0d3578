"""Made-up rounds attacked question by question and then together: how many hidden counts tied questions give away."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np

from analysis.disclosure.cube import Flags, Table, cell_counts, cell_names
from analysis.disclosure.protect import protect, protect_together, with_patterns
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.recheck import Published, exposed_tied_cells
from survey.made_up import interviews as made_up_interviews
from survey.made_up import send, shipped_round
from survey.publication.protection.drafts import Together
from survey.publication.release import release
from survey.questionnaire.options import Value
from survey.questionnaire.types import choice
from survey.questionnaire.types.multiple import MultipleChoice
from survey.questionnaire.types.type import Chance, Choices
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds

#: Ten districts, large and small.
DISTRICTS = (
    *("bannu", "lakki-marwat", "peshawar", "swat", "mardan", "karak"),
    *("quetta", "pishin", "khuzdar", "kech"),
)

ROUND = "study"

#: Interviews, and whether few leave questions out, and whether 30 % were reached by help.
ROUNDS = tuple(
    (interviews, few_silent, few_reached)
    for interviews in (300, 1200, 2500, 3000)
    for few_silent, few_reached in ((False, False), (True, False), (False, True))
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One cluster of one round: cells shown and given away one by one, cells hidden and given away together."""

    tables: int
    shown: int
    exposed: int
    hidden_more: int
    exposed_together: int
    seconds_alone: float
    seconds_together: float


@contextmanager
def changed_answers(few_silent: bool, few_reached: bool) -> Iterator[None]:
    """The simulator with 1 % of missing answers in place of 13, or with help that reaches 30 % of the people."""
    shares = dict.fromkeys(choice.MISSING_SHARES, 0.01 / 3) if few_silent else choice.MISSING_SHARES
    skipped = 0.0 if few_silent else made_up_interviews.SKIPPED
    draws = _FewReached if few_reached else MultipleChoice
    with (
        mock.patch.object(choice, "MISSING_SHARES", shares),
        mock.patch.object(made_up_interviews, "SKIPPED", skipped),
        mock.patch.object(MultipleChoice, "draw", draws.draw),
    ):
        yield


_several = MultipleChoice.draw


class _FewReached(MultipleChoice):
    """The kinds of help, of which most people got none."""

    def draw(self, chance: Chance, choices: Choices, direction: str, person: float, /) -> Value:
        """None in seven of ten, else one option."""
        if not {"money", "none"} <= {choice.name for choice in choices}:
            return _several(self, chance, choices, direction, person)
        if chance.random() < 0.7:
            return ("none",)
        plain = [choice.name for choice in choices if not choice.alone]
        return (plain[chance.integers(len(plain))],)


def closed_round(home: Path, interviews: int, districts: tuple[str, ...], seed: int) -> Database:
    """A closed round of made-up interviews with the shipped questionnaire."""
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    shipped_round.open_shipped_round(database, ROUND)
    send.simulate(database, interviews, seed, round_name=ROUND, districts=districts)
    rounds.close(database, ROUND)
    return database


def one_by_one(cluster: Together) -> tuple[ProtectedTable, ...]:
    """The tables of a cluster, each protected as if there were no other."""
    return tuple(protect(task.table, task.rules, task.bases) for task in cluster.tasks)


def study_cluster(cluster: Together) -> Outcome:
    """Protect the tables of a cluster one by one, attack them together, protect them together, attack again."""
    begun = time.process_time()
    apart = one_by_one(cluster)
    return compare_cluster(cluster, apart, time.process_time() - begun)


def compare_cluster(cluster: Together, apart: tuple[ProtectedTable, ...], seconds: float = 0.0) -> Outcome:
    """What tables that were protected one by one give away, and the same tables protected together."""
    tables, first = [task.table for task in cluster.tasks], cluster.tasks[0]
    rules, bases = first.rules, first.bases
    alone = [_shown_flags(table.counts) for table in apart]
    middle = time.process_time()
    together = protect_together(tables, rules, bases, alone, cluster.ties)
    with_patterns(tables, rules, bases, together, cluster.ties)
    end = time.process_time()
    before, after = (
        exposed_tied_cells(
            [_published_table(t, p, rules.k_of(t)) for t, p in zip(tables, patterns, strict=True)],
            cluster.ties,
        )
        for patterns in (alone, together)
    )
    shown = sum(int(pattern.sum()) for pattern in alone)
    left = sum(int(pattern.sum()) for pattern in together)
    return Outcome(len(tables), shown, len(before), shown - left, len(after), seconds, end - middle)


def _shown_flags(counts: tuple[int | None, ...]) -> Flags:
    return np.array([count is not None for count in counts], dtype=np.bool_)


def _published_table(table: Table, pattern: Flags, k: int) -> Published:
    counts = cell_counts(table)
    visible = {
        name: int(counts[cell]) if pattern[cell] else None
        for cell in range(len(counts))
        for name in cell_names(table.cube, cell)
    }
    return Published(table.name, table.cube, visible, k)


def main() -> None:
    """Print one line for each cluster of each round."""
    parser = argparse.ArgumentParser(description="Tied questions, attacked one by one and together.")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--districts", type=int, default=len(DISTRICTS))
    parser.add_argument("--interviews", type=int, nargs="*", help="only rounds of these sizes")
    options = parser.parse_args()
    total = 0
    chosen = [round_ for round_ in ROUNDS if options.interviews is None or round_[0] in options.interviews]
    for interviews, few_silent, few_reached in chosen:
        for seed in range(1, options.seeds + 1):
            with tempfile.TemporaryDirectory() as folder, changed_answers(few_silent, few_reached):
                database = closed_round(Path(folder), interviews, DISTRICTS[: options.districts], seed)
                for cluster in release.gather(database, ROUND).clusters:
                    found = study_cluster(cluster)
                    total += found.exposed_together
                    sys.stdout.write(
                        f"{interviews:5} {'silent 1 %' if few_silent else '':10} {'reached 30 %' if few_reached else '':12} "
                        f"seed {seed}: {found.tables:2} tables {found.shown:5} shown {found.exposed:4} given away; "
                        f"together {found.hidden_more:4} more hidden {found.exposed_together:3} given away; "
                        f"{found.seconds_alone:5.1f} s, {found.seconds_together:5.1f} s more\n"
                    )
                    sys.stdout.flush()
                database.close()
    sys.stdout.write(f"Given away together: {total}\n")
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
