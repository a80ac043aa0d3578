"""Whatever names the check of a questionnaire and the opening of a round accept, a phone can seal an interview with them."""

from __future__ import annotations

import base64
import json
import subprocess
from bisect import bisect
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from survey.intake import envelope
from survey.keys import record_keys
from survey.problems import LONG_ROUND, Problem
from survey.questionnaire import header, xlsform
from survey.questionnaire.lint import fields, languages
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.sheets import Workbook
from survey.storage.field import rounds
from survey.storage.field.lengths import BAND_NAMES
from tests.browser.modules.test_seal import node
from tests.support.envelopes import new_id

__all__ = ["node"]

ROOT: Final = Path(__file__).parents[2]
FORM: Final = ROOT / "tests" / "questionnaires" / "interview.md"
SCRIPT: Final = """
import { readFileSync } from "node:fs";
import { envelope, fromBase64, toBase64 } from "%s";
const { point, size, all } = JSON.parse(readFileSync(0, "utf8"));
const sealed = all.map(({ fields, record }) => envelope(fromBase64(point), fields, record, size).then(toBase64, String));
console.log((await Promise.all(sealed)).join("\\n"));
"""
#: Letters of one byte, of two, three and four, and one that JSON writes with a second sign before it.
LETTERS: Final = ("a", "ث", "क", "𐐀", '"')
Names = tuple[str, str, str]


def longest(letter: str, accepts: Callable[[str], bool]) -> str:
    """The longest name of that letter that is accepted."""
    return letter * (bisect(range(1, 121), False, key=lambda number: not accepts(letter * number)))


def form_accepted(book: Workbook, form: str, version: str) -> bool:
    cells = {**book.settings.cells, "id_string": form, "version": version}
    changed = replace(book, settings=replace(book.settings, cells=cells))
    return not any(mistake.sheet == "settings" for rule in fields.APART for mistake in rule(changed))


def round_accepted(name: str, form: str, version: str) -> bool:
    try:
        rounds.check_name(name, form, version)
    except Problem:
        return False
    return True


@lru_cache(maxsize=1)
def every_name() -> list[Names]:
    """Form, version and round, each in turn as long as it is accepted beside a short or a long one."""
    book, found = xlsform.workbook(FORM), []
    for first, second, third in product(LETTERS, LETTERS, LETTERS[:-1]):
        for version in ("1", longest(second, lambda text: form_accepted(book, "form", text))):
            form = longest(first, lambda text, version=version: form_accepted(book, text, version))
            name = longest(third, lambda text, f=form, v=version: round_accepted(text, f, v))
            found.append((form, version, name))
    return found


@lru_cache(maxsize=1)
def asked() -> Questionnaire:
    return xlsform.read(FORM)


def fullest(names: Names) -> dict[str, Any]:
    """A record with the longest answer to everything and all that travels beside the answers."""
    form, version, name = names
    answers: dict[str, Any] = {"round": name}
    for question in asked().questions.values():
        options = sorted((choice.name for choice in question.choices), key=len)
        answers[question.name] = (
            options if question.kind == "multiple" else options[-1] if options else -32767
        )
    beside = {"day": "2026-11-23", "language": "x" * languages.LONGEST_TAG, "minutes": BAND_NAMES[-1]}
    more = {"odd_hours": False, "option_seed": 2**53 - 1, "practice": False, "withdrawal_code": "0123456789"}
    return {"questionnaire": form, "version": version, "answers": answers, **beside, **more}


def sealed(program: str, key: record_keys.RecordKey, every: list[Names]) -> list[str]:
    """What the phone's code makes of an interview with each of these names: an envelope in base64url, or its error."""
    told = [
        {
            "fields": {
                "key": key.id,
                "questionnaire": form,
                "version": version,
                "id": new_id(),
                "round": name,
            },
            "record": fullest((form, version, name)),
        }
        for form, version, name in every
    ]
    point = base64.urlsafe_b64encode(key.point).decode().rstrip("=")
    size = envelope.size_of(asked())
    script = SCRIPT % (ROOT / "static" / "js" / "device" / "seal.js").as_uri()
    content = json.dumps({"point": point, "size": size, "all": told})
    words = [program, "--input-type=module", "-e", script]
    ran = subprocess.run(words, input=content, capture_output=True, text=True, timeout=120, check=True)
    return ran.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.node
def test_a_phone_seals_an_interview_with_the_longest_names(node: str, tmp_path: Path) -> None:
    key, every = record_keys.new_key(tmp_path), every_name()
    found = sealed(node, key, every)
    assert not [name for name, text in zip(every, found, strict=True) if "Error" in text]
    for names, body in zip(
        every, envelope.envelopes_in_file("\n".join([envelope.FIRST_LINE, *found])), strict=True
    ):
        read = envelope.read(body)
        assert (read.questionnaire, read.version, read.round) == names
        opened = record_keys.open_record(tmp_path, key.id, body[envelope.HEADER :], body[: envelope.HEADER])
        assert json.loads(opened) == fullest(names)


@pytest.mark.slow
@pytest.mark.node
def test_one_letter_more_than_is_accepted_has_no_room(node: str, tmp_path: Path) -> None:
    """The limit is as wide as it can be: what is refused for its length could not be sealed."""
    over = [
        (form, version, name + name[-1])
        for form, version, name in every_name()
        if name and len(name) < 50 and header.excess_letters(form, version, name + name[-1])
    ]
    assert len(over) > len(LETTERS)
    assert all("RangeError" in text for text in sealed(node, record_keys.new_key(tmp_path), over))


def test_every_accepted_questionnaire_leaves_room_for_a_round() -> None:
    """Twelve letters of Urdu or Pashto at the least."""
    for form, version, _ in every_name():
        assert round_accepted("ث" * (header.LEAST_FOR_ROUND // 2), form, version)


def test_how_many_letters_are_too_many_is_told_exactly() -> None:
    form, version, name = (
        "community_security_khyber_pakhtunkhwa_and_balochistan_2026",
        "2026-11-26-final",
        "ث" * 30,
    )
    with pytest.raises(Problem) as refused:
        rounds.check_name(name, form, version)
    assert refused.value.kind is LONG_ROUND
    number = int(refused.value.holes["number"])
    assert round_accepted(name[:-number], form, version)
    assert not round_accepted(name[: 1 - number], form, version)
