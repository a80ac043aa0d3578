"""Urdu, as Pakistan writes it."""

from __future__ import annotations

from typing import Final

from survey.languages.language import Language

_BANNED: Final = (
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
    # But not refugees and shelters, which are words of two parts.
    r"پناہ(?! ?گ)|کون ?سا (?:قبیلہ|خاندان|گھر)|کس (?:قبیلے|خاندان)",
)

#: As the Common Locale Data Repository has it: a letter with its ھ is a letter of its own.
_ALPHABET: Final = (
    "ا=أ آ ب بھ پ پھ ت تھ ٹ ٹھ ث ج جھ چ چھ ح خ د دھ ڈ ڈھ ذ ر رھ ڑ ڑھ ز ژ س ش ص ض ط ظ ع غ ف ق ک کھ گ گھ "
    "ل لھ م مھ ن نھ ں ںھ و=ؤ وھ ہ=ۂ ھ ۃ ء ی=ئ یھ ے=ۓ"
)

LANGUAGE: Final = Language(
    code="ur",
    tag="ur-PK",
    locale="ur_PK",
    name="اردو",
    direction="rtl",
    font="naskh",
    digits="latn",
    review="draft",
    place=2,
    numerals=("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"),
    made_up_share=0.37,
    banned=_BANNED,
    alphabet=_ALPHABET,
)
