"""How many tip lines the word list finds, and how many ordinary questions it refuses, as the guide for authors says."""

from __future__ import annotations

import json

from survey.questionnaire.lint.words import banned_words
from survey.settings import PROJECT

JUDGED = json.loads((PROJECT / "tests" / "cases" / "tip_lines.json").read_text(encoding="utf-8"))
GUIDE = (PROJECT / "docs" / "questionnaire-authoring.md").read_text(encoding="utf-8")


def rate(kind: str) -> tuple[int, int]:
    """How many questions of a kind are refused, of how many."""
    refused = [any(banned_words(text, tag)) for tag, texts in JUDGED[kind].items() for text in texts]
    return sum(refused), len(refused)


def test_the_guide_says_both_rates_of_judged_questions() -> None:
    found, several = rate("tip line")
    wrong, ordinary = rate("ordinary")
    assert f"{found} of {several} tip lines and {wrong} of {ordinary} ordinary ones" in GUIDE
    assert (found, wrong) == (several, 0)


def test_the_guide_does_not_hide_what_passes() -> None:
    found, several = rate("tip line, not looked at")
    wrong, ordinary = rate("ordinary, not looked at")
    assert f"of {several} tip lines that were written without looking at it, it refuses {found}" in GUIDE
    assert f"and {wrong} of {ordinary} ordinary ones" in GUIDE


def test_judged_questions_are_there_in_three_languages() -> None:
    assert set(JUDGED["tip line"]) == set(JUDGED["ordinary"]) == {"en", "ur", "ps"}
