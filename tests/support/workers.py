"""What field workers do with the form that needs no JavaScript, and what the survey keeps of it."""

from __future__ import annotations

from sqlalchemy import select

from survey.questionnaire import codec
from survey.storage.engine.database import Database
from survey.storage.tables import quarantine, receipts, responses, tallies
from tests.support.pages import Page, Visitor
from tests.survey.web.conftest import shipped

WOMAN = {"p_gender": "woman", "p_age": "30_44", "p_settle": "village"}


def begin(visitor: Visitor, group: str = "woman", practice: str = "no") -> Page:
    """Open the form and begin an interview in Bannu."""
    visitor.get("/form")
    return visitor.press("begin", field_district="bannu", field_p_group=group, field_practice=practice)


def agree(visitor: Visitor, group: str = "woman", practice: str = "no") -> Page:
    """Begin, and the person agrees."""
    begin(visitor, group, practice)
    return visitor.press("continue", c_agree="yes")


def go_to(visitor: Visitor, title: str, **answers: object) -> Page:
    """Go on, giving answers where they are asked, until a page of that title."""
    for _ in range(25):
        if visitor.page.title == title:
            return visitor.page
        here = {name: value for name, value in answers.items() if name in visitor.page.questions}
        visitor.press("continue", **here)
    raise AssertionError(f"no page {title}; the last one was {visitor.page.title}: {visitor.page.errors}")


REVIEW = "Look at the answers"
ALONE = {**WOMAN, "s_private": "alone"}


def kept(database: Database) -> list[dict[str, object]]:
    """The answers of every stored interview."""
    with database.read() as connection:
        rows = connection.execute(select(responses)).all()
    return [codec.unpack(shipped().codebook, row.answers) for row in rows]


def counted(database: Database) -> list[tuple[str, str, str]]:
    """Kind, district and group of every tally."""
    with database.read() as connection:
        rows = connection.execute(select(tallies)).all()
    return sorted((row.kind, row.district, row.group) for row in rows)


def empty(database: Database) -> bool:
    """Whether nothing at all has arrived."""
    with database.read() as connection:
        return not any(
            connection.execute(select(table)).first() for table in (responses, tallies, receipts, quarantine)
        )
