"""Recordings that a questionnaire names: which files lie in the folder `sound` next to the data, and in what forms."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from survey.questionnaire.model import Questionnaire
from survey.web.phone import ogg

FOLDER: Final = "sound"
#: Forms that browsers play, the smallest first: a file of the same name with another ending is for phones that lack the first.
ENDINGS: Final = (".opus", ".ogg", ".webm", ".m4a", ".mp3", ".wav")
#: Endings of Opus in an Ogg file, and the kilobits a second that it may take: speech needs no more.
OPUS: Final = (".opus", ".ogg")
MOST_KILOBITS: Final = 24
#: Characters by which a phone knows one content of a file from another.
_MARK: Final = 16


def named_files(questionnaire: Questionnaire) -> list[str]:
    """Every file that an `audio` column names: for notes, questions, options and items of lists, in every language."""
    recorded = [note.audio for page in questionnaire.pages for note in page.notes]
    for question in questionnaire.questions.values():
        heard = (*question.choices, *question.items)
        recorded += [question.audio, *(one.audio for one in heard)]
    return sorted({file for texts in recorded for file in texts.values()})


def files_of(home: Path, name: str) -> list[Path]:
    """The file of that name and those that can take its place, the named one first."""
    if Path(name).name != name or name in ("", ".."):
        # A name leads to no other folder.
        return []
    folder = home / FOLDER
    named = folder / name
    others = (named.with_suffix(ending) for ending in ENDINGS if ending != named.suffix)
    return [file for file in (named, *others) if file.is_file()]


def recordings(home: Path, questionnaire: Questionnaire) -> dict[str, list[dict[str, Any]]]:
    """Each named recording that is here → its forms: file, bytes, and a mark that changes with the content."""
    if not (home / FOLDER).is_dir():
        return {}
    found = {name: [_form(file) for file in files_of(home, name)] for name in named_files(questionnaire)}
    return {name: forms for name, forms in found.items() if forms}


def complaints(home: Path, questionnaire: Questionnaire) -> list[str]:
    """What is wrong with the recordings that a questionnaire names: a line for each, by file."""
    found = []
    for name in named_files(questionnaire):
        files = files_of(home, name)
        found += [f"{name}: {what}" for what in _complaints_of(files)]
    return found


def _complaints_of(files: list[Path]) -> list[str]:
    if not files:
        return ["is not in the folder 'sound'"]
    rates = {file: ogg.kilobits(file.read_bytes()) for file in files if file.suffix in OPUS}
    found = [
        f"{file.name} takes {rate:.0f} kbit/s, and may take {MOST_KILOBITS}"
        for file, rate in rates.items()
        if rate is not None and rate > MOST_KILOBITS
    ]
    found += [f"{file.name} is no Opus in an Ogg file" for file, rate in rates.items() if rate is None]
    if not rates:
        found.append("has no form in Opus (.opus)")
    if len(files) == len(rates):
        found.append("has no form for phones that do not play Opus (.m4a, .mp3 or .wav)")
    return found


def _form(file: Path) -> dict[str, Any]:
    state = file.stat()
    return {"file": file.name, "bytes": state.st_size, "mark": _mark(file, state.st_size, state.st_mtime_ns)}


@lru_cache(maxsize=4096)
def _mark(file: Path, size: int, changed: int) -> str:  # noqa: ARG001 - what a file was when it was read
    return hashlib.sha256(file.read_bytes()).hexdigest()[:_MARK]
