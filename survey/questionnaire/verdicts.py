"""Rules as functions that say whether they hold, and that remember what they said of equal answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from survey.questionnaire.expressions import Bound, Context, Tree, bind, bool_of, mentions, references

#: Whether a rule holds, seeing the answers so far.
Verdict = Callable[[Mapping[str, Any], Context], bool]

#: Answers for which a rule remembers its value; with more, such as all numbers of a field, it begins anew.
_REMEMBERED: Final = 4096


def verdict(tree: Tree, questions: Collection[str] = ()) -> Verdict:
    """A compiled rule as a function; it remembers where it sees answers to these questions and nothing else.

    Only answers that can be stored may be shown to it, so that those to one question are of one type and never
    mistaken for one another, as 1 and True would be.
    """
    names, rule = references(tree), bind(tree)
    if questions and names.issubset(questions) and not mentions(tree, "today"):
        return _remembering(rule, tuple(sorted(names)), mentions(tree, "."))
    return lambda answers, context: bool_of(rule(answers, context))


def _remembering(rule: Bound, names: tuple[str, ...], current: bool) -> Verdict:
    known: dict[Any, bool] = {}
    # Most rules see one earlier answer and nothing else.
    only = names[0] if len(names) == 1 and not current else None

    def value(answers: Mapping[str, Any], context: Context) -> bool:
        seen = answers.get(only) if only else (context.current, *map(answers.get, names))
        found = known.get(seen)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[seen] = bool_of(rule(answers, context))
        return found

    return value
