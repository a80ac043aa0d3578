"""What each column of the files means and holds, as a data package describes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from survey.publication.reading.csv_files import DEMONSTRATION, KIND, LEVEL
from survey.publication.reading.hidden.told import SAYS
from survey.publication.reading.labels import code_of
from survey.publication.release.figures import FEW, HIDDEN, PUBLISHED

#: Columns of whole numbers, in every file but where `TEXTS` says otherwise; those of wide.csv have a colon in their names.
INTEGERS: Final = frozenset(
    [
        "base",
        "count",
        "percent",
        "ci_low",
        "ci_high",
        "answered",
        "answered_percent",
        "answered_ci_low",
        "answered_ci_high",
        "n",
        "mean",
        "pooled_mean",
        "pooled_ci_low",
        "pooled_ci_high",
        "dont_know_percent",
        "refused_percent",
        "first_percent",
        "second_percent",
        "points",
        "value",
        "earlier",
        "later",
        "recorded",
        "estimate_percent",
        "both",
        "estimated_percent",
    ]
)
NUMBERS: Final = frozenset({"alpha", "p_adjusted"})
#: (file, column) pairs of words that are numbers elsewhere.
TEXTS: Final = frozenset({("change", "base")})
#: (file, column) or column → the words that it may hold.
WORDS: Final[Mapping[str | tuple[str, str], tuple[str, ...]]] = {
    LEVEL: ("district", "division", "province", "all"),
    "status": (PUBLISHED, FEW, HIDDEN),
    ("summary", KIND): ("answer", "sum"),
    ("indices", KIND): ("index",),
    ("gaps", KIND): ("gap",),
    ("ratios", KIND): ("ratio",),
    ("estimates", KIND): ("estimate",),
    ("borrowed", KIND): ("borrowed",),
    "says": tuple(code_of(one) for one in SAYS),
    ("change", KIND): ("share", "index", "gap", "ratio"),
    ("codebook", KIND): ("question", "answer", "sum", "index", "gap", "ratio"),
    ("change", "base"): ("interviewed", "answered"),
}
MEANINGS: Final[Mapping[str, str]] = {
    "round": "The round.",
    "adm1_pcode": "P-code of the province; empty for all districts together.",
    "adm1_name": "The province as OCHA names it.",
    "adm2_pcode": "P-code of the district; empty above districts.",
    "adm2_name": "The district as OCHA names it.",
    "district": "Key of the reporting district or division; all for a province and for all districts.",
    "group": "Group of people: member, woman, youth or all.",
    "question": "Key of the question, or of a yes-or-no share made of questions.",
    "question_label": "Its wording in the reader's language.",
    "answer": "Key of the answer, or of a sum of answers.",
    "answer_label": "Its wording in the reader's language.",
    "base": "Number of interviews that the row is of; in the file of changes, of whom the share is.",
    "count": "How many gave the answer.",
    "percent": "Their share in whole per cent.",
    "ci_low": "Lower end of the 95 % interval.",
    "ci_high": "Upper end of the 95 % interval.",
    "status": "Whether the row is shown plainly, of few answers, or hidden; what is hidden has no number.",
    "answered": "How many answered, where that is published.",
    "answered_percent": "Share of those who answered, in whole per cent.",
    "answered_ci_low": "Lower end of its 95 % interval.",
    "answered_ci_high": "Upper end of its 95 % interval.",
    LEVEL: "Level of the place.",
    KIND: "What the row is; rows of kind answer of one question, place and group are everybody once.",
    "place_label": "The place in the reader's language.",
    "province_label": "The province in the reader's language.",
    "group_label": "The group in the reader's language.",
    DEMONSTRATION: "Whether the figures are made up.",
    "index": "Key of the index.",
    "index_label": "Its name in the reader's language.",
    "n": "How many people the value is of; of a change, in the round that has fewer.",
    "mean": "Mean of the index, 0 to 100.",
    "dont_know_percent": "Share of answers that were don't know.",
    "refused_percent": "Share of answers that were prefer not to say.",
    "alpha": "Cronbach's alpha of the questions of the index.",
    "gap": "Key of the gap.",
    "gap_label": "What it compares, in the reader's language.",
    "first": "Key of the question of the first share.",
    "second": "Key of the question of the second share.",
    "first_percent": "The first share in whole per cent.",
    "second_percent": "The second share in whole per cent.",
    "both": "How many gave both answers, where that is told; never of a district.",
    "points": "The difference in points.",
    "difference": "Whether the difference is clear, not_clear or not_called.",
    "ratio": "Key of the ratio.",
    "ratio_label": "What it says, in the reader's language.",
    "value": "The ratio in per cent, or a balance in points.",
    "earlier_round": "The round that is compared with.",
    "name": "Key of the question, index, gap or ratio.",
    "label": "Its name in the reader's language.",
    "earlier": "The value in the earlier round.",
    "later": "The value in this round.",
    "p_adjusted": "p of the difference, adjusted over its family; empty where nothing is called.",
    "pooled_mean": "Mean of all answers to the questions of the index, where the mean by person is not shown.",
    "pooled_ci_low": "Lower end of its 95 % interval.",
    "pooled_ci_high": "Upper end of its 95 % interval.",
    "change": "higher, lower, no_clear_change, or why no change is called.",
    "hidden_by": "How chance hides the answers: the design and its probabilities; empty where it does not.",
    "one": "Key of the answer that is recorded as 1; of a list, of the sensitive item.",
    "with_trait": "Probability that 1 is recorded of a person of whom it is true; of a list, one more than the other items.",
    "without_trait": "Probability that it is recorded of a person of whom it is not true.",
    "recorded": "How many answers are recorded as 1; of a list, how many numbers are of the one with the sensitive item.",
    "estimate_percent": "Of how many in a hundred people it is true, as follows from the counts and the probabilities.",
    "says": "Whether there is an estimate, or why not.",
    "estimated_percent": "Their share in per cent and steps of five, estimated from other figures: of these people nothing is shown.",
    "estimated_from": "What it is estimated from, in the reader's language.",
    "made_of": "Keys of the questions that it is made of, with spaces between.",
}


def described(file: str, column: str) -> dict[str, Any]:
    """One field of a schema: its name, type and meaning, and the words that it may hold."""
    if ":" in column:
        return {"name": column, "type": "integer", "description": _of_indicator(column)}
    if column.startswith("label_"):
        language = column.removeprefix("label_")
        return {"name": column, "type": "string", "description": f"The words in the language {language}."}
    field: dict[str, Any] = {"name": column, **_type(file, column), "description": MEANINGS[column]}
    words = WORDS.get((file, column), WORDS.get(column))
    return {**field, "constraints": {"enum": list(words)}} if words else field


def _type(file: str, column: str) -> dict[str, Any]:
    if column == DEMONSTRATION:
        return {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}
    if (file, column) in TEXTS:
        return {"type": "string"}
    return {"type": "integer" if column in INTEGERS else "number" if column in NUMBERS else "string"}


#: What stands after the second colon of a column of wide.csv.
_PARTS: Final = {
    "low": "lower end of its interval",
    "high": "upper end of its interval",
    "n": "number of people",
}


def _of_indicator(column: str) -> str:
    kind, name, *part = column.split(":")
    return f"{kind} {name}: {_PARTS[part[0]] if part else 'its value'}."
