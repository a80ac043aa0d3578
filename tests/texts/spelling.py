"""How texts are written: letters by their place, one spelling for one word, and what a line from right to left does to others."""

from __future__ import annotations

import re
from typing import Final

_LETTER: Final = r"[\u0620-\u065f\u066e-\u06d3]"

#: What is refused, and what is written instead: each pair is one word in two spellings, or of two regions.
SPELLINGS: Final = {
    "ps": {
        r"توپیر|توپير": "فرق",
        r"يوازې|یوازې": "يواځې",
        r"نږدې": "نزدې، تقريباً",
        r"احساسو|احساس کړ": "محسوسول",
        r"(?:تر|په) منځه?|ترمنځ": "تر مينځه، په مينځ کې",
        r"ني?ټ ورک|نېټ ورک": "نېټورک",
        r"لپاره": "دپاره",
        r"\bپکې\b": "په کې",
        r"(?<!\w)و نه \w": "ونه",
        r"شوو\b": "شويو",
        r"پايل[وې]": "نتيجې",
        r"بې له|علاوه|پرته له": "بغير",
        r"[دل]ای\b": "کېدی، ښودلی",
        r"په اړه": "په باره کې",
        r"چې?ېرې|چېرته": "چرته",
        r"پاڼ[هېو]": "صفحه",
        r"(?<!\w)وويل|(?<!\w)ويل": "ووئيل، وئيل",
        r"پرانزئ": "پرانېزئ",
        r"نشي": "نه شي",
        r"پوښتنليک": "سوالنامه",
        r"دقيق[ېو]": "منټ",
        r"چاروا": "سرکاري افسر، اهلکار",
        r"لويان": "بالغ کسان",
        r"هنګامي|درناو|ستاين|ژوبل": "ايمرجنسي، عزت، تعريف، زخمي",
        r"ښکتنی": "کوز",
    },
    "ur": {
        r"پوشیدہ": "چھپا ہوا",
        r"اجرا": "شائع شدہ نتائج",
        r"کوریج": "پیش رفت",
        r"ہنگامی": "ایمرجنسی",
    },
}

#: A word that means the opposite of what it was used for: "finish" where something is deleted.
OPPOSITES: Final = {"ps": {r"ختم": "ړنګول، پاکول"}}

#: Forms that a man alone would say or be called by, where anybody may be meant.
OF_A_MAN: Final = {
    "ps": (r"رضا نه? ?دی", r"جائزه اخيستونکی", r"لاړ نه ش", r"خوښ کړم", r"ځواب ورکوونکی"),
    "ur": (r"(?:تا|رہا|گیا) ہوں", r"آپ [^۔؟]*(?:تے|تی) ہیں", r"ہم [^۔؟]*تے ہیں"),
}


def out_of_place(code: str, text: str) -> list[str]:
    """Letters that a word of that language has at its end alone: the final ی and ۍ of Pashto, the final ے and ں of Urdu."""
    last = {"ps": "یۍ", "ur": "ےں"}.get(code, "")
    found: list[str] = re.findall(rf"[{last}](?={_LETTER})", text) if last else []
    return found


def other_digits(text: str) -> list[str]:
    """Digits of another set than that of the counts, dates and codes next to them."""
    return re.findall("[٠-٩۰-۹]", text)


def bare_lists(text: str) -> list[str]:
    """Latin words with signs but no word between them, which a line from right to left reads from its other end."""
    bare = re.sub("[\u2066\u2068][^\u2069]*\u2069", "\u0645", text)
    found: list[str] = re.findall(
        r"[A-Za-z]\w*\s*[،؛,;]\s*[A-Za-z]\w*", re.sub(r"[{]\w+[}]|%\(\w+\)s", "", bare)
    )
    return found


def refused(code: str, text: str) -> list[str]:
    """Words in a spelling that is not that of all others, and words of the opposite meaning."""
    rules = {**SPELLINGS.get(code, {}), **OPPOSITES.get(code, {})}
    return [f"{pattern}: {instead}" for pattern, instead in rules.items() if re.search(pattern, text)]


def of_a_man(code: str, text: str) -> list[str]:
    """Forms that take a man for granted."""
    return [pattern for pattern in OF_A_MAN.get(code, ()) if re.search(pattern, text)]


#: Nouns in their plural, which "1" in front of them would contradict.
PLURALS: Final = {
    "en": r"(?!(?:is|was|has|as)\b)[a-z]+s\b",
    "ur": "(?:جوابات|سوالات|حروف|اعداد|گروہ|کارکنوں|سوالوں|جوابوں)",
    "ps": "(?:ځوابونه|مرکې|ورځې|سېکنډه|منټه|توري|ډلې|کارکنان|شمېرې|غلطۍ|سوالونه|دوره)",
}


#: Holes that are filled with a number of things.
NUMBERS: Final = "all|answers|cells|clear|count|days|each|interviews|largest|least|left|length|minutes|most|n|number|people|places|seconds"


def counted_plurals(code: str, text: str) -> list[str]:
    """Holes for numbers with a noun in the plural right behind them: they read "1 answers" when there is one."""
    found: list[str] = re.findall(rf"\u2068?\{{(?:{NUMBERS})\}}\u2069? {PLURALS[code]}", text)
    return found
