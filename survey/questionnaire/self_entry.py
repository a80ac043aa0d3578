"""The self-entry block of a questionnaire: which questions are in it, and who entered their answers."""

from __future__ import annotations

from survey.questionnaire.model import BLOCK_MODE, MODE, Answers, Questionnaire
from survey.questionnaire.path import is_answered


def block_questions(questionnaire: Questionnaire) -> frozenset[str]:
    """The names of the questions in the block; none where there is no block."""
    block = questionnaire.block
    return frozenset(question.name for question in block.questions) if block else frozenset()


def with_block_mode(questionnaire: Questionnaire, answers: Answers) -> Answers:
    """The answers with who entered those of the block: a client that says it once says it of the whole interview."""
    if questionnaire.block is None or BLOCK_MODE in answers or MODE not in answers:
        return answers
    entered = any(is_answered(answers.get(question.name)) for question in questionnaire.block.questions)
    return {**answers, BLOCK_MODE: answers[MODE]} if entered else answers
