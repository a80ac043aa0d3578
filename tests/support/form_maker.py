"""Makes XLSForm files of every kind that authors write, sound ones and ones with oddities, for property tests.

The questions come from `questionnaire_maker`; around them stand the fields that every questionnaire has, in languages
that are drawn, with up to three oddities: names and options that programs use themselves, pages of notes alone, rows that
are switched off, lists of one option, questions of an index that are no scale, rules that name what does not exist.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from tests.support.questionnaire_maker import GROUPS, Made, made
from tests.support.questionnaire_maker import Row as Asked

Cells = dict[str, str]
Sheets = dict[str, list[Cells]]

LANGUAGES: Final = {
    "en": "English (en)",
    "ur": "اردو (ur)",
    "ps": "پښتو (ps)",
    "fr": "Français (fr)",
    "bare": "Urdu",
}
#: Which are drawn; only the first four are spoken by the survey throughout.
SPOKEN: Final = (
    ("en",),
    ("ur", "ps"),
    *(("en", "ur", "ps"), ("ur", "en", "ps")),
    ("ps", "en"),
    ("en", "fr"),
    ("fr",),
    ("bare", "en"),
)
#: Names that a program could take for its own.
NAMES: Final = (
    *(
        "constructor",
        "rules",
        "reached",
        "class",
        "id",
        "page",
        "place",
        "action",
        "submit",
        "csrf_token",
        "do",
    ),
    *(
        "asked",
        "language",
        "worker",
        "total",
        "province",
        "safety",
        "harm_signal",
        "wants",
        "length",
        "toggle",
        "b__r",
    ),
)
OPTIONS: Final = (
    *(
        "constructor",
        "__proto__",
        "toString",
        "1",
        "-1",
        "0",
        ".",
        "a.b",
        "x-y",
        "total",
        "Total",
        "rest",
        "no",
        "yes",
    ),
    *("answer", "no_answer", "top_two", "97", "True", "TRUE", "all", "and", "null"),
)
GUARD: Final = "${c_agree} = 'yes' and ${p_age} != 'under_18'"


class Form:
    """The sheets of a form, and what is odd about it."""

    def __init__(self, sheets: Sheets, oddities: tuple[str, ...]) -> None:
        self.sheets = sheets
        self.oddities = oddities

    def write(self, file: Path, name: str) -> Path:
        """The form as a file in Markdown; the name tells forms of one test apart."""
        self.sheets["settings"][0]["form_id"] = name
        lines: list[str] = []
        for sheet, rows in self.sheets.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            lines += [f"| {sheet} |", f"| | {' | '.join(columns)} |"]
            lines += [f"| | {' | '.join(row.get(column, '') for column in columns)} |" for row in rows]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def __repr__(self) -> str:
        """What a failing test prints."""
        rows = [
            " ".join(f"{k}={v}" for k, v in row.items() if "::" not in k) for row in self.sheets["survey"]
        ]
        return "\n".join(["", str(self.oddities), *rows])


@st.composite
def forms(draw: Any) -> Form:
    """A form with up to three oddities."""
    drawn: Made = draw(made(questions=4))
    spoken = draw(st.sampled_from(SPOKEN))
    oddities = tuple(draw(st.lists(st.sampled_from(tuple(ODDITIES)), max_size=3, unique=True)))
    sheets = _sheets(
        list(drawn.rows), dict(drawn.page_rules), draw(st.sampled_from((GROUPS, ("M", "W"), ("one",))))
    )
    for oddity in oddities:
        ODDITIES[oddity](draw, sheets)
    _speak(sheets, spoken)
    return Form(sheets, oddities)


def _sheets(rows: list[Asked], rules: dict[str, str], groups: tuple[str, ...]) -> Sheets:
    survey, choices = _beginning(groups)
    for page in dict.fromkeys(row.page for row in rows):
        rule = f"{GUARD} and ({rules[page]})" if rules[page] else GUARD
        survey.append({"type": "begin_group", "name": page, "relevant": rule, "text": page})
        for row in rows:
            if row.page == page:
                survey.append(_asked(row))
                choices += _options(row)
        survey.append({"type": "end_group"})
    settings = [{"form_id": "made", "version": "1", "form_title": "Made"}]
    return {"survey": survey, "choices": choices, "settings": settings}


def _beginning(groups: tuple[str, ...]) -> tuple[list[Cells], list[Cells]]:
    lists = {
        "district": ("bannu", "swat"),
        "mode": ("asked", "self"),
        "p_group": groups,
        "s_private": ("alone", "others_near"),
        "c_agree": ("yes", "no"),
        "p_gender": ("woman", "man", "99"),
        "p_age": ("under_18", "30_44", "60_up"),
    }
    survey: list[Cells] = [
        {"type": "begin_group", "name": "begin", "text": "begin"},
        {"type": "hidden", "name": "round"},
        *(_own(name, required="yes") for name in ("district", "mode", "p_group")),
        {"type": "end_group"},
        {"type": "begin_group", "name": "consent", "text": "consent"},
        _own("c_agree", required="yes"),
        {"type": "end_group"},
        {"type": "begin_group", "name": "about", "text": "about", "relevant": "${c_agree} = 'yes'"},
        _own("p_gender"),
        _own("p_age", required="yes"),
        _own("s_private", relevant="${p_age} != 'under_18'"),
        {"type": "end_group"},
    ]
    choices = [
        {"list_name": name, "name": option, "text": option} for name in lists for option in lists[name]
    ]
    return survey, choices


def _own(name: str, **more: str) -> Cells:
    return {"type": f"select_one {name}", "name": name, "text": name, **more}


def _asked(row: Asked) -> Cells:
    kinds = {
        "choice": f"select_one {row.name}",
        "multiple": f"select_multiple {row.name}",
        "integer": "integer",
    }
    return {
        "type": kinds[row.kind],
        "name": row.name,
        "text": row.name,
        "relevant": row.relevant,
        "constraint": row.constraint,
        "bind::survey:publication": row.publication,
        "bind::survey:direction": "up" if row.scored else "",
    }


def _options(row: Asked) -> list[Cells]:
    points = dict(zip(row.options, ("100", "50", "0"), strict=False)) if row.scored else {}
    return [
        {
            "list_name": row.name,
            "name": option,
            "text": f"{option} {place}",
            "score": points.get(option, ""),
            "exclusive": "yes" if option in row.exclusive else "",
        }
        for place, option in enumerate(row.options)
    ]


def _speak(sheets: Sheets, spoken: tuple[str, ...]) -> None:
    """Turn each text into labels in these languages; the first is the default one."""
    sheets["settings"][0]["default_language"] = LANGUAGES[spoken[0]]
    for number, row in enumerate([*sheets["survey"], *sheets["choices"]]):
        text = row.pop("text", "")
        for place, language in enumerate(spoken):
            hole = " ${local_body}" if "${" in text else ""
            label = f"{text} {number}" if not place else f"ہ{number} {place}{hole}"
            row[f"label::{LANGUAGES[language]}"] = text and label


def _mine(sheets: Sheets) -> list[Cells]:
    """The rows of drawn questions."""
    rows = sheets["survey"]
    end = [place for place, row in enumerate(rows) if row["type"] == "end_group"][2]
    return [
        row for row in rows[end:] if row["type"].split()[0] in ("select_one", "select_multiple", "integer")
    ]


def _odd_name(draw: Any, sheets: Sheets) -> None:
    row, name = draw(st.sampled_from(_mine(sheets))), draw(st.sampled_from(NAMES))
    old = row["name"]
    for one in sheets["survey"]:
        for column in ("relevant", "constraint"):
            one[column] = one.get(column, "").replace(f"${{{old}}}", f"${{{name}}}")
    row["name"] = name


def _odd_option(draw: Any, sheets: Sheets) -> None:
    lists = {row["type"].split()[1] for row in _mine(sheets) if " " in row["type"]}
    rows = [row for row in sheets["choices"] if row["list_name"] in lists]
    if rows:
        row = draw(st.sampled_from(rows))
        old, new = row["name"], draw(st.sampled_from(OPTIONS))
        for one in sheets["survey"]:
            for column in ("relevant", "constraint"):
                one[column] = one.get(column, "").replace(f"'{old}'", f"'{new}'")
        row["name"] = new


def _page_of_notes(draw: Any, sheets: Sheets) -> None:
    rule = draw(st.sampled_from(("", GUARD, "${c_agree} = 'no'")))
    page = [
        {"type": "begin_group", "name": "only_notes", "text": "notes", "relevant": rule},
        {"type": "note", "name": "note_alone", "text": "thanks"},
        {"type": "end_group"},
    ]
    ends = [0, *(place + 1 for place, row in enumerate(sheets["survey"]) if row["type"] == "end_group")]
    place = draw(st.sampled_from(ends))
    sheets["survey"][place:place] = page


def _loose_row(draw: Any, sheets: Sheets) -> None:
    sheets["survey"].append(_own("c_agree") | {"name": "loose", "relevant": GUARD})


def _switched_off(draw: Any, sheets: Sheets) -> None:
    draw(st.sampled_from(_mine(sheets)))["disabled"] = draw(st.sampled_from(("yes", "no", "TRUE", "maybe")))


def _required(draw: Any, sheets: Sheets) -> None:
    row = draw(st.sampled_from(_mine(sheets)))
    row["required"] = "yes"
    row["constraint"] = draw(
        st.sampled_from(
            (row.get("constraint", ""), "${p_group} != 'woman'", ". = 'health'", ". > 10 and . < 5")
        )
    )


def _one_option(draw: Any, sheets: Sheets) -> None:
    name = draw(st.sampled_from(_mine(sheets)))["name"]
    several = [row for row in sheets["choices"] if row["list_name"] == name]
    sheets["choices"] = [row for row in sheets["choices"] if row not in several[1:]]


def _other_kind(draw: Any, sheets: Sheets) -> None:
    """A question of an index or share that is not of the kind which that expects."""
    row = draw(st.sampled_from(_mine(sheets)))
    name = draw(
        st.sampled_from(("i_got", "i_effect", "i_want1", "i_want2", "coh_help", "saf_night", "tr_body"))
    )
    row["name"], row["type"] = (
        name,
        draw(st.sampled_from(("integer", "select_one p_gender", "select_multiple p_gender"))),
    )
    row["constraint"] = ""


def _rotated(draw: Any, sheets: Sheets) -> None:
    rows = [row for row in sheets["survey"] if row["type"] == "begin_group"] + _mine(sheets)
    draw(st.sampled_from(rows))["bind::survey:rotated"] = "yes"


def _private(draw: Any, sheets: Sheets) -> None:
    row = draw(st.sampled_from(_mine(sheets)))
    row |= {
        "bind::survey:self_entry": "yes",
        "relevant": "${s_private} = 'alone'",
        "bind::survey:sensitivity": "H",
    }


def _equal_scores(draw: Any, sheets: Sheets) -> None:
    for row in sheets["choices"]:
        if row.get("score"):
            row["score"] = draw(st.sampled_from(("0", "50", "100")))


def _idle_columns(draw: Any, sheets: Sheets) -> None:
    column, value = draw(
        st.sampled_from(
            (
                ("appearance", "minimal"),
                ("media::image", "a.png"),
                ("guidance_hint", "wait"),
                ("read_only", "yes"),
                ("calculation", "1"),
                ("relevent", "yes"),
                ("remark", "x"),
            )
        )
    )
    draw(st.sampled_from(_mine(sheets)))[column] = value


def _wrong_rule(draw: Any, sheets: Sheets) -> None:
    rules = (
        "${p_age} = '18-29'",
        "${p_age} = 'under_18'",
        "selected(${p_gender}, 'woman')",
        "today() > '2020-01-01'",
        "${round} = '2026'",
        "${s_private} = 'alone' and ${s_private} = 'others_near'",
        "string-length(${p_gender}) > 3",
        "${district} = 'bannu'",
        "${mode} = 'self'",
    )
    draw(st.sampled_from(_mine(sheets)))["relevant"] = draw(st.sampled_from(rules))


def _own_field(draw: Any, sheets: Sheets) -> None:
    """A field that the survey reads itself stands elsewhere, is of another type, or has a rule."""
    name = draw(st.sampled_from(("mode", "p_group", "p_gender", "s_private")))
    row = next(row for row in sheets["survey"] if row.get("name") == name)
    row |= draw(
        st.sampled_from(
            (
                {"type": "integer"},
                {"type": f"select_multiple {row['name']}"},
                {"relevant": "${district} = 'bannu'"},
                {"constraint": "${district} = 'bannu'"},
                {"constraint": ". = 'nobody'"},
                {"required": "yes"},
            )
        )
    )


def _fill(draw: Any, sheets: Sheets) -> None:
    sheets["choices"].append({"list_name": "local_body", "name": "jirga", "text": "jirga"})
    sheets["survey"].append({"type": "calculate", "name": "local_body", "calculation": "'x'"})
    draw(st.sampled_from(_mine(sheets)))["text"] = "What of ${local_body}"


ODDITIES: Final = {
    "a name of the program": _odd_name,
    "an option of the program": _odd_option,
    "a page of notes": _page_of_notes,
    "a row without page": _loose_row,
    "a row switched off": _switched_off,
    "a required answer": _required,
    "one option": _one_option,
    "a question of an index": _other_kind,
    "drawn order": _rotated,
    "a private question": _private,
    "equal scores": _equal_scores,
    "columns without effect": _idle_columns,
    "a rule": _wrong_rule,
    "an own field": _own_field,
    "a hole": _fill,
}
