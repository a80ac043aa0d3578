"""An interview with the shipped questionnaire in JavaRosa, the engine inside ODK Collect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from tests.support.running import require
from tests.survey.questionnaire.reference_items import GROUPS, PRESETS
from tests.survey.questionnaire.shipped_form import ENGLISH, FORM, PASHTO, URDU, items_reached

SELECT_ONE, SELECT_MULTIPLE = 2, 3
ANSWER_REFUSED = 2
INTERVIEW = {
    "district": "peshawar",
    "mode": "interviewer",
    "p_group": "woman",
    "c_agree": "yes",
    "p_gender": "woman",
    "p_age": "25_29",
    "s_private": "alone",
    "i_got": "money",
    "i_want1": "job",
    "i_want2": "money",
}


class Interview:
    """What a client asked, in order, and which answers it refused."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.texts: dict[str, str] = {}
        self.options: dict[str, list[str]] = {}
        self.refused: list[str] = []


@pytest.fixture(scope="module")
def java() -> Callable[[str], Any]:
    """Classes of JavaRosa by name, from the jar of ODK Validate."""
    require("java", "JavaRosa needs Java: apt-get install default-jre-headless")
    import jpype
    import pyxform

    jar = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
    if not jpype.isJVMStarted():
        jpype.startJVM("-Duser.timezone=UTC", classpath=[str(jar)], convertStrings=False)
    return lambda name: jpype.JClass(name if name.startswith("java.") else f"org.javarosa.{name}")


@pytest.fixture(scope="module")
def xform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The form as OpenRosa clients take it."""
    path = tmp_path_factory.mktemp("form") / "form.xml"
    path.write_text(convert(str(FORM)).xform, encoding="utf-8")
    return path


def _controller(java: Callable[[str], Any], xform: Path, language: str) -> tuple[Any, Any]:
    java("model.xform.XFormsModule")().registerModule()
    form = java("xform.util.XFormUtils").getFormFromInputStream(java("java.io.FileInputStream")(str(xform)))
    form.initialize(True, java("core.model.instance.InstanceInitializationFactory")())
    model = java("form.api.FormEntryModel")(form)
    controller = java("form.api.FormEntryController")(model)
    controller.setLanguage(language)
    return model, controller


def _data(java: Callable[[str], Any], prompt: Any, name: str) -> Any:
    option = next(option for option in prompt.getSelectChoices() if str(option.getValue()) == name)
    selection = java("core.model.data.helper.Selection")(option)
    if prompt.getControlType() == SELECT_ONE:
        return java("core.model.data.SelectOneData")(selection)
    assert prompt.getControlType() == SELECT_MULTIPLE
    return java("core.model.data.SelectMultiData")(java("java.util.ArrayList")([selection]))


def _hold(java: Callable[[str], Any], xform: Path, language: str, answers: Mapping[str, str]) -> Interview:
    """Go through the form from its beginning to its end."""
    model, controller = _controller(java, xform, language)
    interview = Interview()
    while (event := controller.stepToNextEvent()) != controller.EVENT_END_OF_FORM:
        if event != controller.EVENT_QUESTION:
            continue
        prompt = model.getQuestionPrompt()
        name = str(prompt.getIndex().getReference().getNameLast())
        interview.asked.append(name)
        interview.texts[name] = str(prompt.getQuestionText())
        choices = prompt.getSelectChoices() or ()
        interview.options[name] = [str(prompt.getSelectChoiceText(choice)) for choice in choices]
        if name in answers:
            data = _data(java, prompt, answers[name])
            if controller.answerQuestion(prompt.getIndex(), data, True) == ANSWER_REFUSED:
                interview.refused.append(name)
    return interview


@pytest.mark.java
@pytest.mark.parametrize("group", GROUPS.values())
@pytest.mark.parametrize("privacy", ["alone", "others_near"])
def test_asks_the_same_items(java: Callable[[str], Any], xform: Path, group: str, privacy: str) -> None:
    answers = {**INTERVIEW, "p_group": group, "s_private": privacy}
    interview = _hold(java, xform, ENGLISH, answers)

    items = [name for name in interview.asked if name not in (*PRESETS, "consent_script")]
    assert items == items_reached(answers)
    assert not interview.refused


@pytest.mark.java
@pytest.mark.parametrize(
    ("language", "name"),
    [
        (ENGLISH, "local peace committee or jirga"),
        (URDU, "مقامی امن کمیٹی یا جرگہ"),
        (PASHTO, "مقامي امن کمېټي يا جرګه"),
    ],
)
def test_names_the_local_body_in_the_language_of_the_interview(
    java: Callable[[str], Any], xform: Path, language: str, name: str
) -> None:
    interview = _hold(java, xform, language, INTERVIEW)

    assert name in interview.texts["tr_body"]
    assert name in interview.texts["w_voice"]
    assert name in interview.options["resp_first"][2]
    assert "${" not in "".join(interview.texts.values())


@pytest.mark.java
@pytest.mark.parametrize(
    "answers", [{"p_gender": "man"}, {"p_group": "youth", "p_age": "30_44"}, {"i_want2": "job"}]
)
def test_refuses_answers_that_do_not_fit(
    java: Callable[[str], Any], xform: Path, answers: dict[str, str]
) -> None:
    assert _hold(java, xform, URDU, {**INTERVIEW, **answers}).refused == list(answers)[-1:]


@pytest.mark.java
@pytest.mark.parametrize(
    ("answers", "last"), [({"c_agree": "no"}, "stop_refused"), ({"p_age": "under_18"}, "stop_under_18")]
)
def test_stops_kindly(java: Callable[[str], Any], xform: Path, answers: dict[str, str], last: str) -> None:
    assert _hold(java, xform, PASHTO, {**INTERVIEW, **answers}).asked[-1] == last
