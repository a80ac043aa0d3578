"""Let R's survey judge: random designs with a new seed each time, every figure by both, and where they differ.

Run ``make referee``, or ``python -m benchmarks.referee --seed 7 --designs 40`` for the same again. It needs R with the
package survey. Figures agree to one part in a million; where R says 0 or infinite and a figure is withheld with a reason, that is
counted apart. It leaves with 1 if any figure differs.
"""

from __future__ import annotations

import argparse
import math
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import (
    as_replicate_sample,
    crosstab,
    domain_t,
    make_sample,
    mean,
    post_stratify,
    proportion,
    quantile,
    rao_scott,
    ratio,
    total,
)
from analysis.association import STATISTICS
from analysis.columns import DesignError
from analysis.estimation.quantile_rules import RULES

TOLERANCE = 1e-6
LONELY = ("remove", "certainty", "adjust", "average")

PRELUDE = """suppressMessages(library(survey))
both <- function(x) c(coef(x), as.vector(as.matrix(SE(x))))
test <- function(x) c(x$statistic, x$p.value)
answer <- function(name, value) {
  numbers <- tryCatch(suppressWarnings(as.numeric(value)), error = function(e) NaN)
  cat(name, sprintf("%.15g", numbers), sep = ",")
  cat("\\n")
}
"""


@dataclass(frozen=True)
class Question:
    """One thing that both are asked."""

    name: str
    ours: Callable[[Any], list[float]]
    r: str


@dataclass(frozen=True)
class Design:
    """A drawn sample, and its design as both are given it."""

    frame: pd.DataFrame
    ours: dict[str, Any]
    r: str
    lonely: str


def drawn(rng: np.random.Generator) -> Design:
    """Draw strata of few or many clusters, unequal weights, missing answers and small domains."""
    lonely = rng.random() < 0.3
    sizes = [1 if lonely and number == 0 else int(rng.integers(2, 9)) for number in range(rng.integers(1, 6))]
    if sum(sizes) < 2:  # R refuses a design of one cluster.
        sizes = [2]
    cluster = np.repeat(np.arange(sum(sizes)), rng.integers(1, 12, sum(sizes)))
    stratum = np.repeat(np.arange(len(sizes)), sizes)[cluster]
    rows = len(cluster)
    effect = rng.normal(size=sum(sizes))[cluster]
    frame = pd.DataFrame({"stratum": stratum, "cluster": cluster, "w": np.round(rng.uniform(1, 9, rows), 6)})
    frame["size"] = np.array([size + rng.integers(0, 30) for size in sizes])[stratum]
    frame["y"] = np.round(50 + 10 * effect + 20 * rng.normal(size=rows), 3)
    frame["x"] = np.round(rng.gamma(3, 10, rows) + 1, 3)
    frame.loc[rng.random(rows) < 0.1, "y"] = np.nan
    frame["g"] = rng.choice(["a", "b", "c"], rows, p=[0.6, 0.35, 0.05])
    frame["h"] = np.where(effect + rng.normal(size=rows) > 0, "up", "down")
    frame["k"] = np.where(rng.random(rows) < 0.07, None, rng.choice(["p", "q", "r"], rows))
    finite = rng.random() < 0.5
    return Design(
        frame,
        {"weights": "w", "strata": "stratum", "clusters": "cluster"} | ({"fpc": "size"} if finite else {}),
        f"id = ~cluster, strata = ~stratum, weights = ~w{', fpc = ~size' if finite else ''}",
        str(rng.choice(LONELY)),
    )


def pair(found: Any) -> list[float]:
    """Return estimates, then standard errors."""
    return [*found.estimate.tolist(), *found.se.tolist()]


def questions(design: Design) -> Iterator[Question]:
    """Yield what is asked of a design."""
    for level in (None, *sorted(set(design.frame["g"]))):
        where = None if level is None else {"g": level}
        d = "d" if level is None else f'subset(d, g == "{level}")'
        at = level or "all"
        yield Question(
            f"mean {at}",
            lambda s, w=where: pair(mean(s, "y", where=w)),
            f"both(svymean(~y, {d}, na.rm = TRUE))",
        )
        yield Question(
            f"total {at}", lambda s, w=where: pair(total(s, "x", where=w)), f"both(svytotal(~x, {d}))"
        )
        yield Question(
            f"ratio {at}",
            lambda s, w=where: pair(ratio(s, "y", "x", where=w)),
            f"both(svyratio(~y, ~x, {d}, na.rm = TRUE))",
        )
        yield Question(
            f"share {at}",
            lambda s, w=where: pair(proportion(s, "h", "up", where=w)),
            f'both(svymean(~I(h == "up"), {d}))[c(2, 4)]',
        )
        for rule in RULES:
            if rule != "shahvaish":  # R's depends on the unit of the weights.
                yield Question(
                    f"quantile {rule} {at}",
                    lambda s, w=where, r=rule: pair(quantile(s, "y", [0.22, 0.5], where=w, rule=r)),
                    f"both(svyquantile(~y, {d}, c(0.22, 0.5), na.rm = TRUE, qrule = '{rule}'))",
                )
    for statistic in STATISTICS:
        if statistic != "lincom":  # R takes the approximation where CompQuadForm is missing.
            yield Question(
                f"association {statistic}",
                lambda s, t=statistic: [(f := rao_scott(s, "g", "h", statistic=t)).statistic, f.p],
                f"test(svychisq(~g + h, d, statistic = '{statistic}'))",
            )
    yield Question(
        "rows of a table",
        lambda s: [*(f := crosstab(s, "g", "h").rows).estimate, *f.se],
        "{b <- svyby(~h, ~g, d, svymean); k <- as.vector(t(matrix(seq_along(coef(b)), ncol = 2))); "
        "c(coef(b)[k], as.vector(as.matrix(SE(b)))[k])}",
    )
    yield Question(
        "difference",
        lambda s: [(f := domain_t(s, "y", "h")).difference, f.statistic, f.p],
        "{t <- svyttest(y ~ h, d); c(t$estimate, t$statistic, t$p.value)}",
    )
    yield Question(
        "jackknife",
        lambda s: pair(mean(as_replicate_sample(s, "JKn"), "y", by="h")),
        'both(svyby(~y, ~h, as.svrepdesign(d, type = "JKn"), svymean, na.rm = TRUE))',
    )
    known = design.frame.groupby("h")["w"].sum().mul(3).round(3).to_dict()
    freq = ", ".join(f"{value:.3f}" for value in known.values())
    yield Question(
        "post-stratified",
        lambda s: pair(mean(post_stratify(s, "h", known), "y")),
        f'both(svymean(~y, postStratify(d, ~h, data.frame(h = c("down", "up"), Freq = c({freq}))), na.rm = TRUE))',
    )


def our_figures(design: Design, asked: Question) -> list[float]:
    """Return our figures; nothing where we refuse."""
    sample = make_sample(design.frame, lonely=design.lonely, **design.ours)
    try:
        return [float(value) for value in asked.ours(sample)]
    except DesignError:
        return []


def r_figures(design: Design, asked: list[Question], folder: Path) -> dict[str, list[float]]:
    """Return R's figures by question."""
    design.frame.to_csv(folder / "data.csv", index=False)
    lines = [
        PRELUDE,
        f"options(survey.lonely.psu = '{design.lonely}')",
        'data <- read.csv("data.csv", stringsAsFactors = TRUE, na.strings = "")',
        f"d <- svydesign({design.r}, data = data)",
        *(f'answer("{one.name}", {one.r})' for one in asked),
    ]
    (folder / "ask.R").write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run(["Rscript", "ask.R"], cwd=folder, capture_output=True, text=True, check=True)
    found = {}
    for line in done.stdout.splitlines():
        name, *numbers = line.split(",")
        found[name] = [math.nan if number in ("NaN", "NA") else float(number) for number in numbers]
    return found


def verdict(ours: float, r: float) -> str:
    """Say how two figures stand to each other."""
    if math.isnan(ours):
        return "both withhold" if not math.isfinite(r) else "R 0, we withhold" if abs(r) < 1e-9 else "R alone"
    if not math.isfinite(r):
        return "we alone"
    return "equal" if math.isclose(ours, r, rel_tol=TOLERANCE, abs_tol=1e-9) else "differ"


def judged(design: Design, folder: Path) -> Iterator[tuple[str, float, float, str]]:
    """Yield every figure of a design by both, and how the two stand to each other."""
    asked = list(questions(design))
    theirs = r_figures(design, asked, folder)
    for one in asked:
        ours, r = our_figures(design, one), theirs[one.name]
        count = max(len(ours), len(r))
        # A refusal is one answer; it stands for each of the figures.
        ours, r = (part if len(part) == count else [math.nan] * count for part in (ours, r))
        for place, (left, right) in enumerate(zip(ours, r, strict=True)):
            yield f"{one.name}[{place}]", left, right, verdict(left, right)


def main() -> None:
    """Ask both, and print how many figures agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--designs", type=int, default=20)
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}, {options.designs} designs\n")
    rng = np.random.default_rng(options.seed)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.designs):
            for name, ours, r, said in judged(drawn(rng), Path(folder)):
                counts[said] += 1
                if said in ("differ", "R alone", "we alone"):
                    sys.stdout.write(f"design {number}, {name}: ours {ours:.9g}, R {r:.9g}: {said}\n")
    sys.stdout.write(", ".join(f"{said}: {count}" for said, count in counts.most_common()) + "\n")
    sys.exit(1 if counts["differ"] else 0)


if __name__ == "__main__":
    main()
