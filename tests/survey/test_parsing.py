"""What strangers send as JSON, CSV and numbers: read whole, or refused in one way."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.parsing import DEEPEST, json_of, legible, rows_of, whole_number
from survey.problems import Problem
from survey.questionnaire.lint import check
from survey.storage.field import targets_file


def refused_or(read: Callable[..., object], *given: object) -> object:
    """What was read, or the code of its refusal."""
    try:
        return read(*given)
    except Problem as problem:
        return problem.kind.code


@pytest.mark.slow
@given(st.binary(max_size=200))
def test_json_is_read_or_refused(content: bytes) -> None:
    found = refused_or(json_of, content)
    assert found == "not_json" or json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "9" * 5000])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    for text in (number, f"[{number}]", f'{{"a": {number}}}'):
        with pytest.raises(Problem):
            json_of(text.encode())


def test_depth_has_an_end_long_before_the_parser_has() -> None:
    assert json_of(b"[" * DEEPEST + b"]" * DEEPEST)
    for depth in (DEEPEST + 1, 500, 976, 100_000):
        for text in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
            with pytest.raises(Problem):
                json_of(text.encode())
    # Many beside one another are no depth, and brackets in a text are none at all.
    assert json_of(json.dumps([[]] * 500 + ["[" * 500]).encode())


@settings(max_examples=40)
@given(st.binary(max_size=200), st.text(max_size=60))
def test_csv_is_read_or_refused(content: bytes, text: str) -> None:
    for one in (content, text.encode("utf-8", "replace"), b"district,group,target\n" + content):
        with suppress(UnicodeDecodeError):
            assert refused_or(lambda one: list(rows_of(one)), one) != ""
        with suppress(targets_file.TargetsError):
            assert targets_file.read(one, ["woman"]).keys() <= {("bannu", "woman")}


@given(st.text(max_size=30))
def test_a_number_is_read_or_none(text: str) -> None:
    found = whole_number(text, 1000)
    assert found is None or 0 <= found <= 1000


def test_numbers_in_every_digit_and_no_longer_than_they_count() -> None:
    assert [whole_number(text, 100) for text in ("7", "۷", "٧", "007", "0", "100", "101", "²", "-1", "")] == [
        *(7, 7, 7, 7, 0, 100),
        *([None] * 4),
    ]
    assert whole_number("9" * 5000, 100) is None
    assert whole_number("0" * 5000 + "9", 100) == 9


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (f"bannu,woman,{'9' * 5000}", "not a number"),
        (f"bannu,woman,{'9' * 140_000}", "cannot be read as CSV"),
        (f"{'x' * 140_000},woman,1", "cannot be read as CSV"),
        ("bannu,woman,²", "not a number"),
        ('"bannu', "not a group"),
    ],
)
def test_targets_tell_their_mistakes_shortly(row: str, text: str) -> None:
    with pytest.raises(targets_file.TargetsError, match=text) as caught:
        targets_file.read(f"district,group,target\n{row}\n".encode(), ["woman"])
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cell.csv", '"survey",,\n,"type","name"\n,"note","' + "x" * 140_000 + '"\n'),
        ("depth.md", "| survey | | | |\n| | type | name | relevant |\n| | note | n | " + "(" * 3000 + " |\n"),
        ("score.md", "| choices | | | |\n| | list_name | name | score |\n| | a | b | " + "9" * 5000 + " |\n"),
        ("nul.csv", '"survey",,\n,"type","name"\n,"note","\x00"\n'),
        ("archive.xlsx", "PK\x03\x04 no archive"),
        ("empty.md", ""),
    ],
)
def test_a_questionnaire_that_breaks_its_reader_has_mistakes(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    assert check.check(file)


def test_what_is_quoted_turns_and_hides_nothing() -> None:
    assert legible("a\u202eb\x1b[31mc\u2028d") == "a\ufffdb\ufffd[31mc\ufffdd"
    assert legible("می\u200cخواهم 30\u00a0%") == "می\u200cخواهم 30\u00a0%"
