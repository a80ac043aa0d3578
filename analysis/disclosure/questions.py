"""Questions of a release that are protected each on its own, over the same bases, in several processes."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

from analysis.disclosure.cube import Table
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
    work: Callable[..., Result], jobs: Sequence[tuple[Any, ...]], workers: int = 1
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
            yield place, work(*job)
        return
    # A web process has threads, which a forked copy would inherit in an undefined state.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        places = {pool.submit(work, *job): place for place, job in enumerate(jobs)}
        for done in as_completed(places):
            yield places[done], done.result()
