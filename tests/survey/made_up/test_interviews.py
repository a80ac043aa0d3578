"""Made-up interviews: the same seed gives the same bytes, and the census shows through."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from survey import geography
from survey.made_up.interviews import SPOKEN, Population, _people, language_shares
from survey.questionnaire import path, xlsform
from survey.settings import NEWEST_SHIPPED

SHIPPED = Path(__file__).resolve().parents[3] / "questionnaires" / "community_security.md"


@pytest.fixture(scope="module")
def questionnaire():
    return xlsform.read(SHIPPED)


def drawn(questionnaire, seed, number=1500):
    return list(Population(questionnaire, "2026-1", "2026-11-02", seed).interviews(number))


@pytest.fixture(scope="module")
def interviews(questionnaire):
    return drawn(questionnaire, seed=7)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(questionnaire):
    first, again = drawn(questionnaire, 3, 40), drawn(questionnaire, 3, 40)
    assert [(one.id, one.bytes()) for one in first] == [(one.id, one.bytes()) for one in again]
    assert first[0].id != drawn(questionnaire, 4, 1)[0].id


def test_districts_follow_their_adults():
    people = _people()
    # 7th Census 2023, Table 4: Abbottabad has 817,926 people of 18 and more; the bands estimate it.
    assert sum(people["abbottabad"].values()) == pytest.approx(817_926, rel=0.02)
    # Table 4, age band 25-29: the band is one of the answers.
    assert len(people) == 69


@pytest.mark.slow
def test_large_districts_are_drawn_more_often(interviews):
    where = Counter(geography.reporting_of(one.body["answers"]["district"]).id for one in interviews)
    # Peshawar has 4.8 million people, Harnai 0.13 million.
    assert where["peshawar"] > 5 * max(1, where["harnai"])


@pytest.mark.slow
def test_women_answer_the_form_for_women_and_youth_are_young(interviews):
    for one in interviews:
        answers = one.body["answers"]
        if "p_age" not in answers or answers["p_age"] == "under_18":
            continue
        assert answers["p_group"] != "woman" or answers["p_gender"] == "woman"
        assert answers["p_group"] != "youth" or answers["p_age"] in ("18_24", "25_29")


@pytest.mark.slow
def test_what_goes_wrong_in_the_field_is_there(interviews):
    answers = [one.body["answers"] for one in interviews]
    assert any(one["c_agree"] == "no" for one in answers)
    assert any(one.get("p_age") == "under_18" for one in answers)
    assert any(one.get("saf_day") == "blue" for one in answers)
    assert any("i_time" in one and "i_got" not in one for one in answers)
    assert any(one.get("s_private") == "others_near" and "rep_safe" not in one for one in answers)


@pytest.mark.slow
def test_others_take_the_path_of_the_questionnaire(questionnaire, interviews):
    for one in interviews[:300]:
        answers = {k: tuple(v) if isinstance(v, list) else v for k, v in one.body["answers"].items()}
        extra = set(answers) - set(path.prune(questionnaire, answers))
        assert extra <= {"i_time", "i_enough"}


@pytest.mark.slow
def test_some_enter_the_private_block_themselves(questionnaire):
    """And who is met, and what they say, is as without: a version without a block says one mode for all."""
    bodies = [one.body["answers"] for one in drawn(xlsform.read(NEWEST_SHIPPED), 7, 400)]
    ways = Counter(answers.get("block_mode") for answers in bodies)
    assert ways["interviewer"] > ways["handed_over"] > 50
    # Neither refusals nor who is not alone: of 400 about 80.
    assert 40 < ways[None] < 120
    assert all("block_mode" not in one.body["answers"] for one in drawn(questionnaire, 7, 40))


def test_answers_hang_together(interviews):
    """Somebody who feels safe by day more often feels safe by night: the draws are not independent."""
    safe = {"very_safe", "fairly_safe"}
    pairs = Counter(
        (a["saf_day"] in safe, a["saf_night"] in safe)
        for a in (one.body["answers"] for one in interviews)
        if not {"97", "98", "99", "blue"} & {a.get("saf_day", "98"), a.get("saf_night", "98")}
    )
    by_day = pairs[True, True] / (pairs[True, True] + pairs[True, False])
    not_by_day = pairs[False, True] / (pairs[False, True] + pairs[False, False])
    assert by_day > not_by_day + 0.2


def test_a_language_more_takes_its_share_of_the_interviews():
    assert language_shares(SPOKEN) == [language.made_up_share for language in SPOKEN]
    more = [*SPOKEN, replace(SPOKEN[0], code="sd", made_up_share=0.25)]
    assert language_shares(more)[-1] == 0.2
    assert sum(language_shares(more)) == pytest.approx(1)
