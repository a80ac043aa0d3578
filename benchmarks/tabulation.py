"""How long the counts of a round take from its stored interviews, against counting raw columns in memory."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, insert

from benchmarks import measure
from survey import geography
from survey.made_up import shipped_round
from survey.questionnaire.model import DISTRICT, GROUP, Codebook, Entry, Questionnaire
from survey.questionnaire.types.choice import NO_CHOICE
from survey.settings import PROJECT
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.tables import responses

ROUND: Final = "bench"
#: Rows written at a time.
BATCH: Final = 50_000
#: Shares of unanswered questions, of interviews with a note, and of those with an answer to be left out.
UNANSWERED: Final = 0.03
NOTED: Final = 0.03
MENDED: Final = 0.02
#: The question whose answer is left out there.
LEFT_OUT: Final = "i_time"
#: Values that a code of a choice, and a byte of a multiple choice, can take.
CODES: Final = 128
VALUES: Final = 256

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Batch:
    """Drawn interviews: records as stored, flags, and the bytes as they count."""

    records: Bytes
    flags: list[str | None]
    counting: Bytes


def fill(folder: Path, number: int, seed: int = 1) -> None:
    """Store drawn interviews in a new database, and their bytes as raw columns next to it."""
    migrate(_url(folder))
    database = Database(_url(folder), folder)
    shipped_round.open_shipped_round(database, ROUND)
    present = rounds.find(database, ROUND)
    edition = questionnaires.find(database, present.questionnaire, present.version)
    random = np.random.default_rng(seed)
    width = edition.questionnaire.codebook.width
    # Rows are in the order of their ids: writing them in that order is faster and leaves the same table.
    ids = iter(sorted(random.bytes(16) for _ in range(number)))
    columns = np.lib.format.open_memmap(folder / "columns.npy", "w+", np.int8, (width, number))
    for start in range(0, number, BATCH):
        batch = draw(random, edition.questionnaire, min(BATCH, number - start))
        columns[:, start : start + len(batch.flags)] = batch.counting.T.view(np.int8)
        rows = list(_rows(ids, batch, edition.questionnaire.codebook, (present.key, edition.key)))
        database.change(_insert, rows)
    columns.flush()
    database.close()


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'survey.sqlite'}"


def draw(random: np.random.Generator, asked: Questionnaire, number: int) -> Batch:
    """Records with every question answered at random: no skip rule, so that all of them count."""
    codebook = asked.codebook
    records = np.zeros((number, codebook.width), np.uint8)
    for entry in codebook.entries:
        records[:, entry.offset : entry.offset + entry.width] = DRAWS[entry.kind](random, entry, number)
    chance = random.random(number)
    mended, noted = chance < MENDED, (chance >= MENDED) & (chance < MENDED + NOTED)
    counting = records.copy()
    counting[mended, codebook.by_name[LEFT_OUT].offset] = NO_CHOICE
    flags = [_flags(*pair) for pair in zip(mended.tolist(), noted.tolist(), strict=True)]
    return Batch(records, flags, counting)


def _flags(mended: bool, noted: bool) -> str | None:
    if mended:
        return f'[["not_reached","{LEFT_OUT}","missing"]]'
    return '[["short","","note"]]' if noted else None


def _draw_choice(random: np.random.Generator, entry: Entry, number: int) -> Bytes:
    if entry.name == DISTRICT:
        known = [entry.codes[district.id] for district in geography.current_districts()]
    else:
        known = list(entry.codes.values())
    drawn = random.choice(np.array(known, np.uint8), number)
    if entry.name not in (DISTRICT, GROUP):
        drawn[random.random(number) < UNANSWERED] = NO_CHOICE
    return drawn[:, np.newaxis]


def _draw_several(random: np.random.Generator, entry: Entry, number: int) -> Bytes:
    bits = random.random((number, len(entry.codes))) < 0.3
    return np.packbits(bits, axis=1, bitorder="little")


def _draw_number(random: np.random.Generator, _entry: Entry, number: int) -> Bytes:
    return random.integers(0, 100, number).astype(">i2")[:, np.newaxis].view(np.uint8)


DRAWS: Final[Mapping[str, Callable[[np.random.Generator, Entry, int], Bytes]]] = {
    "choice": _draw_choice,
    "multiple": _draw_several,
    "integer": _draw_number,
}


def _rows(
    ids: Iterator[bytes], batch: Batch, codebook: Codebook, keys: tuple[int, int]
) -> Iterator[dict[str, Any]]:
    """Rows of the table `responses`, what no count reads being the same in all."""
    districts = {code: name for name, code in codebook.by_name[DISTRICT].codes.items()}
    groups = {code: name for name, code in codebook.by_name[GROUP].codes.items()}
    places = batch.records[:, [codebook.by_name[DISTRICT].offset, codebook.by_name[GROUP].offset]].tolist()
    for (district, group), record, flags in zip(places, batch.records, batch.flags, strict=True):
        yield {
            "round": keys[0],
            "questionnaire": keys[1],
            "id": next(ids),
            "district": districts[district],
            "group": groups[group],
            "day": "2026-11-23",
            "worker": "W1",
            "channel": "api",
            "language": "ur",
            "minutes": 3,
            "odd_hours": False,
            "option_seed": 7,
            "withdrawal_tag": None,
            "flags": flags,
            "excluded": False,
            "voided": False,
            "answers": record.tobytes(),
        }


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(responses), rows)


def table_from_database(folder: Path) -> Callable[[], Mapping[str, list[int]]]:
    """What counts the stored interviews as a release does."""
    from survey.publication.counts import answers
    from survey.storage.scope import Scope

    database = Database(_url(folder), folder)
    present = rounds.find(database, ROUND)
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire

    def run() -> Mapping[str, list[int]]:
        table = answers.build(database, Scope.everywhere(), present)
        return {
            entry.name: [int(table.given[entry.name][name].sum()) for name in entry.codes]
            for entry in _single(asked)
        }

    return run


def table_from_columns(folder: Path) -> Callable[[], Mapping[str, list[int]]]:
    """The reference: raw columns in memory, one `bincount` over each byte of the records, nothing else."""
    from survey.publication.counts import answers

    database = Database(_url(folder), folder)
    present = rounds.find(database, ROUND)
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    domains = answers.domains_of(database, present)
    domain_of = answers.domain_of(asked, domains)
    columns = np.load(folder / "columns.npy").view(np.uint8)
    district, group = (columns[asked.codebook.by_name[name].offset] for name in (DISTRICT, GROUP))
    widths = {
        place: VALUES if entry.kind == "multiple" else CODES
        for entry in asked.codebook.entries
        if entry.name not in (DISTRICT, GROUP)
        for place in range(entry.offset, entry.offset + entry.width)
    }

    def run() -> Mapping[str, list[int]]:
        domain = domain_of[district, group]
        starts = {width: domain * width for width in (CODES, VALUES)}
        tables = {
            place: np.bincount(starts[width] + columns[place], minlength=len(domains) * width)
            for place, width in widths.items()
        }
        return {
            entry.name: tables[entry.offset]
            .reshape(-1, CODES)
            .sum(axis=0)[list(entry.codes.values())]
            .tolist()
            for entry in _single(asked)
        }

    return run


def _single(asked: Questionnaire) -> list[Entry]:
    return [
        entry
        for entry in asked.codebook.entries
        if entry.kind == "choice" and entry.name not in (DISTRICT, GROUP)
    ]


RUNS: Final = {"survey": table_from_database, "columns": table_from_columns}


def run_once(name: str, folder: Path) -> None:
    """Count once and print seconds, mebibytes and totals; run in a process of its own."""
    run = RUNS[name](folder)
    before = measure.memory_of("self", "VmRSS")
    began = time.perf_counter()
    totals = run()
    seconds = time.perf_counter() - began
    peak = measure.memory_of("self")
    print(json.dumps({"seconds": seconds, "peak": peak, "above": peak - before, "totals": totals}))


def measured(name: str, folder: Path) -> dict[str, Any]:
    """What `run_once` prints, from a fresh process."""
    command = [sys.executable, "-m", "benchmarks.tabulation", "--once", name, "--folder", str(folder)]
    done = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def compare(folder: Path, large: int, small: int, turns: int) -> measure.Rounds:
    """Count a large and a small round in turn with the reference; all must find the same totals."""
    for number in (large, small):
        (folder / str(number)).mkdir()
        fill(folder / str(number), number)
    cases: dict[str, measure.Case] = {
        f"{title}, {number:,}": _case(name, folder / str(number))
        for number in (large, small)
        for name, title in (("survey", "the survey"), ("columns", "bincount on raw columns"))
    }
    for number in (large, small):
        survey, columns = (measured(name, folder / str(number))["totals"] for name in RUNS)
        if survey != columns:
            raise ValueError(f"the totals of {number} interviews differ")
    return measure.in_turn(cases, turns)


def _case(name: str, folder: Path) -> measure.Case:
    def run() -> measure.Figures:
        found = measured(name, folder)
        return {
            "seconds": found["seconds"],
            "peak MiB": found["peak"],
            "peak above start MiB": found["above"],
        }

    return run


def report(found: measure.Rounds, large: int, small: int, width: int) -> str:
    """The figures of each case and the goals, as Markdown."""
    survey, columns = f"the survey, {large:,}", f"bincount on raw columns, {large:,}"
    raw = large * width / 2**20
    peaks = [peak / raw for peak in measure.values(found, "peak MiB", survey)]
    above = [peak / raw for peak in measure.values(found, "peak above start MiB", survey)]
    goals = measure.goals_table(
        (
            (
                f"seconds for {large:,} over bincount",
                measure.ratios(found, "seconds", survey, columns),
                "<= 6",
                lambda value: value <= 6,
            ),
            (
                f"growth from {small:,} to {large:,}",
                measure.ratios(found, "seconds", survey, f"the survey, {small:,}"),
                "<= 12",
                lambda value: value <= 12,
            ),
            (
                "peak memory of the whole process over raw columns",
                peaks,
                "<= 2.5",
                lambda value: value <= 2.5,
            ),
            ("the same above the start", above, "<= 2.5", lambda value: value <= 2.5),
        )
    )
    figures = ("seconds", "peak MiB", "peak above start MiB")
    return f"{measure.cases_table(found, figures)}\n\n{goals}"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7, help="rounds; the medians are over them")
    options.add_argument("--large", type=int, default=1_000_000, help="interviews in the large round")
    options.add_argument("--small", type=int, default=100_000, help="interviews in the small round")
    options.add_argument("--once", choices=RUNS, help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.once:
        run_once(chosen.once, chosen.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        found = compare(Path(folder), chosen.large, chosen.small, chosen.rounds)
        width = np.load(Path(folder) / str(chosen.small) / "columns.npy", mmap_mode="r").shape[0]
    print(f"{measure.machine()}; {width} bytes a record\n")
    print(report(found, chosen.large, chosen.small, width))


if __name__ == "__main__":
    main()
