"""The codebook of a release: what its files name by keys, question by question and answer by answer, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from survey.publication.reading.comparable import GAP, INDEX, RATIO
from survey.publication.reading.csv_files import ANSWER, SUM, SUMS
from survey.publication.reading.labels import Labels
from survey.publication.release.release import Release

QUESTION: Final = "question"


@dataclass(frozen=True, slots=True)
class Entry:
    """A question, one of its answers or a sum of them, an index, a gap or a ratio; `made_of` are the questions behind it."""

    kind: str
    name: str
    answer: str = ""
    made_of: tuple[str, ...] = ()

    def code(self, labels: Labels) -> str:
        """The answer as files write it."""
        return labels.code(self.name, self.answer) if self.answer else ""

    def label(self, labels: Labels) -> str:
        """Its words in one language."""
        if self.answer:
            return labels.answer(self.name, self.answer)
        return labels.question(self.name) if self.kind == QUESTION else labels.compared(self.kind, self.name)

    def hidden_by(self, labels: Labels) -> str:
        """How chance hides the answers of a question, with its probabilities; empty for all else."""
        asked = labels.questionnaire.questions.get(self.name) if self.kind == QUESTION else None
        return asked.design if asked else ""


def codebook(release: Release) -> tuple[Entry, ...]:
    """Every entry once: the questions in order of asking, each with its answers, then what is made of several."""
    return tuple(dict.fromkeys(_entries(release)))


def _entries(release: Release) -> Iterator[Entry]:
    answers: dict[str, dict[str, None]] = {}
    for figure in release.figures:
        answers.setdefault(figure.question, {})[figure.answer] = None
    for question, several in answers.items():
        yield Entry(QUESTION, question)
        for answer in several:
            yield Entry(SUM if answer in SUMS else ANSWER, question, answer)
    parts: dict[str, dict[str, None]] = {}
    for index in release.indices:
        # Groups that are asked in other words have components of their own.
        parts.setdefault(index.name, {}).update(dict.fromkeys(index.components))
    yield from (Entry(INDEX, name, made_of=tuple(several)) for name, several in parts.items())
    yield from (Entry(GAP, one.name, made_of=(one.first, one.second)) for one in release.gaps)
    yield from (Entry(RATIO, one.name, made_of=(one.question,)) for one in release.ratios)
