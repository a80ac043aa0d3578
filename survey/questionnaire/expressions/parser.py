"""From the text of a rule, as XLSForm authors write it, to the small tree of JSON values that is evaluated.

The language is a subset of XPath 1.0 with XForms functions; what is left out is refused with its reason.
"""

import math
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

Tree = str | float | bool | list[Any]

MAXIMUM_DEPTH: Final = 100

# Loosest first; all operators of XPath 1.0 associate to the left.
_PRECEDENCE: Final[dict[str, int]] = {
    name: level
    for level, names in enumerate(("or", "and", "= !=", "< <= > >=", "+ -", "* div mod"), start=1)
    for name in names.split()
}
_TIGHTEST: Final = max(_PRECEDENCE.values())

# Least and most arguments; None is any number.
_ARGUMENTS: Final[dict[str, tuple[int, int | None]]] = {
    "selected": (2, 2),
    "selected-at": (2, 2),
    "count-selected": (1, 1),
    "if": (3, 3),
    "coalesce": (2, 2),
    "not": (1, 1),
    "true": (0, 0),
    "false": (0, 0),
    "boolean": (1, 1),
    "number": (1, 1),
    "string": (1, 1),
    "int": (1, 1),
    "round": (1, 1),
    "abs": (1, 1),
    "min": (1, None),
    "max": (1, None),
    "sum": (1, None),
    "concat": (2, None),
    "string-length": (1, 1),
    "contains": (2, 2),
    "starts-with": (2, 2),
    "ends-with": (2, 2),
    "substr": (2, 3),
    "normalize-space": (1, 1),
    "today": (0, 0),
    "date": (1, 1),
    "once": (1, 1),
}

# Functions that need no name of their own in the tree.
_REWRITTEN: Final[dict[str, Callable[[list[Tree]], Tree]]] = {
    "true": lambda _: True,
    "false": lambda _: False,
    "once": lambda arguments: ["coalesce", ["."], *arguments],
}

_DRAWN = "a drawn number is drawn by the client, never recomputed"
_NO_LISTS = "an interview has no repeated parts and no paths, only answers"
_NO_CLOCK = "no time of day is kept; use today()"
_REFUSED: Final[dict[str, str]] = {
    "random": _DRAWN,
    "uuid": _DRAWN,
    "randomize": _DRAWN,
    "now": _NO_CLOCK,
    "decimal-time": _NO_CLOCK,
    "jr:choice-name": "the name of a choice differs between languages; compare its code",
    "jr:itext": "a text differs between languages; compare a code",
    "format-date": "a written date differs between languages; compare the date itself",
    "regex": "browser and server would not read every pattern in the same way",
    "position": _NO_LISTS,
    "last": _NO_LISTS,
    "count": _NO_LISTS,
    "count-non-empty": _NO_LISTS,
    "indexed-repeat": _NO_LISTS,
    "instance": _NO_LISTS,
    "current": _NO_LISTS,
    "pulldata": "a rule sees the answers of one interview and nothing else",
}

_NAME = r"[^\W\d][\w.-]*"
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<reference>\$\{[^{}]*\})"
    r"|(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')"
    rf"|(?P<name>{_NAME}(?::{_NAME})?)"
    r"|(?P<sign><=|>=|!=|[-=<>+*(),.])"
)
_PATH_SIGNS: Final = "/@[]|:"
_UNCLOSED: Final[dict[str, str]] = {
    "'": "This text has no closing quote",
    '"': "This text has no closing quote",
    "$": "A reference is written ${name}",
}


class ExpressionError(ValueError):
    """A rule that cannot be compiled: what is wrong, and at which character, counted from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def compile_expression(
    source: str, *, names: Collection[str] | None = None, current: str | None = None
) -> Tree:
    """Compile a rule to the tree that `evaluate` and the browser read.

    Parameters
    ----------
    source
        The rule as its author wrote it, such as ``${age} >= 18 and selected(${help}, 'cash')``.
    names
        The questions that may be referred to; with None every name is accepted.
    current
        The question to which the rule belongs, whose answer `.` stands for. `${current}` is the
        same as `.`. With None, as for a skip rule, `.` and `once()` are refused.

    Raises
    ------
    ExpressionError
        The syntax is wrong, a name or function is unknown or refused, or arguments do not fit.
    """
    parser = _Parser(list(_tokens(source)), names, current)
    tree = parser.expression()
    parser.expect("end")
    if _depth(tree) > MAXIMUM_DEPTH:
        _refuse_depth(0)
    return tree


def references(tree: Tree) -> frozenset[str]:
    """Return the names of the questions whose answers a tree reads, `.` not among them."""
    return frozenset(node[1] for level in _levels(tree) for node in level if node[0] == "$")


def mentions(tree: Tree, operation: str) -> bool:
    """Return whether an operation, such as `today`, occurs in a tree."""
    return any(node[0] == operation for level in _levels(tree) for node in level)


def _levels(tree: Tree) -> Iterator[list[list[Any]]]:
    """Yield a tree's inner nodes level by level, without recursion, for a tree may be very deep."""
    level = [tree] if isinstance(tree, list) else []
    while level:
        yield level
        level = [part for node in level for part in node[1:] if isinstance(part, list)]


def _depth(tree: Tree) -> int:
    return sum(1 for _ in _levels(tree))


def _refuse_depth(position: int) -> NoReturn:
    raise ExpressionError(f"The rule is nested more than {MAXIMUM_DEPTH} levels deep", position)


def _tokens(source: str) -> Iterator[_Token]:
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            raise ExpressionError(_meaning_of(source[position]), position)
        if match.lastgroup != "space":
            yield _Token(match.lastgroup, match[0], position)
        position = match.end()
    yield _Token("end", "", len(source))


def _meaning_of(sign: str) -> str:
    if sign in _PATH_SIGNS:
        return f"'{sign}' belongs to a path, and {_NO_LISTS}; write ${{name}}"
    return _UNCLOSED.get(sign, f"'{sign}' has no meaning here")


class _Parser:
    """Precedence climbing over a list of tokens that ends with one of the kind "end"."""

    def __init__(self, tokens: list[_Token], names: Collection[str] | None, current: str | None) -> None:
        self.tokens = tokens
        self.names = names
        self.current = current
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.token
        self.place += 1
        return token

    def expect(self, kind_or_text: str) -> None:
        token = self.token
        if kind_or_text not in (token.kind, token.text):
            wanted = "an operator" if kind_or_text == "end" else f"'{kind_or_text}'"
            raise ExpressionError(f"Expected {wanted}, found {_description(token)}", token.position)
        self.place += 1

    def expression(self, loosest: int = 0) -> Tree:
        """Parse operators that bind tighter than `loosest`, with their operands."""
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            _refuse_depth(self.token.position)
        left = self.operand()
        while (precedence := _PRECEDENCE.get(self.token.text, 0)) > loosest:
            sign = self.take()
            left = [sign.text, left, self.expression(precedence)]
        self.depth -= 1
        return left

    def operand(self) -> Tree:
        token = self.take()
        parse = _OPERANDS.get(token.kind) or _OPERANDS.get(token.text)
        if parse is None:
            raise ExpressionError(f"Expected a value, found {_description(token)}", token.position)
        return parse(self, token)

    def reference(self, token: _Token) -> Tree:
        name = token.text[2:-1].strip()
        if not re.fullmatch(_NAME, name):
            raise ExpressionError(f"'{name}' cannot be the name of a question", token.position)
        if name == self.current:
            return ["."]
        if self.names is not None and name not in self.names:
            raise ExpressionError(f"There is no question named '{name}'", token.position)
        return ["$", name]

    def number(self, token: _Token) -> Tree:
        value = float(token.text)
        if math.isinf(value):
            raise ExpressionError("This number is too large", token.position)
        return int(value) if value.is_integer() and value < 2**53 else value

    def text(self, token: _Token) -> Tree:
        return token.text[1:-1]

    def current_answer(self, token: _Token) -> Tree:
        if self.token.text == ".":
            raise ExpressionError(f"'..' belongs to a path, and {_NO_LISTS}; write ${{name}}", token.position)
        if self.current is None:
            raise ExpressionError("'.' stands for no question in this rule; write ${name}", token.position)
        return ["."]

    def negation(self, _token: _Token) -> Tree:
        return ["negate", self.expression(_TIGHTEST)]

    def parenthesis(self, _token: _Token) -> Tree:
        tree = self.expression()
        self.expect(")")
        return tree

    def call(self, token: _Token) -> Tree:
        if self.token.text != "(":
            raise ExpressionError(
                f"'{token.text}' is not a value; write ${{{token.text}}} for an answer, "
                f"'{token.text}' in quotes for a text",
                token.position,
            )
        _check_function(token, self.current)
        self.take()
        arguments = self.arguments()
        _check_count(token, len(arguments))
        rewrite = _REWRITTEN.get(token.text)
        return rewrite(arguments) if rewrite else [token.text, *arguments]

    def arguments(self) -> list[Tree]:
        if self.token.text == ")":
            self.take()
            return []
        arguments = [self.expression()]
        while self.token.text == ",":
            self.take()
            arguments.append(self.expression())
        self.expect(")")
        return arguments


_OPERANDS: Final[dict[str, Callable[[_Parser, _Token], Tree]]] = {
    "reference": _Parser.reference,
    "number": _Parser.number,
    "text": _Parser.text,
    "name": _Parser.call,
    ".": _Parser.current_answer,
    "-": _Parser.negation,
    "(": _Parser.parenthesis,
}


def _description(token: _Token) -> str:
    return "the end" if token.kind == "end" else f"'{token.text}'"


def _check_function(token: _Token, current: str | None) -> None:
    name = token.text
    if name in _REFUSED:
        raise ExpressionError(f"{name}() is refused: {_REFUSED[name]}", token.position)
    if name not in _ARGUMENTS:
        raise ExpressionError(f"There is no function named '{name}'", token.position)
    if name == "once" and current is None:
        raise ExpressionError("once() needs a question of its own", token.position)


def _check_count(token: _Token, count: int) -> None:
    least, most = _ARGUMENTS[token.text]
    if least <= count and (most is None or count <= most):
        return
    wanted = f"at least {least}" if most is None else f"{least}" if least == most else f"{least} to {most}"
    noun = "argument" if wanted.endswith(" 1") or wanted == "1" else "arguments"
    raise ExpressionError(f"{token.text}() takes {wanted} {noun}, not {count}", token.position)
