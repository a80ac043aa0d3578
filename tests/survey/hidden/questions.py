"""A questionnaire in three languages that asks one question in each way in which chance hides an answer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import SHIPPED

Cells = dict[str, str]
Sheets = dict[str, list[Cells]]
LANGUAGES: Final = ("English (en)", "اردو (ur)", "پښتو (ps)")
#: Pages of the shipped questionnaire that stay, and what they ask.
KEPT: Final = ("start", "consent", "about", "safety", "privacy")
LEFT_OUT: Final = ("saf_night", "saf_market", "saf_school", "saf_road", "saf_trend")
ADULTS: Final = "${c_agree} = 'yes' and ${p_age} != 'under_18'"
FORCED: Final = "forced_response truth=4/6 yes=1/6 no=1/6 one=yes"
#: Name → list, design, label and hint, each in the three languages.
ASKED: Final = {
    "h_forced": ("yes2", FORCED, "Did you pay to get help?", "Roll the die in private: 1 say no, 6 say yes."),
    "h_mirror": ("yes2", "mirrored direct=0.8 one=yes", "What the card says: is it true?", "Draw a card in private."),
    "h_cross": (
        "same2",
        "crosswise helper=1/6 one=same anchor=h_anchor",
        "I paid to get help. My number is 6.",
        "Draw a number in private. Both true or both false is the same.",
    ),
    "h_anchor": (
        "same2",
        "crosswise helper=1/6 one=same known=0",
        "I have been to the moon. My number is 6.",
        "Draw a new number in private. Both true or both false is the same.",
    ),
    "h_garbled": ("yes2", "garbled no_to_yes=1/6 yes_to_no=1/6 one=yes", "Were you asked for a gift?", ""),
}  # fmt: skip
LISTS: Final = {
    "yes2": {"yes": ("Yes", "ہاں", "هو"), "no": ("No", "نہیں", "نه")},
    "same2": {"same": ("The same", "ایک جیسا", "یو شان"), "other": ("Different", "مختلف", "بېل")},
}


def texts_of(column: str, *words: str) -> Cells:
    return {f"{column}::{language}": text for language, text in zip(LANGUAGES, words, strict=True)}


#: A question that hides nothing, which the person answers alone after those.
DIRECT: Final[Cells] = {
    "type": "select_one yes2",
    "name": "h_direct",
    "bind::survey:sensitivity": "H",
    "bind::survey:self_entry": "yes",
    "bind::survey:publication": "never",
    "relevant": "${s_private} = 'alone'",
    **texts_of("label", "Was it hard to say?", "کیا یہ کہنا مشکل تھا؟", "ايا دا وئيل ګران وو؟"),
}


def sheets() -> Sheets:
    """The sheets of the questionnaire, to be changed."""
    shipped = _shipped_sheets()
    survey, inside = [], False
    for row in shipped["survey"]:
        if row["type"] == "begin_group":
            inside = row["name"] in KEPT
        if inside and row["name"] not in LEFT_OUT:
            survey.append(row)
    survey += [
        {"type": "begin_group", "name": "hidden_page", "relevant": ADULTS, **texts_of("label", "More", "مزید", "نور")},
        *(_row(name) for name in ASKED),
        DIRECT,
        {"type": "end_group"},
    ]  # fmt: skip
    options = [
        {"list_name": name, "name": option, **texts_of("label", *words)}
        for name, several in LISTS.items()
        for option, words in several.items()
    ]
    settings = [{**shipped["settings"][0], "form_id": "hidden", "version": "1"}]
    return {"survey": survey, "choices": [*shipped["choices"], *options], "settings": settings}


def _row(name: str) -> Cells:
    listed, design, label, hint = ASKED[name]
    row = {"type": f"select_one {listed}", "name": name, "bind::survey:hidden_by": design}
    row |= {"bind::survey:sensitivity": "H", "bind::survey:publication": "district"}
    row |= texts_of("label", label, f"سوال: {label}", f"پوښتنه: {label}")
    if hint:
        row |= texts_of("hint", hint, f"ہدایت: {hint}", f"لارښوونه: {hint}")
    else:
        row |= {"bind::survey:self_entry": "yes", "relevant": "${s_private} = 'alone'"}
    return row


def _shipped_sheets() -> Sheets:
    found: Sheets = {}
    header: list[str] = []
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells[0:1] and cells[0] and not set(cells[0]) <= {"-"}:
            here, header = found.setdefault(cells[0], []), []
        elif cells and not cells[0]:
            if header:
                here.append(dict(zip(header, cells[1:], strict=True)))
            else:
                header = cells[1:]
    return found


def write(path: Path, content: Sheets) -> Path:
    """The sheets as a file in Markdown."""
    lines: list[str] = []
    for sheet, rows in content.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines += [f"| {sheet} |", f"| | {' | '.join(columns)} |"]
        lines += [f"| | {' | '.join(row.get(column, '') for column in columns)} |" for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@lru_cache(maxsize=1)
def questionnaire() -> Questionnaire:
    """The questionnaire."""
    with TemporaryDirectory() as folder:
        return xlsform.read(write(Path(folder) / "hidden.md", sheets()))
