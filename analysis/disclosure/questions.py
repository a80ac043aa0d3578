"""Questions of a release that are protected each on its own, over the same bases, in several processes."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

from analysis.disclosure.cube import Table
from analysis.disclosure.primary import Rules
from analysis.disclosure.problem import Figure
from analysis.disclosure.protect import ProtectedTable, protect

Result = TypeVar("Result")


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
