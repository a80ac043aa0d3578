"""How a question was asked: in which words, and whether of everybody in its groups."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from survey.publication.counts.cube import Topic
from survey.publication.counts.not_asked import needed_by_topic
from survey.questionnaire.expressions.values import references
from survey.questionnaire.model import AGE, CONSENT, GROUP, Question, Questionnaire

#: What everybody whose answers are kept has said: rules that name nothing else leave nobody out of a group.
OF_EVERYBODY: Final = frozenset({AGE, CONSENT, GROUP})
#: Characters of a digest: enough that no two wordings have the same.
LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Asking:
    """The digest of a question's words, and whether it was asked of some only."""

    wording: str
    routed: bool


def asking_of(questionnaire: Questionnaire, topic: Topic) -> Asking:
    """How the questions behind a topic are asked."""
    return Asking(wording(questionnaire, topic), routed(questionnaire, topic))


def described(one: Asking) -> dict[str, Any]:
    """As a release keeps it beside the question."""
    return {"wording": one.wording, "routed": one.routed}


def read(entry: Mapping[str, Any]) -> Asking | None:
    """That of a question of a release; None in releases of before."""
    return Asking(entry["wording"], entry["routed"]) if "wording" in entry else None


def wording(questionnaire: Questionnaire, topic: Topic) -> str:
    """A digest of all words of the questions behind a topic, in every language: equal for questions asked in the same words."""
    questions = (questionnaire.questions[name] for name in needed_by_topic(topic).questions)
    return _digest(_words(questionnaire, question) for question in questions)


def wording_of_all(digests: Iterable[str]) -> str:
    """The digest of several questions together."""
    return _digest(digests)


def _digest(content: Iterable[object]) -> str:
    text = json.dumps(list(content), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def _words(questionnaire: Questionnaire, question: Question) -> list[object]:
    choices = [[choice.name, choice.score, dict(choice.label)] for choice in question.choices]
    fills = {name: dict(texts) for name, texts in questionnaire.fills.items()}
    named = {
        name: texts
        for name, texts in fills.items()
        if any(f"${{{name}}}" in text for text in question.label.values())
    }
    # Other probabilities are another question, in whatever words; of questions that chance does not hide nothing is added.
    hidden: list[object] = [dict(question.hidden_by)] if question.hidden_by else []
    hidden += [[one.name, dict(one.label)] for one in question.items]
    return [dict(question.label), choices, named, *hidden]


def routed(questionnaire: Questionnaire, topic: Topic) -> bool:
    """Whether answers of another kind than group, age and consent decide who in a group is asked."""
    return all(_is_routed(questionnaire, name) for name in needed_by_topic(topic).questions)


def _is_routed(questionnaire: Questionnaire, name: str) -> bool:
    page = next(page for page in questionnaire.pages if any(one.name == name for one in page.questions))
    rules = (page.relevant, questionnaire.questions[name].relevant)
    return any(rule is not None and not references(rule) <= OF_EVERYBODY for rule in rules)
