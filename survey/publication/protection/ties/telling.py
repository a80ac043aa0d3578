"""The ties of a questionnaire in plain English, for its author."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from analysis.disclosure.tied.ties import Tie, clusters
from survey.publication.counts.cube import YES, groups_of, topics_of
from survey.publication.protection import tied_tables
from survey.publication.protection.ties.derivation import ties_of
from survey.publication.protection.ties.tables import NOT_VALID, VALID, tables_of
from survey.questionnaire.model import Questionnaire
from survey.storage.results.release_document import NO_ANSWER

#: How all leaves of a table but the one of silence are called.
_ANSWERED: Final = "answered"
#: Of more options or reasons than this the rest is only counted.
_NAMED: Final = 3


def tie_report(questionnaire: Questionnaire) -> Iterator[str]:
    """Line by line: clusters with their ties, tables that are the same, and tables that will not be published."""
    ties = ties_of(questionnaire)
    for number, cluster in enumerate(clusters(ties), start=1):
        yield f"Cluster {number}, protected together: {', '.join(cluster)}"
        for tie in ties.inequalities:
            if tie.tables[0] in cluster:
                yield f"  {sentence(questionnaire, tie)}"
        for same in ties.same:
            if same.first in cluster:
                yield f"  {same.second} counts the same people as {same.first}: both are one table."
    for name, reason in ties.unresolved.items():
        if _is_index(questionnaire, name):
            yield f"{name}: the number of persons with a value is not published: {reason}."
    yield from unresolved_report(questionnaire)


def unresolved_report(questionnaire: Questionnaire) -> Iterator[str]:
    """A line for each question that will not be published with all its answers, and what to change."""
    sizes = tied_tables.sizes_of(topics_of(questionnaire))
    questions: dict[str, dict[str, str]] = {}
    for name, reason in tied_tables.unpublished_tables(ties_of(questionnaire), sizes).items():
        if not _is_index(questionnaire, name):
            questions.setdefault(name.partition("/")[0], {})[name] = reason
    for question, reasons in questions.items():
        every = list(dict.fromkeys(reasons.values()))
        why = "; ".join([*every[:_NAMED], *(["and so on"] if every[_NAMED:] else [])])
        yield f"{_question_name(question, list(reasons))} will not be published by district and group: {why}."


def _question_name(question: str, names: list[str]) -> str:
    """A question with those of its options that share one fate; the table of one option by its own name."""
    if len(names) == 1:
        return names[0]
    options = [name.partition("/")[2] for name in names if "/" in name]
    more = [f"{len(options) - _NAMED} more"] if options[_NAMED:] else []
    *first, last = [*options[:_NAMED], *more]
    return f"{question} ({', '.join(first)} and {last})" if first else f"{question} (also {last})"


def _is_index(questionnaire: Questionnaire, name: str) -> bool:
    return _leaves(questionnaire)[name] == (VALID, NOT_VALID)


@lru_cache(maxsize=8)
def _leaves(questionnaire: Questionnaire) -> Mapping[str, tuple[str, ...]]:
    return {table.name: table.leaves for table in tables_of(questionnaire)}


def sentence(questionnaire: Questionnaire, tie: Tie) -> str:
    """A tie as a sentence that holds in every district, in these groups."""
    less, more = (dict(_sides(questionnaire, tie, positive=positive)) for positive in (True, False))
    plain = set(less.values()) | set(more.values()) == {1}
    everybody = len(tie.groups) == len(groups_of(questionnaire))
    return f"{'All groups' if everybody else ', '.join(tie.groups)}: {_sum_in_words(less, more, tie.base, plain)}."


def _sum_in_words(less: Mapping[str, int], more: Mapping[str, int], base: int, plain: bool) -> str:
    if plain and len(less) == 1 and more and base == 0:
        return f"everybody who is in {_list(less, 'and')} is also in {_list(more, 'or')}"
    if plain and not more and len(less) > 1 and base < 0:
        return f"nobody is in {'two' if base == -1 else f'more than {-base}'} of {_list(less, 'and')}"
    if plain and not less and base == 1:
        return f"everybody is in {_list(more, 'or')}"
    return f"{_sum(less, base)} is at most {_sum(more, -base)}"


def _sides(questionnaire: Questionnaire, tie: Tie, *, positive: bool) -> Iterator[tuple[str, int]]:
    """The people on one side of a tie, for each table those in some of its answers, and how often they count."""
    found: dict[tuple[str, int], list[str]] = {}
    for term in tie.terms:
        if (term.factor > 0) == positive:
            found.setdefault((term.table, abs(term.factor)), []).append(term.answer)
    for (table, factor), answers in found.items():
        yield _people(table, answers, _leaves(questionnaire)[table]), factor


def _people(table: str, answers: list[str], leaves: tuple[str, ...]) -> str:
    if answers in ([YES], [VALID]):
        return table
    if {*answers, NO_ANSWER} == set(leaves):
        return f"{table} ({_ANSWERED})"
    return f"{table} ({' or '.join(answers)})"


def _list(people: Mapping[str, int], word: str) -> str:
    *first, last = people
    return f"{', '.join(first)} {word} {last}" if first else last


def _sum(people: Mapping[str, int], base: int) -> str:
    """The numbers of one side added up, with everybody interviewed where the base is on it."""
    everybody = {"all interviewed": base} if base > 0 else {}
    parts = {**people, **everybody}.items()
    return " + ".join(who if factor == 1 else f"{factor} × {who}" for who, factor in parts) or "0"
