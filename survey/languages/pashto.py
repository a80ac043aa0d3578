"""Pashto, as Pakistan writes it."""

from __future__ import annotations

from typing import Final

from survey.languages.language import Language

_BANNED: Final = (
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

#: As the Common Locale Data Repository has it.
_ALPHABET: Final = (
    "آ ا=أ ء ب پ ت ټ=ٹ ث ج ځ چ څ ح خ د ډ=ڈ ذ ر ړ=ڑ ز ژ ږ س ش ښ ص ض ط ظ ع غ ف ق ک=ك ګ=گ ل م ن ڼ و=ؤ "
    "ه=ۀ=ہ=ھ ی=ي=ې=ۍ=ئ=ے"
)

LANGUAGE: Final = Language(
    code="ps",
    tag="ps-PK",
    locale="ps_PK",
    name="پښتو",
    direction="rtl",
    font="naskh",
    digits="latn",
    review="draft",
    place=3,
    numerals=("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"),
    instead=("ur",),
    made_up_share=0.6,
    banned=_BANNED,
    alphabet=_ALPHABET,
)
