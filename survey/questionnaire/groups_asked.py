"""Which groups a question addresses, found from its rules and those of its page."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from survey.questionnaire.expressions.values import Context, mentions, references, truth
from survey.questionnaire.model import GROUP, Page, Question, Questionnaire, Tree, Value
from survey.questionnaire.possible_answers import TooLargeError, values_of

#: More combinations of answers than this are not tried: the group then counts as addressed.
TRIES = 20_000


@lru_cache(maxsize=32)
def groups_by_question(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Each question's groups, in the order of the form types.

    A group is addressed when some answers of a member of it reach the question. Rules name few questions, each
    with few options or cut points, so all combinations are tried.
    """
    groups = tuple(choice.name for choice in questionnaire.questions[GROUP].choices)
    return {
        question.name: tuple(group for group in groups if _reaches(questionnaire, page, question, group))
        for page in questionnaire.pages
        for question in page.questions
    }


def _reaches(questionnaire: Questionnaire, page: Page, question: Question, group: str) -> bool:
    rules: list[Tree] = [rule for rule in (page.relevant, question.relevant) if rule is not None]
    if any(mentions(rule, "today") for rule in rules):
        # The days on which it was asked are not known here; a question without any group would have no table.
        return True
    named = sorted({name for rule in rules for name in references(rule)} - {GROUP})
    known = [questionnaire.questions[name] for name in named if name in questionnaire.questions]
    try:
        possible = [values_of(asked, rules, frozenset()) for asked in known]
    except TooLargeError:
        return True
    for tried, values in enumerate(product(*possible)):
        answers: dict[str, Value] = {
            asked.name: value for asked, value in zip(known, values, strict=True) if value != ""
        }
        answers[GROUP] = group
        if tried > TRIES or all(truth(rule, answers, Context()) for rule in rules):
            return True
    return False
