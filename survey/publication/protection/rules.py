"""The rules of disclosure control that a survey uses: the shipped ones, or stricter ones, never looser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from analysis.disclosure.primary import SHIPPED_LADDER, RaisedBase, Rules, stricter
from survey.problems import LOOSER_RULES, UNORDERED_RULES, Problem
from survey.storage.engine.database import Database
from survey.storage.results import release_rules
from survey.storage.results.release_rules import Numbers

SHIPPED: Final = Rules(ladder=SHIPPED_LADDER)


def rules_of(database: Database) -> Rules:
    """The rules in force."""
    return _stricter_rules(release_rules.numbers(database))


def numbers_of(rules: Rules) -> dict[str, int]:
    """What of the rules can be made stricter: by name, as the command and the page name them."""
    return {
        "k": rules.k,
        "sensitive_k": rules.sensitive_k,
        "base": rules.base,
        "members": rules.raised[0].base,
    }


def raise_rules(
    database: Database, *, k: int, sensitive_k: int, base: int, members: int, by: str = ""
) -> Rules:
    """Make the rules stricter for good, from the next release on.

    Raises LOOSER_RULES for anything under the rules in force, which are the shipped ones at first, and UNORDERED_RULES
    where less is asked of sensitive questions than of others.
    """
    wanted = {"k": k, "sensitive_k": sensitive_k, "base": base, "members": members}
    if sensitive_k < k:
        raise Problem(UNORDERED_RULES)
    rules = _stricter_rules(wanted)

    def decide(before: Numbers) -> Numbers:
        in_force = _stricter_rules(before)
        if not stricter(rules, in_force):
            raise Problem(LOOSER_RULES)
        return before if rules == in_force else wanted

    release_rules.change(database, decide, by)
    return rules


def _stricter_rules(wanted: Mapping[str, int]) -> Rules:
    members = SHIPPED.raised[0]
    rules = replace(
        SHIPPED,
        k=wanted.get("k", SHIPPED.k),
        sensitive_k=wanted.get("sensitive_k", SHIPPED.sensitive_k),
        base=wanted.get("base", SHIPPED.base),
        raised=(RaisedBase(members.dimension, members.node, wanted.get("members", members.base)),),
    )
    if not stricter(rules, SHIPPED):
        raise Problem(LOOSER_RULES)
    return rules
