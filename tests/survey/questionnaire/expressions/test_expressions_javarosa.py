"""Rules have the values that JavaRosa, the engine inside ODK Collect, gives them, but for declared differences."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.running import require

ROOT = Path(__file__).parents[4]
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/cases/expressions.json").read_text(encoding="utf-8"))
NOT_IN_JSON = {"#NaN": math.nan, "#Infinity": math.inf, "#-Infinity": -math.inf}
REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# What is different, as docs/expressions.md says it, and the cases that show it.
DIFFERENCES: dict[str, list[str]] = {
    "Numbers are equal only if they are the same; JavaRosa allows 1e-12 between them, and takes infinity for "
    "unequal to itself": ["infinity equals infinity", "numbers that differ a little are unequal"],
    "A comma is no part of a number; JavaRosa reads `'1,000'` as 1": ["a thousands sign is no number"],
    "The text of a number never has an exponent, as XPath 1.0 demands; JavaRosa writes `1.0E-7`": [
        "text of a small number has no exponent",
        "text of a small number with more digits",
        "text of a great number has no exponent",
        "text of a great number with more digits",
        "text of ten to the sixteenth",
    ],
    "A code may be written as a number in `selected()`; JavaRosa stops with an error": [
        "selected takes a number for its text"
    ],
    "The empty code is never selected; JavaRosa finds it in an empty answer": [
        "the empty code is never selected"
    ],
    "`selected()` asks for one code; JavaRosa finds two that are side by side": [
        "two codes at once are not selected"
    ],
    "`selected-at()` has no choice at a place that is no number; JavaRosa takes the first": [
        "a place that is no number"
    ],
    "`coalesce()` passes over empty texts only; JavaRosa passes over NaN too": ["coalesce keeps NaN"],
    "`round()` keeps the sign of zero, as XPath 1.0 demands": [
        "round keeps the sign of zero",
        "minus a half rounds to minus zero",
    ],
    "`min()` and `max()` are NaN if an argument is NaN, as XForms demands; JavaRosa passes over it, and gives "
    "5e-324 for the greatest of negative numbers": [
        "min with a text that is none",
        "min with NaN first",
        "max of negative numbers",
        "max with an absent answer",
    ],
    "`sum()` adds its arguments; JavaRosa adds the nodes of a path and accepts nothing else": [
        "sum",
        "sum of one",
        "sum with an absent answer",
        "sum from the left",
        "sum does not mend rounding",
        "sum of minus zero is zero",
    ],
    "Characters are counted; JavaRosa counts UTF-16 code units": [
        "length counts characters, not code units",
        "substr counts characters",
    ],
    "A day is a text with a number, in every expression; JavaRosa has a type for days, and a text that looks like "
    "one has no number and no order there": [
        "today before tomorrow",
        "days between",
        "number of a day",
        "number of an early day",
        "number of a leap day",
        "a leap day each fourth century",
        "a day with spaces around",
        "days of different months are ordered",
        "a day and its number are equal",
    ],
    "`date()` of what is no day is empty; JavaRosa stops with an error": [
        "date of a word",
        "date of infinity",
        "date of no day",
    ],
    "Days run from 0001-01-01 to 9999-12-31 with four digits for the year, and a fraction belongs to the day "
    "that began before it": [
        "date of a negative fraction",
        "the first day",
        "before the first day",
        "behind the last day",
    ],
    "The day of `today()` is given to the evaluator; JavaRosa reads the clock": [
        "without a day, today is empty"
    ],
}
DIFFERENT = [name for names in DIFFERENCES.values() for name in names]


@pytest.fixture(scope="module")
def java() -> Callable[[str], Any]:
    """Classes of the jar that pyxform carries, by name."""
    require("java", "JavaRosa needs Java: apt-get install default-jre-headless")
    import jpype
    import pyxform

    jar = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
    if not jpype.isJVMStarted():
        jpype.startJVM("-Duser.timezone=UTC", classpath=[str(jar)], convertStrings=False)
    return lambda name: jpype.JClass(name if name.startswith("java.") else f"org.javarosa.{name}")


def stored(java: Callable[[str], Any], value: Any) -> Any:
    """An answer as a node of JavaRosa's form holds it; None is unanswered."""
    text = " ".join(value) if isinstance(value, list) else value
    if text == "":
        return None
    if isinstance(text, int | float):
        return java("core.model.data.DecimalData")(float(text))
    if DAY.fullmatch(text):
        return java("core.model.data.DateData")(java("core.model.utils.DateUtils").parseDate(text))
    return java("core.model.data.StringData")(text)


def form(java: Callable[[str], Any], case: dict[str, Any]) -> tuple[Any, Any]:
    """A form with one node for each question of the case, and the place of the node named `it`."""
    element = java("core.model.instance.TreeElement")
    root = element("data")
    answers = dict.fromkeys(REFERENCE.findall(case["expression"]), "")
    answers |= {**case.get("answers", {}), "it": case.get("current", "")}
    for name, value in answers.items():
        node = element(name)
        answer = stored(java, value)
        if answer is not None:
            node.setAnswer(answer)
        root.addChild(node)
    return java("core.model.instance.FormInstance")(root), root.getChild("it", 0).getRef()


def plain(java: Callable[[str], Any], value: Any) -> Any:
    if isinstance(value, java("java.util.Date")):
        dates = java("core.model.utils.DateUtils")
        return str(dates.formatDate(value, dates.FORMAT_ISO8601))
    if isinstance(value, java("java.lang.Double")):
        return float(value)
    if isinstance(value, java("java.lang.Boolean")):
        return bool(value)
    return bytes(value.getBytes("UTF-16BE")).decode("utf-16-be", errors="replace")


def judged(java: Callable[[str], Any], case: dict[str, Any]) -> Any:
    """JavaRosa's value of a case, or the exception that it throws."""
    instance, place = form(java, case)
    context = java("core.model.condition.EvaluationContext")
    source = REFERENCE.sub(r" /data/\1 ", case["expression"])
    if "today" in case:
        source = source.replace("today()", f"date('{case['today']}')")
    try:
        tree = java("xpath.XPathParseTool").parseXPath(source)
        value = tree.eval(instance, context(context(instance), place))
        return plain(java, java("xpath.expr.XPathFuncExpr").unpack(value))
    except java("java.lang.Exception") as thrown:
        return thrown


def same(value: Any, expected: Any) -> bool:
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    return bool(value == expected or (value != value and expected != expected))


@pytest.mark.java
@pytest.mark.parametrize("case", [case for case in CASES if "value" in case], ids=lambda case: case["name"])
def test_javarosa_agrees_unless_declared(java: Callable[[str], Any], case: dict[str, Any]) -> None:
    expected = NOT_IN_JSON.get(str(case["value"]), case["value"])
    value = judged(java, case)
    assert same(value, expected) is (case["name"] not in DIFFERENT), f"JavaRosa: {value!r}"


def test_differences_are_of_cases_and_documented() -> None:
    assert set(DIFFERENT) <= {case["name"] for case in CASES}
    described = " ".join((ROOT / "docs/expressions.md").read_text(encoding="utf-8").split())
    assert [reason for reason in DIFFERENCES if f"- {reason}." not in described] == []
