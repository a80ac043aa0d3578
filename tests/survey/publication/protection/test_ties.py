"""The ties that the shipped questionnaire is known to have, each by name, and no others."""

from __future__ import annotations

from itertools import combinations

import pytest

from analysis.disclosure.tied.ties import Ties, clusters
from survey.publication.counts.cube import YES
from survey.publication.protection.ties import ties_of, valid_table
from survey.questionnaire import xlsform
from survey.settings import PROJECT

EVERYONE = ("member", "woman", "youth")
HELP = ("money", "education", "job", "living", "compensation", "health")
EXTENT, SAFE, OFTEN = (
    "lot + some + little + not_at_all",
    "very_safe + fairly_safe + bit_unsafe + very_unsafe",
    ("never + once_twice + several_times + most_weeks"),
)


@pytest.fixture(scope="module")
def ties() -> Ties:
    return ties_of(xlsform.read(PROJECT / "questionnaires" / "community_security.md"))


def about(ties: Ties, *words: str) -> dict[str, tuple[str, ...]]:
    """The ties of which some table begins with one of the words, and their groups."""
    return {
        tie.name: tie.groups
        for tie in ties.inequalities
        if any(table.startswith(word) for table in tie.tables for word in words)
    }


@pytest.mark.slow
def test_help_got_its_sum_and_what_is_asked_of_those_reached(ties: Ties) -> None:
    """T1 and T2: one gate opens two questions; each kind of help <= any <= their sum."""
    assert about(ties, "reached", "i_got/", "i_time", "i_enough") == dict.fromkeys(
        [
            f"i_time[yes + partly_late + very_late + no_promise] <= reached[{YES}]",
            f"i_enough[{EXTENT}] <= reached[{YES}]",
            *(f"i_got/{kind}[{YES}] <= reached[{YES}]" for kind in HELP),
            f"reached[{YES}] <= {' + '.join(f'i_got/{kind}[{YES}]' for kind in HELP)}",
        ],
        EVERYONE,
    )


@pytest.mark.slow
def test_two_wishes_at_most(ties: Ties) -> None:
    """T3 while the first wish is not published by itself."""
    wishes = " + ".join(f"wants/{kind}[{YES}]" for kind in HELP)
    assert about(ties, "wants/") == {f"{wishes} <= 2 interviewed": EVERYONE}


@pytest.mark.slow
def test_nobody_answers_in_private_who_was_not_alone(ties: Ties) -> None:
    """T4 and T5: the number interviewed alone is told, so it opens every question that needs privacy."""
    value, both = "index protection_concern (member)[valid]", f"l_protect[{EXTENT}] + l_threat[{OFTEN}]"
    effects = {f"{name}[{YES}] <= {ALONE}": EVERYONE for name in ("i_effect/good_feeling", "harm_signal")}
    assert about(ties, "private") == {
        f"tr_body[{EXTENT}] <= {ALONE}": EVERYONE,
        f"rep_safe[{SAFE}] <= {ALONE}": EVERYONE,
        f"l_protect[{EXTENT}] <= {ALONE}": ("member",),
        f"l_threat[{OFTEN}] <= {ALONE}": ("member",),
        f"w_tell[yes + no] <= {ALONE}": ("woman",),
        f"y_online[{OFTEN} + 97] <= {ALONE}": ("youth",),
        f"{value} <= {ALONE}": ("member",),
        f"{both} <= {ALONE} + {value}": ("member",),
        **effects,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "tables",
    [
        ("l_train/",),  # T6: neither "none" nor no answer is told
        ("l_join", "l_free", "saf_trend", "resp_first", "mob_avoid", "i_fair", "p_", "mode"),  # T8, T11, T12
    ],
)
def test_no_tie_where_the_number_between_is_not_published(ties: Ties, tables: tuple[str, ...]) -> None:
    assert about(ties, *tables) == {}


def counted(items: dict[str, str], number: int) -> list[str]:
    return [" + ".join(f"{one}[{items[one]}]" for one in chosen) for chosen in combinations(items, number)]


INDICES = {
    ("safety", ("member",)): (3, dict.fromkeys(("saf_day", "saf_night", "saf_market", "saf_road"), SAFE)),
    ("safety", ("woman", "youth")): (
        3,
        dict.fromkeys(("saf_day", "saf_night", "saf_market", "saf_school", "saf_road"), SAFE),
    ),
    ("trust", EVERYONE): (3, dict.fromkeys(("tr_police", "tr_admin", "tr_body", "tr_elders"), EXTENT)),
    ("cohesion", EVERYONE): (2, dict.fromkeys(("coh_help", "coh_mix"), EXTENT)),
    ("protection_concern", ("member",)): (2, {"l_protect": EXTENT, "l_threat": OFTEN, "l_family": EXTENT}),
    ("inclusion", ("member",)): (1, dict.fromkeys(("l_women", "l_youth"), EXTENT)),
}


ALONE = f"private[{YES}]"
#: Two of the three questions behind protection are asked in private: both are answered by no more than were alone.
IN_PRIVATE = {
    f"l_protect[{EXTENT}] + l_threat[{OFTEN}] <= index protection_concern (member)[valid] + interviewed": (
        f"l_protect[{EXTENT}] + l_threat[{OFTEN}] <= {ALONE} + index protection_concern (member)[valid]"
    )
}


def times(number: int) -> str:
    return "" if number == 1 else f"{number} "


@pytest.mark.slow
@pytest.mark.parametrize(("index", "groups"), INDICES)
def test_who_has_a_value_of_an_index_answered_enough(ties: Ties, index: str, groups: tuple[str, ...]) -> None:
    """T7, also for every part of the items: of some, whoever has a value lacks no more than of all.

    Where all items or only one are needed, the ties of single items say it all.
    """
    needed, items = INDICES[index, groups]
    value, missing = f"{valid_table(index, groups)}[valid]", len(items) - needed
    least = [
        f"{times(number - missing)}{value} <= {answers}"
        for number in range(missing + 1, (len(items) if missing else 1) + 1)
        for answers in counted(items, number)
    ]
    silent = f" + {times(needed - 1)}interviewed" if needed > 1 else ""
    most = [
        f"{answers} <= {times(number - needed + 1)}{value}{silent}"
        for number in range(needed, (len(items) if needed > 1 else 1) + 1)
        for answers in counted(items, number)
    ]
    expected = [IN_PRIVATE.get(name, name) for name in (*least, *most)]
    if index == "protection_concern":
        expected.append(f"{value} <= {ALONE}")
    assert about(ties, value.partition("[")[0]) == dict.fromkeys(expected, groups)


def test_an_index_of_one_question_is_that_question(ties: Ties) -> None:
    assert set(ties.unresolved) == {
        valid_table("inclusion", ("woman",)),
        valid_table("inclusion", ("youth",)),
    }
    assert "w_voice" in ties.unresolved[valid_table("inclusion", ("woman",))]


def test_nothing_else_is_tied(ties: Ties) -> None:
    assert ties.same == ()
    assert {frozenset(cluster) for cluster in clusters(ties)} == {
        frozenset({"reached", "i_time", "i_enough", *(f"i_got/{kind}" for kind in HELP)}),
        frozenset(f"wants/{kind}" for kind in HELP),
        *_index_clusters(),
    }


def _index_clusters() -> set[frozenset[str]]:
    parts: dict[str, set[str]] = {}
    for (index, groups), (_, items) in INDICES.items():
        parts.setdefault(index, set()).update({valid_table(index, groups), *items})
    in_private = {"private", "rep_safe", "w_tell", "y_online", "i_effect/good_feeling", "harm_signal"}
    in_private |= parts.pop("trust") | parts.pop("protection_concern")
    return {frozenset(in_private), *map(frozenset, parts.values())}
