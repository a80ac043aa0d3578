"""Opens a round of the shipped questionnaire, for demonstrations, benchmarks and tests."""

from __future__ import annotations

from survey.questionnaire import xlsform
from survey.settings import SHIPPED
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.field.rounds import Round, Targets


def open_shipped_round(
    database: Database, name: str, wanted: Targets | None = None, opened_day: str | None = None
) -> Round:
    """Publish the shipped questionnaire and open a round with it."""
    edition = questionnaires.publish(
        database, xlsform.read(SHIPPED), file=questionnaires.SourceFile.of(SHIPPED)
    )
    return rounds.start(database, name, edition, wanted, opened_day=opened_day)
