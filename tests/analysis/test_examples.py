"""Every public function of `analysis` is documented whole, and every example in it runs and gives what it shows."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import analysis
from tests.analysis.documented import complaints

#: The command line has its own page of examples, docs/statistics.md, and its own tests.
LEFT_OUT = ("analysis.__main__", "analysis.commands")

MODULES = [
    module.name
    for module in pkgutil.walk_packages(analysis.__path__, "analysis.")
    if not module.name.startswith(LEFT_OUT)
]


def source(name: str) -> str:
    path = importlib.import_module(name).__file__
    assert path is not None
    return Path(path).read_text(encoding="utf-8")


def examples(name: str) -> list[doctest.DocTest]:
    found = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name), name)
    return [example for example in found if example.examples]


def documented_with_examples(name: str) -> int:
    """Count the docstrings with an example from the text alone."""
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Module)
    nodes = [node for node in ast.walk(ast.parse(source(name))) if isinstance(node, kinds)]
    return sum(">>>" in (ast.get_docstring(node) or "") for node in nodes)


def test_there_are_modules():
    assert {"analysis.columns", "analysis.estimation.estimates", "analysis.disclosure.tied.ties"} <= set(
        MODULES
    )


@pytest.mark.parametrize("name", MODULES)
def test_public_functions_are_documented_whole(name):
    lacking = list(complaints(source(name)))
    assert not lacking, (
        f"{name} needs numpydoc sections and a short example that runs (see CONTRIBUTING.md):\n"
        + "\n".join(lacking)
    )


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name):
    found = examples(name)
    assert len(found) == documented_with_examples(name), "an example is not found, so it is not run"
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.REPORT_NDIFF)
    told: list[str] = []
    for example in found:
        runner.run(example, out=told.append)
    assert runner.failures == 0, "".join(told)


FAULTS = {
    "def f():\n    '''Do.'''\n": ["f has no example"],
    "def f(a):\n    '''Do.\n\n    >>> 1\n    1\n    '''\n": ["f: a is not under Parameters"],
    "def f() -> int:\n    '''Do.\n\n    >>> 1\n    1\n    '''\n": ["f returns something and has no section Returns"],
    "def f():\n    '''Do.\n\n    >>> 1\n    1\n    '''\n    raise KeyError(1)\n": ["f: KeyError is not under Raises"],
    "def f():\n    '''Do.\n\n    >>> 1\n    1\n    '''\n    _g()\ndef _g():\n    raise a.B\n": ["f: B is not under Raises"],
    "def f():\n    '''Do.\n\n    >>> 1\n    1\n    '''\n    try:\n        raise A\n    except A:\n        pass\n": [],
    "class C:\n    '''A.\n\n    >>> 1\n    1\n    '''\n    a: int\n": ["C: a is not under Parameters or Attributes"],
    "class C:\n    '''A.\n\n    >>> 1\n    1\n    '''\n    def m(self):\n        '''Do.'''\n": [
        "C.m is in no example, neither its own nor that of its class"
    ],
    "class C:\n    '''A.\n\n    >>> C().m()\n    '''\n    def m(self):\n        '''Do.'''\n": [],
    "class C:\n    '''A.\n\n    >>> 1\n    1\n    '''\n    def __init__(self):\n        raise A\n": [
        "C: A is not under Raises"
    ],
    "def _f(a) -> int:\n    raise A\n": [],
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_lacking_would_be_found(fault):
    assert list(complaints(fault)) == FAULTS[fault]


def test_an_example_that_shows_something_else_would_be_found():
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, None)
    assert doctest.DocTestRunner().run(wrong, out=lambda _: None).failed == 1
