"""Rules as functions that say whether they hold; nothing of the answers they saw stays with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from survey.questionnaire.expressions.values import Context, Tree, bind, bool_of

#: Whether a rule holds, seeing the answers so far.
Verdict = Callable[[Mapping[str, Any], Context], bool]


def verdict(tree: Tree) -> Verdict:
    """A compiled rule as a function."""
    rule = bind(tree)
    return lambda answers, context: bool_of(rule(answers, context))
