"""The self-entry block of version 2: every private question in it, asked of the same people, kept with who entered it."""

from __future__ import annotations

from survey.intake import envelope
from survey.questionnaire import codec, path
from survey.questionnaire.model import BLOCK_MODE, PLAIN, PRESET, WITH_BLOCK, Answers
from survey.questionnaire.self_entry import block_questions, with_block_mode
from tests.survey.questionnaire.reference_items import FULL, GROUPS
from tests.survey.questionnaire.second_version.sheets import version

#: A record of version 1 as it was kept before there was a block, and what it says.
KEPT = bytes.fromhex(
    "50020201010401010000000000010000030000620000000000000000"
    "000000000000000000000000020000000000002100000000000020"
)
SAID: Answers = {
    "district": "zhob",
    "mode": "handed_over",
    "p_group": "woman",
    "c_agree": "yes",
    "p_gender": "woman",
    "p_age": "30_44",
    "p_settle": "village",
    "s_private": "alone",
    "saf_day": "very_safe",
    "tr_body": "little",
    "rep_safe": "98",
    "w_tell": "no",
    "i_got": ("money", "health"),
    "i_effect": ("none",),
}


def test_every_private_and_every_dangerous_question_is_in_it() -> None:
    asked = version("2").questions.values()
    private = {one.name for one in asked if one.self_entry}
    dangerous = {one.name for one in asked if one.sensitivity == "H" and one.name not in PRESET}
    assert block_questions(version("2")) == private >= dangerous
    assert block_questions(version("1")) == frozenset()
    # Privacy is judged at the door of the block, and nothing that the worker hears comes after it.
    assert [page.name for page in version("2").pages][-2:] == ["privacy", "private_questions"]


def test_it_is_reached_as_a_whole_or_not_at_all() -> None:
    for group in GROUPS.values():
        reached = path.reached_questions(version("2"), {**FULL, "p_group": group})
        assert len(block_questions(version("2")) & reached) == {"member": 7, "woman": 4, "youth": 4}[group]
        near = path.reached_questions(version("2"), {**FULL, "p_group": group, "s_private": "others_near"})
        assert not block_questions(version("2")) & near


def test_records_of_before_decode_as_before() -> None:
    book = version("1").codebook
    assert (book.number, book.width) == (PLAIN, len(KEPT))
    assert codec.unpack(book, KEPT) == SAID
    assert codec.pack(book, SAID) == KEPT


def test_a_record_of_the_new_codec_says_who_entered_the_block() -> None:
    book = version("2").codebook
    assert (book.number, book.width) == (WITH_BLOCK, version("1").codebook.width + 1)
    assert book.by_name[BLOCK_MODE].offset == book.width - 1
    for entered, code in (("interviewer", 1), ("handed_over", 2)):
        record = codec.pack(book, {**SAID, "mode": "interviewer", BLOCK_MODE: entered})
        assert record[-1] == code
        assert codec.unpack(book, record)[BLOCK_MODE] == entered
    assert codec.pack(book, SAID)[-1] == 0


def test_who_says_it_once_says_it_of_the_whole_interview() -> None:
    asked = version("2")
    assert with_block_mode(asked, SAID) == {**SAID, BLOCK_MODE: "handed_over"}
    said = {**SAID, "mode": "interviewer", BLOCK_MODE: "handed_over"}
    assert with_block_mode(asked, said) == said
    # Where the block was not asked, nobody entered it.
    without = {name: value for name, value in SAID.items() if name not in block_questions(asked)}
    assert with_block_mode(asked, without) == without
    assert with_block_mode(version("1"), SAID) == SAID


def test_no_length_tells_who_entered_it() -> None:
    """Every record of a version is filled up to one size, and its longest answers fit in with either way of entering."""
    assert envelope.size_of(version("2")) == envelope.size_of(version("1"))
