"""How figures were made and how they are read, on one side of A4."""

from __future__ import annotations

from typing import Final

from survey.problems import N_
from survey.publication.paper.sheets import Box, Sheet, Text
from survey.publication.paper.words import Writer

#: Heading and paragraph, the first column of the sheet and the second one.
LEFT: Final = (
    (
        N_("Who was asked"),
        N_(
            "Field workers interviewed adults who agreed: members, women and young people of 18 to 29. The plan of a round says how many in each group and district; nobody was drawn by chance. So the figures describe those who were interviewed, and not everybody who lives there."
        ),
    ),
    (
        N_("How sure a figure is"),
        N_(
            "An interval is drawn at every figure, at the level of 95 per cent. It also holds that interviews of one worker resemble each other. The wider it is, the less sure is the figure. Where two intervals overlap widely, do not call one figure larger than the other."
        ),
    ),
    (
        N_("Clear and not clear"),
        N_(
            "A difference is clear where its interval leaves out zero. It is not clear where the interviews cannot show a difference. It is not called where too few workers met a group, for then it may be the workers' and not the people's."
        ),
    ),
    (
        N_("Change"),
        N_(
            "Two rounds are compared where the same question was asked of the same people in the same places. All groups weigh the same then, so that another mix of people makes no change."
        ),
    ),
)
RIGHT: Final = (
    (
        N_("What is not shown"),
        N_(
            "Where few people were interviewed nothing is shown, and further figures are hidden so that nobody can work them out by subtracting. Every release was attacked by computer before it was stored. A hidden figure says nothing about its size."
        ),
    ),
    (
        N_("Few answers"),
        N_(
            "A figure of 25 to 49 interviews is in parentheses, and its sign is hollow. Decide nothing on it alone."
        ),
    ),
    (
        N_("Wanted and received"),
        N_(
            "Wanted: the share of those interviewed that named this help among the first two choices. Received: the share whose household got it in the last 12 months. How many both wanted and got it is not published, so each interval is the widest that there can be."
        ),
    ),
    (
        N_("Is everybody heard?"),
        N_(
            "Members say how much women and young people are heard; women and young people say it themselves. The two questions have other words, so that a small difference means nothing."
        ),
    ),
    (
        N_("What the figures cannot say"),
        N_(
            "They do not say which district is better or worse, and they are no map of danger. They do not say what happened, to whom, or who did it: nobody was asked."
        ),
    ),
)
FINGERPRINT: Final = N_("Fingerprint of the stored figures")


def methods_sheet(digest: str, writer: Writer) -> Sheet:
    """The sheet on methods, with the whole fingerprint of the release."""
    left, right = (
        [Box(writer.say(head), (Text(writer.say(text)),)) for head, text in part] for part in (LEFT, RIGHT)
    )
    # In parts, for a word of 64 letters breaks nowhere.
    parts = " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))
    left.append(Box(writer.say(FINGERPRINT), (Text(f"\u2066{parts}\u2069"),)))
    return Sheet(writer.say(N_("How to read these sheets")), (writer.claim,), (), (tuple(left), tuple(right)))
