"""Docstrings, comments, English messages and documents use plain current words."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
#: The folders and files that are covered.
FOLDERS = (
    "survey/questionnaire",
    "survey/forms",
    "survey/intake",
    "survey/keys",
    "survey/languages",
    "survey/accounts",
    "survey/made_up",
    "tests/survey/questionnaire",
    "tests/survey/forms",
    "tests/survey/intake",
    "tests/survey/keys",
    "tests/survey/accounts",
    "tests/survey/made_up",
    "tests/new_type",
    "tests/new_language",
)
#: Documents that say what was, or that are the subject of other work.
LEFT_OUT = ("CHANGELOG.md",)
#: What is not said → what is said instead.
WORDS = {
    "told": "shown, published, reported, said",
    "untold": "hidden, not published",
    "anew": "again",
    "once more": "again",
    "alike": "equal, the same, in the same way",
    "believed": "cached, accepted",
    "whoever": "who, everybody who, somebody who",
    "whatever": "all that, any",
}
PATTERN = re.compile(rf"\b({'|'.join(WORDS)})\b", re.IGNORECASE)
#: Output of a command, quoted in a document.
QUOTED = re.compile(r"^ .*$", re.MULTILINE)


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        found = PROJECT.glob(folder) if "*" in folder else (PROJECT / folder).rglob("*.*")
        yield from (file for file in found if file.suffix in {".py", ".html", ".md"})


def of_python(source: str) -> Iterator[tuple[int, str]]:
    """Comments, and every text of some words: docstrings and messages alike have spaces, names have none."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value


def said(file: Path) -> Iterator[tuple[int, str]]:
    source = file.read_text(encoding="utf-8")
    return of_python(source) if file.suffix == ".py" else enumerate(source.splitlines(), start=1)


def found_in(file: Path) -> list[str]:
    return [
        f"{file.relative_to(PROJECT)}:{line}: {word} (say: {WORDS[word.lower()]})"
        for line, text in said(file)
        for word in PATTERN.findall(text)
    ]


def test_plain_words_are_used() -> None:
    assert [line for file in files() if file.name not in LEFT_OUT for line in found_in(file)] == []


def test_every_folder_that_is_covered_holds_something() -> None:
    for folder in FOLDERS:
        assert list(PROJECT.glob(folder)), folder


@pytest.mark.parametrize(
    "source", ['"""What is told."""', "x = 1  # made anew", 'raise ValueError("is Alike, so")']
)
def test_a_word_is_found_in_docstrings_comments_and_messages(source: str) -> None:
    assert [text for _, text in of_python(source) if PATTERN.search(text)]


def test_a_name_in_the_code_is_no_word() -> None:
    assert not [text for _, text in of_python("told = {'told': 1}") if PATTERN.search(text)]


#: Folders in which further words were replaced everywhere, and these words.
FURTHER_FOLDERS = (
    "survey/questionnaire",
    "survey/forms",
    "survey/intake",
    "survey/keys",
    "survey/languages",
    "survey/accounts",
    "survey/made_up",
)
FURTHER = re.compile(
    r"\b(beside|stands?(?! for\b)|lies?|lying|tells?|telling|mend(?:s|ed)?|hangs? (?:on|together)|(?<!there )is no (?!longer))\b",
    re.IGNORECASE,
)


def test_further_words_are_replaced_where_answers_are_asked_and_taken_in() -> None:
    python = (file for folder in FURTHER_FOLDERS for file in (PROJECT / folder).rglob("*.py"))
    assert [
        (file.name, line, text) for file in python for line, text in said(file) if FURTHER.search(text)
    ] == []


@pytest.mark.parametrize(
    "text", ["# It lies beside it.", "# This tells it.", "# It stands there, mended.", "# It is no name."]
)
def test_a_further_word_is_found(text: str) -> None:
    assert [said for _, said in of_python(text) if FURTHER.search(said)]
