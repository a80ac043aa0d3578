"""The declared share indicators: yes/no questions of their own, made from answers row by row before counting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey.problems import N_
from survey.questionnaire.model import Questionnaire


@dataclass(frozen=True, slots=True)
class Part:
    """A question and the choices of it that make a yes."""

    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A yes for everybody who gave any of the choices of any part.

    Where it `replaces` its parts they are not shown one by one: they would add up to it, or nearly, and a reader
    could subtract what each alone hides.
    """

    name: str
    parts: tuple[Part, ...]
    label: str = ""
    replaces: bool = False


#: Kinds of help, as both demand and reach name them.
HELP: Final = ("money", "education", "job", "living", "compensation", "health")
HARM: Final = ("jealousy", "quarrels", "less_safe", "pressure")

#: The questions for the two kinds of help that are wanted most, and for those that were got.
WANTS: Final = ("i_want1", "i_want2")
GOT: Final = "i_got"

#: The share of those whose household got any of it.
REACHED: Final = "reached"

WANTED: Final = N_("Wanted, among the first two choices")

SHARES: Final = (
    Share(REACHED, (Part(GOT, HELP),), N_("Reach: the household got any help in the last 12 months")),
    Share(
        "harm_signal",
        (Part("i_effect", HARM),),
        N_("Harm signal: help had any bad effect here"),
        replaces=True,
    ),
    *(
        Share(f"wants/{kind}", tuple(Part(question, (kind,)) for question in WANTS), WANTED, replaces=True)
        for kind in HELP
    ),
    Share("private", (Part("s_private", ("alone",)),), N_("Interviewed with nobody near who could hear")),
)

#: (question, choice) pairs that are shown only as part of a share.
REPLACED: Final = frozenset(
    (part.question, choice)
    for share in SHARES
    if share.replaces
    for part in share.parts
    for choice in part.choices
)


def shares_of(questionnaire: Questionnaire) -> tuple[Share, ...]:
    """The shares that a questionnaire asks everything for, and every option of its multiple choices."""
    asked = questionnaire.questions
    options = (
        Share(f"{question.name}/{choice.name}", (Part(question.name, (choice.name,)),))
        for question in asked.values()
        if question.type.several and question.publication == "district"
        for choice in question.choices
        if not choice.alone and (question.name, choice.name) not in REPLACED
    )
    return (*options, *(share for share in SHARES if all(part.question in asked for part in share.parts)))
