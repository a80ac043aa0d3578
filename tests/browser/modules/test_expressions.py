"""The browser's interpreter gives every compiled rule the value that the Python one gives."""

import json
import math
import os
import random
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest

from survey.questionnaire.expressions.values import Context, Scalar, Value, compile_expression, evaluate
from tests.support.running import require

ROOT = Path(__file__).parents[3]
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/cases/expressions.json").read_text(encoding="utf-8"))

FUNCTIONS = {
    1: "not boolean number string int round abs min max sum string-length normalize-space date once"
    " count-selected",
    2: "selected selected-at coalesce min max sum concat contains starts-with ends-with substr",
    3: "if substr min max sum concat",
}
OPERATORS = ["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"]
LITERALS = [
    *["''", "' '", "'x'", "'a b'", "'b'", "'2024-02-30'", "'2024-02-29'", "' 1999-12-31 '", "'-1.5'", "'۴'"],
    *["0", "1", "2", "2.5", ".5", "0.49999999999999994", "9007199254740993", "1" + "0" * 308, "'1e3'"],
    *["0.000000123", "1234567890123456789012", "true()", "false()", "today()", ".", "${a}", "${b}", "${c}"],
]
ANSWERS: list[Value] = [
    *["", "a", "a b", "12", " 7", "2025-01-31", "0000-01-01", "😀ز", "\u00a05", "\ufeff1", "\x1c", "x\x85y"],
    *[0, 18, -3, 2**53 + 1, 0.1, 5e-324, 1e21, 1.5e300, -2.5e-7, math.inf, math.nan, -0.0],
    *[("a", "b"), ("98",), ()],
]


@pytest.fixture(scope="module")
def node() -> str:
    return require("node", "Node.js is missing: apt install nodejs")


def in_json(value: Value | Scalar) -> Any:
    """A value as the cases write it: NaN, infinities and minus zero as texts that begin with #."""
    if isinstance(value, float) and math.isnan(value):
        return "#NaN"
    if isinstance(value, float) and math.isinf(value):
        return "#Infinity" if value > 0 else "#-Infinity"
    if isinstance(value, float) and value == 0 and math.copysign(1, value) < 0:
        return "#-0"
    return value


def golden() -> list[dict[str, Any]]:
    return [
        {**case, "tree": compile_expression(case["expression"], current="it")}
        for case in CASES
        if "value" in case
    ]


def drawn_expression(draw: random.Random, depth: int) -> str:
    if depth == 0 or draw.random() < 0.15:
        return draw.choice(LITERALS)
    if draw.random() < 0.4:
        sides = [drawn_expression(draw, depth - 1) for _ in range(2)]
        return f"({sides[0]} {draw.choice(OPERATORS)} {sides[1]})"
    if draw.random() < 0.1:
        return f"-{drawn_expression(draw, depth - 1)}"
    count = draw.choice([1, 1, 2, 2, 3])
    arguments = ", ".join(drawn_expression(draw, depth - 1) for _ in range(count))
    return f"{draw.choice(FUNCTIONS[count].split())}({arguments})"


def drawn(seed: int, count: int) -> list[dict[str, Any]]:
    """Rules over drawn answers, whose expected values are those of the Python interpreter."""
    draw = random.Random(seed)
    entries = []
    for number in range(count):
        source = drawn_expression(draw, draw.randint(1, 4))
        answers = {name: draw.choice(ANSWERS) for name in draw.sample("abc", draw.randint(0, 3))}
        current = draw.choice(ANSWERS)
        tree = compile_expression(source, current="it")
        entries.append(
            {
                "name": f"drawn {number}",
                "expression": source,
                "tree": tree,
                "answers": {name: in_json(value) for name, value in answers.items()},
                "today": "2026-11-23",
                "current": in_json(current),
                "value": in_json(evaluate(tree, answers, Context("2026-11-23", current))),
            }
        )
    return entries


@pytest.mark.slow
@pytest.mark.node
def test_browser_agrees(node: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(golden() + drawn(20261123, 20_000), allow_nan=False), encoding="utf-8")
    ran = subprocess.run(
        [node, "--test", str(ROOT / "tests/browser/modules/expressions.test.mjs")],
        env={**os.environ, "SURVEY_EXPRESSION_CASES": str(path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]


def test_interpreter_is_small() -> None:
    source = (ROOT / "static/js/core/expressions.js").read_bytes()
    assert len(zlib.compress(source, 9)) < 2048
