"""estimates.csv: what published counts of answers that chance hides say of people, with the probabilities that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analysis.outputs import spreadsheet
from survey.publication.reading.csv_files import ENDS, PLACE, Frame
from survey.publication.reading.hidden.estimates import estimates
from survey.publication.reading.hidden.told import Estimate
from survey.publication.reading.labels import Labels, code_of
from survey.publication.release.release import Release
from survey.questionnaire.model import Question
from survey.storage.scope import Scope

ESTIMATE: Final = "estimate"
#: Of `n` recorded answers `recorded` are the option `one`; a person with the trait is recorded so with probability
#: `with_trait`, one without it with `without_trait`. The estimate and its limits are whole per cents of people.
COLUMNS: Final = (
    *PLACE,
    "question",
    "question_label",
    "hidden_by",
    "one",
    "with_trait",
    "without_trait",
    "n",
    "recorded",
    "estimate_percent",
    "ci_low",
    "ci_high",
    "says",
    *ENDS,
)


def estimates_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The estimates that a reader of the scope may see as a spreadsheet file; the columns are those of `COLUMNS`."""
    frame = Frame(release.round, labels, demonstration)
    figures = (*release.within(scope), *release.above_for(release.figures, scope))
    return spreadsheet.csv_bytes(COLUMNS, _rows(estimates(release, labels.questionnaire, figures), frame))


def _rows(found: Iterator[Estimate], frame: Frame) -> Iterator[tuple[object, ...]]:
    labels = frame.labels
    for one in found:
        yield (
            *frame.begins(one),
            one.question,
            labels.question(one.question),
            *_design(labels.questionnaire.questions[one.question]),
            *(one.n, one.recorded, one.value, one.low, one.high, code_of(one.says)),
            *frame.ends(one, ESTIMATE),
        )


def _design(question: Question) -> tuple[str, ...]:
    hiding = question.hiding
    if hiding is None:
        return ("", "", "", "")
    return (question.design, hiding.one, str(hiding.with_trait), str(hiding.without_trait))
