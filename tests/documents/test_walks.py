"""The documents that walk through the code name what is there: each path and function, and each folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
WAY = (PROJECT / "docs" / "the-way-of-an-answer.md").read_text(encoding="utf-8")
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
#: Where a path of the document may begin.
ROOTS = (PROJECT, PROJECT / "survey")
IN_CODE = re.compile(r"`([^`\n]+)`")


def paths(text: str) -> list[str]:
    """What is set as code and looks like a path; addresses of the server have a method or a placeholder."""
    return [found for found in IN_CODE.findall(text) if re.fullmatch(r"[\w./-]+/[\w./-]*", found)]


def functions(text: str) -> list[str]:
    """What is set as code and looks like a function of a module; names of files do not."""
    found = [name for name in IN_CODE.findall(text) if re.fullmatch(r"[a-z_]+\.[a-z_]+", name)]
    return [name for name in found if not name.endswith((".csv", ".md", ".py"))]


def module_of(function: str, text: str) -> Path:
    """The one file among the document's paths that is the module of a function."""
    (file,) = {found for found in paths(text) if found.endswith(f"/{function.split('.')[0]}.py")}
    return next(root / file for root in ROOTS if (root / file).is_file())


def defined(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@pytest.mark.parametrize("path", sorted(set(paths(WAY))))
def test_every_path_on_the_way_of_an_answer_exists(path: str) -> None:
    found = [root / path for root in ROOTS if (root / path).exists()]
    assert found, path
    assert path.endswith("/") == found[0].is_dir()


@pytest.mark.parametrize("function", sorted(set(functions(WAY))))
def test_every_function_on_the_way_of_an_answer_exists(function: str) -> None:
    assert function.split(".")[1] in defined(module_of(function, WAY)), function


def test_every_function_that_the_package_names_on_the_way_exists() -> None:
    for function in functions(
        str(ast.get_docstring(ast.parse((PROJECT / "survey" / "__init__.py").read_text("utf-8"))))
    ):
        module, name = function.split(".")
        assert [file for file in (PROJECT / "survey").rglob(f"{module}.py") if name in defined(file)], (
            function
        )


def test_the_way_names_functions_and_paths_enough_to_follow() -> None:
    assert len(set(paths(WAY))) > 20
    assert len(set(functions(WAY))) > 10


def tree() -> list[tuple[int, str]]:
    """The lines of the tree in CONTRIBUTING: how far each is indented, and its words before the description."""
    block = CONTRIBUTING.split("walks one answer through all of it.")[1].split("Imports run downward")[0]
    lines = [line for line in block.splitlines() if line.startswith("    ") and line.strip()]
    return [(len(line) - len(line.lstrip()), line.strip()) for line in lines]


def named() -> set[str]:
    """Every folder of the tree as a path from the root, nested as the indents are."""
    found: set[str] = set()
    above: list[tuple[int, str]] = []
    for indent, line in tree():
        if not re.match(r"\w+/", line):
            continue
        while above and above[-1][0] >= indent:
            above.pop()
        before = above[-1][1] if above else ""
        names = re.match(r"(?:\w+(?:/\w+)*/ *(?:\((?:[\w/]+/ *)+\) *)?)+", line)
        words = re.findall(r"\((?:[\w/]+/ *)+\)|[\w/]+/", names[0] if names else "")
        last = ""
        for word in words:
            if word.startswith("("):
                found |= {f"{last}{inner}" for inner in re.findall(r"[\w/]+/", word)}
            else:
                last = f"{before}{word}"
                found.add(last)
        above.append((indent, last if len(words) == 1 else before))
    return found


def folders() -> Iterator[str]:
    """Every folder of code under the three roots."""
    for root, ending in (("survey", "*.py"), ("analysis", "*.py"), ("static/js", "*.js")):
        for file in (PROJECT / root).rglob(ending):
            yield f"{file.parent.relative_to(PROJECT).as_posix()}/"


def test_every_folder_of_code_is_in_the_tree_of_contributing() -> None:
    assert set(folders()) - named() == set()


def test_every_folder_in_the_tree_of_contributing_is_there() -> None:
    assert [name for name in sorted(named()) if not (PROJECT / name).is_dir()] == []


def test_every_module_at_the_top_of_the_survey_is_in_the_tree() -> None:
    words = {word for _, line in tree() for word in line.split()}
    modules = {file.name for file in (PROJECT / "survey").glob("*.py") if not file.name.startswith("__")}
    assert modules - words == set()
