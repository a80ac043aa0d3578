"""The questionnaire that hides answers, with a double list at its end."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from tests.survey.hidden.questions import Cells, Sheets, sheets, texts_of, write

#: The sensitive item, which either list holds between others.
PAID: Final = "paid"
DESIGN: Final = "list_count items=4 replaced=1/4 one=paid"
#: Question → the name of its list, and how its answers are hidden.
LISTED: Final = {
    "h_list": ("first5", DESIGN),
    "h_second": ("second5", f"{DESIGN} first=h_list"),
}
_WORDS: Final = {
    "land": ("I own land", "میری زمین ہے", "زه ځمکه لرم"),
    "abroad": ("I have been abroad", "میں بیرون ملک گیا ہوں", "زه بهر تللی يم"),
    PAID: ("I paid to get help", "مدد کے لیے پیسے دیے", "د مرستې لپاره مې پيسې ورکړې"),
    "radio": ("I listen to the radio", "میں ریڈیو سنتا ہوں", "زه راډيو اورم"),
    "cow": ("We have a cow", "ہماری ایک گائے ہے", "موږ غوا لرو"),
    "watch": ("I have a watch", "میرے پاس گھڑی ہے", "زه ساعت لرم"),
    "twins": ("I have a twin", "میرا جڑواں ہے", "زه غبرګونی لرم"),
    "goat": ("We have a goat", "ہماری بکری ہے", "موږ وزه لرو"),
    "tea": ("I drank green tea today", "میں نے آج سبز چائے پی", "نن مې شين چای وڅښل"),
}
ITEMS: Final = {
    "first5": ("land", "abroad", PAID, "radio", "cow"),
    "second5": ("watch", "twins", PAID, "goat", "tea"),
}
LABEL: Final = ("How many of these are true?", "ان میں سے کتنی باتیں درست ہیں؟", "په دې کې څومره رښتيا دي؟")


def list_sheets() -> Sheets:
    """The sheets, to be changed."""
    found = sheets()
    end = found["survey"].pop()
    found["survey"] += [*map(_row, LISTED), end]
    found["choices"] += [
        {"list_name": name, "name": item, **texts_of("label", *_WORDS[item])}
        for name, items in ITEMS.items()
        for item in items
    ]
    found["settings"][0] |= {"form_id": "listed"}
    return found


def _row(name: str) -> Cells:
    listed, design = LISTED[name]
    return {
        "type": f"select_one {listed}",
        "name": name,
        "bind::survey:hidden_by": design,
        "bind::survey:sensitivity": "H",
        "bind::survey:self_entry": "yes",
        "bind::survey:publication": "district",
        "relevant": "${s_private} = 'alone'",
        **texts_of("label", *LABEL),
    }


@lru_cache(maxsize=1)
def list_questionnaire() -> Questionnaire:
    """The questionnaire."""
    with TemporaryDirectory() as folder:
        return xlsform.read(write(Path(folder) / "listed.md", list_sheets()))
