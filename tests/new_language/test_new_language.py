"""A new language is its module and its catalogue: one is added to a copy, and nothing else names a language."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from survey.languages import DEFAULT, languages
from tests.support.copies import FORM, ROOT, copied, touched, walk

pytestmark = pytest.mark.slow


HERE: Final = Path(__file__).parent
MODULE: Final = "survey/languages/sindhi.py"
CATALOGUE: Final = "translations/sd/LC_MESSAGES/messages.po"
_AFTER: Final = "::پښتو (ps)"
_COLUMN: Final = "::سنڌي (sd)"


def translate(copy: Path) -> None:
    """Write a catalogue, and compile it."""
    catalogue = Catalog(locale="sd")
    catalogue.add("Continue", "اڳتي وڃو")
    file = copy / CATALOGUE
    file.parent.mkdir(parents=True)
    with file.open("wb") as written:
        write_po(written, catalogue)
    with file.with_suffix(".mo").open("wb") as written:
        write_mo(written, catalogue)


def ask(form: Path) -> None:
    """Give a questionnaire a column in the language next to each one in Pashto."""
    places: set[int] = set()
    lines = []
    for line in form.read_text(encoding="utf-8").splitlines():
        cells = line.split("|")
        if line.startswith("|") and cells[1].strip():
            places = set()
        elif line.startswith("|") and not places:
            places = {place for place, cell in enumerate(cells) if cell.strip().endswith(_AFTER)}
        more = ((place, _spoken(cell)) for place, cell in enumerate(cells) if place in places)
        for place, cell in sorted(more, reverse=True):
            cells.insert(place + 1, cell)
        lines.append("|".join(cells))
    form.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _spoken(cell: str) -> str:
    if cell.strip().endswith(_AFTER):
        return cell.replace(_AFTER, _COLUMN)
    return f"{cell.rstrip()} سنڌي " if cell.strip() else cell


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the survey that speaks Sindhi and asks in it."""
    copy = copied(tmp_path_factory.mktemp("in-sindhi"))
    shutil.copy(HERE / "sindhi.py", copy / MODULE)
    translate(copy)
    ask(copy / FORM)
    return copy


def test_a_new_language_is_its_module_and_its_catalogue(copy: Path) -> None:
    assert touched(copy) == [MODULE, CATALOGUE]


def test_a_form_page_is_seen_in_a_new_language(copy: Path) -> None:
    walk(copy, HERE / "in_the_form.py", "tests/survey/web")


# Nothing else names a language.

#: What a language is called in code: its code, its tag, its locale, and the column with names of places.
CALLED: Final = {
    name
    for one in languages().values()
    for name in (
        one.code,
        one.tag,
        one.locale,
        one.locale.replace("_", "-"),
        f"name_{one.code}",
        f":lang({one.code})",
    )
}
#: Its digits are its own affair too.
DIGITS: Final = {digit for one in languages().values() for numerals in one.numerals for digit in numerals}
#: English texts say that they are English, with any number of languages.
ENGLISH: Final = {DEFAULT}
_TEXT: Final = re.compile(r"""["'`]([^"'`\n]*)["'`]|(:lang\([a-z]+\))""")


def in_python(path: Path) -> Iterator[str]:
    """The texts of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def in_others(path: Path) -> Iterator[str]:
    """The texts of a template, a script or a style sheet."""
    for text, selector in _TEXT.findall(path.read_text(encoding="utf-8")):
        yield selector or text


def digits_in(path: Path) -> set[str]:
    """Digits of a language, wherever they are written in a file."""
    return {*path.read_text(encoding="utf-8")} & DIGITS


def named_in(root: Path) -> dict[str, set[str]]:
    """Every file outside the languages' own that names one, with the names."""
    found: dict[str, set[str]] = {}
    for path in sorted((root / "survey").rglob("*.py")):
        if path.parent != root / "survey" / "languages":
            found[str(path.relative_to(root))] = {*in_python(path)} & CALLED | digits_in(path)
    others = (path for part in ("templates", "static") for path in (root / part).rglob("*"))
    for path in sorted(path for path in others if path.suffix in (".html", ".js", ".css")):
        found[str(path.relative_to(root))] = {*in_others(path)} & (CALLED - ENGLISH) | digits_in(path)
    return {name: names for name, names in found.items() if names}


def test_nothing_but_the_languages_themselves_names_one() -> None:
    assert named_in(ROOT) == {}


def test_a_language_that_is_named_elsewhere_is_found(tmp_path: Path) -> None:
    for name, text in {
        "survey/planted.py": 'if code == "ps":\n    column = "name_ur"\n',
        "templates/planted.html": """<p lang="ur-PK">{% if code == 'ps' %}""",
        "static/planted.css": ":lang(ur) { line-height: 2 }",
        "static/js/planted.js": 'const other = "ps";\nconst DIGITS = /[۰-۹]/g;',
        "survey/languages/fine.py": 'CODE = "ps"\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert named_in(tmp_path) == {
        "survey/planted.py": {"ps", "name_ur"},
        "templates/planted.html": {"ur-PK", "ps"},
        "static/planted.css": {":lang(ur)"},
        "static/js/planted.js": {"ps", "۰", "۹"},
    }
