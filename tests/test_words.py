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
    "survey/*.py",
    "survey/storage",
    "survey/publication/protection",
    "survey/publication/briefing",
    "survey/publication/pictures",
    "survey/publication/reading",
    "analysis",
    "survey/server",
    "survey/web",
    "survey/commands",
    "benchmarks",
    "migrations",
    "tools",
    "templates",
    "static/js",
    "docs/*.md",
    "docs/decisions",
    "*.md",
)
#: Documents that keep the words of their day.
LEFT_OUT = ("CHANGELOG.md",)
#: What is not said → what is said instead.
WORDS = {
    "told": "shown, published, reported, said",
    "untold": "hidden, not published",
    "anew": "again",
    "once more": "again",
    "alike": "equal, the same, in the same way",
    "believed": "cached, accepted",
    "beside": "next to, besides, with",
    "stands": "is, means",
    "lies": "is, are",
    "mended": "corrected, repaired",
    "whoever": "who, everybody who, somebody who",
    "whatever": "all that, any",
}
#: "How alike" and "stands for" are plain English.
PATTERN = re.compile(rf"(?<!how )\b({'|'.join(WORDS)})\b(?<!stands(?= for\b))", re.IGNORECASE)
#: What a document quotes of a command and its output.
QUOTED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        found = PROJECT.glob(folder) if "*" in folder else (PROJECT / folder).rglob("*.*")
        yield from (file for file in found if file.suffix in READERS and "node_modules" not in file.parts)


def of_python(source: str) -> Iterator[tuple[int, str]]:
    """Comments, and every text of several words: docstrings and messages have spaces, names have none."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value


def of_document(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a document, without what is quoted; numbers of lines stay."""
    unquoted = QUOTED.sub(lambda found: "\n" * found[0].count("\n"), source)
    yield from enumerate(unquoted.split("\n"), start=1)


def of_template(source: str) -> Iterator[tuple[int, str]]:
    """Comments, and the texts of the interface."""
    for found in re.finditer(r"\{#.*?#\}|_\(\"[^\"]*\"\)", source, re.DOTALL):
        yield source.count("\n", 0, found.start()) + 1, found[0]


def of_script(source: str) -> Iterator[tuple[int, str]]:
    """Comments, the names that they give to parameters among them, and the texts of the interface."""
    for found in re.finditer(r"/\*.*?\*/|(?<!:)//[^\n]*|_\(\s*\"[^\"]*\"", source, re.DOTALL):
        yield source.count("\n", 0, found.start()) + 1, found[0]


#: How the words of a file are found, by its ending.
READERS = {
    ".py": of_python,
    ".html": of_template,
    ".md": of_document,
    **dict.fromkeys((".js", ".mjs", ".ts"), of_script),
}


def said(file: Path) -> Iterator[tuple[int, str]]:
    return READERS[file.suffix](file.read_text(encoding="utf-8"))


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


def test_what_a_document_quotes_of_a_command_is_left_alone() -> None:
    assert list(of_document("a\n```\ntold\n```\nb")) == [(1, "a"), (2, ""), (3, ""), (4, ""), (5, "b")]


def test_a_word_is_found_in_comments_and_texts_of_a_template() -> None:
    source = '{#- told\n -#}<p id="told">{{ told }}\n{{ _("It is told.") }}</p>'
    assert list(of_template(source)) == [(1, "{#- told\n -#}"), (3, '_("It is told.")')]


def test_a_word_is_found_in_comments_and_texts_of_a_script() -> None:
    source = '/** told\n */\nlet told = "told"; // anew\n_(\n  "It lies.", { told });\nfetch("http://told");'
    assert list(of_script(source)) == [(1, "/** told\n */"), (3, "// anew"), (4, '_(\n  "It lies."')]


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
