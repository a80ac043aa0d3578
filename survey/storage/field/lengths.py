"""How long interviews took, in bands: the bands, and how many interviews of a round are in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from sqlalchemy import func, select

from survey import geography
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.field.responses import counted_conditions
from survey.storage.scope import Scope
from survey.storage.tables import responses

#: The first minute of each band, and its name.
BANDS: Final = (
    (0, "under_5"),
    (5, "5_to_9"),
    (10, "10_to_14"),
    (15, "15_to_19"),
    (20, "20_to_29"),
    (30, "30_to_59"),
    (60, "60_or_more"),
)
BAND_NAMES: Final = tuple(name for _, name in BANDS)


def numbers_by_band(
    database: Database, scope: Scope, round_name: str
) -> Mapping[tuple[str, int | None], int]:
    """By reporting district and place of the band, None where no length is known, the interviews that count."""
    present = rounds.find(database, round_name)
    query = (
        select(responses.c.district, responses.c.minutes, func.count())
        .where(responses.c.round == present.key, *counted_conditions(scope))
        .group_by(responses.c.district, responses.c.minutes)
    )
    numbers: Counter[tuple[str, int | None]] = Counter()
    with database.read() as connection:
        for district, band, number in connection.execute(query):
            numbers[geography.reporting_of(district).id, band] += number
    return numbers
