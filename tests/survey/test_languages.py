"""Languages: what is said when a catalogue was not compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey import geography, languages
from survey.server import start
from survey.settings import Settings
from survey.storage.engine.database import Database


def _compile(folder: Path, *codes: str) -> Path:
    for code in codes:
        (folder / code / "LC_MESSAGES").mkdir(parents=True)
        (folder / code / "LC_MESSAGES" / "messages.mo").write_bytes(b"")
    return folder


def test_every_language_but_the_first_needs_a_compiled_catalogue(tmp_path: Path) -> None:
    assert [one.code for one in languages.uncompiled(tmp_path)] == ["ur", "ps"]
    assert [one.code for one in languages.uncompiled(_compile(tmp_path, "ur"))] == ["ps"]
    assert languages.uncompiled(_compile(tmp_path, "ps")) == ()


def test_a_start_without_catalogues_says_what_to_do(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=sqlite_database.home, database_url=sqlite_database.url)
    start.announce(settings, sqlite_database)
    assert start.COMPILE not in capsys.readouterr().out
    ur = languages.languages()["ur"]
    monkeypatch.setattr(start, "uncompiled", lambda: (ur,))
    start.announce(settings, sqlite_database)
    printed = capsys.readouterr().out
    assert ur.name in printed
    assert start.COMPILE in printed


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("en", ["Abbottabad", "Awaran", "bannu", "Dera Ghazi", "Dera Ismail", "Deraa"]),
        # A letter with its ھ comes after all words with the letter alone; ں after ن.
        ("ur", ["اٹک", "ایبٹ آباد", "آواران", "بنوں", "بھکر", "پشاور", "ٹانک", "ڈیرہ بگٹی", "سوات", "کوئٹہ", "کیچ", "گوادر"]),
        ("ps", ["اټک", "ايبټ اباد", "بنو", "پېښور", "ټانک", "څمکنۍ", "ډېره", "سوات", "شانګله", "ښار", "کوټه", "ګوادر"]),
    ],
)  # fmt: skip
def test_names_are_in_the_order_of_the_readers_alphabet(code: str, names: list[str]) -> None:
    assert sorted([*names[1::2], *names[::2]], key=languages.languages()[code].place_in_alphabet) == names


def test_marks_capitals_and_arabic_forms_change_no_place_in_the_alphabet() -> None:
    urdu, pashto = languages.languages()["ur"], languages.languages()["ps"]
    assert urdu.place_in_alphabet("بنّوں") == urdu.place_in_alphabet("بنوں")
    assert pashto.place_in_alphabet("كوټه") == pashto.place_in_alphabet("کوټه")
    assert urdu.place_in_alphabet("ا") < urdu.place_in_alphabet("ے") < urdu.place_in_alphabet("Z")


@pytest.mark.parametrize("code", ["ur", "ps"])
def test_every_letter_of_the_names_of_districts_has_a_place_in_the_alphabet(code: str) -> None:
    alphabet = languages.languages()[code]
    names = [one.names[code] for one in geography.districts().values() if code in one.names]
    assert [name for name in names if max(alphabet.place_in_alphabet(name)) > 1000] == []
