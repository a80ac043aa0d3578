"""Every interface text is collected, translated in every language, and keeps its holes."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog, Message

from survey.languages import languages

PROJECT = Path(__file__).resolve().parent.parent
TRANSLATIONS = PROJECT / "translations"
TRANSLATED = [code for code in languages() if code != "en"]
HOLE = re.compile(r"\{\w*\}|%\(\w+\)s|%s")

#: Ransom for compensation, "save" that reads as "safe", Afghan for Pakistani Pashto, and Urdu verbs that say whether
#: the reader is a woman or a man.
TRAPS = {
    "ur": ("تاوان", "محفوظ کر", "محفوظ ہو", "کر سکتے", "کر سکتی", "رہے ہیں", "رہی ہیں", "چاہتے", "چاہتی"),
    "ps": ("تاوان", "ولسوالۍ", "خوندي کړئ", "خوندي شو"),
}
#: What insurgents call themselves. Only the programme's own word for its members may hold it, for readers alone.
RESISTANCE = re.compile("resistance|مزاحم|مقاومت", re.IGNORECASE)

#: The letters, vowel signs and digits of each language, as in its questionnaire texts: Urdu has no Arabic ي and ك
#: and writes 0-9, Pashto has no ے, ہ, ٹ, ڈ, ڑ, گ.
LETTERS = {
    "ur": "ءآأؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھۂۃیے" + "ًَُِّْٰٔ",
    "ps": "ءآأؤئابپتټثجځچڅحخدډذرړزژږسشښصضطظعغفقکګلمنڼوهيېیۍۀ" + "ًَُِّْ" + "۰۱۲۳۴۵۶۷۸۹",
}
ENDS = {"ur": {".": "۔", "?": "؟", ":": ":", "…": "…"}, "ps": {".": ".", "?": "؟", ":": ":", "…": "…"}}

#: What is written in Latin letters in every language: codes, keys, names of formats and the p of statistics.
CODES = {
    *(
        "CSV",
        "JSON",
        "JavaScript",
        "LRS",
        "PDF",
        "p",
        "UTF",
        "UUID",
        "W",
        "XLSForm",
        "XLSX",
        "ZIP",
        "application",
        "csv",
        "district",
        "draft",
    ),
    *("group", "https", "json", "lakki", "marwat", "md", "release", "target", "xlsx"),
}

#: Holes that are filled with names, codes and dates. Bare, 2026-11-23 would be read as 23-11-2026 in these scripts.
FOREIGN = (
    r"\{(?:cells|code|day|district|example|field|known|name|option|questionnaire|round|value|version|worker)\}"
    r"|%\(round\)s"
)


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file)


def template() -> Catalog:
    return catalogue(TRANSLATIONS / "messages.pot")


def file_of(code: str) -> Path:
    return TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"


def translated(code: str) -> Iterator[tuple[str, str]]:
    """Every source text and what stands for it."""
    for message in catalogue(file_of(code)):
        if message.id:
            yield from _pairs(message)


def _pairs(message: Message) -> list[tuple[str, str]]:
    if isinstance(message.id, tuple):
        return [(message.id[-1], text) for text in message.string]
    return [(message.id, message.string)]


def babel(*words: str) -> None:
    command = [sys.executable, "-m", "babel.messages.frontend", *words]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)


def steps_of_make() -> list[list[str]]:
    """What `make strings` does, as the words after the name of the program."""
    recipe = (PROJECT / "Makefile").read_text(encoding="utf-8").split("\nstrings:")[1].split("\n\n")[0]
    return [line.split("frontend ")[1].split() for line in recipe.splitlines()[1:]]


def test_the_template_holds_every_text(tmp_path):
    extract, _ = steps_of_make()
    fresh = tmp_path / "messages.pot"
    babel(*[str(fresh) if word == "translations/messages.pot" else word for word in extract])
    found = {message.id for message in catalogue(fresh) if message.id}
    assert found == {message.id for message in template() if message.id}, "run `make strings`"


def test_make_strings_keeps_the_catalogues_as_they_are(tmp_path):
    _, update = steps_of_make()
    copied = tmp_path / "translations"
    shutil.copytree(TRANSLATIONS, copied)
    babel(*[word.replace("translations", str(copied)) for word in update])
    for code in TRANSLATED:
        assert (copied / code / "LC_MESSAGES" / "messages.po").read_text("utf-8") == file_of(code).read_text(
            "utf-8"
        )


LITERAL = re.compile(r'(?<![\w.])N?_\(\s*"((?:[^"\\]|\\.)+)"')


def test_no_marked_text_escapes_the_collector():
    """The collector does not look inside the arguments of another marked call."""
    known = {message.id for message in template()}
    sources = [*PROJECT.glob("static/js/**/*.js"), *PROJECT.glob("templates/**/*.html")]
    marked = {text for path in sources for text in LITERAL.findall(path.read_text(encoding="utf-8"))}
    assert len(marked) > 100
    assert not marked - known


def marked_in(source: str) -> set[str]:
    """The texts that Python marks with `N_`, wherever they stand."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "N_" and isinstance(call.args[0], ast.Constant)
    }


def test_no_text_that_python_marks_escapes_the_collector():
    """It does not look inside of f-strings."""
    known = {message.id for message in template()}
    sources = (path.read_text(encoding="utf-8") for path in (PROJECT / "survey").rglob("*.py"))
    marked = set().union(*map(marked_in, sources))
    assert len(marked) > 300
    assert not marked - known


def test_a_text_inside_an_f_string_would_be_found():
    assert marked_in("x = f\"{say(N_('hidden'))}: {N_('more')}\"") == {"hidden", "more"}


JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
#: Tags, and attributes that a macro writes into a tag of another one.
TAG = re.compile(r'<[^>]*>|[\w-]+="[^"]*"', re.DOTALL)
TOLD = re.compile(r'\b(?:title|alt|placeholder|aria-label|content)="([^"]*)"')
#: Contents of <meta> elements, which nobody reads.
META = {"width=device-width, initial-scale=1", "light dark", "noindex", "#1f4e5f"}


@pytest.mark.parametrize("path", sorted(PROJECT.glob("templates/**/*.html")), ids=lambda path: path.name)
def test_templates_have_no_text_that_is_not_marked(path):
    html = JINJA.sub("", path.read_text(encoding="utf-8"))
    spoken = [text for text in TOLD.findall(html) if text not in META] + [TAG.sub("", html)]
    assert not re.findall(r"(?<!&)\b[A-Za-z]{2,}\b", " ".join(spoken))


@pytest.mark.parametrize("path", sorted(PROJECT.glob("templates/**/*.html")), ids=lambda path: path.name)
def test_what_is_between_two_texts_of_a_template_is_of_the_language_too(path):
    # Urdu and Pashto have a comma and a semicolon of their own.
    assert not re.findall(r"\}\}[,;] ?\{[{%]", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_is_complete(code):
    known = {message.id: message for message in catalogue(file_of(code)) if message.id}
    missing = [m.id for m in template() if m.id and not (known.get(m.id) and known[m.id].string)]
    fuzzy = [message.id for message in known.values() if message.fuzzy]
    assert not missing
    assert not fuzzy


@pytest.mark.parametrize("code", TRANSLATED)
def test_holes_are_kept(code):
    for wanted, given in translated(code):
        assert sorted(HOLE.findall(wanted)) == sorted(HOLE.findall(given)), wanted


@pytest.mark.parametrize("code", TRANSLATED)
def test_names_codes_and_dates_are_set_apart_from_the_direction_around_them(code):
    if languages()[code].direction == "rtl":
        for wanted, given in translated(code):
            bare = re.sub(f"\u2068(?:{FOREIGN})\u2069", "", given)
            assert not re.search(rf"{FOREIGN}|(?<!\u2066)\b\d{{4}}-\d\d", bare), wanted


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_says_what_it_is(code):
    head = file_of(code).read_text(encoding="utf-8")
    assert ("draft" in head.splitlines()[0].lower()) == languages()[code].draft
    for line in (f"Language: {code}", "Content-Type: text/plain; charset=utf-8", "Plural-Forms: nplurals=2;"):
        assert line in head


@pytest.mark.parametrize("code", sorted(TRAPS))
def test_known_traps_are_avoided(code):
    for wanted, given in translated(code):
        assert not [trap for trap in TRAPS[code] if trap in given], wanted


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_only_letters_of_the_language_are_used(code):
    for wanted, given in translated(code):
        arabic = re.findall(
            r"[\u0620-\u0669\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f\ufb50-\ufefc]", given
        )
        assert not set(arabic) - set(LETTERS[code]), wanted


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_english_is_left(code):
    for wanted, given in translated(code):
        words = set(re.findall(r"[A-Za-z]+", HOLE.sub("", given)))
        assert not words - CODES, wanted
        assert words <= set(re.findall(r"[A-Za-z]+", wanted)), wanted


@pytest.mark.parametrize("code", sorted(ENDS))
def test_a_sentence_ends_as_a_sentence_and_spaces_stay(code):
    for wanted, given in translated(code):
        end = ENDS[code].get(wanted[-1])
        assert end is None or given.endswith(end), wanted
        assert wanted[-1:].isspace() == given[-1:].isspace(), wanted
        assert not given[:1].isspace(), wanted
        assert "  " not in given, wanted


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_programmes_word_for_members_stays_with_the_programme(code):
    """Nobody sees "resistance": not respondents, not phones, and not who finds a printed page."""
    assert not [wanted for wanted, given in translated(code) if RESISTANCE.search(wanted + given)]


def test_what_phones_and_respondents_load_never_names_the_programmes_word():
    sources = [*PROJECT.glob("static/js/**/*.js"), *PROJECT.glob("templates/interview/*.html")]
    assert sources
    assert not [path.name for path in sources if "resistance" in path.read_text(encoding="utf-8").lower()]
