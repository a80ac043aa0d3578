"""Kept figures arranged as tables: nothing is lost, nothing is invented, the order stays."""

from __future__ import annotations

from survey.publication.reading.grids import grids
from survey.publication.release import release
from survey.publication.release.figures import Figure
from tests.survey.conftest import CLOSED, Finished


def figure(district: str, group: str, question: str, answer: str, count: int | None = None) -> Figure:
    if count is None:
        return Figure("PK5", district, group, question, answer, "hidden")
    return Figure("PK5", district, group, question, answer, "published", 60, count, count, 0, 100)


FIGURES = (
    figure("bannu", "woman", "q1", "yes", 40),
    figure("bannu", "woman", "q1", "no", 20),
    figure("swat", "woman", "q1", "yes"),
    figure("swat", "woman", "q1", "no"),
    figure("bannu", "woman", "q2", "a"),
    figure("bannu", "youth", "q2", "a", 30),
)


def test_one_grid_per_question_with_its_answers() -> None:
    first, second = grids(FIGURES)
    assert (first.question, first.answers) == ("q1", ("yes", "no"))
    assert (second.question, second.answers) == ("q2", ("a",))


def test_a_row_is_one_domain_and_tells_its_base_only_when_shown() -> None:
    first, second = grids(FIGURES)
    assert [(row.district, row.group, row.base) for row in first.rows] == [
        ("bannu", "woman", 60),
        ("swat", "woman", None),
    ]
    assert [row.district for row in first.shown] == ["bannu"]
    assert [row.district for row in first.hidden] == ["swat"]
    assert [row.group for row in second.shown] == ["youth"]


def test_no_figures_no_grids() -> None:
    assert grids(()) == ()


def test_every_figure_of_a_release_stands_in_exactly_one_grid(finished: Finished) -> None:
    kept = release.read(finished.database, CLOSED).figures
    arranged = [one for grid in grids(kept) for row in grid.rows for one in row.figures]
    assert len(arranged) == len(kept)
    assert set(arranged) == set(kept)
    for grid in grids(kept):
        assert {tuple(one.answer for one in row.figures) for row in grid.rows} == {grid.answers}
