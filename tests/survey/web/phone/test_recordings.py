"""Recordings that a questionnaire names: in which forms each can be had, and what is wrong with them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from survey.questionnaire.model import Questionnaire
from survey.web.phone import ogg, recordings
from tests.browser import tones
from tests.survey.web.conftest import shipped

NAME = "saf_day-ur.opus"


def of_bits(kilobits: int) -> bytes:
    """A second of packets that are as long as an encoder's at that rate would be."""
    return tones.ogg([bytes([8]) + bytes(kilobits * 20 // 8 - 1)] * 50)


@pytest.fixture
def spoken() -> Questionnaire:
    """The shipped questionnaire with a recording of a question."""
    return everywhere(question=NAME)


def everywhere(question: str = "", option: str = "", note: str = "") -> Questionnaire:
    """The shipped questionnaire with recordings of a question, of one of its options, and of the first note."""
    pages = []
    for page in shipped().pages:
        asked = [
            replace(
                one,
                audio={"ur": question} if question else {},
                choices=(replace(one.choices[0], audio={"ps": option} if option else {}), *one.choices[1:]),
            )
            if one.name == "saf_day"
            else one
            for one in page.questions
        ]
        notes = [replace(one, audio={"en": note} if note else {}) for one in page.notes]
        pages.append(replace(page, questions=tuple(asked), notes=tuple(notes)))
    return replace(shipped(), pages=tuple(pages), version="2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sound").mkdir()
    return tmp_path / "sound"


def test_questions_options_and_notes_are_heard() -> None:
    asked = everywhere("question.opus", "option.opus", "note.opus")
    assert recordings.named_files(asked) == ["note.opus", "option.opus", "question.opus"]


def test_each_form_has_a_mark_that_changes_with_its_content(folder: Path, spoken: Questionnaire) -> None:
    assert recordings.recordings(folder.parent, spoken) == {}
    (folder / NAME).write_bytes(of_bits(16))
    (folder / "saf_day-ur.mp3").write_bytes(b"one")
    first = recordings.recordings(folder.parent, spoken)[NAME]
    assert [form["file"] for form in first] == [NAME, "saf_day-ur.mp3"]
    assert first[1]["bytes"] == 3
    (folder / "saf_day-ur.mp3").write_bytes(b"two")
    os.utime(folder / "saf_day-ur.mp3", ns=(1, 1))
    second = recordings.recordings(folder.parent, spoken)[NAME]
    assert second[0] == first[0]
    assert second[1]["mark"] != first[1]["mark"]


def test_a_name_leads_to_no_other_folder(folder: Path) -> None:
    (folder.parent / "survey.opus").write_bytes(b"secret")
    (folder.parent / "survey.sqlite").write_bytes(b"secret")
    for name in ("../survey.opus", "../survey.sqlite", "/etc/passwd", "..", ".", ""):
        assert recordings.files_of(folder.parent, name) == [], name


def test_opus_says_how_much_it_takes() -> None:
    assert ogg.kilobits(of_bits(16)) == pytest.approx(16, rel=0.12)
    assert ogg.kilobits(of_bits(32)) == pytest.approx(32, rel=0.12)
    assert ogg.kilobits(tones.wav()) is None
    assert ogg.kilobits(b"") is None
    assert ogg.kilobits(b"OggS") is None


def test_what_is_missing_or_too_heavy_is_named(folder: Path, spoken: Questionnaire) -> None:
    def complaints() -> list[str]:
        return recordings.complaints(folder.parent, spoken)

    assert complaints() == [f"{NAME}: is not in the folder 'sound'"]
    (folder / NAME).write_bytes(of_bits(32))
    heavy, alone = complaints()
    assert "kbit/s, and may take 24" in heavy
    assert "has no form for phones that do not play Opus" in alone
    (folder / NAME).write_bytes(of_bits(16))
    (folder / "saf_day-ur.wav").write_bytes(tones.wav())
    assert complaints() == []
    (folder / NAME).write_bytes(b"no sound")
    assert complaints() == [f"{NAME}: {NAME} is no Opus in an Ogg file"]
    (folder / NAME).unlink()
    assert complaints() == [f"{NAME}: has no form in Opus (.opus)"]
