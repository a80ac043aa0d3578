"""A release of an earlier form, read as if it were frozen today."""

from __future__ import annotations

import zlib

import pytest

from survey.publication.counts.cube import NO, REST, YES, topics_of
from survey.publication.reading.labels import Labels
from survey.publication.release import transfer
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.results import release_document

EARLIER = PROJECT / "tests" / "testdata" / "earlier" / "release.survey"


@pytest.fixture(scope="module")
def document():
    content, _ = transfer.unwrap(EARLIER.read_bytes())
    assert b'"format":1,' in zlib.decompress(content)
    return release_document.unpack(content)


def answers_of(topic) -> set[str]:
    return {cell["name"][-1] for cell in topic["cells"]}


def test_its_tables_are_named_as_the_cube_of_today(document) -> None:
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    declared = {topic.name: topic for topic in topics_of(asked)}
    # Who was interviewed alone was no figure then.
    assert {topic["name"] for topic in document["topics"]} == set(declared) - {"private"}
    for topic in document["topics"]:
        now = declared[topic["name"]]
        assert {leaf for leaf, _ in now.leaves} | {node for node, _ in now.tree} == answers_of(topic) - {
            "Total"
        }
    assert [step["nodes"] for step in document["rules"]["ladder"]][1] == ["top two", REST, YES]


@pytest.mark.slow
def test_an_option_named_as_a_sum_was_is_an_option(document) -> None:
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    labels = Labels(asked, "en", str)
    by_name = {topic["name"]: topic for topic in document["topics"]}
    assert {"yes", "no"} <= answers_of(by_name["w_space"])
    assert labels.answer("w_space", "no") == "No"
    assert labels.answer("i_time", "yes") == "Yes, on time"
    assert answers_of(by_name["reached"]) == {YES, NO, "Total"}
    assert labels.answer("reached", NO) == "Any other answer, or none"


@pytest.mark.slow
def test_it_withstands_the_attack_of_today(document) -> None:
    assert list(release_document.complaints(document)) == []


@pytest.mark.slow
def test_what_is_read_is_frozen_in_todays_form(document) -> None:
    assert release_document.unpack(release_document.pack(document)) == document
    assert document["format"] == release_document.FORMAT
