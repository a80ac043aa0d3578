"""Rules as functions: remembered or not, they say what the interpreter says."""

from __future__ import annotations

from typing import Any

import pytest

from survey.questionnaire import verdicts
from survey.questionnaire.expressions import Context, compile_expression, truth
from survey.questionnaire.verdicts import verdict


@pytest.mark.parametrize(
    "rule",
    [
        "selected(${kinds}, 'a') and ${day} != 3",
        ". != 'b' or ${day} = 1",
        "${day} > 10 and . = 'a'",
        "${day} > 2",
    ],
)
def test_a_rule_that_remembers_says_what_the_interpreter_says(
    monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    monkeypatch.setattr(verdicts, "_REMEMBERED", 7)
    tree = compile_expression(rule, current="first")
    remembering = verdict(tree, ("day", "kinds"))
    assert remembering.__qualname__.startswith("_remembering")
    for _ in range(2):
        for day in (None, 1, 3, 11):
            for kinds in (None, ("a",), ("b", "a"), ("b",)):
                for current in ("", "a", "b", 1, ("a",)):
                    given = {"day": day, "kinds": kinds}
                    answers: Any = {name: value for name, value in given.items() if value is not None}
                    context = Context("2026-11-23", current)
                    assert remembering(answers, context) is truth(tree, answers, context)


@pytest.mark.parametrize("rule", ["today() > '2026-06-01'", "${round} = 1", "${day} = 1 or today() = ''"])
def test_a_rule_that_sees_the_day_or_a_stranger_remembers_nothing(rule: str) -> None:
    made = verdict(compile_expression(rule), ("day",))
    assert not made.__qualname__.startswith("_remembering")


def test_without_questions_nothing_is_remembered() -> None:
    made = verdict(compile_expression("${day} = 1"))
    assert [made({"day": day}, Context()) for day in (1, 2)] == [True, False]
    assert not made.__qualname__.startswith("_remembering")
