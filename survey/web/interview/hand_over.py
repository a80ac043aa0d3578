"""The self-entry block in the form: handed over once, taken back once, and closed at its end, so that nobody looks back."""

from __future__ import annotations

from typing import Final

from survey.questionnaire.model import BLOCK_MODE, MODE, Questionnaire
from survey.questionnaire.path import is_answered
from survey.questionnaire.self_entry import block_questions
from survey.web.interview.step import Step

#: What the pages that hand over and take back call themselves; no page's name begins so.
HAND_OVER: Final = "/hand-over"
HAND_BACK: Final = "/hand-back"
ALONE: Final = "alone"
ALOUD: Final = "aloud"


def in_block(step: Step) -> bool:
    """Whether the page of the interview is the block."""
    return step.page is not None and step.page.page.self_entry_block


def at_door(step: Step) -> bool:
    """Whether it must be decided first who enters the block."""
    return in_block(step) and not _decided(step)


def entered_alone(step: Step) -> bool:
    """Whether the person has the page before them, and no one else."""
    return in_block(step) and _decided(step) == ALONE


def hand(step: Step, how: str) -> Step:
    """The step with who enters the block; alone only who was not heard with any of it."""
    given = step.interview.answers
    heard = any(is_answered(given.get(name)) for name in block_questions(step.questionnaire))
    entered = _modes(step.questionnaire)[how == ALONE and not heard]
    handed = step.interview._replace(answers={**given, BLOCK_MODE: entered}, handing=how)
    return step._replace(interview=handed)


def undecided(step: Step) -> Step:
    """The step at the door of the block again."""
    return step._replace(interview=step.interview._replace(handing=""))


def closed(step: Step) -> Step:
    """The step with the block closed, where it was entered and is being left."""
    if not (in_block(step) and _decided(step)):
        return step
    return step._replace(interview=step.interview._replace(closed=True))


def past_closed(step: Step) -> Step:
    """The step behind the block, where it would be one in a closed block."""
    return step.with_place(step.place + 1) if in_block(step) and step.interview.closed else step


def leads_back(step: Step) -> bool:
    """Whether there is a way back: not from the first page, not for the person alone, and not into a closed block."""
    if not step.place or entered_alone(step):
        return False
    return not (step.interview.closed and step.pages[step.place - 1].page.self_entry_block)


def _decided(step: Step) -> str:
    """How the block is entered; a person who answers everything alone answers this alone as well."""
    everything = step.interview.answers.get(MODE) == _modes(step.questionnaire)[1]
    return step.interview.handing or (ALONE if everything else "")


def _modes(questionnaire: Questionnaire) -> tuple[str, str]:
    """The names of the ways of entering: by the worker, by the person."""
    first, second, *_ = (choice.name for choice in questionnaire.questions[MODE].choices)
    return first, second
