"""The browser leads through the shipped questionnaire as Python does."""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from survey.languages import languages
from survey.questionnaire import path, xlsform
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.for_phones import questionnaire_for_phone
from survey.questionnaire.model import Question, Questionnaire, Value
from tests.support.running import require

ROOT = Path(__file__).parents[3]
UNITS = sorted(ROOT.glob("tests/browser/modules/*.test.mjs"))
TODAY = Context("2026-11-23")


@pytest.fixture(scope="module")
def node() -> str:
    return require("node", "Node.js is missing: apt install nodejs")


@pytest.fixture(scope="module")
def shipped() -> Questionnaire:
    return xlsform.read(ROOT / "questionnaires" / "community_security.md")


def drawn_answer(question: Question, draw: random.Random) -> Value:
    names = [choice.name for choice in question.choices] or ["1"]
    if question.kind == "choice":
        return draw.choice(names)
    if question.kind == "multiple":
        return tuple(sorted(draw.sample(names, draw.randint(0, min(3, len(names)))), key=names.index))
    return draw.randint(0, 99)


def drawn(questionnaire: Questionnaire, draw: random.Random) -> dict[str, Any]:
    questions = questionnaire.questions.values()
    answers = {one.name: drawn_answer(one, draw) for one in questions if draw.random() < 0.7}
    # Few random answers agree; most journeys do.
    if draw.random() < 0.9:
        answers |= {"c_agree": "yes", "p_age": "30_44"}
    answers["unknown"] = "kept"
    seed = draw.randrange(2**32)
    pages = path.pages(questionnaire, answers, TODAY)
    return {
        "answers": answers,
        "seed": seed,
        "pages": [
            [page.name, [one.name for one in path.order(page, seed)], [note.name for note in page.notes]]
            for page in pages
        ],
        "pruned": path.prune(questionnaire, answers, TODAY),
        "shown": {
            one.name: [choice.name for choice in path.options(one, seed)]
            for page in pages
            for one in page.questions
        },
    }


@pytest.mark.slow
@pytest.mark.node
def test_browser_takes_the_same_way(node: str, shipped: Questionnaire, tmp_path: Path) -> None:
    draw = random.Random(20261123)
    districts = {choice.name for choice in shipped.questions["district"].choices}
    cases = [drawn(shipped, draw) for _ in range(300)]
    assert {len(case["pages"]) for case in cases} > {2, 8}
    written = tmp_path / "path.json"
    written.write_text(
        json.dumps({"questionnaire": questionnaire_for_phone(shipped, districts), "cases": cases}),
        encoding="utf-8",
    )
    numerals = json.dumps([language.numerals for language in languages().values()])
    ran = subprocess.run(
        [node, "--test", *(str(unit) for unit in UNITS if unit.name != "expressions.test.mjs")],
        env={**os.environ, "SURVEY_PATH_CASES": str(written), "SURVEY_NUMERALS": numerals},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]


def test_a_phone_learns_its_own_districts_only(shipped: Questionnaire) -> None:
    text = json.dumps(questionnaire_for_phone(shipped, {"zhob"}), ensure_ascii=False)
    assert "Zhob" in text
    assert "Lakki Marwat" not in text
    # What the phone before was given is not given to the next one.
    other = json.dumps(questionnaire_for_phone(shipped, {"lakki-marwat"}), ensure_ascii=False)
    assert "Zhob" not in other
    assert "Lakki Marwat" in other
    assert "publication" not in text
