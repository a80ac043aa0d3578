"""The value of a compiled rule for given answers, by the conversions of XPath 1.0, without ever failing.

A rule is parsed once, by `compile_expression`, to a tree of JSON values; `evaluate` and the browser's
`static/js/core/expressions.js` read the same tree and give the same value. The language, the tree and the
differences from XForms are described in `docs/expressions.md`.
"""

import datetime
import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import reduce
from typing import NamedTuple

from survey.questionnaire.expressions.parser import (
    ExpressionError,
    Tree,
    compile_expression,
    mentions,
    references,
)

__all__ = [
    "Bound",
    "Context",
    "ExpressionError",
    "Scalar",
    "Tree",
    "Value",
    "bind",
    "compile_expression",
    "evaluate",
    "mentions",
    "references",
    "truth",
]

Scalar = str | float | bool
Value = str | int | float | tuple[str, ...]
#: A rule as a function of the answers and the context.
Bound = Callable[[Mapping[str, Value], "Context"], Scalar]

_NUMBER = re.compile(r"[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*")
_DAY = re.compile(r"[ \t\r\n]*([0-9]{4}-[0-9]{2}-[0-9]{2})[ \t\r\n]*")
_WORD = re.compile(r"[^ \t\r\n]+")
_FIRST_DAY = datetime.date(1970, 1, 1).toordinal()
_AFTER_LAST_DAY = datetime.date.max.toordinal() + 1 - _FIRST_DAY


class Context(NamedTuple):
    """What a rule may see besides the answers: the day, and the answer that `.` stands for."""

    today: str = ""
    current: Value = ""


def evaluate(tree: Tree, answers: Mapping[str, Value], context: Context) -> Scalar:
    """Return the value of a compiled tree; an absent answer counts as the empty text."""
    if not isinstance(tree, list):
        return tree if isinstance(tree, str | bool) else float(tree)
    read = _READERS.get(tree[0])
    if read is not None:
        return read(tree, answers, context)
    return _OPERATIONS[tree[0]](*[evaluate(part, answers, context) for part in tree[1:]])


def truth(tree: Tree, answers: Mapping[str, Value], context: Context) -> bool:
    """Return whether a compiled tree holds, as `boolean()` would say."""
    return bool_of(evaluate(tree, answers, context))


def bool_of(value: Scalar) -> bool:
    """Return XPath's `boolean()`: a number is true unless 0 or NaN, a text unless empty."""
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def number_of(value: Scalar) -> float:
    """Return XPath's `number()`, to which the text of a day adds the days since 1970-01-01."""
    if not isinstance(value, str):
        return float(value)
    if _NUMBER.fullmatch(value):
        return float(value)
    day = _DAY.fullmatch(value)
    if day is None:
        return math.nan
    try:
        return float(datetime.date.fromisoformat(day[1]).toordinal() - _FIRST_DAY)
    except ValueError:
        return math.nan


def text_of(value: Scalar) -> str:
    """Return XPath's `string()`: whole numbers without a point, never an exponent."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return _without_exponent(repr(value))


def _without_exponent(digits: str) -> str:
    mantissa, _, power = digits.partition("e")
    if not power:
        return digits
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    fraction = fraction.rstrip("0")
    if int(power) < 0:
        return f"{sign}0.{'0' * (-int(power) - 1)}{whole}{fraction}"
    return f"{sign}{whole}{fraction}{'0' * (int(power) - len(fraction))}"


def _scalar(value: Value | None) -> Scalar:
    """Return an answer as rules see it: several choices as one text, a number as a double."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, tuple | list):
        return " ".join(value)
    if value is None:
        return ""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _equal(left: Scalar, right: Scalar) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return bool_of(left) == bool_of(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return number_of(left) == number_of(right)


def _on_numbers(calculate: Callable[..., Scalar]) -> Callable[..., Scalar]:
    return lambda *values: calculate(*map(number_of, values))


def _on_texts(calculate: Callable[..., Scalar]) -> Callable[..., Scalar]:
    return lambda *values: calculate(*map(text_of, values))


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _remainder(left: float, right: float) -> float:
    """Return `mod`: the sign is the dividend's, as in JavaScript and unlike Python's `%`."""
    if not right or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


def _truncate(value: float) -> float:
    return math.copysign(math.trunc(value), value) if math.isfinite(value) else value


def _round(value: float) -> float:
    """Return the nearest whole number, a half going up, zero keeping the argument's sign."""
    if not math.isfinite(value):
        return value
    below = math.floor(value)
    # Adding one half first would carry 0.49999999999999994 up to 1.
    nearest = below + 1 if value - below >= 0.5 else below
    return float(nearest) if nearest else math.copysign(0.0, value)


def _least(*values: float) -> float:
    if any(map(math.isnan, values)):
        return math.nan
    return min(values, key=lambda value: (value, math.copysign(1, value)))


def _sum(*values: float) -> float:
    # The built-in sum() compensates rounding from Python 3.12 on; the browser does not.
    return reduce(operator.add, values, 0.0)


def _index(value: Scalar, length: int) -> int:
    """Return a position as a whole number, cut off and held within a list's reach; NaN is 0."""
    number = number_of(value)
    return 0 if math.isnan(number) else math.trunc(max(-length, min(number, length)))


def _substring(text: Scalar, start: Scalar, end: Scalar = math.inf) -> str:
    characters = text_of(text)
    length = len(characters)
    return characters[_index(start, length) : _index(end, length)]


def _words(value: Scalar) -> list[str]:
    return _WORD.findall(text_of(value))


def _selected_at(chosen: Scalar, place: Scalar) -> str:
    words = _words(chosen)
    index = _truncate(number_of(place))
    return words[int(index)] if 0 <= index < len(words) else ""


def _date(value: Scalar) -> str:
    days = number_of(value)
    if not 1 - _FIRST_DAY <= days < _AFTER_LAST_DAY:
        return ""
    return datetime.date.fromordinal(math.floor(days) + _FIRST_DAY).isoformat()


_READERS: dict[str, Callable[[list[str], Mapping[str, Value], Context], Scalar]] = {
    "$": lambda tree, answers, _: _scalar(answers.get(tree[1])),
    ".": lambda _tree, _answers, context: _scalar(context.current),
    "today": lambda _tree, _answers, context: context.today,
}

_OPERATIONS: dict[str, Callable[..., Scalar]] = {
    "or": lambda left, right: bool_of(left) or bool_of(right),
    "and": lambda left, right: bool_of(left) and bool_of(right),
    "=": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _on_numbers(operator.lt),
    "<=": _on_numbers(operator.le),
    ">": _on_numbers(operator.gt),
    ">=": _on_numbers(operator.ge),
    "+": _on_numbers(operator.add),
    "-": _on_numbers(operator.sub),
    "*": _on_numbers(operator.mul),
    "div": _on_numbers(_divide),
    "mod": _on_numbers(_remainder),
    "negate": _on_numbers(operator.neg),
    "selected": lambda chosen, code: text_of(code) in _words(chosen),
    "selected-at": _selected_at,
    "count-selected": lambda chosen: float(len(_words(chosen))),
    "if": lambda condition, then, otherwise: then if bool_of(condition) else otherwise,
    "coalesce": lambda first, second: first if text_of(first) else second,
    "not": lambda value: not bool_of(value),
    "boolean": bool_of,
    "number": number_of,
    "string": text_of,
    "int": _on_numbers(_truncate),
    "round": _on_numbers(_round),
    "abs": _on_numbers(abs),
    "min": _on_numbers(_least),
    "max": _on_numbers(lambda *values: -_least(*[-value for value in values])),
    "sum": _on_numbers(_sum),
    "concat": _on_texts(lambda *texts: "".join(texts)),
    "string-length": lambda text: float(len(text_of(text))),
    "contains": _on_texts(lambda text, part: part in text),
    "starts-with": _on_texts(str.startswith),
    "ends-with": _on_texts(str.endswith),
    "substr": _substring,
    "normalize-space": lambda text: " ".join(_words(text)),
    "date": _date,
}


def bind(tree: Tree) -> Bound:
    """Return a function that gives what `evaluate` gives for one tree, for rules that every interview meets.

    Rules have no effects and never fail, so `and` and `or` need not look at their second part.
    """
    if not isinstance(tree, list):
        value = tree if isinstance(tree, str | bool) else float(tree)
        return lambda _answers, _context: value
    binder = _BINDERS.get(tree[0])
    if binder is not None:
        return binder(*tree[1:])
    operation = _OPERATIONS[tree[0]]
    parts = tuple(map(bind, tree[1:]))
    return lambda answers, context: operation(*[part(answers, context) for part in parts])


def _bind_answer(name: str) -> Bound:
    return lambda answers, _: _scalar(answers.get(name))


def _bind_and(left: Tree, right: Tree) -> Bound:
    first, second = bind(left), bind(right)
    return lambda answers, context: bool_of(first(answers, context)) and bool_of(second(answers, context))


def _bind_or(left: Tree, right: Tree) -> Bound:
    first, second = bind(left), bind(right)
    return lambda answers, context: bool_of(first(answers, context)) or bool_of(second(answers, context))


def _bind_equal(left: Tree, right: Tree) -> Bound:
    if isinstance(left, list) and left[0] == "$" and isinstance(right, str):
        return _bind_is(left[1], right)
    first, second = bind(left), bind(right)
    return lambda answers, context: _equal(first(answers, context), second(answers, context))


def _bind_is(name: str, text: str) -> Bound:
    """The commonest rule by far: whether a question was answered with one option."""

    def is_text(answers: Mapping[str, Value], _context: Context) -> bool:
        given = answers.get(name, "")
        return given == text if type(given) is str else _equal(_scalar(given), text)

    return is_text


def _bind_unequal(left: Tree, right: Tree) -> Bound:
    equal = _bind_equal(left, right)
    return lambda answers, context: not equal(answers, context)


_BINDERS: dict[str, Callable[..., Bound]] = {
    "$": _bind_answer,
    ".": lambda: lambda _answers, context: _scalar(context.current),
    "today": lambda: lambda _answers, context: context.today,
    "and": _bind_and,
    "or": _bind_or,
    "=": _bind_equal,
    "!=": _bind_unequal,
}
