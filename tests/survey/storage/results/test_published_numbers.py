"""Numbers that a release makes of its own: whole per cent as exact arithmetic has them."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from survey.storage.results import published_numbers
from survey.storage.results.gaps import figures as gap_figures
from survey.storage.results.published_numbers import whole, whole_percent


def test_every_share_is_rounded_as_exact_arithmetic_rounds_it() -> None:
    """100 · (23 / 40) is a hair less than 57.5, which is 58."""
    for of in range(1, 401):
        for part in range(of + 1):
            assert whole_percent(part, of) == floor(Fraction(100 * part, of) + Fraction(1, 2)), (part, of)
            assert whole_percent(-part, of) == -whole_percent(part, of)


def test_a_gap_of_two_groups_is_rounded_likewise() -> None:
    known = [published_numbers.Correlation(0.08, 0.08, "planning value")] * 2
    wrong = 0
    for base, other in ((40, 40), (40, 80), (56, 64), (200, 40)):
        for one in range(base + 1):
            for two in range(0, other + 1, 5):
                told = gap_figures._apart([(one, base, 1.0), (two, other, 1.0)], known)[1]
                exact = Fraction(100 * one, base) - Fraction(100 * two, other)
                assert whole(told) == (1 if exact >= 0 else -1) * floor(abs(exact) + Fraction(1, 2))
                wrong += whole(100 * (one / base - two / other)) != whole(told)
    assert wrong > 0
