"""The codec: what is packed is what is unpacked, and what has no code is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.questionnaire.codec import Undecodable, blank_answers, pack, unpack
from survey.questionnaire.model import Questionnaire, Value
from tests.support.factories import answers, questionnaire

PILOT = questionnaire()
BOOK = PILOT.codebook


def _values(asked: Questionnaire) -> st.SearchStrategy[dict[str, Value]]:
    strategies: dict[str, st.SearchStrategy[Value]] = {}
    for entry in asked.codebook.entries:
        names = list(entry.codes)
        by_kind = {
            "choice": lambda names=names: st.sampled_from(names),
            "multiple": lambda names=names: st.sets(st.sampled_from(names), min_size=1).map(
                lambda chosen: tuple(name for name in names if name in chosen)
            ),
            "integer": lambda: st.integers(-32767, 32767),
        }
        strategies[entry.name] = by_kind[entry.kind]()
    return st.fixed_dictionaries({}, optional=strategies)


@given(_values(PILOT))
def test_unpacking_returns_what_was_packed(given_answers: dict[str, Value]) -> None:
    record = pack(BOOK, given_answers)
    assert len(record) == BOOK.width
    assert unpack(BOOK, record) == given_answers


@pytest.mark.slow
@given(_values(PILOT), st.sets(st.sampled_from([entry.name for entry in BOOK.entries])))
def test_leaving_answers_out_leaves_the_others(given_answers: dict[str, Value], left_out: set[str]) -> None:
    rest = {name: value for name, value in given_answers.items() if name not in left_out}
    assert blank_answers(BOOK, pack(BOOK, given_answers), left_out) == pack(BOOK, rest)


@given(st.binary(min_size=BOOK.width, max_size=BOOK.width))
def test_a_record_that_unpacks_packs_to_itself_or_names_no_option(record: bytes) -> None:
    try:
        given_answers = unpack(BOOK, record)
    except ValueError:
        return
    assert unpack(BOOK, pack(BOOK, given_answers)) == given_answers


def test_the_layout_is_the_documented_one() -> None:
    record = pack(BOOK, answers(rooms=-2))
    places = BOOK.by_name
    assert record[places["q1"].offset] == 2
    assert record[places["q3"].offset] == 0
    assert record[places["got"].offset : places["got"].offset + 2] == bytes([0b1, 0b1])
    assert record[places["rooms"].offset :] == b"\xff\xfe"
    assert pack(BOOK, {})[places["rooms"].offset :] == b"\x80\x00"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("q1", "else"),
        ("q1", 1),
        ("q1", ("very",)),
        ("got", "help1"),
        ("got", ("help1", "help11")),
        ("got", (["help1"],)),
        ("q1", {"very": 1}),
        ("rooms", [3]),
        ("rooms", "3"),
        ("rooms", True),
        ("rooms", -32768),
        ("rooms", 32768),
    ],
)
def test_what_has_no_code_names_its_question(question: str, value: Value) -> None:
    with pytest.raises(Undecodable) as caught:
        pack(BOOK, answers(**{question: value}))
    assert caught.value.question == question


def test_an_unknown_question_is_refused_without_repeating_its_name() -> None:
    with pytest.raises(Undecodable) as caught:
        pack(BOOK, answers(karim_of_bannu="yes"))
    assert "karim" not in str(caught.value)


def test_a_record_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="bytes"):
        unpack(BOOK, bytes(3))
