"""Questions of a release that are protected each on its own, over the same bases, in several processes."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, TypeVar

from analysis.disclosure.cube import Table
from analysis.disclosure.linear.effort import Effort, effort_of_tied_tables
from analysis.disclosure.primary import Rules
from analysis.disclosure.problem import Figure
from analysis.disclosure.protect import protect
from analysis.disclosure.protected_table import ProtectedTable

Result = TypeVar("Result")


def protected_in_turn(
    tables: Sequence[Table],
    rules: Rules,
    bases: ProtectedTable,
    figures: Mapping[str, Sequence[Figure]],
    workers: int = 1,
) -> Iterator[ProtectedTable]:
    """Yield each question's protected table as soon as it is ready, in any order.

    Parameters
    ----------
    tables
        One table of answers for each question.
    rules
        The rules of the release.
    bases
        The protected bases, shared by all.
    figures
        By question, the figures to publish next to its counts.
    workers
        Processes to use.

    Yields
    ------
    ProtectedTable

    Raises
    ------
    UnsafeError
        If a question cannot be protected.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.disclosure.cube import Cube, without_answers
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.protect import protect_bases
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table = Table(Cube((answer,)), np.array([30, 20]), name="safe")
    >>> bases = protect_bases(without_answers(table), Rules(ladder=None))
    >>> [one.counts for one in protected_in_turn([table], Rules(ladder=None), bases, {})]
    [(30, 20, 50)]
    """
    jobs = [(table, rules, bases, tuple(figures.get(table.name, ()))) for table in tables]
    for _, protected in results_as_ready(protect, jobs, workers):
        yield protected


def results_as_ready(
    work: Callable[..., Result],
    jobs: Sequence[tuple[Any, ...]],
    workers: int = 1,
    progress: Callable[[int, float], None] | None = None,
) -> Iterator[tuple[int, Result]]:
    """Yield the place and the result of each job as soon as it is ready, in any order.

    Parameters
    ----------
    work
        A function that other processes can import.
    jobs
        Its arguments, job by job.
    workers
        Processes to use; one is this one.
    progress
        Called with the place of a job and the share of it that is done; the work is then given an
        `analysis.disclosure.linear.effort.Effort` as its keyword `effort`, whose share that is.

    Yields
    ------
    tuple of int and result

    Examples
    --------
    >>> list(results_as_ready(pow, [(2, 3), (2, 4)]))
    [(0, 8), (1, 16)]
    """
    if workers <= 1 or len(jobs) <= 1:
        for place, job in enumerate(jobs):
            yield place, _done(work, job, place, progress)
        return
    # A web process has threads, which a forked copy would inherit in an undefined state.
    context = multiprocessing.get_context("spawn")
    notes = context.SimpleQueue()
    with ProcessPoolExecutor(workers, context, _keep_queue, (notes,)) as pool:
        running = {}
        for place, job in enumerate(jobs):
            running[place] = pool.submit(_done_elsewhere, work, job, place, progress is not None)
            running[place].add_done_callback(partial(_note_end, notes, place))
        while running:
            place, share = notes.get()
            if share is None:
                yield place, running.pop(place).result()
            elif progress is not None:
                progress(place, share)


def _done(
    work: Callable[..., Result],
    job: tuple[Any, ...],
    place: int,
    progress: Callable[[int, float], None] | None,
) -> Result:
    if progress is None:
        return work(*job)
    return work(*job, effort=_reporting(partial(progress, place)))


def _reporting(note: Callable[[float], None]) -> Effort:
    """An effort of tied tables that notes each further hundredth of its share."""
    noted = 0

    def report(effort: Effort) -> None:
        nonlocal noted
        if int(effort.share * 100) > noted:
            noted = int(effort.share * 100)
            note(effort.share)

    return effort_of_tied_tables(report)


#: Where a process of the pool puts how far it is.
_queue: list[Any] = []


def _keep_queue(notes: Any) -> None:
    _queue[:] = [notes]


def _done_elsewhere(
    work: Callable[..., Result], job: tuple[Any, ...], place: int, is_watched: bool
) -> Result:
    return _done(work, job, place, _put if is_watched else None)


def _put(place: int, share: float) -> None:
    _queue[0].put((place, share))


def _note_end(notes: Any, place: int, _future: Any) -> None:
    notes.put((place, None))
