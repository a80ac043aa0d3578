"""Rules as functions: they say what the interpreter says."""

from __future__ import annotations

from typing import Any

import pytest

from survey.questionnaire.expressions.values import Context, compile_expression, truth
from survey.questionnaire.expressions.verdicts import verdict


@pytest.mark.parametrize(
    "rule",
    [
        "selected(${kinds}, 'a') and ${day} != 3",
        ". != 'b' or ${day} = 1",
        "${day} > 10 and . = 'a'",
        "${day} > 2",
        "today() > '2026-06-01'",
        "${day} = 1 or today() = ''",
    ],
)
def test_a_rule_says_what_the_interpreter_says(rule: str) -> None:
    tree = compile_expression(rule, current="first")
    holds = verdict(tree)
    for day in (None, 1, 3, 11):
        for kinds in (None, ("a",), ("b", "a"), ("b",)):
            for current in ("", "a", "b", 1, ("a",)):
                given = {"day": day, "kinds": kinds}
                answers: Any = {name: value for name, value in given.items() if value is not None}
                context = Context("2026-11-23", current)
                assert holds(answers, context) is truth(tree, answers, context)
