"""Multiple choices with many options: where nothing but the option's own table sees an option, one stands for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey.publication.protection.ties.tables import Seen
from survey.questionnaire.expressions.looked_at import is_plain
from survey.questionnaire.expressions.values import Context, references, truth
from survey.questionnaire.model import Question, Questionnaire
from survey.questionnaire.types.multiple import MOST_OPTIONS

#: The name of a table → further tables that it stands for.
Folded = Mapping[str, tuple[Seen, ...]]


def fold_tables(questionnaire: Questionnaire, tables: Sequence[Seen]) -> tuple[list[Seen], Folded]:
    """The tables that are to be looked at, and those for which some of them stand.

    Whether an option was chosen tells nothing of the others where their number is not limited, no rule looks at
    them and no table at several of them. All that is known of each is that the question was asked.
    """
    left, stands = list(tables), dict[str, tuple[Seen, ...]]()
    for question in questionnaire.questions.values():
        own = [table for table in tables if tuple(table.marks) == (question.name,)]
        if len(own) > MOST_OPTIONS and _is_independent(questionnaire, question, tables, own):
            stands[own[0].name] = tuple(own[1:])
            left = [table for table in left if table not in own[1:]]
    return left, stands


def _is_independent(
    questionnaire: Questionnaire, question: Question, tables: Sequence[Seen], own: Sequence[Seen]
) -> bool:
    """Whether the options of a multiple choice have nothing to do with each other, nor anything with them."""
    if not question.type.several or any(_options(table, question) != 1 for table in own):
        return False
    if any(question.name in table.marks for table in tables if table not in own):
        return False
    return not _is_used_in_rules(questionnaire, question.name) and _allows_any_number(question)


def _options(table: Seen, question: Question) -> int:
    mark = table.marks[question.name]
    return sum(mark((choice.name,)) != mark("") for choice in question.choices)


def _is_used_in_rules(questionnaire: Questionnaire, name: str) -> bool:
    """Whether a rule of a page or of another question looks at a question."""
    pages = [page.relevant for page in questionnaire.pages]
    others = [one for one in questionnaire.questions.values() if one.name != name]
    rules = [*pages, *(rule for one in others for rule in (one.relevant, one.constraint))]
    return any(name in references(rule) for rule in rules if rule is not None)


def _allows_any_number(question: Question) -> bool:
    """Whether any number of options may be chosen together."""
    rule = question.constraint
    if rule is None:
        return True
    together = [choice.name for choice in question.choices if not choice.alone]
    if references(rule) or not is_plain(rule, question.name) or not _names_none(rule, together):
        return False
    chosen = [tuple(together[:number]) for number in range(1, len(together) + 1)]
    return all(truth(rule, {question.name: one}, Context("", one)) for one in chosen)


def _names_none(rule: object, options: Sequence[str]) -> bool:
    """Whether a rule names none of some options."""
    if isinstance(rule, list):
        return all(_names_none(part, options) for part in rule[1:])
    return str(rule) not in options
