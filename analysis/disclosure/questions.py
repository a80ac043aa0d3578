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
    """Yield each question's protected table as soon as it is ready, in any order."""
    jobs = [(table, rules, bases, tuple(figures.get(table.name, ()))) for table in tables]
    for _, protected in in_turn(protect, jobs, workers):
        yield protected


def in_turn(
    work: Callable[..., Result], jobs: Sequence[tuple[Any, ...]], workers: int = 1
) -> Iterator[tuple[int, Result]]:
    """Yield the place and the result of each job as soon as it is ready, in any order."""
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
