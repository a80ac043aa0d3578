"""Carries a release from the machine where it was made to another one: its stored bytes behind their signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from analysis.disclosure.primary import RaisedBase, Rules, Step, stricter
from analysis.disclosure.tied.ties import Ties
from survey.days import today
from survey.problems import FOREIGN_RELEASE, Problem
from survey.publication.counts.cube import topics_of
from survey.publication.protection import tied_tables
from survey.publication.protection.rules import rules_of
from survey.publication.protection.ties import ties_of
from survey.publication.release import gaps, ratios, release
from survey.publication.release.checking.heads import head_mistakes
from survey.publication.release.checking.means import index_mistakes
from survey.publication.release.checking.members import member_mistakes
from survey.publication.release.checking.mixes import mix_mistakes
from survey.publication.release.checking.tables import table_mistakes
from survey.publication.release.paired import figures as paired
from survey.publication.release.pooled import figures as pooled
from survey.publication.release.weighted import figures as weighted
from survey.questionnaire.model import Questionnaire
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.results import derived_figures, release_document, releases
from survey.storage.results.releases import Release

#: What the file begins with; then the signature, then the release as it is stored.
MARK: Final = b"survey release 1\n"
SIGNATURE: Final = 64


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
    if not release_document.is_packed(content):
        raise ValueError("this is no release as this program writes them")
    try:
        return _import_document(database, document, content)
    except release_document.MALFORMED as error:
        raise ValueError("this is no release as this program writes them") from error


def _import_document(database: Database, document: Mapping[str, Any], content: bytes) -> Release:
    present = rounds.find(database, str(document["round"]))
    if (document["questionnaire"], document["version"]) != (present.questionnaire, present.version):
        raise Problem(FOREIGN_RELEASE, round=present.name, mistake="questionnaire")
    rules = _rules(document["rules"])
    if not stricter(rules, rules_of(database)) or not _names_nothing_else(rules, rules_of(database)):
        raise Problem(FOREIGN_RELEASE, round=present.name, mistake="rules")
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    for mistake in _mistakes(document, asked, rules):
        raise Problem(FOREIGN_RELEASE, round=present.name, mistake=mistake)
    # Of a round without an interview there are no tables that could be tied.
    ties = tied_tables.published_ties(asked, ties_of(asked)) if document["topics"] else Ties()
    if document.get("ties", release_document.describe_ties(ties)) != release_document.describe_ties(ties):
        raise Problem(FOREIGN_RELEASE, round=present.name, mistake="ties")
    # What no reader could read later is not stored; it raises what `take` expects of no release.
    release.parse(document, present.name, today(), "", str(document["code_version"]))
    return releases.store(database, present.name, content, str(document["code_version"]), ties=ties)


def _mistakes(document: Mapping[str, Any], asked: Questionnaire, rules: Rules) -> Iterator[str]:
    """What of it neither the questionnaire nor its own published numbers make; for what is left its signature answers."""
    topics = topics_of(asked)
    yield from table_mistakes(document, asked, rules)
    yield from head_mistakes(document, asked)
    yield from mix_mistakes(document)
    yield from index_mistakes(document, asked)
    yield from gaps.undeclared(document, topics)
    yield from paired.undeclared(document, topics)
    yield from ratios.undeclared(document, topics)
    yield from pooled.undeclared(document, asked)
    yield from weighted.undeclared(document)
    yield from derived_figures.complaints(document)
    yield from member_mistakes(document)


def _names_nothing_else(rules: Rules, own: Rules) -> bool:
    """Whether its bases are raised for what they are raised for here, once each."""
    raised, known = ([(one.dimension, one.node) for one in some.raised] for some in (rules, own))
    return len(set(raised)) == len(raised) and set(raised) <= set(known)


def _rules(printed: Mapping[str, Any]) -> Rules:
    """The rules that a release carries."""
    ladder = printed["ladder"] and tuple(
        Step(step["base"], tuple(step["nodes"])) for step in printed["ladder"]
    )
    raised = tuple(RaisedBase(**one) for one in printed["raised"])
    return Rules(printed["k"], printed["sensitive_k"], printed["base"], raised, ladder)
