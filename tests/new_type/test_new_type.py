"""A new type of question touches five files: one is added to a copy of the survey and goes the whole way."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.support.copies import FORM, ROOT, copied, touched, walk

pytestmark = pytest.mark.slow


HERE: Final = Path(__file__).parent

_FIELD: Final = '''class StarsField(NumberField):
    """One to five stars."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a number of stars; refuse any other."""
        super().process_formdata(valuelist)
        number, self.data = self.data, None
        if number not in (None, 1, 2, 3, 4, 5):
            raise ValueError(self.reader.gettext(TOO_LARGE))
        self.data = number


'''
_MACRO: Final = """{% macro stars(field, question, mark) -%}
<fieldset id="{{ field.id }}" class="field{{ mark('invalid') }}"{{ mark('described') }}>
<legend>{{ field.label.text }}</legend>
{{ mark('error') }}
{% for number in range(1, 6) %}<label class="option" for="{{ field.id }}-{{ number }}"><input type="radio" id="{{ field.id }}-{{ number }}" name="{{ field.name }}" value="{{ number }}"{{ mark('checked:' ~ number) }}><span>{{ number }}</span></label>
{% endfor %}
</fieldset>
{%- endmacro %}

"""
_KIND: Final = (
    '  stars: { problem: (value) => ([1, 2, 3, 4, 5].includes(value) ? "" : "stars"), longest: () => 5 },\n'
)
_SAID: Final = '    stars: _("Please check this answer, or skip the question."),\n'

#: File of the product → what is written into it: a line that stands there, and what comes in front of it.
CHANGES: Final[dict[str, list[tuple[str, str]]]] = {
    "survey/forms/fields.py": [
        ("#: Kind of question → field.\n", _FIELD),
        ('    "integer": NumberField,\n', '    "stars": StarsField,\n'),
    ],
    "templates/components/field.html": [("{% macro integer(", _MACRO)],
    "static/js/core/kinds.js": [("  integer: {\n", _KIND)],
    "static/js/screens/question.js": [
        (" choice: choiceInput,", " stars: integerInput,"),
        ("    integer: _(", _SAID),
    ],
}
#: The files that a type adds.
ADDED: Final = {"survey/questionnaire/types/stars.py": HERE / "stars.py"}
#: The question in the author's sheet, after the one that it follows.
_BEFORE: Final = "select_one safe4 | saf_day"
_LABELS: Final = "How many stars? | کتنے ستارے؟ | څومره ستوري؟"


def question(header: str) -> str:
    """The row of the new question, with cells under the columns of the sheet."""
    columns = [cell.strip() for cell in header.strip().strip("|").split("|")]
    english, urdu, pashto = _LABELS.split(" | ")
    cells = {
        "type": "range",
        "name": "saf_stars",
        "label::English (en)": english,
        "label::اردو (ur)": urdu,
        "label::پښتو (ps)": pashto,
        "parameters": "start=1 end=5 step=1",
        "bind::survey:sensitivity": "L",
        "bind::survey:publication": "never",
    }
    assert cells.keys() <= set(columns)
    return f"| {' | '.join(cells.get(column, '') for column in columns)} |\n"


def ask(form: Path) -> None:
    """Ask the new question in a questionnaire."""
    lines = form.read_text(encoding="utf-8").splitlines(keepends=True)
    header = next(line for line in lines if "| type |" in line)
    place = next(place for place, line in enumerate(lines) if _BEFORE in line)
    form.write_text("".join([*lines[:place], question(header), *lines[place:]]), encoding="utf-8")


def write(copy: Path) -> None:
    """Add the new type to a copy."""
    for name, changes in CHANGES.items():
        text = (copy / name).read_text(encoding="utf-8")
        for line, more in changes:
            assert text.count(line) == 1, (name, line)
            text = text.replace(line, more + line)
        (copy / name).write_text(text, encoding="utf-8")
    for name, source in ADDED.items():
        shutil.copy(source, copy / name)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the survey that knows stars and asks for some."""
    copy = copied(tmp_path_factory.mktemp("with-stars"))
    write(copy)
    ask(copy / FORM)
    return copy


def test_a_new_type_touches_five_files(copy: Path) -> None:
    assert touched(copy) == sorted([*ADDED, *CHANGES])
    assert len(touched(copy)) <= 5
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    new = "survey/questionnaire/types/"
    assert [name for name in (*CHANGES, new) if f"`{name}`" not in guide] == []


def test_a_new_type_goes_the_whole_way_of_the_form(copy: Path) -> None:
    walk(copy, HERE / "in_the_form.py", "tests/survey/web")


@pytest.mark.browser
def test_a_new_type_goes_the_whole_way_of_the_phone(copy: Path) -> None:
    walk(copy, HERE / "on_the_phone.py", "tests/browser")
