"""How many have the trait that chance hides: from published counts and the declared probabilities, and from nothing else.

So an estimate tells no more than its release does, and needs no protection of its own: where a count is hidden there is
no estimate. Whether one is shown depends on published numbers only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.sensitive.anchors import LEAST_ATTENTIVE, anchored_from_counts
from analysis.sensitive.prevalence import (
    FAILED,
    Prevalence,
    impossible_p_from_counts,
    prevalence_from_counts,
)
from analysis.sensitive.randomisers import Randomiser
from survey.publication.reading.hidden.lists import least_of_list, list_estimate
from survey.publication.reading.hidden.told import (
    CORRECTED,
    ESTIMATED,
    HIDDEN,
    LEAST,
    NOT_FOLLOWED,
    TOO_FEW,
    WIDEST,
    Estimate,
    Rows,
    is_too_wide,
    whole,
)
from survey.publication.release.figures import Figure
from survey.publication.release.release import Release
from survey.questionnaire.model import Question, Questionnaire
from survey.questionnaire.types.hidden import HiddenChoice, Hiding
from survey.storage.results.answered_shares import scaled
from survey.storage.results.release_document import NO_ANSWER

#: The true share that plans are made with, and a number of answers that is always enough for it.
PLANNED: Final = 0.2
MOST: Final = 4_900


@dataclass(frozen=True, slots=True)
class _Counts:
    """The published counts of a question in one place and group, with the design effect of what was recorded."""

    recorded: int
    n: int
    effect: float
    df: float


def hidden_questions(questionnaire: Questionnaire) -> Iterator[tuple[Question, Hiding]]:
    """The questions of which something can be estimated, with how they are hidden: no anchor, whose truth is known."""
    for question in questionnaire.questions.values():
        hiding = question.hiding
        if hiding is not None and hiding.known is None:
            yield question, hiding


def estimates(release: Release, asked: Questionnaire, figures: Iterable[Figure]) -> Iterator[Estimate]:
    """Every estimate that these figures of a release allow, in their order."""
    rows = _rows(figures)
    for question, hiding in hidden_questions(asked):
        yield from _of_question(release, asked, rows, question, hiding)


def shown_estimates(
    release: Release, asked: Questionnaire, figures: Iterable[Figure], question: str
) -> list[Estimate]:
    """Those of one question of which there is something to say; no other is looked at."""
    found = asked.questions.get(question)
    hiding = found.hiding if found else None
    if found is None or hiding is None or hiding.known is not None:
        return []
    needed = {question, hiding.anchor, hiding.first}
    rows = _rows(figure for figure in figures if figure.question in needed)
    return [one for one in _of_question(release, asked, rows, found, hiding) if one.says != HIDDEN]


def _rows(figures: Iterable[Figure]) -> Mapping[tuple[str, str, str], Rows]:
    """Figures by place and group, then by question and answer."""
    rows: dict[tuple[str, str, str], dict[str, dict[str, Figure]]] = {}
    for figure in figures:
        here = rows.setdefault((figure.province, figure.district, figure.group), {})
        here.setdefault(figure.question, {})[figure.answer] = figure
    return rows


def _of_question(
    release: Release,
    asked: Questionnaire,
    rows: Mapping[tuple[str, str, str], Rows],
    question: Question,
    hiding: Hiding,
) -> Iterator[Estimate]:
    for questions in rows.values():
        if question.name in questions:
            if hiding.items:
                yield list_estimate(release, asked, question, hiding, questions)
            else:
                yield _estimate(release, asked, question, hiding, questions)


def least_answers(question: Question, hiding: Hiding) -> int:
    """From how many recorded answers on an estimate is shown, of a true share of `PLANNED` and of workers who change nothing."""
    if hiding.items:
        return least_of_list(hiding, PLANNED)
    randomiser = randomiser_of(question, hiding)
    n = np.arange(LEAST, MOST)
    found = prevalence_from_counts(np.rint(n * randomiser.recorded(PLANNED)), n, randomiser)
    wide = n[100 * (found.ci_high - found.ci_low) > 2 * WIDEST]
    return int(wide[-1]) + 1 if wide.size else LEAST


def randomiser_of(question: Question, hiding: Hiding) -> Randomiser:
    """The probabilities as `analysis.sensitive` takes them."""
    return Randomiser(question.kind, float(hiding.with_trait), float(hiding.without_trait))


def _estimate(
    release: Release,
    asked: Questionnaire,
    question: Question,
    hiding: Hiding,
    row: Rows,
) -> Estimate:
    first = next(iter(row[question.name].values()))
    place = (first.province, first.district, first.group, question.name)
    counts = _counts(release, row[question.name], hiding.one)
    if counts is None:
        return Estimate(*place)
    randomiser = randomiser_of(question, hiding)
    found = _found(counts, randomiser)
    says = _says(question, counts, found, randomiser)
    if says == ESTIMATED and hiding.anchor in row:
        says, found = _anchored(
            release, asked.questions[hiding.anchor], row[hiding.anchor], counts, found, randomiser
        )
    if says not in (ESTIMATED, CORRECTED):
        return Estimate(*place, says, counts.n, counts.recorded)
    return Estimate(
        *place,
        says,
        counts.n,
        counts.recorded,
        *whole(*map(float, (found.estimate, found.ci_low, found.ci_high))),
    )


def _counts(release: Release, answers: Mapping[str, Figure], one: str) -> _Counts | None:
    """The counts of a row; None where one of them, or what widens its interval, is not published."""
    numbers = {name: figure.count for name, figure in answers.items() if name != NO_ANSWER}
    figure = answers[one]
    known = release.known.get(figure.question)
    seen = release.seen.get((figure.province, figure.district, figure.group))
    recorded, n = numbers[one], 0
    for count in numbers.values():
        if count is None:
            return None
        n += count
    if recorded is None or not figure.base or not n or known is None or seen is None:
        return None
    effect, df = known.effect(scaled(seen, n, figure.base))
    return _Counts(recorded, n, float(effect), float(df))


def _found(counts: _Counts, randomiser: Randomiser) -> Prevalence:
    return prevalence_from_counts(counts.recorded, counts.n, randomiser, effect=counts.effect, df=counts.df)


def _says(question: Question, counts: _Counts, found: Prevalence, randomiser: Randomiser) -> str:
    if counts.n < LEAST or is_too_wide(float(found.ci_low), float(found.ci_high)):
        return TOO_FEW
    kind = question.type
    instructed = isinstance(kind, HiddenChoice) and kind.instructed
    by_chance = impossible_p_from_counts(counts.recorded, counts.n, randomiser, effect=counts.effect)
    return NOT_FOLLOWED if instructed and float(by_chance) < FAILED else ESTIMATED


def _anchored(
    release: Release,
    anchor: Question,
    answers: Mapping[str, Figure],
    counts: _Counts,
    plain: Prevalence,
    randomiser: Randomiser,
) -> tuple[str, Prevalence]:
    """What the anchor says of who followed: nothing where its counts are hidden or it is as if all did."""
    hiding = anchor.hiding
    beside = _counts(release, answers, hiding.one) if hiding is not None else None
    if hiding is None or hiding.known is None or beside is None:
        return ESTIMATED, plain
    found = anchored_from_counts(
        (counts.recorded, counts.n),
        (beside.recorded, beside.n),
        randomiser,
        anchor_randomiser=randomiser_of(anchor, hiding),
        anchor_prevalence=float(hiding.known),
        effects=(counts.effect, beside.effect),
        df=min(counts.df, beside.df),
    )
    if float(found.attentive.ci_high) >= 1:
        return ESTIMATED, plain
    if float(found.attentive.estimate) < LEAST_ATTENTIVE:
        return NOT_FOLLOWED, plain
    wide = is_too_wide(float(found.corrected.ci_low), float(found.corrected.ci_high))
    return (TOO_FEW, plain) if wide else (CORRECTED, found.corrected)
