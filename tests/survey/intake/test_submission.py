"""Submissions: which bytes become one, and what makes two of them the same."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid1, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.intake import gate
from survey.intake.submission import FIELDS, LARGEST, band, from_json, normal_code, parse_id
from survey.problems import Problem
from survey.settings import PROJECT
from survey.storage.field.lengths import BAND_NAMES
from survey.storage.people.accounts import Account
from tests.support.factories import answers, submission

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12), st.lists, max_leaves=4
)
WORKER = Account(1, "W1", "worker", True, True, frozenset(), 1)
USUAL = {
    "questionnaire": "pilot",
    "version": "1",
    "answers": {"round": "r", "got": ["a", "b"]},
    "day": "2026-11-23",
    "language": "ur",
}


def body(**changes: Any) -> bytes:
    content = {**USUAL, **changes}
    return json.dumps({name: value for name, value in content.items() if value is not ...}).encode()


def refusal(content: bytes, identity: str | None = None) -> tuple[str, str]:
    with pytest.raises(Problem) as caught:
        from_json(content, identity or str(uuid4()), WORKER, "api")
    return caught.value.kind.code, caught.value.holes.get("field", "")


def test_a_body_becomes_a_submission() -> None:
    identity = uuid4()
    read = from_json(
        body(minutes="5_to_9", odd_hours=True, option_seed=3), str(identity).upper(), WORKER, "api"
    )
    assert (read.id, read.answers["got"], read.minutes, read.odd_hours) == (
        identity,
        ("a", "b"),
        "5_to_9",
        True,
    )
    assert (read.practice, read.withdrawal_code, read.channel, read.worker) == (False, "", "api", WORKER)


def test_a_byte_order_mark_before_a_body_says_nothing() -> None:
    assert from_json(b"\xef\xbb\xbf" + body(), str(uuid4()), WORKER, "api").version == "1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"questionnaire": ...}, "questionnaire"),
        ({"version": 1}, "version"),
        ({"version": "1\x00"}, "version"),
        ({"version": "\ud800"}, "version"),
        ({"answers": ["a"]}, "answers"),
        ({"answers": ...}, "answers"),
    ],
)
def test_what_does_not_name_its_questionnaire_or_holds_no_answers_is_refused(
    changes: dict[str, Any], field: str
) -> None:
    assert refusal(body(**changes)) == ("bad_field", field)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "23.11.2026"}, "day"),
        ({"day": "2026-11-23T10:15"}, "day"),
        ({"language": ""}, "language"),
        ({"language": 7}, "language"),
        ({"minutes": 12}, "minutes"),
        ({"minutes": "12"}, "minutes"),
        ({"minutes": ["5_to_9"]}, "minutes"),
        ({"odd_hours": 1}, "odd_hours"),
        ({"option_seed": -1}, "option_seed"),
        ({"option_seed": True}, "option_seed"),
        ({"practice": "no"}, "practice"),
        ({"withdrawal_code": "12345"}, "withdrawal_code"),
        ({"location": "34.0,71.5"}, "other"),
        ({"started at 10:15": 1}, "other"),
    ],
)
def test_a_malformed_field_beside_the_answers_is_named_and_costs_no_interview(
    changes: dict[str, Any], field: str
) -> None:
    identity = str(uuid4())
    read = from_json(body(**changes), identity, WORKER, "api")
    assert read.unread == (field,)
    usual = from_json(body(), identity, WORKER, "api")
    if field in ("day", "language"):
        assert getattr(read, field) == ""
    else:
        assert replace(read, unread=()) == usual


OPTIONAL = sorted(set(FIELDS) - {"questionnaire", "version", "answers"})


@pytest.mark.parametrize("value", [..., None])
@pytest.mark.parametrize("name", OPTIONAL)
def test_an_absent_field_is_no_unreadable_one(name: str, value: Any) -> None:
    """The guide lists them as optional, and says what is used instead of each."""
    read = from_json(body(**{name: value}), str(uuid4()), WORKER, "api")
    assert read.unread == ()
    guide = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")
    (row,) = (line for line in guide.splitlines() if line.startswith(f"|`{name}`|"))
    assert not row.endswith("|refused|")


@pytest.mark.slow
@given(st.sampled_from(sorted(set(FIELDS) - {"questionnaire", "version", "answers"})), VALUES)
def test_no_value_of_a_field_beside_the_answers_costs_an_interview(name: str, value: Any) -> None:
    read = from_json(body(**{name: value}), str(uuid4()), WORKER, "api")
    assert FIELDS[name].accepts(getattr(read, name)) or getattr(read, name) in ("", None)
    assert read.canonical()


def test_a_withdrawal_code_may_be_written_with_spaces() -> None:
    read = from_json(body(withdrawal_code="068 200 3391"), str(uuid4()), WORKER, "api")
    assert (read.withdrawal_code, read.unread) == ("0682003391", ())


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"7", b"\xff", b'{"day": NaN}', b"[" * 60_000, b'{"a":' * 10_000]
)
def test_what_is_no_json_object_is_refused(content: bytes) -> None:
    assert refusal(content)[0] == "not_json"


def test_what_is_larger_than_an_interview_is_refused() -> None:
    assert refusal(b" " * (LARGEST + 1))[0] == "too_large"


@pytest.mark.parametrize(
    "identity",
    [str(uuid1()), str(UUID(int=0)), "1", "", uuid4().hex, f"{{{uuid4()}}}", f"{uuid4()} ", "ٰ" * 36],
    ids=["time", "zero", "one", "empty", "no hyphens", "braces", "space", "letters"],
)
def test_only_random_uuids_are_ids(identity: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_id(identity)
    assert caught.value.kind.code == "bad_id"


@pytest.mark.slow
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    refusal(content)


@pytest.mark.slow
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5)
)
def test_no_answer_breaks_the_reader(value: Any) -> None:
    read = from_json(
        json.dumps({**USUAL, "answers": {"q": value}}).replace("NaN", "1").replace("Infinity", "2").encode(),
        str(uuid4()),
        WORKER,
        "api",
    )
    assert read.canonical()


def test_what_was_said_makes_the_same_submission_and_who_brought_it_does_not() -> None:
    first = submission(WORKER)
    same = (
        replace(first, channel="import", worker=replace(WORKER, name="W2")),
        replace(first, answers=dict(reversed(answers(got=("help9", "help1")).items()))),
    )
    assert {one.canonical() for one in (first, *same)} == {first.canonical()}
    others = (
        replace(first, answers=answers(q3="very")),
        replace(first, answers=answers(rooms="3")),
        replace(first, id=uuid4()),
        replace(first, version="2"),
        replace(first, day="2026-11-01"),
        replace(first, language="ps"),
        replace(first, minutes=""),
        replace(first, odd_hours=True),
        replace(first, option_seed=None),
        replace(first, practice=True),
        replace(first, withdrawal_code="1234567890"),
    )
    assert len({one.canonical() for one in (first, *others)}) == 12


def test_lengths_fall_into_bands() -> None:
    assert [band(minutes) for minutes in (-3, 0, 4.9, 5, 14, 15, 29, 59, 60, 4000)] == [
        "under_5", "under_5", "under_5", "5_to_9", "10_to_14", "15_to_19", "20_to_29", "30_to_59", "60_or_more", "60_or_more",
    ]  # fmt: skip
    assert len(set(BAND_NAMES)) == 7


def test_withdrawal_codes_are_read_in_every_kind_of_digits() -> None:
    assert (
        normal_code(" 123 456-7890 ")
        == normal_code("١٢٣٤٥٦٧٨٩٠")
        == normal_code("۱۲۳۴۵۶۷۸۹۰")
        == "1234567890"
    )
    assert normal_code("12345") == normal_code("12345678901") == normal_code("") == ""
    codes = {gate.make_withdrawal_code() for _ in range(300)}
    assert len(codes) == 300
    assert all(normal_code(code) == code for code in codes)
