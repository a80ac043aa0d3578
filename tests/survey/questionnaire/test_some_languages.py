"""The shipped questionnaire passes the check in any of its languages alone, and in any of them together."""

from __future__ import annotations

from itertools import chain, combinations
from pathlib import Path

import pytest

from survey.questionnaire.lint import check
from survey.questionnaire.sheets import without_holes
from tests.survey.questionnaire.lint.test_check import SHIPPED, UR, _changed

LANGUAGES = ("English (en)", "اردو (ur)", "پښتو (ps)")
SUBSETS = tuple(
    (default, spoken)
    for spoken in chain.from_iterable(combinations(LANGUAGES, number) for number in (1, 2, 3))
    for default in spoken
)


def without(lines: list[str], dropped: set[str]) -> list[str]:
    """Tables in Markdown without the columns of some languages."""
    kept: list[str] = []
    places: set[int] | None = None
    for line in lines:
        cells = line.split("|")
        if not line.startswith("|"):
            kept.append(line)
        elif cells[1].strip():
            places = None
            kept.append(line)
        else:
            if places is None:
                places = {n for n, cell in enumerate(cells) if cell.partition("::")[2].strip() in dropped}
            kept.append("|".join(cell for n, cell in enumerate(cells) if n not in places))
    return kept


@pytest.mark.slow
@pytest.mark.parametrize(("default", "spoken"), SUBSETS)
def test_any_of_its_languages_are_enough(tmp_path: Path, default: str, spoken: tuple[str, ...]) -> None:
    lines = without(SHIPPED.read_text(encoding="utf-8").splitlines(), set(LANGUAGES) - set(spoken))
    text = "\n".join(lines)
    head, _, settings = text.rpartition("| settings |")
    file = tmp_path / "form.md"
    file.write_text(f"{head}| settings |{settings.replace(LANGUAGES[0], default)}\n", encoding="utf-8")
    report = check.report(file)
    assert report.mistakes == ()
    assert report.questionnaire is not None
    assert len(report.questionnaire.languages) == len(spoken)


@pytest.mark.parametrize(("text", "copied"), [("${local_body}", False), ("${local_body} gives", True)])
def test_the_name_of_a_hole_is_no_text(tmp_path: Path, text: str, copied: bool) -> None:
    change = (("survey", "i_time", "label::English (en)", text), ("survey", "i_time", UR, text))
    messages = [mistake.message for mistake in check.check(_changed(tmp_path, *change))]
    assert any("copied" in message for message in messages) == copied


def test_what_is_left_without_holes() -> None:
    assert without_holes("${phone} and ${ name }!").split() == ["and", "!"]
