"""From stored responses to counts by reporting district and group: the only way answers are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survey import geography
from survey.publication.counts.cube import YES, Domain, groups_of
from survey.publication.counts.gaps import either_of
from survey.publication.counts.packed import Column, Counts, Derived, count, merge
from survey.publication.counts.safeguarding import safeguarding_of
from survey.publication.counts.shares import Share, shares_of
from survey.questionnaire.model import DISTRICT, GROUP, Codebook, Entry, Questionnaire
from survey.questionnaire.types.type import Counted
from survey.storage import questionnaires
from survey.storage.field import responses
from survey.storage.field.responses import Chunk
from survey.storage.scope import Scope

if TYPE_CHECKING:
    from survey.storage.engine.database import Database
    from survey.storage.field.rounds import Round

#: Question or share → answer → how many gave it, by position of the domain.
Given = Mapping[str, Mapping[str, NDArray[np.int64]]]


@dataclass(frozen=True, slots=True)
class Dataset:
    """The counts of one round; arrays run over `domains`."""

    domains: tuple[Domain, ...]
    bases: NDArray[np.int64]
    given: Given

    def bases_by_domain(self) -> dict[Domain, int]:
        """Everyone interviewed, by domain."""
        return dict(zip(self.domains, map(int, self.bases), strict=True))

    def given_by_domain(self, name: str) -> dict[Domain, dict[str, int]]:
        """How many gave each answer to a question or share, by domain."""
        answers = self.given.get(name, {})
        return {
            domain: {answer: int(numbers[place]) for answer, numbers in answers.items()}
            for place, domain in enumerate(self.domains)
        }


def build(database: Database, scope: Scope, present: Round) -> Dataset:
    """Count the interviews of a round that a reader of that scope may see."""
    domains = domains_of(database, present)
    return _dataset(responses.packed_records(database, scope, present.name), domains)


def by_worker(database: Database, scope: Scope, present: Round) -> tuple[Dataset, ...]:
    """The same apart for each field worker, in no order: interviews of one worker resemble each other."""
    domains = domains_of(database, present)
    chunks = responses.packed_records_by_worker(database, scope, present.name)
    return tuple(_dataset(several, domains) for several in chunks)


def domains_of(database: Database, present: Round) -> tuple[Domain, ...]:
    """Every reporting district with every group."""
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    return tuple((d.id, group) for d in geography.reporting_districts() for group in groups_of(asked))


#: Which of some cells each record of a version is in.
CellOf = Callable[[Questionnaire, NDArray[np.uint8]], NDArray[np.intp]]


def _dataset(chunks: Iterable[Chunk], domains: tuple[Domain, ...]) -> Dataset:
    bases, given = counted_by(chunks, domain_cells(domains), len(domains))
    return Dataset(domains, bases, given)


def counted_by(
    chunks: Iterable[Chunk], cell_of: CellOf, cells: int
) -> tuple[NDArray[np.int64], dict[str, dict[str, NDArray[np.int64]]]]:
    """How many are in each cell, and how many of them gave each answer; the chunks of a version stand together."""
    bases = np.zeros(cells, np.int64)
    given: dict[str, dict[str, NDArray[np.int64]]] = {}
    for _, several in groupby(chunks, key=lambda chunk: chunk.edition.key):
        questionnaire, counts = _merged_counts(several, cell_of, cells)
        bases += counts.base
        _add_names(given, questionnaire, counts)
    return bases, given


def _merged_counts(chunks: Iterator[Chunk], cell_of: CellOf, cells: int) -> tuple[Questionnaire, Counts]:
    """The counts of all chunks of one version; each chunk is let go once it is counted."""
    first = next(chunks)
    questionnaire = first.edition.questionnaire
    total = _count_records(questionnaire, first.answers, cell_of, cells)
    for chunk in chunks:
        total = merge((total, _count_records(questionnaire, chunk.answers, cell_of, cells)))
    return questionnaire, total


def count_chunk(questionnaire: Questionnaire, answers: bytes, domains: Sequence[Domain]) -> Counts:
    """Count packed records by domain: every question, every share made of several, and who is in either of two.

    What the safeguarding document alone shows is counted too.
    """
    return _count_records(questionnaire, answers, domain_cells(domains), len(domains))


def domain_cells(domains: Sequence[Domain]) -> CellOf:
    """Cells that are domains."""

    def cell_of(questionnaire: Questionnaire, records: NDArray[np.uint8]) -> NDArray[np.intp]:
        codes = questionnaire.codebook.by_name
        place, group = (records[:, codes[name].offset] for name in (DISTRICT, GROUP))
        return domain_of(questionnaire, domains)[place, group]

    return cell_of


def _count_records(questionnaire: Questionnaire, answers: bytes, cell_of: CellOf, cells: int) -> Counts:
    codebook = questionnaire.codebook
    records = np.frombuffer(answers, np.uint8).reshape(-1, codebook.width)
    declared = (*shares_of(questionnaire), *either_of(questionnaire), *safeguarding_of(questionnaire))
    shares = tuple(_derived(codebook, share) for share in declared)
    columns: tuple[Column | Derived, ...] = (*columns_of(questionnaire), *shares)
    return count(answers, codebook.width, columns, cell_of(questionnaire, records), cells)


def columns_of(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """The questions whose answers are codes, as places in the packed record; several answers are counted as shares."""
    return tuple(
        _column(entry)
        for entry in questionnaire.codebook.entries
        if entry.type.counted is Counted.CODE and entry.name not in (DISTRICT, GROUP)
    )


def _column(entry: Entry) -> Column:
    return Column(entry.name, entry.offset, len(entry.codes) if entry.type.counted is Counted.BITS else 0)


def _derived(codebook: Codebook, share: Share) -> Derived:
    parts = []
    for part in share.parts:
        entry = codebook.by_name[part.question]
        places = {name: place for place, name in enumerate(entry.codes)}
        numbers = places if entry.type.counted is Counted.BITS else entry.codes
        parts.append((_column(entry), tuple(numbers[name] for name in part.choices if name in numbers)))
    return Derived(share.name, tuple(parts))


def domain_of(questionnaire: Questionnaire, domains: Sequence[Domain]) -> NDArray[np.intp]:
    """Position of the domain by the codes of current district and group."""
    codes = questionnaire.codebook.by_name
    position = {domain: place for place, domain in enumerate(domains)}
    table = np.zeros((128, 128), np.intp)
    for district, district_code in codes[DISTRICT].codes.items():
        reporting = geography.reporting_of(district).id
        for group, group_code in codes[GROUP].codes.items():
            table[district_code, group_code] = position[reporting, group]
    return table


def _add_names(
    given: dict[str, dict[str, NDArray[np.int64]]], questionnaire: Questionnaire, counts: Counts
) -> None:
    entries = questionnaire.codebook.by_name
    for name, tally in counts.answers.items():
        places = {YES: 0} if name not in entries else entries[name].codes
        answers = given.setdefault(name, {})
        for option, place in places.items():
            answers[option] = answers.get(option, 0) + tally[:, place]
