"""Options that a rule names although its question does not offer them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from survey.questionnaire.expressions.values import Tree
from survey.questionnaire.lint.rows import Rule, compiled_rules
from survey.questionnaire.sheets import Mistake, Workbook


def mistakes(book: Workbook) -> Iterator[Mistake]:
    """Every option that does not exist, also in a file with other mistakes."""
    offered = {
        row.name: [option.name for option in book.lists.get(row.list_name, ())] for row in book.questions()
    }
    for rule in compiled_rules(book):
        yield from _unknown_options(rule, offered)


def _unknown_options(rule: Rule, offered: dict[str, list[str]]) -> Iterator[Mistake]:
    for name, option in dict.fromkeys(_options_compared(rule.tree, rule.row.name)):
        names = offered.get(name, [])
        if names and option not in names:
            near = get_close_matches(option.lower().replace("-", "_"), names, 1, 0.5)
            hint = f"; '{near[0]}' is meant, perhaps" if near else f": {', '.join(names[:12])}"
            yield rule.row.mistake(rule.column, f"'{option}' is none of the options of '{name}'{hint}.")


def _options_compared(tree: Tree | None, current: str) -> Iterator[tuple[str, str]]:
    """Each question that a rule compares with an option, and the option; `current` is the question of the rule."""
    if not isinstance(tree, list):
        return
    if tree[0] in ("=", "!=", "selected") and len(tree) == 3:
        for left, right in ((tree[1], tree[2]), (tree[2], tree[1])):
            name = left[1] if isinstance(left, list) and left[0] == "$" else current if left == ["."] else ""
            if name and not isinstance(right, list | bool):
                yield from ((name, word) for word in _constant_text(right).split())
    for part in tree[1:]:
        yield from _options_compared(part, current)


def _constant_text(constant: str | int | float) -> str:
    if isinstance(constant, str):
        return constant
    return str(int(constant)) if float(constant).is_integer() else str(constant)
