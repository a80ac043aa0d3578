"""Rules give the values that XPath 1.0 and XForms prescribe, refuse what they do not know, and never fail."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.questionnaire.expressions.parser import _ARGUMENTS, _PRECEDENCE, _REFUSED, _REWRITTEN, _levels
from survey.questionnaire.expressions.values import (
    _OPERATIONS,
    Context,
    ExpressionError,
    Tree,
    Value,
    bind,
    compile_expression,
    evaluate,
    references,
    truth,
)

ROOT = Path(__file__).parents[4]
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/cases/expressions.json").read_text(encoding="utf-8"))
VALUES = [case for case in CASES if "value" in case]
ERRORS = [case for case in CASES if "error" in case]
NOT_IN_JSON = {"#NaN": math.nan, "#Infinity": math.inf, "#-Infinity": -math.inf}
BINARY = ["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"]


def named(case: Mapping[str, Any]) -> str:
    return str(case["name"])


def answer(value: Any) -> Any:
    """A JSON list is the Python tuple of a multiple choice."""
    return tuple(value) if isinstance(value, list) else value


def compiled(case: Mapping[str, Any]) -> Tree:
    return compile_expression(
        case["expression"], names=case.get("names"), current=case.get("current_question", "it")
    )


def evaluated(case: Mapping[str, Any], tree: Tree) -> Any:
    answers = {name: answer(value) for name, value in case.get("answers", {}).items()}
    return evaluate(tree, answers, Context(case.get("today", ""), answer(case.get("current", ""))))


@pytest.mark.parametrize("case", VALUES, ids=named)
def test_case_has_its_value(case: dict[str, Any]) -> None:
    value = evaluated(case, compiled(case))
    expected = case["value"]
    if isinstance(expected, str):
        expected = NOT_IN_JSON.get(expected, expected)
    if isinstance(expected, int) and not isinstance(expected, bool):
        expected = float(expected)
    assert type(value) is type(expected)
    assert value == expected or (value != value and expected != expected)


@pytest.mark.parametrize("case", VALUES, ids=named)
def test_tree_survives_json(case: dict[str, Any]) -> None:
    tree = compiled(case)
    again = json.loads(json.dumps(tree, allow_nan=False))
    assert again == tree
    assert repr(evaluated(case, again)) == repr(evaluated(case, tree))


@pytest.mark.parametrize("case", VALUES, ids=named)
def test_bound_rule_has_the_same_value(case: dict[str, Any]) -> None:
    tree = compiled(case)
    answers = {name: answer(value) for name, value in case.get("answers", {}).items()}
    context = Context(case.get("today", ""), answer(case.get("current", "")))
    assert repr(bind(tree)(answers, context)) == repr(evaluate(tree, answers, context))


@pytest.mark.parametrize("case", ERRORS, ids=named)
def test_case_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(case)
    assert case["error"] in caught.value.message
    assert caught.value.position == case["position"]
    assert str(caught.value) == caught.value.message


def test_every_operation_is_calculated_has_a_case_and_is_documented() -> None:
    known = (set(_ARGUMENTS) - set(_REWRITTEN) - {"today"}) | set(_PRECEDENCE) | {"negate"}
    assert set(_OPERATIONS) == known
    used = {node[0] for case in VALUES for level in _levels(compiled(case)) for node in level}
    assert known | {"$", ".", "today"} == used
    described = (ROOT / "docs/expressions.md").read_text(encoding="utf-8")
    assert [name for name in [*_ARGUMENTS, *_REFUSED] if f"`{name}(" not in described] == []


@pytest.mark.parametrize("name", sorted(_REFUSED))
def test_refusal_gives_its_reason(name: str) -> None:
    with pytest.raises(ExpressionError, match="is refused: ") as caught:
        compile_expression(f"1 + {name}()")
    assert _REFUSED[name] in caught.value.message
    assert caught.value.position == 4


def test_there_are_enough_cases() -> None:
    assert len(VALUES) >= 180
    assert len(ERRORS) >= 60


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("'a'", "a"),
        ("5.0", 5),
        ("0.5", 0.5),
        ("true()", True),
        ("${a}", ["$", "a"]),
        (".", ["."]),
        ("${it}", ["."]),
        ("today()", ["today"]),
        ("1 - 2 - 3", ["-", ["-", 1, 2], 3]),
        ("-${a} * 2", ["*", ["negate", ["$", "a"]], 2]),
        ("once('x')", ["coalesce", ["."], "x"]),
        ("if(., 1, 2)", ["if", ["."], 1, 2]),
    ],
)
def test_shape_of_the_tree(source: str, tree: Tree) -> None:
    assert repr(compile_expression(source, current="it")) == repr(tree)


def test_great_whole_numbers_stay_doubles() -> None:
    assert repr(compile_expression("9007199254740991")) == "9007199254740991"
    assert repr(compile_expression("9007199254740992")) == "9007199254740992.0"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1", set()),
        ("'${a}'", set()),
        (". = ${it}", set()),
        ("${a}", {"a"}),
        ("if(${a} = 1, ${b}, -(${c} + ${a}))", {"a", "b", "c"}),
    ],
)
def test_references(source: str, expected: set[str]) -> None:
    assert references(compile_expression(source, current="it")) == expected


def test_names_are_checked_but_the_questions_own_name_is_known() -> None:
    assert compile_expression("${it} > ${a}", names={"a"}, current="it") == [">", ["."], ["$", "a"]]
    assert compile_expression("${anything}") == ["$", "anything"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [("0", False), ("'0'", True), ("''", False), ("number('')", False), ("-1", True), ("1 = 2", False)],
)
def test_truth(source: str, expected: bool) -> None:
    assert truth(compile_expression(source), {}, Context()) is expected


def test_a_context_without_day_and_current_answer_is_empty() -> None:
    tree = compile_expression("concat('<', today(), ., '>')", current="it")
    assert evaluate(tree, {}, Context()) == "<>"


def test_answers_outside_the_declared_types_do_not_fail() -> None:
    answers: Any = {"a": None, "b": 10**400, "c": -(10**400), "d": True, "e": ["x", "y"]}
    values = [evaluate(["$", name], answers, Context()) for name in "abcde"]
    assert values == ["", math.inf, -math.inf, True, "x y"]


LEAVES = st.sampled_from(
    [
        *[
            "''",
            "' '",
            "'x'",
            "'a b'",
            "'2024-02-30'",
            "'2024-02-29'",
            "'-1.5'",
            "'۴'",
            "0",
            "1",
            "2.5",
            ".5",
        ],
        *["9007199254740993", "1" + "0" * 308, "true()", "false()", "today()", ".", "${a}", "${b}", "${c}"],
    ]
)
ARGUMENTS = {
    1: "not boolean number string int round abs min max sum string-length normalize-space date once"
    " count-selected",
    2: "selected selected-at coalesce min max sum concat contains starts-with ends-with substr",
    3: "if substr min max sum concat",
}


def _larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.builds("({} {} {})".format, parts, st.sampled_from(BINARY), parts)
    calls = [
        st.builds(
            lambda name, arguments: f"{name}({', '.join(arguments)})",
            st.sampled_from(names.split()),
            st.lists(parts, min_size=count, max_size=count),
        )
        for count, names in ARGUMENTS.items()
    ]
    return st.one_of(binary, st.builds("-{}".format, parts), *calls)


EXPRESSIONS = st.recursive(LEAVES, _larger, max_leaves=12)
ANSWERS: st.SearchStrategy[Value] = st.one_of(
    st.text(max_size=6), st.integers(), st.floats(), st.lists(st.text(max_size=3), max_size=3).map(tuple)
)


@pytest.mark.slow
@given(source=EXPRESSIONS, answers=st.dictionaries(st.sampled_from("abc"), ANSWERS), current=ANSWERS)
def test_evaluation_never_fails(source: str, answers: dict[str, Value], current: Value) -> None:
    tree = compile_expression(source, current="it")
    context = Context("2026-11-23", current)
    assert type(evaluate(tree, answers, context)) in (str, float, bool)
    assert type(truth(tree, answers, context)) is bool
    assert repr(bind(tree)(answers, context)) == repr(evaluate(tree, answers, context))
    assert references(tree) <= set("abc")


@pytest.mark.slow
@given(st.text(alphabet="${}ab'\"().,+-*=<>! 01orandivmt/", max_size=30) | st.text(max_size=20))
def test_any_text_compiles_or_is_refused_at_a_place_within_it(source: str) -> None:
    try:
        tree = compile_expression(source, current="it")
    except ExpressionError as refusal:
        place: int | None = refusal.position
    else:
        place = None
        json.dumps(tree, allow_nan=False)
        evaluate(tree, {}, Context())
    assert place is None or 0 <= place <= len(source)
