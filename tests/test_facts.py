"""What the phone and the server must know alike stands once, in tests/cases/facts.json, and both halves say the same."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from survey import problems
from survey.app import create_app
from survey.days import PAKISTAN
from survey.forms.builder import form_for
from survey.intake import envelope, gate
from survey.intake.submission import CODE_DIGITS
from survey.questionnaire import model, rules
from survey.questionnaire.model import Question
from survey.questionnaire.types import integer
from survey.settings import Settings
from survey.web.frame import errors
from survey.web.interview import start, state
from survey.web.interview.compiled import PREFIX
from tests.support.factories import questionnaire

ROOT: Final = Path(__file__).parents[1]
SCRIPTS: Final = ROOT / "static" / "js"
#: The one module of the phone that may hold them, and the one whose words are held to tests/cases/expressions.json.
APART: Final = ("facts.js", "expressions.js")
FACTS: Final[dict[str, Any]] = json.loads((ROOT / "tests/cases/facts.json").read_text(encoding="utf-8"))
TYPED: Final = json.loads((ROOT / "tests/cases/typed_numbers.json").read_text(encoding="utf-8"))


def as_json(value: object) -> object:
    return json.loads(json.dumps(value))


#: What the server's half says. NEEDS_HELP and the addresses have tests of their own.
SERVER: Final = {
    "ROUND": model.ROUND,
    "DISTRICT": model.DISTRICT,
    "GROUP": model.GROUP,
    "MODE": model.MODE,
    "BLOCK_MODE": model.BLOCK_MODE,
    "CONSENT": model.CONSENT,
    "AGE": model.AGE,
    "PRIVACY": model.PRIVACY,
    "WOMAN": gate.WOMAN,
    "PRESET": model.PRESET,
    "STOPS": rules.STOPS,
    "MISSING": model.MISSING,
    "LARGEST": integer.LARGEST,
    "USUAL_HOURS": [state.USUAL_HOURS.start, state.USUAL_HOURS.stop],
    "PAKISTAN": PAKISTAN.utcoffset(None).total_seconds() / 3600,
    "SEEDS": state.SEEDS,
    "CODE_DIGITS": CODE_DIGITS,
    "FIRST_LINE": envelope.FIRST_LINE,
    "MEDIA_TYPE": envelope.MEDIA_TYPE,
    "ENVELOPE_FORMAT": envelope.FORMAT,
    "HEADER_LENGTH": envelope.HEADER,
    "HEADER_FIELDS": envelope.MEMBERS[1:],
    "DEVICE_REVOKED": problems.DEVICE_REVOKED.code,
    "NO_TOKEN": problems.NO_TOKEN.code,
    "INVITATION_USED": problems.INVITATION_USED.code,
    "INVITATION_UNKNOWN": problems.INVITATION_UNKNOWN.code,
    "SIGNED_REFUSAL": errors.SIGNED_REFUSAL,
}
#: Facts of the shipped questionnaire and of every questionnaire's sheet, and those with tests of their own.
ELSEWHERE: Final = {
    "OTHERS_NEAR",
    "SENSITIVE",
    "NEEDS_HELP",
    "ENROL",
    "OWN_COUNTS",
    "PACK",
    "REPORT",
    "SUBMISSIONS",
}


@pytest.mark.parametrize("name", SERVER)
def test_the_server_says_what_the_phone_says(name: str) -> None:
    assert as_json(SERVER[name]) == FACTS[name]


def test_no_fact_is_without_its_test() -> None:
    assert set(FACTS) == set(SERVER) | ELSEWHERE


def test_facts_of_the_questionnaire() -> None:
    text = (ROOT / "questionnaires/community_security.md").read_text(encoding="utf-8")
    assert f"| {FACTS['OTHERS_NEAR']} |" in text
    sensitivities = {question.sensitivity for question in questionnaire().questions.values()} | {
        "L",
        "M",
        "H",
    }
    assert max(sensitivities, key="LMH".index) == FACTS["SENSITIVE"]


def test_the_addresses_are_those_of_the_server(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'survey.sqlite'}"))
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    assert {
        FACTS["ENROL"],
        FACTS["OWN_COUNTS"],
        FACTS["PACK"],
        FACTS["SUBMISSIONS"] + "<submission_id>",
    } <= routes


#: Refusals that the modules on a record's way name and that a sealed record of a phone never meets.
NEVER_OF_A_RECORD: Final = {
    "UNDER_AGE": "its tally is kept and acknowledged",
    "CUSTODY": "only what is not sealed",
    "WRONG_TYPE": "the phone sends one type",
    "VERSION_TAKEN": "publishing",
    "NOT_FOUND": "looking at a published version",
    "NOTHING_TO_LEAVE_OUT": "leaving out a day",
    "ROUND_CLOSED": "kept apart instead",
    "OTHER_VERSION": "taking in what came late",
    "KEY_IN_USE": "retiring a key",
    "STATE_BROKEN": "the form without JavaScript",
    "STATE_EXPIRED": "the form without JavaScript",
    "UNTRUSTED_RELEASE": "releases",
}
#: The way of a sealed record from its address to the database.
WAY: Final = (
    *(
        "web/phone/submissions.py",
        "intake/envelope.py",
        "intake/submission.py",
        "intake/gate.py",
        "keys/record_keys.py",
    ),
    *("storage/field/responses.py", "storage/field/envelopes.py", "storage/questionnaires.py"),
)


def named_on_the_way() -> set[str]:
    """The kinds of refusal that the modules on the way import."""
    return {
        alias.name
        for file in WAY
        for node in ast.walk(ast.parse((ROOT / "survey" / file).read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "survey.problems"
        for alias in node.names
        if alias.name.isupper()
    }


def test_every_refusal_of_a_record_is_one_that_the_phone_says_needs_help() -> None:
    kinds = [getattr(problems, name) for name in named_on_the_way() - set(NEVER_OF_A_RECORD)]
    # Above 500 nothing is believed and everything is sent again.
    assert sorted(kind.code for kind in kinds if kind.status < 500) == FACTS["NEEDS_HELP"]


@pytest.mark.parametrize(("typed", "expected"), TYPED)
def test_a_number_is_read_as_the_phone_reads_it(typed: str, expected: object) -> None:
    asked = Question("n", "integer", {"en": "How many?"})
    form = form_for(model.Page("p", {"en": "P"}, questions=(asked,)), {}, "en")(Typed(typed), prefix=PREFIX)
    read = form.answers.get("n") if form.validate() else "refused"
    assert read == expected


class Typed(dict[str, Any]):
    """What a browser sends of one box."""

    def __init__(self, text: str) -> None:
        super().__init__({f"{PREFIX}n": text})

    def getlist(self, name: str) -> list[str]:
        """The values of a field, as WTForms asks for them."""
        return [self[name]]


# No fact may come to stand in both halves unseen.

#: Words of HTML, of HTTP, of SVG and of every program, which say nothing of ours.
COMMON: Final = {"application/json", "no-store", "http://www.w3.org/2000/svg"}
#: The milliseconds of a second and of a minute, and the size of pages and blocks everywhere.
COMMON_NUMBERS: Final = {1000, 60_000, 4096}
_COMMENT: Final = re.compile(r"^\s*(?://[^\n]*|/\*.*?\*/)\s*$", re.MULTILINE | re.DOTALL)
_TOLD: Final = re.compile(r'\b(?:_|N_)\(\s*"(?:[^"\\]|\\.)*"')
_IMPORTED: Final = re.compile(r'from "[^"]*";')
_TEXT: Final = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_NUMBER: Final = re.compile(r"(?<![\w.#])\d[\d_]*(?:e\d+)?(?![\w.])")


def telling(value: object) -> bool:
    """Whether a literal can be a fact of ours: a large number, or a text that is no plain word."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    if isinstance(value, int):
        # Below 600 are the statuses of HTTP.
        return value >= 600 and value not in COMMON_NUMBERS
    return value not in COMMON and len(value) > 1 and bool(re.search(r"[a-z][_/ -][a-z0-9]", value))


def of_the_phone(path: Path) -> Iterator[object]:
    text = _IMPORTED.sub("", _TOLD.sub("", _COMMENT.sub("", path.read_text(encoding="utf-8"))))
    yield from _TEXT.findall(text)
    yield from (int(float(number)) for number in _NUMBER.findall(_TEXT.sub("", text)))


def of_the_server() -> set[object]:
    return {
        node.value
        for path in (ROOT / "survey").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | str)
    }


def flat(value: object) -> Iterator[object]:
    if isinstance(value, list):
        for inner in value:
            yield from flat(inner)
    else:
        yield value


def repeated(path: Path, server: set[object]) -> set[object]:
    """What a module of the phone says that is a fact, or that the server says as well."""
    facts = {
        value for value in flat(list(FACTS.values())) if telling(value) or str(value) in FACTS["MISSING"]
    }
    said = set(of_the_phone(path))
    return (said & facts) | {value for value in said & server if telling(value)}


@pytest.mark.slow
def test_nothing_telling_stands_in_both_halves() -> None:
    server = of_the_server()
    found = {
        path.name: repeated(path, server) for path in sorted(SCRIPTS.rglob("*.js")) if path.name not in APART
    }
    assert {name: values for name, values in found.items() if values} == {}


@pytest.mark.slow
def test_a_fact_that_is_repeated_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted.js"
    planted.write_text('const a = "p_age";\nconst most = 32767;\n// 600000\nconst word = "choice";\n')
    assert repeated(planted, of_the_server()) == {"p_age", 32767}


def test_phone_and_form_say_alike_for_whom_a_form_is() -> None:
    script = (ROOT / "static" / "js" / "screens" / "forms.js").read_text(encoding="utf-8")
    assert dict(re.findall(r'^  (\w+): N_\("(.*)"\),$', script, re.MULTILINE)) == start.FOR_WHOM
