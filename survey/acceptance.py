"""The check of a questionnaire: its file is read, and the result is walked once through everything that reads it later.

"Accepted by the check" has to be a proof: what `examine` finds no mistake in can be published, filled in with the form
in every language, sent to a phone, taken by the gate, packed, counted, tabled and labelled. Both the command and the
page for uploads ask this module.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from werkzeug.datastructures import MultiDict

from analysis.disclosure.cube import cells_by_name
from analysis.disclosure.nodes import TOTAL, nodes_of
from survey import geography
from survey.forms.builder import form_for
from survey.intake import envelope
from survey.languages import languages
from survey.publication.counts.answers import columns_of, count_chunk
from survey.publication.counts.cube import ANSWER, cube_of, groups_of, topics_of
from survey.publication.counts.index_counts import parts_of
from survey.publication.counts.indicators import INDICATORS
from survey.publication.counts.safeguarding import SAFEGUARDING, safeguarding_of
from survey.publication.counts.shares import SHARES
from survey.publication.protection.ties import telling
from survey.publication.reading.csv_files import summary_csv
from survey.publication.reading.hidden.files import estimates_csv
from survey.publication.reading.labels import Labels
from survey.publication.release.figures import HIDDEN, Figure
from survey.publication.release.release import Release
from survey.questionnaire import codec, path
from survey.questionnaire.expressions.values import Context, truth
from survey.questionnaire.for_phones import questionnaire_for_phone
from survey.questionnaire.lint import check
from survey.questionnaire.lint.check import Report
from survey.questionnaire.model import (
    DISTRICT,
    GROUP,
    OWN,
    ROUND,
    Answers,
    Question,
    Questionnaire,
    Value,
    from_json,
    to_json,
)
from survey.questionnaire.possible_answers import TooLargeError, values_of
from survey.questionnaire.rules import EXCLUDE, MISSING, compile_validator
from survey.questionnaire.sheets import Mistake
from survey.storage.scope import Scope

#: The round and the day of made-up interviews.
_ROUND: Final = "check"
_DAY: Final = Context(today="2026-01-01")
Interviews = Mapping[str, Answers]
#: Reads a questionnaire and made-up interviews of every group; raises where it cannot.
Reader = Callable[[Questionnaire, Interviews], None]


class UnreadableError(Exception):
    """What one reader cannot do with a questionnaire, in words for its author."""


def examine(file: Path) -> Report:
    """What is wrong with a questionnaire and what its author should know, from its file and from all its readers."""
    report = check.report(file)
    if report.questionnaire is None:
        return report
    mistakes = tuple(_mistakes(report.questionnaire))
    if mistakes:
        return replace(report, mistakes=mistakes, questionnaire=None)
    return replace(report, warnings=(*report.warnings, *_unpublished_questions(report)))


def _mistakes(questionnaire: Questionnaire) -> Iterator[Mistake]:
    """What the readers cannot do; a reader that stops has found something that the rules of the check do not know."""
    try:
        interviews = {group: interview(questionnaire, group) for group in groups_of(questionnaire)}
    except UnreadableError as error:
        yield Mistake("survey", 0, "", "", str(error))
        return
    for name, read in READERS.items():
        if refusal := _refusal(name, read, questionnaire, interviews):
            # What stops one reader often stops the next ones too, with a longer message.
            yield Mistake("survey", 0, "", "", refusal)
            return


def _refusal(name: str, read: Reader, questionnaire: Questionnaire, interviews: Interviews) -> str:
    """What a reader cannot do, empty where it can do all."""
    try:
        read(questionnaire, interviews)
    except UnreadableError as error:
        return f"{name}: {error}"
    except Exception as error:
        sentence = f"{name} cannot read this questionnaire ({type(error).__name__}: {error})."
        return f"{sentence} Please report this; until then it cannot be published."
    return ""


def interview(questionnaire: Questionnaire, group: str) -> dict[str, Value]:
    """A made-up interview of a group: the first answer that is allowed to everything that is reached."""
    answers: dict[str, Value] = {ROUND: _ROUND, GROUP: group}
    for question in questionnaire.questions.values():
        if question.name not in answers and question.name in path.reached_questions(
            questionnaire, answers, _DAY
        ):
            answer = next(allowed_values(question, answers), None)
            if answer is not None:
                answers[question.name] = answer
            elif question.required:
                raise UnreadableError(f"no answer to '{question.name}' is allowed in the form of '{group}'.")
    return path.prune(questionnaire, answers, _DAY)


def allowed_values(question: Question, answers: Answers) -> Iterator[Value]:
    """The answers to a question that its constraint allows after earlier answers, and that do not end the interview."""
    rules = [] if question.constraint is None else [question.constraint]
    try:
        values = values_of(question, rules, frozenset())
    except TooLargeError:
        values = [(choice.name,) for choice in question.choices]
    for value in values:
        context = _DAY._replace(current=value)
        if value != "" and all(truth(rule, {**answers, question.name: value}, context) for rule in rules):
            yield value


def _judge(questionnaire: Questionnaire, interviews: Interviews) -> None:
    for group, answers in interviews.items():
        flags = compile_validator(questionnaire).check(answers, _DAY)
        for flag in flags:
            if flag.effect in (EXCLUDE, MISSING):
                sentence = f"'{flag.question}' would be refused ({flag.code.replace('_', ' ')})"
                raise UnreadableError(f"{sentence} in an interview with the form of '{group}'.")


def _pack_answers(questionnaire: Questionnaire, interviews: Interviews) -> None:
    for answers in interviews.values():
        record = codec.pack(questionnaire.codebook, answers)
        back = codec.unpack(questionnaire.codebook, record)
        if back != {name: value for name, value in answers.items() if name != ROUND}:
            raise UnreadableError("an interview is not the same after it was stored.")


def _store_questionnaire(questionnaire: Questionnaire, _interviews: Interviews) -> None:
    if from_json(to_json(questionnaire)) != questionnaire:
        raise UnreadableError("a questionnaire is not the same after it was stored.")


def _fill_forms(questionnaire: Questionnaire, interviews: Interviews) -> None:
    for language in questionnaire.languages:
        if language in languages():
            for group, answers in interviews.items():
                _fill_form(questionnaire, language, group, answers)


def _fill_form(questionnaire: Questionnaire, language: str, group: str, answers: Answers) -> None:
    before: dict[str, Value] = {}
    for page in path.pages(questionnaire, answers, _DAY):
        names = [question.name for question in page.questions]
        given = {name: answers[name] for name in names if name in answers}
        kind = form_for(page, before, language, fills=questionnaire.fills, context=_DAY)
        form = kind(MultiDict({name: _form_values(value) for name, value in given.items()}))
        if not form.validate():
            wrong = ", ".join(field.name for field in form if field.errors)
            raise UnreadableError(f"it refuses the answers to {wrong} in the form of '{group}'.")
        "".join(str(field()) + str(field.label) for field in form)
        before |= given


def _form_values(value: Value) -> list[str]:
    return list(value) if isinstance(value, tuple) else [str(value)]


def _read_on_phone(questionnaire: Questionnaire, _interviews: Interviews) -> None:
    carried = json.loads(
        json.dumps(
            questionnaire_for_phone(
                questionnaire, {district.id for district in geography.current_districts()}
            )
        )
    )
    if envelope.size_of(questionnaire) + envelope.OVERHEAD > envelope.LARGEST:
        raise UnreadableError("an interview would be too large to be sent; ask fewer questions.")
    for page in carried["pages"]:
        if not page["questions"] and not page.get("notes"):
            raise UnreadableError(f"page '{page['name']}' is empty.")
    if not any(question["name"] == DISTRICT and question.get("choices") for question in _questions(carried)):
        raise UnreadableError("no district that is offered today can be chosen.")


def _questions(
    carried: Mapping[str, list[Mapping[str, list[Mapping[str, list[str]]]]]],
) -> Iterator[Mapping[str, object]]:
    return (question for page in carried["pages"] for question in page["questions"])


def _tabulate(questionnaire: Questionnaire, interviews: Interviews) -> None:
    domains = [(district.id, group) for district in geography.reporting_districts() for group in interviews]
    records = b"".join(codec.pack(questionnaire.codebook, answers) for answers in interviews.values())
    count_chunk(questionnaire, records, domains)
    columns_of(questionnaire)
    parts_of(questionnaire)
    places = tuple((district.adm1_pcode, district.id) for district in geography.reporting_districts()[:1])
    for topic in topics_of(questionnaire):
        cells_by_name(cube_of(topic, groups_of(questionnaire), places))


def _label_figures(questionnaire: Questionnaire, _interviews: Interviews) -> None:
    release = Release(
        _ROUND,
        questionnaire.name,
        questionnaire.version,
        "",
        "",
        "",
        {},
        0,
        0,
        tuple(_figures(questionnaire)),
    )
    for language in languages():
        labels = Labels(questionnaire, language, str)
        summary_csv(release, Scope.everywhere(), labels)
        estimates_csv(release, Scope.everywhere(), labels)
        for page in questionnaire.pages:
            labels.page(page.name)


def _figures(questionnaire: Questionnaire) -> Iterator[Figure]:
    """Every figure that can be published of one district, without its numbers."""
    place = geography.reporting_districts()[0]
    for topic in topics_of(questionnaire):
        cube = cube_of(topic, groups_of(questionnaire), [(place.adm1_pcode, place.id)])
        (answers,) = (dimension for dimension in cube.dimensions if dimension.name == ANSWER)
        named = (name for node in nodes_of(answers) for (name,) in node.names if name != TOTAL)
        for answer in named:
            for group in (*topic.groups, TOTAL):
                yield Figure(place.adm1_pcode, place.id, group, topic.name, answer, HIDDEN)


def _leave_hidden_alone(questionnaire: Questionnaire, _interviews: Interviews) -> None:
    """The survey's own figures take an answer for what is true, which one that chance hides is not."""
    read = {item for indicator in INDICATORS for item in indicator.items}
    read |= {part.question for share in (*SHARES, *SAFEGUARDING) for part in share.parts}
    for question in questionnaire.questions.values():
        if question.hiding and question.name in read:
            raise UnreadableError(
                f"they take the answer to '{question.name}' for what is true; give that question another name."
            )


def _derive_ties(questionnaire: Questionnaire, _interviews: Interviews) -> None:
    list(telling.tie_report(questionnaire))


#: What is said of a question whose answers are in the safeguarding document.
RESTRICTED: Final = (
    "It is in no release: administrators alone read it, by province, in the safeguarding document."
)

#: Everything that reads a questionnaire once it is published, as its author calls it.
READERS: Final[Mapping[str, Reader]] = {
    "The rules": _judge,
    "The form": _fill_forms,
    "The phone": _read_on_phone,
    "The store of questionnaires": _store_questionnaire,
    "The store of answers": _pack_answers,
    "The tables": _tabulate,
    "The labels": _label_figures,
    "The figures of the survey": _leave_hidden_alone,
    "The ties of tables": _derive_ties,
}


def _unpublished_questions(report: Report) -> Iterator[Mistake]:
    """The questions of which nothing will be published, and why."""
    questionnaire = report.questionnaire
    if questionnaire is None:
        return
    published_questions = {topic.question for topic in topics_of(questionnaire)}
    published_questions |= {
        part.question for topic in topics_of(questionnaire) if topic.share for part in topic.share.parts
    }
    restricted = {part.question for share in safeguarding_of(questionnaire) for part in share.parts}
    for question in questionnaire.questions.values():
        if question.name not in (*OWN, *published_questions) and question.publication != "never":
            reason = RESTRICTED if question.name in restricted else _reason(question)
            yield Mistake("survey", report.rows[question.name], "bind::survey:publication", "", reason)
    for line in telling.unresolved_report(questionnaire):
        yield Mistake("survey", report.rows.get(line.split()[0].split("/")[0], 0), "relevant", "", line)


def _reason(question: Question) -> str:
    if not question.type.listed:
        return question.type.why_unpublished
    if question.publication != "district":
        return f"Nothing is published: there are no results for '{question.publication}' alone. Write never or district."
    return question.type.why_unpublished
