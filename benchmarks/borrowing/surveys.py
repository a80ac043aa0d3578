"""Real answers of real people by place and group, from surveys that R's packages ship; none of their data is kept here.

R needs the packages survey, sae, lme4, mlmRev and carData (`r-cran-lme4`, `r-cran-mlmrev`, `r-cran-cardata`; the first two
from CRAN). What each is: `SURVEYS`.
"""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: R that leaves a table `d` with the columns place, area and group; every other one is a question, 1 for yes.
SURVEYS: Final[Mapping[str, str]] = {
    "Spain, 52 provinces in regions, by schooling (sae::incomedata)": """
        data(incomedata, package = "sae"); x <- subset(incomedata, educ > 0)
        d <- with(x, data.frame(place = prov, area = ac, group = educ, poor = +(income < 0.6 * median(income)),
          well_off = +(income > 1.5 * median(income)), works = +(labor == 1), seeks = +(labor == 2)))""",
    "Spain, the same by age (sae::incomedata)": """
        data(incomedata, package = "sae"); x <- subset(incomedata, age > 2)
        d <- with(x, data.frame(place = prov, area = ac, group = age, poor = +(income < 0.6 * median(income)),
          well_off = +(income > 1.5 * median(income)), works = +(labor == 1), schooled = +(educ == 3)))""",
    "Zurich, lecturers in departments, rated by three ages of students (lme4::InstEval)": """
        data(InstEval, package = "lme4"); x <- InstEval
        x$g <- ifelse(x$studage == "2", "2", ifelse(x$studage == "4", "4", "more"))
        many <- names(which(rowSums(table(x$d, x$g) >= 25) == 3)); x <- subset(x, d %in% many)
        d <- with(x, data.frame(place = d, area = dept, group = g, good = +(y >= 4), best = +(y == 5), bad = +(y <= 2)))
        d <- d[paste(d$place, d$area) %in% {t <- table(x$d, x$dept); paste(rownames(t), colnames(t)[max.col(t)])}, ]""",
    "California, schools in counties by kind (survey::apipop)": """
        data(api, package = "survey"); x <- apipop; many <- names(which(rowSums(table(x$cname, x$stype) >= 20) == 3))
        x <- subset(x, cname %in% many)
        d <- with(x, data.frame(place = cname, area = "CA", group = stype, grew = +(sch.wide == "Yes"),
          all_grew = +(comp.imp == "Yes"), award = +(awards == "Yes"), poor = +(meals > 50), good = +(api00 >= 700)))""",
    "Bangladesh, women in districts by children (mlmRev::Contraception)": """
        data(Contraception, package = "mlmRev"); x <- Contraception
        d <- with(x, data.frame(place = district, area = "BD", group = ifelse(livch == "0", "none", ifelse(livch == "3+",
          "many", "few")), uses = +(use == "Y"), town = +(urban == "Y")))""",
    "Chile, towns by size in regions, by schooling (carData::Chile)": """
        data(Chile, package = "carData"); x <- subset(Chile, !is.na(education))
        d <- with(x, data.frame(place = paste(region, population), area = region, group = education, yes = +(vote == "Y"),
          no = +(vote == "N"), unsure = +(vote == "U"), likes = +(statusquo > 0), well_off = +(income > 20000)))""",
}

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Survey:
    """People with their place (an area and a place in it), group and answer to one question."""

    name: str
    question: str
    places: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    place: Whole
    group: Whole
    yes: Whole


def surveys() -> Iterator[Survey]:
    """Every question of every survey."""
    for name, made in SURVEYS.items():
        rows = list(csv.DictReader(io.StringIO(_read(made))))
        questions = [column for column in rows[0] if column not in ("place", "area", "group")]
        for question in questions:
            given = [row for row in rows if row[question] in ("0", "1")]
            yield _survey(name, question, given)


def _survey(name: str, question: str, rows: list[dict[str, str]]) -> Survey:
    places = tuple(sorted({(row["area"], row["place"]) for row in rows}))
    groups = tuple(sorted({row["group"] for row in rows}))
    place = np.array([places.index((row["area"], row["place"])) for row in rows], np.int64)
    group = np.array([groups.index(row["group"]) for row in rows], np.int64)
    return Survey(
        name, question, places, groups, place, group, np.array([int(r[question]) for r in rows], np.int64)
    )


def _read(made: str) -> str:
    code = f"{made}\nwrite.csv(d, stdout(), row.names = FALSE, quote = FALSE, na = '')"
    return subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout
