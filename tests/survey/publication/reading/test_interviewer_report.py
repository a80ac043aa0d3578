"""The interviewer report: every question in its order, made of the release's own two numbers and of nothing else."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import lru_cache

from analysis.models.interviewers import EARLIER, MEASURED, OTHERS, PLANNED, Correlation
from survey.publication.counts.cube import topics_of
from survey.publication.counts.design_effects import Known
from survey.publication.reading.interviewer_report import (
    SAID,
    SOURCES,
    TOO_FEW_ANSWERS,
    TOO_FEW_WORKERS,
    UNMEASURED,
    Line,
    interviewers_csv,
    sections,
)
from survey.publication.reading.labels import Labels
from survey.publication.release import interviewers, release
from survey.publication.release.release import Release
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import PROJECT
from survey.storage.results import release_document, releases
from tests.survey.conftest import CLOSED, Finished

HEADER = "round,question,question_label,status,percent,ci_low,ci_high,used_percent,source,demonstration"


@lru_cache(maxsize=1)
def asked() -> Questionnaire:
    return xlsform.read(PROJECT / "questionnaires" / "community_security.md")


def labels() -> Labels:
    return Labels(asked(), "en", str)


def released(known: dict[str, Known]) -> Release:
    """A release that says this and holds no figure."""
    return Release("2026-1", "q", "1", "2026-11-26", "0" * 64, "1", {}, 0, 0, (), known=known)


def lines(kept: Release) -> list[Line]:
    return [line for section in sections(kept, asked()) for line in section.lines]


def known(rho: float, error: float, source: str = MEASURED) -> Known:
    return Known(Correlation(rho, error, source))


def test_a_measured_question_has_its_share_and_an_interval_and_another_only_what_is_used() -> None:
    kept = released({"saf_day": known(0.05, 0.02), "tr_police": known(0.08, 0.08, PLANNED)})
    # Fisher's scale for ten: z = log((1 + 9 · .05) / .95) / 2 = .2114; its slope there is 10 / (2 · 1.45 · .95) = 3.63,
    # so ± .1423, and back .0146 to .0933.
    assert lines(kept) == [
        Line("saf_day", SAID, MEASURED, 5, 5, 1, 9),
        Line("tr_police", TOO_FEW_ANSWERS, PLANNED, 8),
    ]


def test_nothing_found_is_not_nothing_known() -> None:
    (line,) = lines(released({"saf_day": known(0.0, 0.03)}))
    assert (line.percent, line.low) == (0, 0)
    assert (line.high or 0) >= 6


def test_why_nothing_is_said_follows_from_what_was_measured_of_the_same_people() -> None:
    """A question for women alone: what was measured among all groups says nothing of the workers who met women."""
    by_groups = {topic.name: topic.groups for topic in topics_of(asked())}
    women = next(name for name, groups in by_groups.items() if groups == ("woman",))
    everybody = [name for name, groups in by_groups.items() if len(groups) == 3][:2]
    borrowed = known(0.04, 0.02, OTHERS)
    found = lines(released({everybody[0]: known(0.05, 0.02), everybody[1]: borrowed, women: borrowed}))
    assert {line.question: line.status for line in found} == {
        everybody[0]: SAID,
        everybody[1]: TOO_FEW_ANSWERS,
        women: TOO_FEW_WORKERS,
    }
    found = lines(released({women: known(0.05, 0.02), everybody[0]: borrowed}))
    assert {line.question: line.status for line in found} == {women: SAID, everybody[0]: TOO_FEW_ANSWERS}
    assert {line.status for line in lines(released({everybody[0]: borrowed}))} == {TOO_FEW_WORKERS}


def test_questions_are_in_the_order_of_asking() -> None:
    everything = {topic.name: known(0.05, 0.02) for topic in topics_of(asked())}
    found = sections(released(everything), asked())
    assert [line.question for section in found for line in section.lines] != list(everything)
    assert {line.question for section in found for line in section.lines} == set(everything)
    place = {name: at for at, name in enumerate(asked().questions)}
    parts = {topic.name: place[topic.question] for topic in topics_of(asked())}
    order = [parts[line.question] for section in found for line in section.lines]
    assert order == sorted(order)
    pages = [page.name for page in asked().pages]
    assert [section.page for section in found] == [
        name for name in pages if name in {one.page for one in found}
    ]


def test_what_is_for_administrators_only_is_never_in_it_even_if_a_release_held_it() -> None:
    kept = released({name: known(0.2, 0.05) for name in ("l_join", "l_free", "saf_day")})
    assert [line.question for line in lines(kept)] == ["saf_day"]
    assert b"l_join" not in interviewers_csv(kept, labels())


def test_a_release_of_before_has_nothing_to_say() -> None:
    assert sections(released({}), asked()) == ()
    assert interviewers_csv(released({}), labels()).decode("utf-8-sig") == HEADER + "\r\n"


def test_the_file_holds_the_same_lines() -> None:
    kept = released({"saf_day": known(0.05, 0.02), "tr_police": known(0.08, 0.08, PLANNED)})
    file = interviewers_csv(kept, labels())
    assert file.startswith(b"\xef\xbb\xbf" + HEADER.encode() + b"\r\n")
    first, second = csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    assert list(first.values())[3:] == [SAID, "5", "1", "9", "5", MEASURED, "no"]
    assert list(second.values())[3:] == [TOO_FEW_ANSWERS, "", "", "", "8", PLANNED, "no"]
    assert first["question_label"] == labels().question("saf_day")
    made_up = interviewers_csv(kept, labels(), demonstration=True).decode("utf-8-sig")
    assert {line.rpartition(",")[2] for line in made_up.splitlines()[1:]} == {"yes"}


def test_every_status_and_source_has_words() -> None:
    assert set(SOURCES) == {MEASURED, EARLIER, OTHERS, PLANNED}
    assert set(UNMEASURED) == {TOO_FEW_WORKERS, TOO_FEW_ANSWERS}


def test_it_is_a_function_of_what_the_release_says_of_workers_and_of_nothing_else(finished: Finished) -> None:
    kept = release.read(finished.database, CLOSED)
    document = release_document.unpack(releases.find(finished.database, CLOSED).content)
    said = {topic["name"]: topic[interviewers.FIELD] for topic in document["topics"]}
    found = lines(kept)
    assert {line.question for line in found} == set(said)
    for line in found:
        assert line.used == round(100 * said[line.question]["rho"])
        assert (line.percent is not None) == (said[line.question]["source"] == MEASURED)
    assert lines(replace(kept, figures=(), indices=(), mixes=(), rules={})) == found
