"""Weighted shares as people see them: each next to the plain share of the same people."""

from __future__ import annotations

from analysis.disclosure.nodes import TOTAL
from survey.publication.release.figures import Figure
from survey.publication.release.release import Release
from survey.publication.release.weighted.figures import WeightedFigure


def beside_plain(release: Release, question: str) -> list[tuple[WeightedFigure, Figure]]:
    """The weighted shares of a question, each with the plain one, which is always shown too."""
    plain = {
        (figure.province, figure.group, figure.answer): figure
        for figure in release.figures
        if figure.question == question and figure.district == TOTAL
    }
    shares = (one for one in release.weighted if one.question == question)
    return [(one, plain[one.province, one.group, one.answer]) for one in shares]
