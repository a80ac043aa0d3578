"""Words that no question may contain, for they would turn the survey into a tip line.

A list of words does not know what a question means: `tests/cases/tip_lines.json` holds judged questions in three
languages, and docs/questionnaire-authoring.md says how many of either kind are told rightly.

The lists follow the questionnaire's rules: nothing about armed people, suspicion, informing or weapons, and
nothing that would name a person. Each language lists whole words with their inflections and leaves out words
that ordinary questions need, such as "information", اطلاعات or خبر.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

_ENGLISH: Final = (
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
_URDU: Final = (
    r"(?:عسکریت|شدت) ?پسند(?:وں|ی)?",
    r"جنگجو(?:ؤں|وں)?",
    r"دہشت ?گرد(?:وں|ی)?",
    r"مشتبہ|مشکوک|ملزم(?:وں|ان)?",
    r"مخبر(?:وں|ی|ان)?|جاسوس(?:وں|ی)?|مطلع|اطلاع د\w+",
    r"ہتھیار(?:وں)?|اسلح(?:ہ|ے)|بندوق(?:یں|وں)?",
    r"نام(?:وں)?",
    r"(?:ٹیلی ?)?فون(?:ز|وں)?",
    r"شناختی کارڈ(?:ز|وں)?",
    r"(?:موبائل|رابطہ) ?نمبر",
    r"طالبان|مسلح|کمانڈر(?:ز|وں)?|کلاشنکوف(?:یں|وں)?|گولہ ?بارود|ٹھکان(?:ہ|ے|وں)|(?<!بے )شک",
    # Not of refugees and shelters, which are words of two parts.
    r"پناہ(?! ?گ)|کون ?سا (?:قبیلہ|خاندان|گھر)|کس (?:قبیلے|خاندان)",
)
_PASHTO: Final = (
    r"وسلہ ?وال(?:ان|انو|و)?",
    r"جنګیال(?:ی|یو|یان|یانو)",
    r"ترہګر(?:ان|انو|و|ی)?|تروریست(?:ان|انو)?|شدت خوښوونک(?:ی|و)",
    r"مشکوک|شکمن(?:و|ان)?|تورن(?:ان|انو)?",
    r"مخبر(?:ان|انو|ی)?|جاسوس(?:ان|انو|ی)?|اطلاع ورک\w+",
    r"وسل(?:ہ|ې|و)|ټوپک(?:و|ې)?",
    r"نوم(?:ونہ|ونو)?",
    r"(?:[تټ][یېل]+)?فون(?:ونہ|ونو)?",
    r"(?:شناختی|پېژند) ?کارډ(?:ونہ|ونو)?|پېژند ?پاڼ(?:ہ|ې)|تذکر(?:ہ|ې)",
    r"موبایل نمبر",
    r"طالبان|کماندان(?:ان|انو)?|کلاشینکوف(?:ونہ|ونو)?|پټنځای(?:ونہ|ونو)?|شک",
    r"پناہ ورکو\w+|کومہ? (?:قبیلہ|کورنۍ|کورنی)",
)
#: Letters that keyboards give for one another, and marks that are not read.
_SAME: Final = str.maketrans("يىئكهةۀ\u200c", "ییئکہہہ ")
_SPACE: Final = re.compile(r"\s+")


def plain(text: str) -> str:
    """A text with one form of each letter, without vowel signs and double spaces."""
    kept = (letter for letter in text.translate(_SAME) if unicodedata.category(letter) not in ("Mn", "Cf"))
    return _SPACE.sub(" ", "".join(kept)).replace("ـ", "")


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


#: Language tag → banned words. English ones are looked for in every language.
BANNED: Final[Mapping[str, re.Pattern[str]]] = {
    "en": _pattern(_ENGLISH),
    "ur": _pattern(_URDU),
    "ps": _pattern(_PASHTO),
}


def banned_words(text: str, language: str) -> Iterator[str]:
    """The banned words that a text in a language contains."""
    prepared = plain(text)
    for tag in dict.fromkeys(("en", language)):
        if tag in BANNED:
            yield from (found[0] for found in BANNED[tag].finditer(prepared))
