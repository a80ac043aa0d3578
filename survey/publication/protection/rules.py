"""The rules of disclosure control that a survey uses: the shipped ones, or stricter ones, never looser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from analysis.disclosure.primary import SHIPPED_LADDER, RaisedBase, Rules, stricter
from survey.problems import LOOSER_RULES, Problem
from survey.storage import runtime_settings
from survey.storage.engine.database import Database

KEY: Final = "release_rules"

SHIPPED: Final = Rules(ladder=SHIPPED_LADDER)


def rules_of(database: Database) -> Rules:
    """The rules in force."""
    raised = runtime_settings.get(database, KEY, {})
    return _raised(raised)


def raise_rules(database: Database, *, k: int, sensitive_k: int, base: int, members: int) -> Rules:
    """Make the rules stricter from the next release on; raises LOOSER_RULES for anything under the shipped ones."""
    wanted = {"k": k, "sensitive_k": sensitive_k, "base": base, "members": members}
    rules = _raised(wanted)
    runtime_settings.put(database, KEY, wanted)
    return rules


def _raised(wanted: Mapping[str, int]) -> Rules:
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
