"""No made-up questionnaire is accepted by the check and then fails in anything that reads it."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from survey import acceptance
from survey.days import today
from survey.intake import gate
from survey.languages import languages
from survey.publication.reading.csv_files import summary_csv
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.publication.release.material import gather
from survey.questionnaire import path, xlsform
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.for_phones import questionnaire_for_phone
from survey.questionnaire.model import Questionnaire, Value
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.scope import Scope
from survey.storage.tables import responses
from survey.web.interview.start import _CACHE_KEY
from tests.support.factories import submission
from tests.support.form_maker import Form, forms
from tests.support.pages import Visitor
from tests.survey.questionnaire.test_community_security_javarosa import java
from tests.survey.web.conftest import app, enter, store

pytestmark = pytest.mark.slow

__all__ = ["app", "enter", "java", "store"]

ROOT = Path(__file__).parents[2]
BEFORE = ("round", "district", "mode", "p_group")
#: Of so many closed rounds one is protected and released, for that takes as long as all the rest.
WHOLE = 5
#: Enough that something can be published of a district.
INTERVIEWS = 12


@dataclass
class Readers:
    """Everything that reads a questionnaire, and how many it has read."""

    app: Flask
    store: Database
    visitor: Visitor
    worker: Account
    java: Callable[[str], Any]
    seen: Counter[str] = field(default_factory=Counter)
    phones: list[Mapping[str, Any]] = field(default_factory=list)

    def read(self, questionnaire: Questionnaire, file: Path) -> None:
        """Publish, fill in, send, store, close, table and label."""
        name = f"r{self.seen['accepted']}"
        rounds.start(self.store, name, questionnaires.publish(self.store, questionnaire))
        groups = [choice.name for choice in questionnaire.questions["p_group"].choices]
        interviews = {group: acceptance.interview(questionnaire, group) for group in groups}
        spoken = [code for code in questionnaire.languages if code in languages()]
        for place, code in enumerate(spoken):
            self.fill_in(name, code, interviews[groups[place % len(groups)]])
        for answers in interviews.values():
            self.phones.append(on_a_phone(questionnaire, answers))
        sent = sum(self.send(questionnaire, {**answers, "round": name}) for answers in interviews.values())
        self.publish(questionnaire, name, sent + len(spoken))
        self.load(file)

    def fill_in(self, name: str, code: str, answers: Mapping[str, Value]) -> None:
        """The form without script, to its end."""
        self.app.extensions.pop(_CACHE_KEY, None)
        self.visitor.client.set_cookie("language", code)
        self.visitor.get("/form")
        start = {f"field_{one}": answers[one] for one in BEFORE if one != "round"}
        self.visitor.press("begin", field_round=name, **start)
        for _ in range(12):
            assert not self.visitor.page.errors
            if "submit" in self.visitor.page.buttons():
                break
            asked = {one: answers[one] for one in self.visitor.page.questions if one in answers}
            self.visitor.press("continue", **asked)
        self.visitor.press("submit")
        assert not self.visitor.page.errors
        self.seen[f"form in {code}"] += 1

    def send(self, questionnaire: Questionnaire, answers: Mapping[str, Value]) -> int:
        """Interviews through the gate: how many were stored."""
        # A rule may rest on the district, and then the same answers would not be right elsewhere.
        districts = ("bannu", "swat") if "district" not in _rules(questionnaire) else ("bannu",)
        for district in districts:
            for _ in range(INTERVIEWS):
                sent = submission(
                    self.worker,
                    questionnaire=questionnaire.name,
                    version=questionnaire.version,
                    answers={**answers, "district": district},
                    language=questionnaire.default_language,
                )
                assert gate.accept(self.store, sent).kept == "stored"
        return len(districts) * INTERVIEWS

    def publish(self, questionnaire: Questionnaire, name: str, sent: int) -> None:
        """Tables and labels of a closed round in which so many interviews were sent; all of them count."""
        with self.store.read() as connection:
            rows = connection.execute(select(responses.c.excluded)).all()
        self.seen["interviews"] += sent
        assert len(rows) == self.seen["interviews"]
        assert not any(row.excluded for row in rows)
        rounds.close(self.store, name)
        assert gather(self.store, name).topics
        self.seen["counted"] += 1
        if self.seen["counted"] % WHOLE != 1:
            return
        done = release.close(self.store, name)
        for code in languages():
            assert summary_csv(done, Scope.everywhere(), Labels(questionnaire, code, str))
        self.seen["release"] += 1

    def load(self, file: Path) -> None:
        """The form as JavaRosa reads it, the engine of other apps."""
        written = file.with_suffix(".xml")
        written.write_text(xlsform.xform(file), encoding="utf-8")
        self.java("model.xform.XFormsModule")().registerModule()
        stream = self.java("java.io.FileInputStream")(str(written))
        form = self.java("xform.util.XFormUtils").getFormFromInputStream(stream)
        form.initialize(True, self.java("core.model.instance.InstanceInitializationFactory")())
        self.seen["XForm"] += 1


def _rules(questionnaire: Questionnaire) -> str:
    """Everything that rules name, as one text."""
    trees = [one.relevant for page in questionnaire.pages for one in (page, *page.questions)]
    return json.dumps([*trees, *(one.constraint for one in questionnaire.questions.values())])


def on_a_phone(questionnaire: Questionnaire, answers: Mapping[str, Value]) -> Mapping[str, Any]:
    """A pack and the way through it, for tests/browser/modules/path.test.mjs."""
    context = Context(today())
    pages = path.pages(questionnaire, answers, context)
    shown = {one.name: [c.name for c in path.options(one, 7)] for page in pages for one in page.questions}
    return {
        "questionnaire": questionnaire_for_phone(questionnaire, {"bannu", "swat"}),
        "cases": [
            {
                "answers": answers,
                "seed": 7,
                "pages": [
                    [page.name, [q.name for q in path.order(page, 7)], [note.name for note in page.notes]]
                    for page in pages
                ],
                "pruned": path.prune(questionnaire, answers, context),
                "shown": shown,
                "allowed": True,
            }
        ],
    }


@pytest.fixture
def readers(app: Flask, store: Database, enter: Any, java: Any) -> Readers:
    """An application over an empty database, a worker at her browser, and Java."""
    worker = accounts.add(store, "worker", "W1", woman=True, districts=("bannu", "swat"))
    return Readers(app, store, enter(worker), worker, java)


def walked_by_the_phone(readers: Readers, tmp_path: Path) -> None:
    """All packs in one run of Node."""
    written = tmp_path / "made.json"
    written.write_text(json.dumps(readers.phones), encoding="utf-8")
    done = subprocess.run(
        ["node", "--test", str(ROOT / "tests" / "browser" / "modules" / "path.test.mjs")],
        env={**os.environ, "SURVEY_PATH_CASES": str(written)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]


@pytest.mark.node
@pytest.mark.java
def test_what_the_check_accepts_fails_in_no_reader(readers: Readers, tmp_path: Path) -> None:
    @settings(
        max_examples=int(os.environ.get("SURVEY_TEST_FORMS", "32")),
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(forms())
    def accepted(form: Form) -> None:
        file = form.write(tmp_path / "form.md", f"made{readers.seen['accepted']}")
        report = acceptance.examine(file)
        readers.seen["accepted" if report.questionnaire else "refused"] += 1
        if report.questionnaire:
            readers.read(report.questionnaire, file)

    accepted()
    walked_by_the_phone(readers, tmp_path)
    print(dict(readers.seen))
    assert readers.seen["counted"] == readers.seen["XForm"] == readers.seen["accepted"] > 8
    assert readers.seen["release"] > 1
    assert readers.seen["refused"] > 5
    assert all(readers.seen[f"form in {code}"] for code in languages())
