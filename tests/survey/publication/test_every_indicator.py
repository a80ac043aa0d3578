"""The table of all indicators in `docs/statistics.md` against what declares them, and against a release."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from survey import geography
from survey.made_up.shipped_releases import file_of
from survey.publication.counts.indicators import INDICATORS, Indicator
from survey.publication.counts.safeguarding import safeguarding_topics
from survey.publication.counts.shares import SHARES
from survey.publication.release.ratios import RATIOS
from survey.questionnaire import xlsform
from survey.settings import SHIPPED
from survey.storage.results import release_document

DOCUMENT: Final = Path(__file__).resolve().parents[3] / "docs" / "statistics.md"
LEVELS: Final = ("district", "division", "province", "all")
#: Indicators whose share has another name.
NAMED: Final = {"reach": "reached", "harm": "harm_signal", "private": "private"}
Cells = list[tuple[str, ...]]


def rows() -> Iterator[tuple[str, set[str], set[str]]]:
    """Of every row what it describes, the indicators that it names, and the levels where they are published."""
    text = DOCUMENT.read_text(encoding="utf-8")
    table = (
        text.partition("**Every indicator of the programme**")[2].partition("\n\n|")[2].partition("\n\n")[0]
    )
    for line in table.splitlines()[2:]:
        what, names, levels, *rest = (cell.strip() for cell in line.strip("| ").split(" | "))
        assert len(rest) == 3, what
        every = LEVELS if levels == "each level" else tuple(levels.split(", "))
        yield what, set(re.findall(r"`(\w+)`", names)), set(every)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The later release of the demonstration: eight districts, of which some are a division together."""
    return dict(release_document.unpack(file_of("demo-2").read_bytes()))


def test_every_indicator_has_one_row() -> None:
    named = sorted(name for _, names, _ in rows() for name in names)
    assert named == sorted(one.name for one in INDICATORS)


def test_every_question_with_an_indicator_is_asked() -> None:
    """So that no row describes what the shipped questionnaire cannot give."""
    asked = xlsform.read(SHIPPED).questions
    assert [one.name for one in INDICATORS if not asked.keys() & set(one.items)] == []


def cells_of(indicator: Indicator, document: Mapping[str, Any]) -> Cells:
    """Under which names a release has the figures of an indicator, shown or hidden."""

    def inside(member: str, name: str) -> Cells:
        return [
            tuple(cell["name"]) for one in document[member] if one["name"] == name for cell in one["cells"]
        ]

    if indicator.kind in ("index", "gap"):
        return inside({"index": "indices", "gap": "gaps"}[indicator.kind], indicator.name)
    ratios = {one.question: one.name for one in RATIOS}
    if indicator.items[0] in ratios:
        return inside("ratios", ratios[indicator.items[0]])
    # Of a scale the two best answers are counted, or the two worst where less is better.
    half = "bottom two" if indicator.direction == "down" else "top two"
    table = NAMED.get(indicator.name, indicator.items[0])
    wanted = {"said yes"} if indicator.name in NAMED else set(indicator.options) or {half}
    return [name[:-1] for name in inside("topics", table) if name[-1] in wanted]


def level_of(name: tuple[str, ...]) -> str:
    province, district = name[:2]
    if district == "Total":
        return "all" if province == "Total" else "province"
    return "division" if geography.is_division(district) else "district"


@pytest.mark.parametrize(
    "indicator", [one for one in INDICATORS if one.kind != "either"], ids=lambda one: one.name
)
def test_it_is_published_at_the_levels_that_are_said(indicator: Indicator, document: dict[str, Any]) -> None:
    levels = next(levels for _, names, levels in rows() if indicator.name in names)
    assert {level_of(name) for name in cells_of(indicator, document)} == levels


def test_so_are_the_figures_that_no_indicator_declares(document: dict[str, Any]) -> None:
    said = {what.partition(",")[0].partition(":")[0]: levels for what, _, levels in rows()}

    def found(entries: list[Mapping[str, Any]]) -> set[str]:
        return {level_of(tuple(cell["name"])) for entry in entries for cell in entry["cells"]}

    perception = [one for one in document["gaps"] if one["name"].startswith("perception")]
    assert said["inclusion perception gap"] == found(perception)
    assert said["weighted shares of women and of youth"] == found(document["weighted"])
    assert said["the same as a mean of all answers"] == found(document["pooled"])
    assert said["median minutes"] == {level_of(tuple(one["name"])) for one in document["lengths"]}


def test_voluntariness_is_in_no_release(document: dict[str, Any]) -> None:
    (signal,) = [one for one in INDICATORS if one.kind == "either"]
    topics = {one["name"] for one in document["topics"]}
    assert not topics & {signal.name, *signal.items}
    assert {topic.name for topic in safeguarding_topics(xlsform.read(SHIPPED))}
    assert not {share.name for share in SHARES} & {signal.name}
