"""English: the language that the program is written in."""

from __future__ import annotations

from typing import Final

from survey.languages.language import Language

_BANNED: Final = (
    r"militan(?:t|ts|cy)",
    r"suspect(?:s|ed|ing)?",
    r"inform(?:s|ing|er|ers|ant|ants|ed(?! about))?",
    r"weapon(?:s|ry)?",
    r"(?<!in your )nam(?:e|es|ed|ing)",
    r"(?:tele)?phon(?:e|es|ed|ing)(?! (?:signal|network|coverage))",
    r"(?:mobile|cell) numbers?",
    # Those in arms, and what only they are asked about.
    r"taliban|ttp|daesh|isis|iskp|al[ -]qaeda|terroris(?:t|ts|m)|insurgen(?:t|ts|cy)|extremists?|fighters?",
    r"armed|gun(?:s|man|men)?|rifles?|kalashnikovs?|ammunition|hide-?outs?|sp(?:y|ies)",
    r"which (?:tribe|clan|house|family(?! member))",
    r"cnics?",
)

LANGUAGE: Final = Language(
    code="en",
    tag="en",
    locale="en_GB",
    name="English",
    direction="ltr",
    font="system",
    digits="latn",
    review="reviewed",
    place=1,
    made_up_share=0.03,
    banned=_BANNED,
    members="Local Resistance Structure (LRS)",
)
