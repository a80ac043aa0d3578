"""The corners of what some inequalities allow, in whole numbers: the double description method.

It starts from the cone of any number of people in each class and cuts it by one inequality after the other. A corner
that an inequality takes away leaves a new one on each edge from it to a corner that stays. Two corners share an edge
where no third just meets all inequalities that both just meet. The inequality that takes away most comes first, so
that there are never many more corners than at the end.

Source: T. S. Motzkin, H. Raiffa, G. L. Thompson and R. M. Thrall, "The double description method", Contributions to
the Theory of Games II (1953); K. Fukuda and A. Prodon, "Double description method revisited" (1996), Proposition 7.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from survey.publication.protection.ties.facets import Facet

#: Corners that are followed at one time.
MOST_CORNERS: Final = 1 << 15
#: Numbers up to which sums of products are exact.
_EXACT: Final = 1 << 28

#: One row a corner: what each class holds, and last of how many people (0 where there is no end). None is negative.
Corners = NDArray[np.int64]
#: One row a corner, one column an inequality: whether the corner just meets it.
Meets = NDArray[np.bool_]


class TooManyCornersError(Exception):
    """What the inequalities allow has more corners, on the way to it, than can be followed."""


def corners_within(width: int, facets: Sequence[Facet]) -> Corners:
    """All corners of what `facets` allow of `width` classes that hold no less than nobody.

    Raises TooManyCornersError.
    """
    corners: Corners = np.eye(width + 1, dtype=np.int64)
    meets: Meets = ~np.eye(width + 1, dtype=bool)
    while any(taken := [int((corners @ facet > 0).sum()) for facet in facets]):
        corners, meets = _cut(corners, meets, facets[int(np.argmax(taken))])
        if len(corners) > MOST_CORNERS or np.abs(corners).max() > _EXACT:
            raise TooManyCornersError
    return corners


def _cut(corners: Corners, meets: Meets, facet: Facet) -> tuple[Corners, Meets]:
    """Take away what breaks an inequality."""
    values = corners @ facet
    new = [*_new_corners(corners, meets, values)]
    kept = values <= 0
    left = np.vstack([corners[kept], *(corner for corner, _ in new)])
    met = np.vstack([meets[kept], *(meet for _, meet in new)])
    return left, np.hstack([met, (left @ facet == 0)[:, None]])


def _new_corners(
    corners: Corners, meets: Meets, values: NDArray[np.int64]
) -> Iterator[tuple[Corners, Meets]]:
    """Where edges from what is taken away to what stays meet the inequality, and what each meets besides."""
    words, inside = _words(meets), np.flatnonzero(values < 0)
    for one in np.flatnonzero(values > 0):
        others = inside[_share_an_edge(words, one, inside, corners.shape[1])]
        found = values[one] * corners[others] - values[others, None] * corners[one]
        yield found // np.gcd.reduce(found, axis=1)[:, None], meets[others] & meets[one]


def _share_an_edge(
    words: NDArray[np.uint64], one: np.intp, others: NDArray[np.intp], dimensions: int
) -> NDArray[np.bool_]:
    """Whether no third corner meets what a corner and each of the others both meet."""
    shared = words & words[one]
    # An edge meets at least so many inequalities; a corner that does not meet so many of these is on no edge of `one`.
    near = np.bitwise_count(shared).sum(axis=1) >= dimensions - 2
    common, found, words = shared[others], np.array(near[others], bool), words[near]
    for place in np.flatnonzero(found):
        found[place] = ((words & common[place]) == common[place]).all(axis=1).sum() == 2
    return found


def _words(meets: Meets) -> NDArray[np.uint64]:
    """Each row as the bits of some whole numbers."""
    bits = np.packbits(meets, axis=1)
    return np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8))).view(np.uint64)
