"""The number interviewed alone limits what it opens: told beside answers that are safe by themselves it gives some of them away."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect, protect_bases, protect_together, with_patterns
from analysis.disclosure.search import UnsafeError
from survey.publication.counts.cube import YES, Domain, bases_table, table_of, topics_of
from survey.publication.protection.drafts import shown_cells
from survey.publication.protection.rules import SHIPPED
from survey.publication.protection.ties import ties_of
from survey.questionnaire import xlsform
from survey.settings import PROJECT

GROUPS = ("member", "woman", "youth")
RULES: Rules = SHIPPED

#: Districts, and of a group there: interviewed, alone, and how many of these trust the committee by the answer.
ALONE = {"swat": 40, "mardan": 44, "bannu": 60}
TRUST = {
    "swat": {"lot": 15, "some": 15, "little": 5, "not_at_all": 4},
    "mardan": {"lot": 11, "some": 12, "little": 9, "not_at_all": 10},
    "bannu": {"lot": 20, "some": 12, "little": 11, "not_at_all": 13},
}


@pytest.mark.slow
def test_the_number_alone_gives_away_answers_that_were_safe_without_it() -> None:
    """Of 60 in Swat 40 were alone and 30 trust it: no more than ten distrust it, and a hidden nine has to seem able to be eleven."""
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    topics = {topic.name: topic for topic in topics_of(asked)}
    domains: list[Domain] = [(district, group) for district in ALONE for group in GROUPS]
    numbers = {(district, group): ALONE[district] + 20 for district, group in domains}
    alone = {(district, group): {YES: ALONE[district]} for district, group in domains}
    trust = {(district, group): TRUST[district] for district, group in domains}
    bases = protect_bases(bases_table(GROUPS, numbers), RULES)
    tables = [
        table_of(topics[name], GROUPS, numbers, given)
        for name, given in (("private", alone), ("tr_body", trust))
    ]
    ties = [tie for tie in ties_of(asked).inequalities if set(tie.tables) == {"private", "tr_body"}]
    assert len(ties) == 1
    patterns = [shown_cells(protect(table, RULES, bases)) for table in tables]
    for table, pattern in zip(tables, patterns, strict=True):
        with_patterns([table], RULES, bases, [pattern], [])
    with pytest.raises(UnsafeError):
        with_patterns(tables, RULES, bases, patterns, ties)
    together = protect_together(tables, RULES, bases, patterns, ties)
    shown, _ = with_patterns(tables, RULES, bases, together, ties)
    assert shown[0].published > 0
    assert sum(map(np.sum, together)) < sum(map(np.sum, patterns))
