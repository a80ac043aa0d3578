"""How far the work on a release is: it moves inside tied tables, and nothing counts as done that is not."""

from __future__ import annotations

from survey.publication.protection import course
from survey.publication.protection.course import Course, Piece


def test_the_line_moves_inside_tied_tables_and_ends_with_them() -> None:
    told: list[tuple[float, int, float | None]] = []
    work = Course([Piece("small", 1.0), Piece("tied", 9.0)], 5, 2, lambda *now: told.append(now))
    work.move("small", 1.0)
    for share in (0.25, 0.5, 0.99, 1.0):
        work.move("tied", share)
    assert [done for done, _, _ in told] == [3, 4, 4.2, 4.5, 4.9, 5]
    assert {total for _, total, _ in told} == {5}
    assert told[0][2] is None
    assert told[-1][2] == 0


def test_what_is_left_is_at_least_what_the_largest_piece_takes_one_processor(monkeypatch) -> None:
    """One of ten is done in ten seconds by two processors; the nine others are one piece, which only one of them works on."""
    now = iter((0.0, 10.0, 20.0))
    monkeypatch.setattr(course.time, "monotonic", lambda: next(now))
    told: list[float | None] = []
    work = Course(
        [Piece("small", 1.0), Piece("tied", 9.0)], 2, 2, lambda _done, _all, left: told.append(left)
    )
    work.move("small", 1.0)
    work.move("tied", 0.5)
    assert told[1] == 10.0 * 9 * 2
    assert told[2] == 20.0 / 5.5 * 4.5 * 2


def test_nothing_done_leaves_the_rest_unknown() -> None:
    told: list[float | None] = []
    work = Course([Piece("only", 1.0)], 1, 1, lambda _done, _all, left: told.append(left))
    work.move("only", 0.0)
    assert told == [None, None]
