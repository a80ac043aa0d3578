"""Carries a release from the machine where it was made to another one: its stored bytes behind their signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import RaisedBase, Rules, Step, stricter
from survey.problems import FOREIGN_RELEASE, Problem
from survey.publication.counts.cube import topics_of
from survey.publication.protection import tied_tables
from survey.publication.protection.rules import rules_of
from survey.publication.protection.ties import ties_of, valid_topics
from survey.publication.release import gaps, interviewers, ratios
from survey.publication.release.figures import HIDDEN
from survey.publication.release.fixed_mix import compared_answer
from survey.publication.release.pooled import figures as pooled
from survey.questionnaire.model import Questionnaire
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.results import derived_figures, release_document, releases
from survey.storage.results.releases import Release

#: What the file begins with; then the signature, then the release as it is stored.
MARK: Final = b"survey release 1\n"
SIGNATURE: Final = 64
#: Per cent that a total may differ from the mean of its shares, which is kept with fewer digits.
ROUNDING: Final = 1e-4


def wrap(content: bytes, signature: bytes) -> bytes:
    """The file that travels."""
    return MARK + signature + content


def unwrap(file: bytes) -> tuple[bytes, bytes]:
    """Content and signature of such a file; ValueError for any other."""
    if not file.startswith(MARK) or len(file) <= len(MARK) + SIGNATURE:
        raise ValueError("this is no file that release export wrote")
    rest = file.removeprefix(MARK)
    return rest[SIGNATURE:], rest[:SIGNATURE]


def take(database: Database, content: bytes) -> Release:
    """Store a release whose signature was verified, after attacking it again.

    Raises UNKNOWN_ROUND, ROUND_OPEN, ROUND_ENDING, RELEASED and UNSAFE_RELEASE as the store does, and FOREIGN_RELEASE where it is not
    of this round's questionnaire and rules, or its figures are not those of its own cells.
    """
    document = release_document.unpack(content)
    try:
        return _import_document(database, document, content)
    except release_document.MALFORMED as error:
        raise ValueError("this is no release as this program writes them") from error


def _import_document(database: Database, document: Mapping[str, Any], content: bytes) -> Release:
    present = rounds.find(database, str(document["round"]))
    if (document["questionnaire"], document["version"]) != (present.questionnaire, present.version):
        raise Problem(FOREIGN_RELEASE, round=present.name, mistake="questionnaire")
    if not stricter(_rules(document["rules"]), rules_of(database)):
        raise Problem(FOREIGN_RELEASE, round=present.name, mistake="rules")
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    topics = topics_of(asked)
    wrong_gaps = (
        *gaps.undeclared(document, topics),
        *ratios.undeclared(document, topics),
        *pooled.undeclared(document, asked),
        *derived_figures.complaints(document),
    )
    for mistake in (*_mistakes(document, asked), *_wrong_mixes(document), *wrong_gaps):
        raise Problem(FOREIGN_RELEASE, round=present.name, mistake=mistake)
    ties = tied_tables.published_ties(asked, ties_of(asked))
    if document.get("ties", release_document.describe_ties(ties)) != release_document.describe_ties(ties):
        raise Problem(FOREIGN_RELEASE, round=present.name, mistake="ties")
    return releases.store(database, present.name, content, str(document["code_version"]), ties=ties)


def _rules(printed: Mapping[str, Any]) -> Rules:
    """The rules that a release carries."""
    ladder = printed["ladder"] and tuple(
        Step(step["base"], tuple(step["nodes"])) for step in printed["ladder"]
    )
    raised = tuple(RaisedBase(**one) for one in printed["raised"])
    return Rules(printed["k"], printed["sensitive_k"], printed["base"], raised, ladder)


def _mistakes(document: Mapping[str, Any], asked: Questionnaire) -> Iterator[str]:
    """Tables outside the declared cube or under milder rules, counts too small, and figures beside the counts."""
    sensitive = {topic.name: topic.sensitive for topic in topics_of(asked)}
    sensitive |= {table.name: table.sensitive for table in valid_topics(asked)}
    for topic in (*document["topics"], *document.get("valid", ())):
        if sensitive.get(topic["name"]) is not topic["sensitive"]:
            yield str(topic["name"])
        least = document["rules"]["sensitive_k" if topic["sensitive"] else "k"]
        counts = release_document.counts_of(topic)
        for cell in topic["cells"]:
            small = _too_small(cell, least, document["rules"]["base"])
            if small or ("figure" in cell and not _fits(cell, counts)):
                yield " / ".join((topic["name"], *cell["name"]))


Counts = Mapping[release_document.Name, int | None]


def _wrong_mixes(document: Mapping[str, Any]) -> Iterator[str]:
    """Fixed-mix totals that are not the equal mean of shown shares, of all interviewed or of those who answered.

    Their limits stand on who interviewed how many of each group, which no release holds: they have to be limits of the mean.
    """
    topics = {topic["name"]: topic for topic in document["topics"]}
    for entry in document.get("fixed_mix", ()):
        if (topic := topics.get(entry["question"])) is None:
            yield str(entry["question"])
            continue
        counts = release_document.counts_of(topic)
        if entry["answers"] != _mixed_answers(topic) or not _is_rightly_called(entry, topic):
            yield str(entry["question"])
        for cell in entry["cells"]:
            for base, without in (("figure", None), ("answered", release_document.NO_ANSWER)):
                told = cell["figure"] if base == "figure" else cell.get(base)
                if told is not None and not _is_mixed(told, tuple(cell["name"]), counts, without):
                    yield " / ".join((entry["question"], *cell["name"]))


def _is_rightly_called(entry: Mapping[str, Any], topic: Mapping[str, Any]) -> bool:
    """Whether changes are called only where the worker's part of the intervals is not assumed."""
    called, known = entry.get("called", False), interviewers.read(topic)
    return called is False or (called is True and known is not None and not known.assumed)


def _mixed_answers(topic: Mapping[str, Any]) -> list[str]:
    """The answers of a question and then the compared ones, as a total keeps them."""
    dimension = topic["cube"][-1]
    leaves, tree = [leaf[-1] for leaf in dimension["leaves"]], dict(dimension["tree"])
    compared = str(compared_answer(leaves, tree))
    return [*leaves, *tree.get(compared, (compared,))]


def _is_mixed(told: Sequence[Any], place: release_document.Name, counts: Counts, without: str | None) -> bool:
    """Whether the numbers of a total are how many it is of, their mean, limits around it, and degrees of freedom."""
    n, value, low, high, *df = told
    numbers = all(
        type(one) in (int, float) for one in (value, low, high, *(one for one in df if one is not None))
    )
    if type(n) is not int or not numbers or len(df) > 1 or any(one is not None and not one > 0 for one in df):
        return False
    return 0 <= low <= value <= high <= 100 and _is_mean(n, value, place, counts, without)


def _is_mean(n: int, value: float, place: release_document.Name, counts: Counts, without: str | None) -> bool:
    compared = compared_answer([name[-1] for name in counts], {name[-1]: () for name in counts})
    groups = [
        name[2]
        for name in counts
        if name[:2] == place and name[2:] != (TOTAL, compared) and name[-1] == compared
    ]
    parts = [_part((*place, group), str(compared), counts, without) for group in groups]
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return False
    mean = sum(count / base for count, base in known) / len(known)
    return n == sum(base for _, base in known) and abs(100 * mean - value) < ROUNDING


def _part(
    domain: release_document.Name, answer: str, counts: Counts, without: str | None
) -> tuple[int, int] | None:
    """How many of a group gave the answer, and of how many; None where one is hidden."""
    number, base = counts[(*domain, answer)], counts[(*domain, TOTAL)]
    silent = counts[(*domain, without)] if without else 0
    return None if number is None or not base or silent is None else (number, base - silent)


def _too_small(cell: Mapping[str, Any], k: int, base: int) -> bool:
    """Whether a count is shown that is too small to be."""
    return cell["count"] is not None and cell["count"] < (base if cell["name"][-1] == TOTAL else k)


def _fits(cell: Mapping[str, Any], counts: Mapping[release_document.Name, int | None]) -> bool:
    """Whether a figure holds the counts of its cells and no number beside hidden ones."""
    status, base, count, *rest = cell["figure"]
    here, whole = cell["count"], counts[(*cell["name"][:-1], TOTAL)]
    if here is None or whole is None:
        return status == HIDDEN and [base, count, *rest] == [None] * 5
    return status != HIDDEN and (base, count) == (whole, here)
