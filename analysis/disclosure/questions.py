"""All questions of a release: bases protected once, then each question's cube on its own, resumable."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, TypeVar

from analysis.disclosure.cube import Table
from analysis.disclosure.primary import Rules
from analysis.disclosure.problem import Figure
from analysis.disclosure.protect import ProtectedTable, protect

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the protection of a release has come.

    Parameters
    ----------
    done, total
        Questions protected so far, and altogether.
    name
        The question just finished.
    seconds_left
        Estimate of the time left, from the questions done in this run.

    Examples
    --------
    >>> Progress(done=1, total=4, name="safe", seconds_left=9.0).total
    4
    """

    done: int
    total: int
    name: str
    seconds_left: float


def protect_questions(
    tables: Sequence[Table],
    rules: Rules,
    bases: ProtectedTable,
    figures: Mapping[str, Sequence[Figure]] | None = None,
    done: Mapping[str, ProtectedTable] | None = None,
    progress: Callable[[Progress], None] | None = None,
    workers: int = 1,
) -> dict[str, ProtectedTable]:
    """Protect every question of a release over the same bases.

    Parameters
    ----------
    tables
        One table of answers for each question, with distinct names.
    rules
        The rules of the release.
    bases
        The protected bases, shared by all.
    figures
        By question, the figures to publish beside its counts.
    done
        Questions protected in an interrupted run; they are kept.
    progress
        Called after each question.
    workers
        Processes to use.

    Returns
    -------
    dict
        Protected tables by name, in the order of `tables`.  Each depends on
        its table, the rules and the bases alone, whatever ran before.

    Raises
    ------
    ValueError
        If two questions have the same name.
    UnsafeError
        If a question cannot be protected.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.disclosure.cube import Cube, Dimension, without_answers
    >>> from analysis.disclosure.protect import protect_bases
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table = Table(Cube((place, answer)), np.array([[30, 30], [20, 30]]), name="safe")
    >>> bases = protect_bases(without_answers(table), Rules(ladder=None))
    >>> {name: one.hidden for name, one in protect_questions([table], Rules(ladder=None), bases).items()}
    {'safe': 0}
    """
    names = [table.name for table in tables]
    if len(set(names)) < len(names):
        raise ValueError("Two questions have the same name.")
    found = {name: table for name, table in (done or {}).items() if name in names}
    waiting = [table for table in tables if table.name not in found]
    begun, first = time.monotonic(), len(found)
    for protected in protected_in_turn(waiting, rules, bases, figures or {}, workers):
        found[protected.name] = protected
        if progress is not None:
            pace = (time.monotonic() - begun) / (len(found) - first)
            progress(Progress(len(found), len(names), protected.name, pace * (len(names) - len(found))))
    return {name: found[name] for name in names}


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
        By question, the figures to publish beside its counts.
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
    >>> from analysis.disclosure.cube import Cube, Dimension, without_answers
    >>> from analysis.disclosure.protect import protect_bases
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table = Table(Cube((answer,)), np.array([30, 20]), name="safe")
    >>> bases = protect_bases(without_answers(table), Rules(ladder=None))
    >>> [one.counts for one in protected_in_turn([table], Rules(ladder=None), bases, {})]
    [(30, 20, 50)]
    """
    jobs = [(table, rules, bases, tuple(figures.get(table.name, ()))) for table in tables]
    for _, protected in in_turn(protect, jobs, workers):
        yield protected


def in_turn(
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
    >>> list(in_turn(pow, [(2, 3), (2, 4)]))
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
