"""The people of a round as the attacks know them: every interview that counts, with what was asked."""

from __future__ import annotations

from survey import geography
from survey.questionnaire import codec
from survey.questionnaire.path import reached_questions
from survey.storage.engine.database import Database
from survey.storage.field import responses
from survey.storage.scope import Scope
from tests.survey.publication.own_attack import Person, Scored


def people_of(database: Database, round_name: str) -> tuple[list[Person], Scored]:
    """Everybody interviewed in a round of one version, and by question the answers with a score."""
    people: list[Person] = []
    scored: dict[str, frozenset[str]] = {}
    for chunk in responses.packed_records(database, Scope.everywhere(), round_name):
        asked, width = chunk.edition.questionnaire, chunk.edition.questionnaire.codebook.width
        for at in range(0, len(chunk.answers), width):
            given = codec.unpack(asked.codebook, chunk.answers[at : at + width])
            district = geography.reporting_of(str(given["district"])).id
            people.append(Person(district, str(given["p_group"]), given, reached_questions(asked, given)))
        scored = {
            name: frozenset(one.name for one in question.choices if one.score is not None)
            for name, question in asked.questions.items()
        }
    return people, scored
