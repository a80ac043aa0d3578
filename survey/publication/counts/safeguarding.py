"""The declared safeguarding signal: members who joined without a choice or are not at all free to leave.

It is told to administrators alone, of provinces and of all districts together, beside the release and never in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from survey.problems import N_
from survey.publication.counts.cube import NO, YES, Topic
from survey.publication.counts.shares import Part, Share
from survey.questionnaire.groups_asked import groups_by_question
from survey.questionnaire.model import Questionnaire

_NO_CHOICE: Final = Part("l_join", ("no_choice",))
_NOT_FREE: Final = Part("l_free", ("not_at_all",))

#: The signal, and what it is made of. Each name holds a space, which that of a question or of an option cannot.
SAFEGUARDING: Final = (
    Share(
        "voluntariness signal",
        (_NO_CHOICE, _NOT_FREE),
        N_("Joined without a choice, or not at all free to leave"),
    ),
    Share("joined without a choice", (_NO_CHOICE,), N_("Felt they had no choice but to join")),
    Share("not free to leave", (_NOT_FREE,), N_("Not at all free to leave")),
)

LABELS: Final[Mapping[str, str]] = {share.name: share.label for share in SAFEGUARDING}


def safeguarding_of(questionnaire: Questionnaire) -> tuple[Share, ...]:
    """The shares that a questionnaire asks everything for."""
    return tuple(share for share in SAFEGUARDING if all(_is_offered(questionnaire, p) for p in share.parts))


def _is_offered(questionnaire: Questionnaire, part: Part) -> bool:
    question = questionnaire.questions.get(part.question)
    return question is not None and all(question.choice(name) for name in part.choices)


def safeguarding_topics(questionnaire: Questionnaire) -> Iterator[Topic]:
    """Their tables, of the groups that are asked every question of a share; sensitive whatever the questionnaire says."""
    groups = groups_by_question(questionnaire)
    for share in safeguarding_of(questionnaire):
        first, *others = (groups[part.question] for part in share.parts)
        asked = tuple(group for group in first if all(group in several for several in others))
        if asked:
            leaves = ((YES, ()), (NO, None))
            yield Topic(share.name, share.parts[0].question, asked, True, leaves, share=share)
