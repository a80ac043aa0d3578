"""Lists as a type of question: what an author writes, what is recorded, and what would undo the hiding."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from survey import acceptance
from survey.made_up.interviews import Population
from survey.publication.protection.ties.derivation import ties_of
from survey.questionnaire import codec
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.for_phones import questionnaire_for_phone
from survey.questionnaire.lint import check
from survey.questionnaire.lint.hidden import COLUMN
from survey.questionnaire.model import Question, from_json, to_json
from survey.questionnaire.rules import compile_validator, valid_answers
from survey.questionnaire.types.hidden import HiddenChoice, Hiding
from tests.survey.hidden.lists import DESIGN, ITEMS, LISTED, PAID, list_questionnaire, list_sheets
from tests.survey.hidden.questions import write

#: Everything that can be recorded of a list of four items and the sensitive one.
RECORDED = [f"{letter}{number}" for letter in "ab" for number in range(6)]


def question(name: str = "h_list") -> Question:
    return list_questionnaire().questions[name]


def test_a_list_is_read_with_its_items_and_what_can_be_recorded() -> None:
    asked = question()
    assert asked.kind == "list_count"
    assert [one.name for one in asked.items] == [*ITEMS["first5"]]
    assert [one.name for one in asked.choices] == RECORDED
    assert [one.code for one in asked.choices] == [*range(1, 13)]
    assert {*asked.choices[7].label.values()} == {"B 1"}
    by_chance = Fraction(1, 4) / 6
    assert asked.hiding == Hiding(PAID, Fraction(3, 4) + by_chance, by_chance, items=4)
    assert asked.hiding is not None
    assert asked.hiding.replaced == Fraction(1, 4)
    assert asked.design == DESIGN
    assert question("h_second").design == f"{DESIGN} first=h_list"


def test_a_recorded_number_is_never_certain_to_be_of_one_side() -> None:
    """Neither nobody nor everybody of the longer list: chance records each number of each person now and then."""
    hiding = question().hiding
    assert hiding is not None
    # 1 + (1 − r) (J + 2) / r, for somebody who knows all other items of the person.
    assert hiding.ratio == pytest.approx(1 + 0.75 * 6 / 0.25)


@pytest.mark.parametrize("share", [0, 1])
def test_made_up_numbers_have_the_declared_probabilities(share: int) -> None:
    """20,000 people: each list as often, each number at least as often as chance alone makes it, and the difference of the means."""
    asked = question()
    kind, hiding = asked.type, asked.hiding
    assert isinstance(kind, HiddenChoice)
    assert hiding is not None
    always = Hiding(hiding.one, hiding.with_trait, hiding.without_trait, known=Fraction(share), items=4)
    random = np.random.default_rng(3)
    drawn = [str(kind.drawn(random, asked.choices, always, 0.0)) for _ in range(20_000)]
    numbers = {letter: np.array([int(one[1]) for one in drawn if one[0] == letter]) for letter in "ab"}
    assert abs(len(numbers["a"]) - 10_000) < 4 * 71
    for several in numbers.values():
        least = np.bincount(several, minlength=6).min() / len(several)
        assert least > 1 / 24 - 4 * (1 / 24 / len(several)) ** 0.5
    apart = numbers["b"].mean() - numbers["a"].mean()
    assert abs(apart - 0.75 * share) < 4 * 1.3 * (2 / 10_000) ** 0.5


def test_who_has_the_item_in_one_list_does_not_have_it_in_the_other() -> None:
    drawn = [
        one.body["answers"] for one in Population(list_questionnaire(), "r", "2026-11-20", 3).interviews(600)
    ]
    pairs = [(one["h_list"], one["h_second"]) for one in drawn if {*LISTED} <= one.keys()]
    assert {first[0] + second[0] for first, second in pairs} == {"ab", "ba"}
    assert len({first for first, _ in pairs}) == len(RECORDED)
    assert not any("h_list" in one for one in drawn if one.get("s_private") != "alone")


def test_an_interview_with_the_item_in_both_lists_is_none_that_counts() -> None:
    """Nobody is given it twice, so a program that sends such an interview is not believed."""
    questionnaire = list_questionnaire()
    body = {"c_agree": "yes", "p_age": "30_44", "s_private": "alone", "p_group": "woman", "h_list": "b2"}
    for second, kept in (("a3", True), ("b3", False)):
        answers = valid_answers(questionnaire, {**body, "h_second": second}, Context("2026-11-20"))
        assert answers["h_list"] == "b2"
        assert ("h_second" in answers) == kept


def test_what_two_lists_say_of_each_other_is_known_to_the_attack() -> None:
    """Who has the item in one list has it not in the other: of those who were alone no more can have it in both together."""
    ties = ties_of(list_questionnaire())
    assert ties.unresolved == {}
    sums = [
        tie for tie in ties.inequalities if {term.table for term in tie.terms if term.factor > 0} == {*LISTED}
    ]
    together = {(term.table, term.answer[0]) for tie in sums for term in tie.terms if term.factor > 0}
    assert together == {(name, letter) for name in LISTED for letter in "ab"}
    for tie in sums:
        assert len({term.answer[0] for term in tie.terms if term.factor > 0}) == 1
        assert [(term.table, term.answer, term.factor) for term in tie.terms if term.factor < 0] == [
            ("private", "said yes", -1)
        ]


def test_a_record_holds_the_letter_and_the_number_and_nothing_more() -> None:
    codebook = list_questionnaire().codebook
    entry = codebook.by_name["h_list"]
    assert entry.width == 1
    for recorded in RECORDED:
        record = codec.pack(codebook, {"h_list": recorded})
        assert codec.unpack(codebook, record) == {"h_list": recorded}
        assert [byte for byte in record if byte] == [entry.codes[recorded]]
    wrong = compile_validator(list_questionnaire()).undecodable
    for value in ("a6", "c1", "a", PAID, 3, ["land"], {"a": 3}):
        assert wrong({"h_list": value})


def test_items_stay_with_the_questionnaire_and_go_to_phones() -> None:
    asked = list_questionnaire()
    assert from_json(to_json(asked)) == asked
    carried = [q for page in questionnaire_for_phone(asked, {"swat"})["pages"] for q in page["questions"]]
    there = next(one for one in carried if one["name"] == "h_second")
    assert [item["name"] for item in there["items"]] == [*ITEMS["second5"]]
    assert there["hidden_by"] == {"items": "4", "replaced": "1/4", "one": PAID, "first": "h_list"}
    assert all("items" not in one for one in carried if one["name"] not in LISTED)


@pytest.mark.slow
def test_a_questionnaire_with_lists_is_accepted(tmp_path: Path) -> None:
    report = acceptance.examine(write(tmp_path / "form.md", list_sheets()))
    assert report.mistakes == ()
    assert [one for one in report.warnings if "19 times" in one.message and one.column == COLUMN]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "column", "value", "where", "words"),
    [
        ("h_list", COLUMN, "list_count replaced=1/4 one=paid", COLUMN, "'items' is missing"),
        ("h_list", COLUMN, "list_count items=4 one=paid", COLUMN, "'replaced' is missing"),
        ("h_list", COLUMN, DESIGN.replace("items=4", "items=four"), COLUMN, "from 3 to 5 items"),
        ("h_list", COLUMN, DESIGN.replace("items=4", "items=9"), COLUMN, "from 3 to 5 items"),
        ("h_list", COLUMN, DESIGN.replace("items=4", "items=3"), "type", "Its list has 5 items"),
        ("h_list", COLUMN, DESIGN.replace("1/4", "0"), COLUMN, "hides nothing"),
        ("h_list", COLUMN, DESIGN.replace("1/4", "1/6"), COLUMN, "hides nothing"),
        ("h_list", COLUMN, DESIGN.replace("1/4", "19/20"), COLUMN, "says next to nothing"),
        ("h_list", COLUMN, DESIGN.replace("paid", "bought"), COLUMN, "none of the items"),
        ("h_list", COLUMN, DESIGN.replace("paid", "land"), COLUMN, "neither the first nor the last"),
        ("h_list", COLUMN, f"{DESIGN} anchor=h_cross", COLUMN, "'anchor' is not a parameter"),
        ("h_list", COLUMN, f"{DESIGN} first=h_second", COLUMN, "not an earlier list"),
        ("h_second", COLUMN, f"{DESIGN} first=h_cross", COLUMN, "not an earlier list"),
        ("h_second", COLUMN, f"{DESIGN} first=h_second", COLUMN, "not an earlier list"),
        ("h_second", "type", "select_one first5", "type", "each its own list"),
        ("h_list", "type", "select_one yes2", "type", "Its list has 2 items"),
        ("h_list", "type", "select_multiple first5", COLUMN, "only hide the answer to a select_one"),
        ("h_list", "parameters", "randomize=true", "parameters", "in the order written"),
        ("h_list", "bind::survey:self_entry", "", "bind::survey:self_entry", "not what is said aloud"),
        ("h_list", "bind::survey:sensitivity", "M", "bind::survey:sensitivity", "is sensitive"),
        ("h_list", "required", "yes", "required", "can always be skipped"),
        ("h_second", "relevant", "${h_list} = 'b5'", "relevant", "cannot look at 'h_list'"),
    ],
)  # fmt: skip
def test_what_would_undo_the_hiding_of_a_list_is_refused(
    tmp_path: Path, name: str, column: str, value: str, where: str, words: str
) -> None:
    content = list_sheets()
    (row,) = (row for row in content["survey"] if row.get("name") == name)
    row[column] = value
    report = check.report(write(tmp_path / "form.md", content))
    assert report.questionnaire is None
    assert [one for one in report.mistakes if one.column == where and words in one.message], report.mistakes


@pytest.mark.slow
@pytest.mark.parametrize("cells", [{"score": "10"}, {"exclusive": "yes"}, {"name": "98"}])
def test_an_item_is_no_point_of_a_scale_and_no_missing_answer(tmp_path: Path, cells: dict[str, str]) -> None:
    content = list_sheets()
    (row,) = (row for row in content["choices"] if row.get("name") == "radio")
    row.update(cells)
    report = check.report(write(tmp_path / "form.md", content))
    assert [one for one in report.mistakes if "Its items may not have scores" in one.message]
