"""What the documentation of public functions lacks, found from the code alone: sections, and an example."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
Helpers = dict[str, Function]

NAMED = re.compile(r"^\S(?:[^:]|:(?! ))*")
HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


def sections(doc: str) -> dict[str, str]:
    """Return the numpydoc sections of a docstring by heading."""
    parts = HEADING.split(doc)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def names_in(section: str) -> set[str]:
    """Return what the lines at the margin of a section name: "low, high : float" names two."""
    heads = [found.group() for line in section.splitlines() if (found := NAMED.match(line))]
    return {name.strip().lstrip("*") for head in heads for name in head.split(":")[0].split(",")}


def called(name: str, doc: str) -> bool:
    """Whether the example of a class uses one of its methods."""
    examples = "\n".join(line for line in doc.splitlines() if line.lstrip().startswith((">>>", "...")))
    return f".{name}(" in examples


@dataclass(frozen=True, slots=True)
class Raised:
    """Which exceptions leave a function, by itself or from private helpers beside it."""

    helpers: Helpers

    def by(self, function: Function, seen: frozenset[str] = frozenset()) -> set[str]:
        return self._by(function.body, seen | {function.name})

    def _by(self, nodes: Iterable[ast.AST], seen: frozenset[str]) -> set[str]:
        return {name for node in nodes for name in self._by_node(node, seen)}

    def _by_node(self, node: ast.AST, seen: frozenset[str]) -> set[str]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            return set()
        if isinstance(node, ast.Try):
            handled = {name for handler in node.handlers for name in _handled(handler)}
            rest = [*node.handlers, *node.orelse, *node.finalbody]
            return (self._by(node.body, seen) - handled) | self._by(rest, seen)
        found = self._by(ast.iter_child_nodes(node), seen)
        if isinstance(node, ast.Raise) and node.exc is not None:
            found |= {_last_name(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)}
        if isinstance(node, ast.Call):
            name = _own_helper(node.func)
            if name in self.helpers and name not in seen:
                found |= self.by(self.helpers[name], seen)
        return found


def _handled(handler: ast.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {_last_name(kind) for kind in kinds if kind is not None}


def _last_name(node: ast.AST) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _own_helper(function: ast.expr) -> str:
    """The private function or method of the same module that a call reaches, if it reaches one."""
    name = ""
    if isinstance(function, ast.Name):
        name = function.id
    elif isinstance(function, ast.Attribute) and ast.unparse(function.value) == "self":
        name = function.attr
    return name if name.startswith("_") else ""


def complaints(source: str) -> Iterator[str]:
    """Say of every public function, class and method what its documentation lacks."""
    tree = ast.parse(source)
    top: Helpers = {node.name: node for node in tree.body if isinstance(node, Function)}
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield from of_function(node, node.name, Raised(top))
            if ">>>" not in (ast.get_docstring(node) or ""):
                yield f"{node.name} has no example"
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from of_class(node, top)


def of_function(node: Function, name: str, raised: Raised) -> Iterator[str]:
    """Say what the sections of one function lack."""
    found = sections(ast.get_docstring(node) or "")
    yield from lacking(name, "Parameters", parameters(node), found)
    if returns_something(node) and not found.keys() & {"Returns", "Yields"}:
        yield f"{name} returns something and has no section Returns"
    yield from lacking(name, "Raises", sorted(raised.by(node)), found)


def of_class(node: ast.ClassDef, top: Helpers) -> Iterator[str]:
    """Say what a class, its making and its methods lack; methods may be shown in the example of the class."""
    doc = ast.get_docstring(node) or ""
    methods: Helpers = {part.name: part for part in node.body if isinstance(part, Function)}
    raised = Raised(top | methods)
    making = [methods[name] for name in ("__init__", "__post_init__") if name in methods]
    made_of = [*fields(node), *(name for made in making for name in parameters(made))]
    found = sections(doc)
    told = {title: text for title, text in found.items() if title in {"Parameters", "Attributes"}}
    yield from lacking(
        node.name, "Parameters or Attributes", made_of, {"Parameters or Attributes": "\n".join(told.values())}
    )
    yield from lacking(
        node.name, "Raises", sorted({name for made in making for name in raised.by(made)}), found
    )
    if ">>>" not in doc:
        yield f"{node.name} has no example"
    for method in methods.values():
        if method.name.startswith("_"):
            continue
        name = f"{node.name}.{method.name}"
        if is_property(method):
            yield from lacking(
                name, "Raises", sorted(raised.by(method)), sections(ast.get_docstring(method) or "")
            )
            continue
        yield from of_function(method, name, raised)
        if ">>>" not in (ast.get_docstring(method) or "") and not called(method.name, doc):
            yield f"{name} is in no example, neither its own nor that of its class"


def lacking(name: str, section: str, wanted: Sequence[str], found: dict[str, str]) -> Iterator[str]:
    """Say which names a section does not name."""
    missing = [one for one in wanted if one not in names_in(found.get(section, ""))]
    if missing:
        yield f"{name}: {', '.join(missing)} is not under {section}"


def parameters(node: Function) -> list[str]:
    """Return the names of what a function takes, itself and private ones left out."""
    given = node.args
    every = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    names = [one.arg for one in every if one is not None]
    return [name for name in names if name not in {"self", "cls"} and not name.startswith("_")]


def fields(node: ast.ClassDef) -> list[str]:
    """Return the public fields of a data class."""
    return [
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign)
        and isinstance(part.target, ast.Name)
        and not part.target.id.startswith("_")
    ]


def returns_something(node: Function) -> bool:
    """Whether a function is annotated to return anything but None, or never to return."""
    return node.returns is not None and ast.unparse(node.returns) not in {"None", "NoReturn"}


def is_property(node: Function) -> bool:
    """Whether a method is read as a value, which its one sentence describes."""
    return any(ast.unparse(one) in {"property", "cached_property"} for one in node.decorator_list)
