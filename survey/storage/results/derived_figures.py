"""What in a release has to follow from its own published numbers, and does not."""

from __future__ import annotations

from collections.abc import Iterator

from survey.storage.results import (
    answered_shares,
    pooled_means,
    ratio_figures,
    weighted_figures,
)
from survey.storage.results.gaps import figures as gap_figures
from survey.storage.results.gaps import paired
from survey.storage.results.release_document import Document


def complaints(document: Document) -> Iterator[str]:
    """The gaps, counts of both answers, ratios, shares of those who answered, and limits of weighted shares and of means, that published numbers do not make."""
    yield from paired.complaints(document)
    yield from gap_figures.complaints(document)
    yield from answered_shares.complaints(document)
    yield from ratio_figures.complaints(document)
    yield from weighted_figures.complaints(document)
    yield from pooled_means.complaints(document)
