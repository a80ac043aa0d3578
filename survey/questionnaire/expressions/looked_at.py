"""What a compiled rule looks at: options by name, numbers by comparison, or the answer in any other way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from survey.questionnaire.expressions.values import Tree

_COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})


def is_plain(tree: Tree, name: str) -> bool:
    """Whether a rule asks of a question only whether an option is chosen, and how many are."""
    if not isinstance(tree, list):
        return True
    if tree[0] == "count-selected" and isinstance(tree[1], list) and _is_answer_to(tree[1], name):
        return True
    if tree[0] == "selected" and _is_answer_to(tree[1], name):
        return isinstance(tree[2], str)
    return not _is_answer_to(tree, name) and all(is_plain(part, name) for part in tree[1:])


def is_only_compared(tree: Tree, name: str) -> bool:
    """Whether a rule uses the number nowhere but in comparisons with fixed numbers."""
    if not isinstance(tree, list):
        return True
    if tree[0] in _COMPARISONS and any(_is_answer_to(part, name) for part in tree[1:]):
        return all(_is_answer_to(part, name) or _is_constant(part) for part in tree[1:])
    return not _is_answer_to(tree, name) and all(is_only_compared(part, name) for part in tree[1:])


def texts_in(tree: Tree) -> Iterator[str]:
    """Every text in a rule, and every whole number as a text."""
    if isinstance(tree, list):
        for part in tree[1:]:
            yield from texts_in(part)
    elif isinstance(tree, str):
        yield tree
    elif isinstance(tree, int | float) and float(tree).is_integer():
        yield str(int(tree))


def numbers_in(tree: Tree) -> Iterator[float]:
    """Every number in a rule, also one that is written as a text."""
    if isinstance(tree, list):
        for part in tree[1:]:
            yield from numbers_in(part)
    elif not isinstance(tree, bool):
        try:
            number = float(tree)
        except ValueError:
            return
        yield number


def _is_answer_to(tree: Tree, name: str) -> bool:
    return isinstance(tree, list) and (tree == ["$", name] or tree == ["."])


def _is_constant(tree: Tree) -> bool:
    return not isinstance(tree, list) or (tree[0] == "negate" and not isinstance(tree[1], list))
