"""Tables for some readers only: attacked with the public ones, never shown below province, and the release stays as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.disclosure.cube import Cube, Table, without_answers
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect, protect_bases, with_pattern, with_patterns
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.search import UnsafeError
from analysis.disclosure.tied.ties import Same, Term, Tie, Ties
from survey.publication.counts.cube import NO, YES, topics_of
from survey.publication.counts.safeguarding import SAFEGUARDING, safeguarding_topics
from survey.publication.protection.drafts import shown_cells
from survey.publication.protection.restricted import (
    Public,
    closed_below_province,
    protected_beside,
    ties_with,
)
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import PROJECT

PLACES = (("a", "one"), ("a", "two"), ("b", "three"), ("b", "four"))
PLACE = Dimension("place", ("province", "district"), PLACES)
GROUP = Dimension("group", ("group",), (("member",),), total=False)
ANSWER = Dimension("answer", ("answer",), ((YES,), (NO,)), answers=True)
SIGNAL, NO_CHOICE, NOT_FREE = (share.name for share in SAFEGUARDING)
RULES = Rules()
BASES = (40, 45, 50, 60)


@pytest.fixture(scope="module")
def shipped() -> Questionnaire:
    return xlsform.read(PROJECT / "questionnaires" / "community_security.md")


@pytest.fixture(scope="module")
def ties(shipped: Questionnaire) -> Ties:
    public = [topic.name for topic in topics_of(shipped)]
    return ties_with([shipped], list(safeguarding_topics(shipped)), public)


def table(name: str, yes: tuple[int, ...], *, sensitive: bool = True) -> Table:
    counts = np.array([[[n, base - n]] for n, base in zip(yes, BASES, strict=True)], np.int64)
    return Table(Cube((PLACE, GROUP, ANSWER)), counts, sensitive=sensitive, name=name)


def public(*tables: Table) -> Public:
    bases = protect_bases(without_answers(table("bases", (0, 0, 0, 0))), RULES)
    return Public(RULES, bases, tables, {one.name: protect(one, RULES, bases) for one in tables})


@pytest.mark.slow
def test_the_signal_is_tied_to_what_it_is_made_of_and_to_who_was_alone(ties: Ties) -> None:
    """T8: the larger of the two is no more than the signal, and the signal no more than their sum, nor than who was alone."""
    assert ties.unresolved == {}
    assert ties.same == ()
    mine = {SIGNAL, NO_CHOICE, NOT_FREE}
    found = {
        tuple(sorted((term.table, term.answer, term.factor) for term in tie.terms))
        for tie in ties.inequalities
        if not mine.isdisjoint(tie.tables)
    }
    one, two, both = (NO_CHOICE, YES), (NOT_FREE, YES), (SIGNAL, YES)
    assert found == {
        tuple(sorted(((*one, 1), (*both, -1)))),
        tuple(sorted(((*two, 1), (*both, -1)))),
        tuple(sorted(((*both, 1), (*one, -1), (*two, -1)))),
        tuple(sorted(((*both, 1), ("private", YES, -1)))),
    }


#: In province b ten joined without a choice, which is shown; nine of the ten are not free, which is hidden as under ten.
TOLD_APART = (
    table(SIGNAL, (15, 15, 5, 5)),
    table(NO_CHOICE, (12, 12, 5, 5)),
    table(NOT_FREE, (10, 11, 4, 5)),
)


def test_one_by_one_the_tables_give_members_away_and_together_they_do_not(ties: Ties) -> None:
    """The signal of province b says that at most ten are not free, so the hidden nine cannot be eleven."""
    around = public()
    closed = [closed_below_province(one) for one in TOLD_APART]
    apart = [protect(one, RULES, around.bases) for one in closed]
    assert apart[0].count(("b", TOTAL, "member", YES)) == 10
    assert apart[2].count(("b", TOTAL, "member", YES)) is None
    with pytest.raises(UnsafeError):
        with_patterns(closed, RULES, around.bases, [shown_cells(one) for one in apart], ties.inequalities)
    together = protected_beside(TOLD_APART, ties, around)
    assert [one.name for one in together.tables] == [SIGNAL, NO_CHOICE, NOT_FREE]
    hidden = [sum(one.hidden for one in several) for several in (apart, together.tables)]
    assert hidden[0] < hidden[1]
    assert all(one.audit.passed for one in together.tables)


def by_district(protected: ProtectedTable) -> list[int | None]:
    return [count for name, count, _ in protected.rows() if name[1] != TOTAL and name[-1] != TOTAL]


def test_nothing_of_a_district_is_told_and_none_follows() -> None:
    """Counts that could all be shown; without the mark for districts they would be."""
    large = table(SIGNAL, (20, 25, 25, 30))
    around = public()
    assert any(count is not None for count in by_district(protect(large, RULES, around.bases)))
    (told,) = protected_beside([large], Ties(), around).tables
    assert by_district(told) == [None] * 8
    assert told.count(("a", TOTAL, "member", YES)) == 45
    assert told.count((TOTAL, TOTAL, "member", YES)) == 100


def test_a_province_of_one_district_is_that_district() -> None:
    places = (("a", "one"), ("b", "three"), ("b", "four"))
    cube = Cube((Dimension("place", ("province", "district"), places), GROUP, ANSWER))
    counts = np.array([[[20, 25]], [[25, 30]], [[30, 30]]], np.int64)
    one = Table(cube, counts, sensitive=True, name=SIGNAL)
    bases = protect_bases(without_answers(one), RULES)
    (told,) = protected_beside([one], Ties(), Public(RULES, bases, (), {})).tables
    shown = {name: count for name, count, _ in told.rows() if name[-1] == YES and count is not None}
    assert ("a", TOTAL, "member", YES) not in shown
    assert not {("b", TOTAL, "member", YES), (TOTAL, TOTAL, "member", YES)} <= shown.keys()
    assert shown


#: Whoever said "yes" in public is counted in the secret table too.
TIE = Tie("public <= secret", (Term("public", YES, 1), Term("secret", YES, -1)), 0, ("member",))


def test_a_table_beside_the_release_yields_and_the_release_stays() -> None:
    """In province b four of the public table are hidden; a secret count of five there would say that they are no six."""
    told, secret = (
        table("public", (20, 20, 2, 2), sensitive=False),
        table("secret", (30, 30, 2, 3), sensitive=False),
    )
    around = public(told)
    assert around.protected["public"].count(("b", TOTAL, "member", YES)) is None
    closed = closed_below_province(secret)
    alone = protect(closed, RULES, around.bases)
    assert alone.count(("b", TOTAL, "member", YES)) == 5
    patterns = [shown_cells(around.protected["public"]), shown_cells(alone)]
    with pytest.raises(UnsafeError):
        with_patterns([told, closed], RULES, around.bases, patterns, [TIE])
    found = protected_beside([secret], Ties((TIE,), (), {}), around)
    for beside in found.tables:
        assert beside.count(("b", TOTAL, "member", YES)) is None
    again = with_pattern(told, RULES, patterns[0], around.bases)
    assert again.counts == around.protected["public"].counts


def test_what_cannot_be_attacked_is_not_told() -> None:
    """A tie to a public table that could not be found, and a table that says what another one hides."""
    large, around = table(SIGNAL, (20, 25, 25, 30)), public(table("public", (20, 20, 20, 20)))
    assert protected_beside([large], Ties((), (), {"public": "too entangled"}), around).tables == ()
    assert protected_beside([large], Ties((), (), {SIGNAL: "too entangled"}), around).tables == ()
    same = Same("public", SIGNAL, ((YES, YES), (NO, NO)), ("member",))
    assert protected_beside([large], Ties((), (same,), {}), around).tables == ()


def without(asked: Questionnaire, name: str) -> Questionnaire:
    """Another version, which does not ask one question."""
    pages = tuple(
        replace(page, questions=tuple(q for q in page.questions if q.name != name)) for page in asked.pages
    )
    return replace(asked, version="2", pages=pages)


@pytest.mark.slow
def test_a_version_that_asks_less_takes_the_table_out_whose_tie_it_breaks(shipped: Questionnaire) -> None:
    """Who was asked the second version can have had no choice and is not in the signal, which is counted in the first alone."""
    topics = list(safeguarding_topics(shipped))
    public_ = [topic.name for topic in topics_of(shipped)]
    mixed = ties_with([shipped, without(shipped, "l_free")], topics, public_)
    assert mixed.unresolved.keys() & {SIGNAL, NO_CHOICE}
    assert mixed.unresolved.keys() <= {SIGNAL, NO_CHOICE, NOT_FREE}
    around = public()
    told = protected_beside(TOLD_APART, mixed, around)
    assert {one.name for one in told.tables} == {SIGNAL, NO_CHOICE, NOT_FREE} - mixed.unresolved.keys()
    assert all(one.audit.passed for one in told.tables)
