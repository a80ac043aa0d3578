"""How widely the answers to the questions of an index are spread from person to person, over a whole round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from survey.publication.counts.index_counts import Edition, Part, answers_of, records_by_version
from survey.publication.counts.indicators import item_scores
from survey.questionnaire.model import GROUP
from survey.storage.engine.database import Database
from survey.storage.field.rounds import Round

#: A spread is made of so many answers or more.
LEAST_ANSWERS: Final = 500

#: Persons, scores, answers, and the sums of the squares and of the products of the last two.
Moments = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one index and the groups with the same questions: how many answers there are, and the standard deviation by person.

    It is that of (S − M V)/v, with S the sum of a person's scores, V the number of answers, M the mean of all answers and v
    the answers of a person on average; in points, rounded upward.
    """

    answers: int
    points: int


def spreads(database: Database, present: Round, parts: Sequence[Part]) -> tuple[Spread, ...]:
    """The spread of every part over all interviews of its groups."""
    editions, _ = records_by_version(database, present)
    moments = [sum((_moments(part, edition) for edition in editions), np.zeros(6)) for part in parts]
    return tuple(map(_spread, moments))


def _moments(part: Part, edition: Edition) -> Moments:
    questionnaire, records, _ = edition
    codes = questionnaire.codebook.by_name[GROUP]
    wanted = [code for name, code in codes.codes.items() if name in part.groups]
    inside = records[np.isin(records[:, codes.offset], wanted)]
    answers = {item: answers_of(questionnaire, inside, item) for item in part.indicator.items}
    scores = item_scores(part.indicator, answers)
    total, number = np.nansum(scores, axis=1), (~np.isnan(scores)).sum(axis=1).astype(np.float64)
    products = (total @ total, total @ number, number @ number)
    return np.array([len(inside), total.sum(), number.sum(), *products])


def _spread(moments: Moments) -> Spread:
    """Σ(S − MV)² from sums that merge; the mean of S − MV is nothing."""
    persons, total, number, squares, products, numbers = map(float, moments)
    if persons < 2 or not number:
        return Spread(0, 0)
    mean = total / number
    variance = (squares - 2 * mean * products + mean**2 * numbers) / (persons - 1)
    return Spread(int(number), max(ceil(np.sqrt(max(variance, 0.0)) * persons / number - 1e-9), 1))
