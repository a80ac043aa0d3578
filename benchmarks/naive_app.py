"""The baseline: the same questionnaire as an ordinary Flask application with WTForms and an ORM.

It does less than the survey: no account, no skip rules, no digest, no flags. Its forms and its table are built
once at the start, and its database has the same durability.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify
from flask_wtf import FlaskForm
from sqlalchemy import Column, Engine, Integer, String, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from survey.questionnaire.model import Question, Questionnaire

PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA busy_timeout=5000")


def create(questionnaire: Questionnaire, database_url: str) -> Flask:
    """The application; it makes its table where there is none."""
    app = Flask("naive")
    app.config.update(SECRET_KEY="not a secret", WTF_CSRF_ENABLED=False)
    form_of = form_class(questionnaire)
    interview_of = interview_class(questionnaire)
    engine = engine_for(database_url)
    interview_of.metadata.create_all(engine)

    @app.put("/api/submissions/<submission_id>")
    def send(submission_id: str) -> tuple[Response | dict[str, Any], int]:
        form = form_of()
        if not form.validate():
            return jsonify(form.errors), 400
        with Session(engine) as session:
            session.add(interview_of(id=submission_id, **_columns(form.data)))
            session.commit()
        return jsonify(id=submission_id), 201

    return app


def engine_for(url: str) -> Engine:
    """An engine whose commits are as durable as the survey's."""
    engine = create_engine(url, pool_size=20, max_overflow=40)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        for pragma in PRAGMAS:
            connection.execute(pragma)

    return engine


def form_class(questionnaire: Questionnaire) -> type[FlaskForm]:
    """A form with a field for every question."""
    fields = {question.name: FIELDS[question.kind](question) for question in questionnaire.questions.values()}
    return type("InterviewForm", (FlaskForm,), fields)


def _choices(question: Question) -> list[SelectChoice]:
    return [SelectChoice(choice.name, choice.label.get("en", choice.name)) for choice in question.choices]


FIELDS = {
    "choice": lambda question: SelectField(choices=_choices(question), validators=[Optional()]),
    "multiple": lambda question: SelectMultipleField(choices=_choices(question), validators=[Optional()]),
    "integer": lambda _question: IntegerField(validators=[Optional(), NumberRange(-32767, 32767)]),
}


def interview_class(questionnaire: Questionnaire) -> Any:
    """A mapped class with a column for every question."""

    class Base(DeclarativeBase):
        pass

    columns = {
        question.name: Column(Integer if question.kind == "integer" else String)
        for question in questionnaire.questions.values()
    }
    return type(
        "Interview",
        (Base,),
        {"__tablename__": "interviews", "id": Column(String(36), primary_key=True), **columns},
    )


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    return {name: " ".join(value) if isinstance(value, list) else value for name, value in data.items()}
