"""What each kind of rule says of published counts, written down by hand for small questionnaires."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.disclosure.tied.ties import Same, Ties, clusters
from survey.publication.counts.cube import NO, NO_ANSWER, YES, Topic
from survey.publication.counts.shares import HELP as SHARED_HELP
from survey.publication.counts.shares import Part, Share
from survey.publication.protection.ties import ties_of, ties_of_all
from survey.publication.protection.ties.beforehand import unprotectable_tables
from survey.publication.protection.ties.derivation import MOST_TIES, ties_among
from survey.publication.protection.ties.tables import table_of_topic, tables_of
from survey.questionnaire.model import Questionnaire
from survey.storage.field import coverage
from tests.support.questionnaire_maker import GROUPS, HELP, Row, compiled

KINDS = " + ".join(HELP)


def row(name: str, kind: str = "choice", options: tuple[str, ...] = HELP, **more: object) -> Row:
    return Row("first", name, kind, options, **more)  # type: ignore[arg-type]


def made(*rows: Row, page_rule: str = "") -> Questionnaire:
    pages = {"first": ""} | ({"second": page_rule} if page_rule else {})
    return compiled(list(rows), pages)


def names(ties: Ties) -> set[str]:
    return {tie.name for tie in ties.inequalities}


def share(name: str, *parts: tuple[str, str]) -> Topic:
    leaves = ((YES, ()), (NO, None))
    wanted = Share(name, tuple(Part(question, (option,)) for question, option in parts))
    return Topic(name, parts[0][0], GROUPS, False, leaves, share=wanted)


def among(questionnaire: Questionnaire, *topics: Topic) -> Ties:
    """With further tables beside those that a release has today."""
    return ties_among(questionnaire, (*tables_of(questionnaire), *map(table_of_topic, topics)))


def test_a_chain_of_skip_rules() -> None:
    ties = ties_of(
        made(
            row("one"),
            row("two", relevant="${one} = 'money'"),
            row("three", relevant="${two} = 'job'"),
        )
    )
    assert names(ties) == {f"two[{KINDS}] <= one[money]", f"three[{KINDS}] <= two[job]"}
    assert clusters(ties) == (("one", "two", "three"),)


@pytest.mark.parametrize(
    ("rule", "tie"),
    [
        ("not(${one} = 'money')", f"one[money] + three[{KINDS}] <= interviewed"),
        ("${one} != 'money' and ${one} != ''", f"three[{KINDS}] <= one[health + job]"),
        ("${one} = 'money' or ${two} = 'job'", f"three[{KINDS}] <= one[money] + two[job]"),
    ],
)
def test_not_and_or(rule: str, tie: str) -> None:
    assert names(ties_of(made(row("one"), row("two"), row("three", relevant=rule)))) == {tie}


def test_both_of_two_conditions_limit_what_they_open() -> None:
    rule = "${one} = 'money' and ${two} = 'job'"
    assert names(ties_of(made(row("one"), row("two"), row("three", relevant=rule)))) == {
        f"three[{KINDS}] <= one[money]",
        f"three[{KINDS}] <= two[job]",
    }


def test_a_rule_of_a_page_is_a_rule_of_its_questions() -> None:
    two = replace(row("two"), page="second")
    assert names(ties_of(made(row("one"), two, page_rule="${one} = 'money'"))) == {
        f"two[{KINDS}] <= one[money]"
    }


def test_a_gate_that_is_not_published_ties_nothing_until_it_is() -> None:
    """T4 and T5."""
    opened = {"relevant": "${one} = 'money'"}
    rows = (row("two", **opened), row("many", "multiple", **opened))
    assert ties_of(made(row("one", publication="never"), *rows)) == Ties()
    assert names(ties_of(made(row("one"), *rows))) == {
        f"two[{KINDS}] <= one[money]",
        *(f"many/{kind}[{YES}] <= one[money]" for kind in HELP),
    }


def test_a_chain_through_a_question_that_is_not_published() -> None:
    two = row("two", relevant="${one} = 'money'", publication="never")
    three = row("three", relevant="${two} = 'job'")
    assert names(ties_of(made(row("one"), two, three))) == {f"three[{KINDS}] <= one[money]"}


def test_two_questions_of_which_only_one_can_be_asked() -> None:
    rows = (
        row("number", "integer", (), publication="never"),
        row("one", relevant="${number} > 2"),
        row("two", relevant="${number} <= 2"),
    )
    assert names(ties_of(made(*rows))) == {f"one[{KINDS}] + two[{KINDS}] <= interviewed"}


def test_any_of_several_and_an_option_published_beside_them() -> None:
    """T5 and T8: largest <= any <= sum, of one question's options or of several questions."""
    one, many = row("one"), row("many", "multiple", HELP[:2])
    either = share("either", ("one", "money"), ("many", "health"))
    assert names(among(made(one, many), either)) == {
        f"one[money] <= either[{YES}]",
        f"many/health[{YES}] <= either[{YES}]",
        f"either[{YES}] <= one[money] + many/health[{YES}]",
    }


def test_options_beside_a_published_none() -> None:
    """T6."""
    many = row("many", "multiple", (*HELP[:2], "none"), exclusive=("none",))
    assert ties_of(made(many)) == Ties()
    none = share("many/none", ("many", "none"))
    assert names(among(made(many), none)) == {
        f"many/{kind}[{YES}] + many/none[{YES}] <= interviewed" for kind in HELP[:2]
    }


def test_a_limit_of_choices() -> None:
    many = row("many", "multiple", constraint="count-selected(.) <= 2")
    assert names(ties_of(made(many))) == {
        f"{' + '.join(f'many/{kind}[{YES}]' for kind in HELP)} <= 2 interviewed"
    }


def test_first_and_second_wish_with_the_first_published() -> None:
    """T3: everybody with a first wish has one or two wishes."""
    first = row("i_want1")
    second = row("i_want2", relevant="${i_want1} != ''", constraint=". != ${i_want1}")
    told = Topic("asked", "i_want1", GROUPS, False, (("some", HELP), (NO_ANSWER, None)))
    found = names(among(made(first, second), told))
    wishes = " + ".join(f"wants/{kind}[{YES}]" for kind in SHARED_HELP if kind in HELP)
    assert found == {
        *(f"wants/{kind}[{YES}] <= asked[some]" for kind in HELP),
        f"asked[some] <= {wishes}",
        f"{wishes} <= 2 asked[some]",
    }


def test_what_is_equal_is_one_table_or_is_left_out() -> None:
    one = row("one")
    again, twice = share("again", ("one", "money")), share("twice", ("one", "money"))
    ties = among(made(one), again, twice)
    assert set(ties.unresolved) == {"again", "twice"}
    assert "one" in ties.unresolved["again"]
    hidden = among(made(row("one", publication="never")), again, twice)
    assert hidden.same == (Same("again", "twice", ((YES, YES), (NO, NO)), GROUPS),)
    assert not hidden.unresolved


def test_exactly_two_choices_beside_any_of_them() -> None:
    many = row("many", "multiple", constraint="count-selected(.) = 2")
    any_of_them = share("any", *(("many", kind) for kind in HELP))
    assert not ties_of(made(many)).unresolved
    assert set(among(made(many), any_of_them).unresolved) == {"any"}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (row("one", required=True), "one is required"),
        (row("one", relevant="${district} = 'swat'"), "names the district"),
        (row("one", relevant="today() > '2026-01-01'"), "names the district"),
        (row("one", constraint=". != 'money'"), "can never be given"),
    ],
)
def test_what_a_reader_knows_without_any_table(asked: Row, reason: str) -> None:
    assert reason in ties_of(made(asked)).unresolved["one"]


def test_a_required_question_that_can_be_declined_is_published() -> None:
    assert ties_of(made(row("one", options=(*HELP, "99"), required=True))) == Ties()


def test_a_tie_holds_in_the_groups_that_are_asked() -> None:
    two = row("two", relevant="${one} = 'money' and ${p_group} = 'woman'")
    assert [tie.groups for tie in ties_of(made(row("one"), two)).inequalities] == [("woman",)]


MANY = tuple(f"kind{number}" for number in range(1, 19))


def test_many_options_that_have_nothing_to_do_with_each_other() -> None:
    many = row("many", "multiple", (*MANY, "99"), exclusive=("99",), relevant="${one} = 'money'")
    ties = ties_of(made(row("one"), many))
    assert names(ties) == {f"many/{kind}[{YES}] <= one[money]" for kind in MANY}
    assert not ties.unresolved


@pytest.mark.slow
@pytest.mark.parametrize(
    "rows",
    [
        (row("many", "multiple", MANY, constraint="count-selected(.) <= 3"),),
        (
            row("number", "integer", ()),
            row("more", "integer", ()),
            row("one", relevant="${number} > ${more}"),
        ),
    ],
)
def test_what_is_too_large_to_try_is_left_out_and_says_so(rows: tuple[Row, ...]) -> None:
    ties = ties_of(made(*rows))
    assert ties.inequalities == ()
    assert ties.unresolved
    assert all("more answers together than can be tried" in reason for reason in ties.unresolved.values())


def version(number: str, *rows: Row) -> Questionnaire:
    return replace(made(*rows), version=number)


GATES = {
    "the question": (row("two", relevant="${p_gender} = 'woman'"), ""),
    "its page": (replace(row("two"), page="second"), "${p_gender} = 'woman'"),
    "what opens it": (row("two", relevant="${one} = 'money'"), ""),
    "its limit": (row("two", constraint=". != 'money' or ${p_gender} = 'woman'"), ""),
}


@pytest.mark.parametrize("where", list(GATES))
def test_what_rests_on_the_gender_of_youth_is_not_told_for_coverage_shows_it(where: str) -> None:
    two, page_rule = GATES[where]
    one = row("one", relevant="${p_gender} = 'man'" if where == "what opens it" else "")
    unresolved = ties_of(made(one, two, page_rule=page_rule)).unresolved
    assert "p_gender of the group youth" in unresolved["two"]
    assert ("one" in unresolved) == (where == "what opens it")


def test_the_gender_of_others_is_not_shown_by_coverage() -> None:
    two = row("two", relevant="${p_gender} = 'woman' and ${p_group} = 'member'")
    assert ties_of(made(row("one"), two)).unresolved == {}


def test_a_table_of_what_coverage_shows_is_not_told() -> None:
    asked = made(row("one"))
    names = (*coverage.COUNTED_BY, "p_age")
    topics = [Topic(name, name, GROUPS, False, (("x", ("x",)), (NO_ANSWER, None))) for name in names]
    told = unprotectable_tables(asked, [table_of_topic(topic) for topic in topics])
    assert set(told) - {"district", "p_group"} == {"p_gender"}


def test_whatever_coverage_counts_by_is_known_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = made(row("one", relevant="${p_age} = '30_44'"))
    assert ties_of(asked).unresolved == {}
    monkeypatch.setitem(coverage.COUNTED_BY, "p_age", "woman")  # type: ignore[arg-type]
    assert "p_age of the group woman" in unprotectable_tables(asked, tables_of(asked))["one"]


GATED, ALIKE = row("two", relevant="${one} = 'money'"), row("three", relevant="${one} = 'money'")
FIRST = version("1", row("one"), GATED, ALIKE)


def test_a_tie_that_a_version_breaks_takes_the_question_with_it_whose_rule_is_another() -> None:
    opened = version("2", row("one"), row("two"), ALIKE)
    for versions in ([FIRST, opened], [opened, FIRST]):
        ties = ties_of_all(versions)
        assert names(ties) == {f"three[{KINDS}] <= one[money]"}
        assert set(ties.unresolved) == {"two"}
        assert "in which it hangs together with one" in ties.unresolved["two"]
        assert f"version {versions[1].version} of" in ties.unresolved["two"]


@pytest.mark.parametrize(
    "rows",
    [
        (row("one"), GATED, ALIKE),
        (row("one"), GATED),
        (row("one"), row("two", relevant="${one} = 'money'", options=HELP[:2]), ALIKE),
        (row("one"), GATED, ALIKE, row("four", relevant="${two} = 'job'")),
        (row("four"),),
    ],
    ids=("other texts", "a question less", "an option less", "a question more", "none of the questions"),
)
def test_a_tie_that_nobody_breaks_stands_whichever_version_lists_it(rows: tuple[Row, ...]) -> None:
    ties = ties_of_all([FIRST, version("2", *rows)])
    assert ties.inequalities == ties_of(FIRST).inequalities
    assert not ties.unresolved


def test_a_version_that_asks_fewer_people_is_another_rule_too() -> None:
    """Whoever knows that a district was asked the narrower version would know more than the ties say."""
    narrower = version("2", row("one"), ALIKE, row("two", relevant="${one} = 'money' and ${three} = 'job'"))
    assert set(ties_of_all([FIRST, narrower]).unresolved) == {"two"}
    assert set(ties_of_all([narrower, FIRST]).unresolved) == {"two"}


def test_an_option_more_that_opens_a_question_as_well() -> None:
    def asked(number: str, *options: str) -> Questionnaire:
        rule = " or ".join(f"selected(${{many}}, '{option}')" for option in options)
        return version(number, row("many", "multiple", options), row("two", relevant=rule))

    fewer, more = asked("1", *HELP[:2]), asked("2", *HELP)
    assert set(ties_of_all([fewer, more]).unresolved) == {"many/health"}
    assert ties_of_all([more, fewer]) == ties_of(more)


def test_of_three_versions_every_one_counts() -> None:
    without, opened = version("3", row("four")), version("2", row("one"), row("two"), ALIKE)
    assert set(ties_of_all([FIRST, without, opened]).unresolved) == {"two"}


@pytest.mark.parametrize("options", [HELP, MANY[:14]], ids=("few", "many"))
def test_every_table_under_one_rule_is_tied_to_every_one_under_another(options: tuple[str, ...]) -> None:
    rows = [row("one", publication="never")]
    for name, kind in (("many", "money"), ("more", "health")):
        rows.append(row(name, "multiple", options, relevant=f"${{one}} = '{kind}'"))
    ties = ties_of(made(*rows))
    assert names(ties) == {
        f"many/{one}[{YES}] + more/{other}[{YES}] <= interviewed" for one in options for other in options
    }
    assert not ties.unresolved


def test_more_ties_than_can_be_attacked_take_tables_with_them() -> None:
    rows = [row("one", publication="never")]
    for name, kind in (("many", "money"), ("more", "health")):
        rows.append(
            row(
                name,
                "multiple",
                (*MANY, *(f"more{number}" for number in range(16))),
                relevant=f"${{one}} = '{kind}'",
            )
        )
    ties = ties_of(made(*rows))
    assert ties.unresolved
    assert len(ties.inequalities) <= MOST_TIES


@pytest.mark.slow
@pytest.mark.parametrize(("options", "named", "limit"), [(8, 5, 3), (10, 7, 3), (12, 7, 3), (9, 4, 2)])
def test_a_rule_that_names_some_options_of_a_long_limited_choice(
    options: int, named: int, limit: int
) -> None:
    kinds = MANY[:options]
    rule = " or ".join(f"selected(${{many}}, '{kind}')" for kind in kinds[:named])
    many = row("many", "multiple", kinds, constraint=f"count-selected(.) <= {limit}")
    assert names(ties_of(made(many, row("two", relevant=rule)))) == {
        f"{' + '.join(f'many/{kind}[{YES}]' for kind in kinds)} <= {limit} interviewed",
        f"two[{KINDS}] <= {' + '.join(f'many/{kind}[{YES}]' for kind in kinds[:named])}",
    }
