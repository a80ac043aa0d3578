"""Time the estimators against plain NumPy counting and, where they are installed, against other survey packages.

Run ``python -m benchmarks.estimation``; it prints a Markdown table of medians of five. Ratios are comparable between
machines, seconds are not.
"""

from __future__ import annotations

import importlib.util
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.counting import UnitTable, pair_up, sum_codes
from analysis.estimation.frames import domain_frame
from analysis.estimation.linearisation import ratio_sums
from analysis.estimation.sums import mean_of_sums
from analysis.sample import Stage, SurveyDesign
from survey.publication.counts.indicator_tables import count_indicators
from survey.publication.counts.indicator_tables import tabulate as tabulate_indicator
from survey.publication.counts.indicators import INDICATORS, Answers
from survey.publication.counts.shares import HELP

DISTRICTS, CLUSTERS, QUESTIONS, REPEATS = 75, 40, 40, 5
LARGE, SMALL = 1_000_000, 100_000
#: Reporting districts x groups.
CELLS = 69 * 3


def synthetic(rows: int) -> tuple[SurveyDesign, NDArray[np.int64], list[NDArray[np.float64]]]:
    """Make a stratified cluster sample, the district of each row and yes/no questions with 5 % missing."""
    rng = np.random.default_rng(2026)
    district = rng.integers(0, DISTRICTS, rows)
    unit = district * CLUSTERS + rng.integers(0, CLUSTERS, rows)
    units = DISTRICTS * CLUSTERS
    stage = Stage(
        unit,
        np.arange(units) // CLUSTERS,
        np.zeros(DISTRICTS, dtype=np.int64),
        np.full(DISTRICTS, float(CLUSTERS)),
        np.zeros(units),
        np.ones(DISTRICTS),
        tuple(str(number) for number in range(DISTRICTS)),
    )
    questions = [
        np.where(rng.random(rows) < 0.05, np.nan, (rng.random(rows) < 0.4).astype(float))
        for _ in range(QUESTIONS)
    ]
    return SurveyDesign(rng.uniform(0.5, 2.0, rows), (stage,)), district, questions


def estimate(
    design: SurveyDesign, district: NDArray[np.int64], questions: list[NDArray[np.float64]], srs: bool = False
) -> None:
    """Estimate every question in every district, with standard errors."""
    frame = domain_frame(design, district, DISTRICTS)
    for question in questions:
        ratio_sums(frame, question, srs=srs)


def count(design: SurveyDesign, district: NDArray[np.int64], questions: list[NDArray[np.float64]]) -> None:
    """Count only: the weighted sums of each question by district, no standard errors."""
    for question in questions:
        valid = ~np.isnan(question)
        np.bincount(district[valid], design.weight[valid] * question[valid], DISTRICTS)
        np.bincount(district[valid], design.weight[valid], DISTRICTS)


def tabulate(district: NDArray[np.int64], unit: NDArray[np.int64], codes: list[NDArray[np.int8]]) -> None:
    """Make shares with standard errors of unweighted coded answers from mergeable sums."""
    score = np.full(128, np.nan)
    score[1:5] = [100, 100, 0, 0]
    units = DISTRICTS * CLUSTERS
    table = UnitTable(np.arange(units) // CLUSTERS, np.zeros(DISTRICTS))
    pairs = pair_up(district, DISTRICTS, unit, units)
    for answers in codes:
        mean_of_sums(sum_codes(answers, score, pairs), table)


def bincount(district: NDArray[np.int64], codes: list[NDArray[np.int8]]) -> None:
    """Count answers by district in plain NumPy."""
    for answers in codes:
        np.bincount(district * 8 + answers, minlength=DISTRICTS * 8)


def interviews(rows: int) -> tuple[dict[str, Answers], NDArray[np.int64], NDArray[np.int64]]:
    """Make random answers to every question of the indicators, the cell of each row and its field worker."""
    rng = np.random.default_rng(11)
    scale = {"a": 1, "b": 2, "c": 3, "d": 4, "97": 5, "98": 6, "99": 7}
    help_codes = {name: code for code, name in enumerate([*HELP, "98", "99"], 1)}
    answers = {}
    for item in sorted({item for indicator in INDICATORS for item in indicator.items}):
        if item in {"i_got", "i_effect"}:
            bits = {name: bit for bit, name in enumerate([*HELP, "none", "98", "99", "jealousy"])}
            answers[item] = Answers(rng.integers(0, 1 << 10, rows).astype(np.uint16), bits, {}, multiple=True)
        elif item.startswith("i_want"):
            answers[item] = Answers(rng.integers(1, 9, rows).astype(np.int8), help_codes, {})
        else:
            codes = rng.integers(0, 8, rows).astype(np.int8)
            answers[item] = Answers(codes, scale, {"a": 100, "b": 67, "c": 33, "d": 0})
    cell = rng.integers(0, CELLS, rows)
    return answers, cell, cell * 10 + rng.integers(0, 10, rows)


def indicator_table(answers: dict[str, Answers], cell: NDArray[np.int64], worker: NDArray[np.int64]) -> None:
    """Make every indicator with interval, design effect, alpha and refusals in every district and group."""
    units = UnitTable(np.arange(CELLS * 10) // 10, np.zeros(CELLS))
    for sums in count_indicators(INDICATORS, answers, pair_up(cell, CELLS, worker, CELLS * 10), cell):
        tabulate_indicator(sums, units)


def bincount_of_interviews(answers: dict[str, Answers], cell: NDArray[np.int64]) -> None:
    """Count the raw columns by cell in plain NumPy; an option of a multiple choice is a column."""
    for item in answers.values():
        if item.multiple:
            for bit in item.options.values():
                np.bincount(cell[(item.codes >> bit & 1).astype(bool)], minlength=CELLS)
        else:
            np.bincount(cell * 8 + item.codes, minlength=CELLS * 8)


def median_seconds(run: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median wall-clock time."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peers(
    design: SurveyDesign, district: NDArray[np.int64], question: NDArray[np.float64]
) -> Iterator[tuple[str, float]]:
    """Time one question in the packages that are installed: they take too long for forty."""
    stage = design.stages[0]
    columns = {
        "y": question,
        "district": district,
        "cluster": stage.unit,
        "weight": design.weight,
    }
    if importlib.util.find_spec("samplics"):
        from samplics.estimation import TaylorEstimator
        from samplics.utils.types import PopParam

        estimator = TaylorEstimator(PopParam.mean)
        yield (
            "samplics",
            median_seconds(
                lambda: estimator.estimate(
                    y=columns["y"],
                    samp_weight=columns["weight"],
                    stratum=columns["district"],
                    psu=columns["cluster"],
                    domain=columns["district"],
                    remove_nan=True,
                ),
                1,
            ),
        )
    if importlib.util.find_spec("svy"):
        import polars
        import svy

        data = polars.DataFrame(columns).with_columns(polars.col("y").fill_nan(None))
        sample = svy.Sample(data=data, design=svy.Design(wgt="weight", stratum="district", psu="cluster"))
        yield "svy", median_seconds(lambda: sample.estimation.mean("y", by="district", drop_nulls=True), 1)


def main() -> None:
    """Print the table."""
    design, district, questions = synthetic(LARGE)
    unit = design.stages[0].unit
    rng = np.random.default_rng(7)
    codes = [rng.integers(0, 7, LARGE).astype(np.int8) for _ in range(QUESTIONS)]
    small = synthetic(SMALL)
    ours = median_seconds(lambda: estimate(design, district, questions))
    effects = median_seconds(lambda: estimate(design, district, questions, srs=True))
    plain = median_seconds(lambda: count(design, district, questions))
    growth = ours / median_seconds(lambda: estimate(*small))
    sums, raw = (
        median_seconds(lambda: tabulate(district, unit, codes)),
        median_seconds(lambda: bincount(district, codes)),
    )
    table = interviews(LARGE)
    indicators = median_seconds(lambda: indicator_table(*table))
    columns = median_seconds(lambda: bincount_of_interviews(*table[:2]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    lines = [
        f"{LARGE:,} rows, {DISTRICTS} districts, {QUESTIONS} questions, {CLUSTERS} clusters per district; peak {peak:.2f} GB",
        "",
        "| what | seconds | ratio |",
        "|---|---|---|",
        f"| estimate and standard error | {ours:.2f} | {ours / plain:.1f} × NumPy sums by district ({plain:.2f} s) |",
        f"| the same with design effects | {effects:.2f} | {effects / plain:.1f} × |",
        f"| growth from {SMALL:,} rows | | {growth:.1f} × for 10 × the rows |",
        f"| shares from mergeable sums of codes | {sums:.2f} | {sums / raw:.1f} × NumPy bincount ({raw:.2f} s) |",
        f"| {len(INDICATORS)} indicators, {CELLS} cells | {indicators:.2f} | {indicators / columns:.1f} × NumPy bincount ({columns:.2f} s) |",
    ]
    lines += [
        f"| {name}, one question | {seconds:.2f} | {seconds * QUESTIONS / ours:.0f} × ours |"
        for name, seconds in peers(design, district, questions[0])
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
