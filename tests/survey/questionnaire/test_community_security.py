"""The shipped questionnaire against the table of what may be asked."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyxform.errors import PyXFormError
from pyxform.validators.odk_validate import ODKValidateError
from pyxform.xls2xform import convert

from survey.questionnaire import path, xlsform
from tests.support.running import require
from tests.survey.questionnaire.reference_items import DK, FULL, GROUPS, ITEMS, PRESETS, SCORES, Item
from tests.survey.questionnaire.shipped_form import (
    FORM,
    ROOT,
    holds,
    items_reached,
    list_of,
    lists,
    options_of,
    questions,
    rows,
    sheets,
)


def test_asks_the_items_of_the_reference_and_nothing_else() -> None:
    asked = [name for name in questions() if name not in PRESETS]

    assert sorted(asked) == sorted(item.name for item in ITEMS)
    assert {row["type"].split()[0] for row in sheets().survey} == {
        "begin_group",
        "end_group",
        "hidden",
        "calculate",
        "note",
        "select_one",
        "select_multiple",
    }


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_item_is_as_in_the_reference(item: Item) -> None:
    row = questions()[item.name]

    assert row["type"].split()[0] == ("select_multiple" if item.multiple else "select_one")
    assert tuple(option["name"] for option in options_of(item.name)) == item.options
    assert row["bind::survey:sensitivity"] == item.sensitivity
    assert (row.get("bind::survey:self_entry") == "yes") is item.self_entry
    assert row.get("bind::survey:direction", "") == item.direction


@pytest.mark.slow
@pytest.mark.parametrize("item", ITEMS[5:], ids=lambda item: item.name)
def test_item_is_asked_of_its_groups_alone(item: Item) -> None:
    asked = [
        letter for letter, group in GROUPS.items() if item.name in items_reached({**FULL, "p_group": group})
    ]

    assert "".join(asked) == item.groups


@pytest.mark.parametrize("group", GROUPS.values())
def test_counts_of_items_per_respondent(group: str) -> None:
    """Counted as in the reference: consent, form type, gender, age and settlement are five of them."""
    everything = items_reached({**FULL, "p_group": group, "i_got": "money"})
    no_help = items_reached({**FULL, "p_group": group, "i_got": "none"})

    assert len(everything) == 35
    assert len(no_help) == 33
    assert set(everything) - set(no_help) == {"i_time", "i_enough"}


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS.values())
@pytest.mark.parametrize("got", ["money", "none"])
def test_the_survey_reaches_the_same_items(group: str, got: str) -> None:
    questionnaire = xlsform.read(FORM)
    reached = path.reached_questions(questionnaire, {**FULL, "p_group": group, "i_got": (got,)})

    assert reached - set(PRESETS) == set(items_reached({**FULL, "p_group": group, "i_got": got}))


def test_the_survey_reads_the_local_body_and_the_notes() -> None:
    questionnaire = xlsform.read(FORM)
    notes = {note.name: note.before for page in questionnaire.pages for note in page.notes}

    assert questionnaire.fills["local_body"]["ur"] == "مقامی امن کمیٹی یا جرگہ"
    assert notes["consent_script"] == "c_agree"
    assert set(notes) == {"consent_script", "stop_refused", "stop_under_18"}


@pytest.mark.parametrize("privacy", ["others_near", ""])
def test_self_entry_items_are_hidden_unless_alone(privacy: str) -> None:
    for group in GROUPS.values():
        reached = items_reached({**FULL, "p_group": group, "s_private": privacy})
        assert not {item.name for item in ITEMS if item.self_entry} & set(reached)


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"c_agree": "no"}, {"c_agree", "p_group"}),
        ({"c_agree": ""}, {"c_agree", "p_group"}),
        ({"c_agree": "yes", "p_age": "under_18"}, {"c_agree", "p_group", "p_gender", "p_age"}),
    ],
)
def test_refused_consent_and_minors_end_the_interview(answers: dict[str, str], asked: set[str]) -> None:
    assert set(items_reached({**FULL, "p_group": "member", **answers})) == asked


def test_second_wish_follows_a_first_and_differs_from_it() -> None:
    for first in ("", *DK):
        assert "i_want2" not in items_reached({**FULL, "p_group": "woman", "i_want1": first})
    rule = questions()["i_want2"]["constraint"]

    assert not holds(rule, {"i_want1": "job"}, "job")
    assert holds(rule, {"i_want1": "job"}, "money")
    assert holds(rule, {"i_want1": "job"}, "98")


@pytest.mark.parametrize(
    ("name", "group", "accepted"),
    [
        ("p_gender", "woman", {"woman", "99"}),
        ("p_gender", "youth", {"woman", "man", "99"}),
        ("p_gender", "member", {"woman", "man", "99"}),
        ("p_age", "youth", {"under_18", "18_24", "25_29", "99"}),
        ("p_age", "member", {"under_18", "18_24", "25_29", "30_44", "45_59", "60_up", "99"}),
    ],
)
def test_profile_must_fit_the_form_type(name: str, group: str, accepted: set[str]) -> None:
    rule = questions()[name]["constraint"]

    options = {option["name"] for option in options_of(name)}
    assert {option for option in options if holds(rule, {"p_group": group}, option)} == accepted


def test_exclusive_options_stand_alone_in_multiple_choices() -> None:
    multiple = [item for item in ITEMS if item.multiple]
    for item in multiple:
        rule = questions()[item.name]["constraint"]
        exclusive = [option["name"] for option in options_of(item.name) if option.get("exclusive") == "yes"]
        assert exclusive == ["none", *DK]
        assert all(holds(rule, {}, option) for option in item.options)
        assert holds(rule, {}, " ".join(item.options[:3]))
        assert not any(holds(rule, {}, f"{item.options[0]} {option}") for option in exclusive)


def test_scores_are_those_of_the_scales() -> None:
    scaled = {list_of(questions()[item.name]) for item in ITEMS if item.direction}
    for name, options in lists().items():
        wanted = [SCORES.get(option["name"], "") if name in scaled else "" for option in options]
        assert [option.get("score", "") for option in options] == wanted, name


def test_tags_are_complete() -> None:
    for name, row in rows().items():
        if row["type"].startswith("select_") or row["type"] == "hidden":
            assert row["bind::survey:sensitivity"] in ("L", "M", "H")
            profile = name in PRESETS or name == "c_agree" or name.startswith("p_")
            province = name in ("l_join", "l_free")
            wanted = "never" if profile else "province" if province else ""
            assert row.get("bind::survey:publication", "") == wanted, name
            assert profile or row["bind::survey:indicator"], name


def test_only_consent_and_presets_are_required() -> None:
    required = {name for name, row in rows().items() if row.get("required") == "yes"}

    assert required == {"district", "mode", "p_group", "c_agree"}


def test_pages_in_order() -> None:
    pages = [row["name"] for row in sheets().survey if row["type"] == "begin_group"]
    trust = [name for name, row in questions().items() if row["page"] == "trust"]

    assert pages == [
        "start",
        "consent",
        "about",
        "safety",
        "privacy",
        "trust",
        "community",
        "role",
        "women",
        "youth",
        "support",
    ]
    assert trust == ["tr_police", "tr_admin", "tr_body", "tr_elders"]
    assert [name for name, row in rows().items() if row.get("bind::survey:rotated") == "yes"] == ["trust"]


def test_options_of_help_are_in_random_order() -> None:
    for name in ("i_got", "i_want1", "i_want2"):
        assert questions()[name]["parameters"] == "randomize=true, seed=${option_seed}"
    assert rows()["option_seed"]["calculation"] == "once(int(random() * 1000000))"


def test_the_page_for_authors_names_every_list_and_indicator() -> None:
    page = (ROOT / "docs" / "questionnaire.md").read_text(encoding="utf-8")
    indicators = {word for row in rows().values() for word in row.get("bind::survey:indicator", "").split()}

    assert not [name for name in (*indicators, *lists()) if f"`{name}" not in page]


def test_pyxform_converts_it_without_a_warning() -> None:
    result = convert(str(FORM))
    form = ElementTree.fromstring(result.xform)
    tag = "{https://example.org/community-resilience-survey/xlsform}"
    binds = {bind.get("nodeset", ""): bind for bind in form.iter("{http://www.w3.org/2002/xforms}bind")}

    assert result.warnings == []
    assert binds["/data/trust"].get(f"{tag}rotated") == "yes"
    assert binds["/data/trust/tr_body"].get(f"{tag}sensitivity") == "H"
    assert binds["/data/trust/tr_body"].get(f"{tag}self_entry") == "yes"


JAVA = ("java", "ODK Validate needs Java: apt-get install default-jre-headless")


@pytest.mark.java
def test_odk_validate_accepts_it() -> None:
    require(*JAVA)

    assert convert(str(FORM), validate=True).warnings == []


@pytest.mark.java
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("once(int(random() * 1000000))", "twice(random())"),
        ("${c_agree} = 'yes' and", "(${c_agree} = 'yes' and"),
    ],
)
def test_odk_validate_would_refuse_a_broken_rule(right: str, wrong: str, tmp_path: Path) -> None:
    require(*JAVA)
    broken = tmp_path / "broken.md"
    broken.write_text(FORM.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")

    with pytest.raises((ODKValidateError, PyXFormError)):
        convert(str(broken), validate=True)
