"""The safeguarding document: made with the release, equal to a recount, told to administrators, and nowhere else."""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.tied.ties import clusters
from survey import geography
from survey.commands.main import main
from survey.keys import release_signing
from survey.problems import CHANGED_RELEASE, NOT_FOUND, RELEASED, UNSAFE_RELEASE, Problem
from survey.publication.counts.cube import NO, YES, topics_of
from survey.publication.counts.safeguarding import SAFEGUARDING, safeguarding_topics
from survey.publication.protection.restricted import ties_with
from survey.publication.release import purges, release, safeguarding
from survey.publication.release.figures import HIDDEN
from survey.publication.release.paired.blocks import paired_gaps
from survey.questionnaire import xlsform
from survey.settings import SHIPPED_VERSIONS
from survey.storage import tables
from survey.storage.engine.database import Database
from survey.storage.field import retention
from survey.storage.results import release_document, releases
from survey.storage.results import safeguarding as store
from tests.survey.conftest import CLOSED, OPEN, Finished
from tests.survey.publication.counts.test_answers import counts_of


@pytest.fixture(scope="module")
def document(finished: Finished) -> dict[str, Any]:
    return store.find(finished.database, CLOSED)


@pytest.fixture
def copied(finished: Finished, tmp_path) -> Iterator[Database]:
    """A copy of the finished survey that a test may change."""
    home = tmp_path / "copied"
    shutil.copytree(finished.home, home)
    database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    yield database
    database.close()


def said(answers: dict[str, Any], name: str) -> bool:
    """Whether an interview says what a share counts, read from the declaration of the questionnaire's reference."""
    no_choice, not_free = answers.get("l_join") == "no_choice", answers.get("l_free") == "not_at_all"
    signal, joined, free = (share.name for share in SAFEGUARDING)
    return {signal: no_choice or not_free, joined: no_choice, free: not_free}[name]


def recounted(finished: Finished, name: str) -> dict[tuple[str, str], tuple[int, int]]:
    """By place the members, and those who said it alone with the worker, from the interviews as they were sent."""
    base, yes = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in filter(counts_of, finished.sent):
        answers = one["answers"]
        if answers["p_group"] == "member":
            province = geography.reporting_of(answers["district"]).adm1_pcode
            for place in ((province, TOTAL), (TOTAL, TOTAL)):
                base[place] += 1
                yes[place] += said(answers, name) and answers.get("s_private") == "alone"
    return {place: (base[place], yes[place]) for place in base}


def test_shares_are_those_of_the_members_interviewed(finished: Finished, document) -> None:
    compared = 0
    for name, _, figures in safeguarding.read(finished.database, CLOSED).shares:
        right = recounted(finished, name)
        assert {(one.province, one.district) for one in figures} == right.keys()
        for one in figures:
            if one.status != HIDDEN:
                assert (one.base, one.count) == right[one.province, one.district]
                assert one.ci_low <= one.percent <= one.ci_high
                compared += 1
    assert compared >= 3


def test_no_number_of_a_district_is_in_it(document) -> None:
    for topic in document["topics"]:
        below = [cell for cell in topic["cells"] if cell["name"][1] != TOTAL and cell["name"][3] != TOTAL]
        assert below
        assert {cell["count"] for cell in below} == {None}
        assert all("figure" not in cell for cell in below)


def test_no_release_knows_of_it(finished: Finished) -> None:
    text = zlib.decompress(releases.find(finished.database, CLOSED).content).decode()
    assert not [share.name for share in SAFEGUARDING if share.name in text]
    assert not {"l_join", "l_free"} & {topic["name"] for topic in json.loads(text)["topics"]}


def exposing(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the tables as they would be one by one: a district's count written where it follows from others."""
    changed = json.loads(json.dumps(document))
    for topic in changed["topics"]:
        counts = {tuple(cell["name"]): cell for cell in topic["cells"]}
        for name, cell in counts.items():
            base = counts[(*name[:-1], TOTAL)]["count"]
            if cell["count"] is None and base and base >= 20 and name[-1] == YES:
                cell["count"] = base - 1
                counts[(*name[:-1], NO)]["count"] = None
                return changed
    raise AssertionError("nothing is hidden")


def test_the_store_attacks_it_with_the_release_and_refuses_what_gives_somebody_away(
    finished: Finished, copied: Database, document
) -> None:
    kept = releases.find(copied, CLOSED)
    beside = store.Beside(store.pack(exposing(document)), {})
    assert list(store.complaints(beside, release_document.unpack(kept.content)))
    with pytest.raises(Problem) as refused:
        releases.store(copied, CLOSED, kept.content, kept.code_version, beside=beside)
    assert refused.value.kind is UNSAFE_RELEASE
    whole = store.Beside(store.pack(document), {})
    assert list(store.complaints(whole, release_document.unpack(kept.content))) == []
    with pytest.raises(Problem) as again:
        releases.store(copied, CLOSED, kept.content, kept.code_version, beside=whole)
    assert again.value.kind is RELEASED


def test_it_is_stored_with_the_release_or_not_at_all(copied: Database, document) -> None:
    """A round that has a release keeps the document it has."""
    before = store.find(copied, CLOSED)
    kept = releases.find(copied, CLOSED)
    with pytest.raises(Problem):
        releases.store(
            copied,
            CLOSED,
            kept.content,
            "x",
            beside=store.Beside(store.pack({**document, "not_told": ["x"]}), {}),
        )
    assert store.find(copied, CLOSED) == before
    assert store.documented_rounds(copied) == {CLOSED}


def test_one_that_was_changed_is_not_read(copied: Database, document) -> None:
    change = update(tables.safeguarding).values(content=store.pack({**document, "not_told": ["x"]}))
    copied.change(lambda connection: connection.execute(change) and None)
    with pytest.raises(Problem) as refused:
        safeguarding.read(copied, CLOSED)
    assert refused.value.kind is CHANGED_RELEASE


@pytest.mark.parametrize("forged", [{"not_told": ["x"]}, {"round": OPEN}])
def test_a_signed_one_is_refused_though_its_digest_was_made_again(
    copied: Database, document, forged: dict[str, Any]
) -> None:
    copied.knows_signature = release_signing.answers_for
    signature = release_signing.sign_release(copied.home, store.content_of(copied, CLOSED))
    store.keep_signature(copied, CLOSED, signature)
    assert store.find(copied, CLOSED) == document
    content = store.pack({**document, **forged})
    digest = hashlib.sha256(content).hexdigest()
    change = update(tables.safeguarding).values(content=content, digest=digest)
    copied.change(lambda connection: connection.execute(change) and None)
    with pytest.raises(Problem) as refused:
        safeguarding.read(copied, CLOSED)
    assert refused.value.kind is CHANGED_RELEASE


def test_a_document_of_another_round_is_refused_without_a_signature_too(copied: Database, document) -> None:
    content = store.pack({**document, "round": OPEN})
    change = update(tables.safeguarding).values(content=content, digest=hashlib.sha256(content).hexdigest())
    copied.change(lambda connection: connection.execute(change) and None)
    with pytest.raises(Problem) as refused:
        safeguarding.read(copied, CLOSED)
    assert refused.value.kind is CHANGED_RELEASE


def test_a_round_without_one_has_none(finished: Finished) -> None:
    for name in (OPEN, "never", "../x"):
        with pytest.raises(Problem) as refused:
            safeguarding.read(finished.database, name)
        assert refused.value.kind is NOT_FOUND


def test_it_stays_when_the_interviews_are_gone(copied: Database, document) -> None:
    with copied.read() as connection:
        assert len(connection.execute(select(tables.safeguarding.c.round)).all()) == 1
    assert retention.purge(copied, CLOSED, after_days=0) > 1500
    purges.finish(copied)
    assert store.find(copied, CLOSED) == document
    assert release.read(copied, CLOSED).shown > 1000


def test_the_command_prints_what_the_document_holds(finished: Finished, monkeypatch) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(finished.home))
    monkeypatch.setenv("SURVEY_DATABASE_URL", f"sqlite:///{finished.home / 'survey.sqlite'}")
    done = CliRunner().invoke(main, ["release", "safeguarding", CLOSED])
    assert done.exit_code == 0, done.output
    head, *lines = done.stdout.splitlines()
    told = safeguarding.read(finished.database, CLOSED)
    assert head.split("\t") == ["place", "group", "interviews", *(name for name, _, _ in told.shares)]
    assert [line.split("\t")[:2] for line in lines] == [[line.place, line.group] for line in told.lines]
    for printed, line in zip(lines, told.lines, strict=True):
        for cell, figure in zip(printed.split("\t")[3:], line.figures, strict=True):
            assert cell == (
                "not shown"
                if figure.percent is None
                else f"{figure.percent}% ({figure.ci_low}-{figure.ci_high})"
            )


@pytest.mark.parametrize("version", SHIPPED_VERSIONS)
def test_no_pair_of_answers_is_tied_to_this_document(version: str) -> None:
    """How many gave both answers of a gap is in no attack on this document, and so may not tell anything of its tables."""
    asked = xlsform.read(SHIPPED_VERSIONS[version])
    topics, secret = topics_of(asked), list(safeguarding_topics(asked))
    sides = {name for gap, _ in paired_gaps(topics) for name in (gap.first, gap.second, gap.within)}
    ties = ties_with([asked], secret, [topic.name for topic in topics])
    (cluster,) = (found for found in clusters(ties) if secret[0].name in found)
    assert len(sides) > 4
    assert {topic.name for topic in secret} <= set(cluster)
    assert sides.isdisjoint(cluster)
