"""One way out: every route as every role over a finished survey; each number shown stands in the stored release."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import product
from typing import Final, NamedTuple

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from analysis.disclosure.nodes import TOTAL
from survey.publication.counts import cube
from survey.publication.reading import progress
from survey.publication.release.figures import FEW, HIDDEN
from survey.storage.field import retention
from survey.storage.people.accounts import ROLES
from survey.storage.results import release_document, releases
from survey.storage.scope import Scope
from tests.support.pages import Element
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.application import application
from tests.survey.conftest import CLOSED, DISTRICTS, OPEN, Finished
from tests.survey.web.readers.shown_gaps import gaps_in_store, gaps_of_file, gaps_of_page
from tests.survey.web.shown_figures import (
    CELL,
    Words,
    figures_of_file,
    figures_of_page,
    indices_in_store,
    indices_of_file,
    indices_of_page,
    labels_of,
    main_of,
    names_of,
    words_of,
)

#: What a route's holes are filled with; a route with another hole fails here until somebody says what to try.
HOLES: Final = {
    "round_name": (CLOSED, OPEN),
    "earlier": (CLOSED, OPEN),
    "district": (*DISTRICTS, "awaran"),
    "name": (*ROLES, "queue.js"),
    "secret": ("nothing",),
    "indicator": (
        "index:safety",
        "gap:gap_money",
        "ratio:on_time",
        "share:saf_night",
        "index:nothing",
        "odd",
    ),
    "version": ("nothing",),
    "edition": ("1", "nothing"),
    "hole": ("nothing", "asked_by"),
    "file": ("nothing",),
    "submission_id": ("00000000-0000-4000-8000-000000000000",),
}
MINE: Final = ("peshawar", "quetta", "awaran")
#: The districts that each role may read.
REACH: Final = {"coordinator": MINE, "reviewer": DISTRICTS, "administrator": DISTRICTS}
#: Endpoints that show figures, and those that show numbers of interviews; all others show neither.
RESULTS: Final = "results."
COVERAGE: Final = "coverage."
INDICES: Final = "results.indices"
#: What has tests of its own, against its own store: gaps and ratios, estimates, what only administrators read, paper, what is of no place.
GAPS: Final = (
    "results.gaps",
    "results.ratios",
    "downloads.wide",
    "downloads.borrowed",
    "downloads.hidden_estimates",
)
SAFEGUARDING: Final = "administration.safeguarding."
OF_QUESTIONS: Final = ("results.interviewers", "results.interviewers_file")

#: District (or province and "Total"), group, question, answer → base, count, percent, low, high, few.
Name = tuple[str, str, str, str, str]
Shown = Mapping[Name, tuple[str, ...]]


class Visit(NamedTuple):
    """An address that let a reader in, with its reply, and the figures, indices and gaps on a page of results."""

    endpoint: str
    address: str
    reply: TestResponse
    figures: Shown
    indices: Mapping[tuple[str, str, str], list[str]]
    gaps: Mapping[tuple[str, str], list[str]]


Walk = Sequence[Visit]
#: By role.
Walks = dict[str, Walk]


@pytest.fixture(scope="module")
def walked_app(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application over the closed round, for tests that only read."""
    home = tmp_path_factory.mktemp("walked") / "copy"
    shutil.copytree(finished.home, home)
    with application(home) as app:
        yield app


@pytest.fixture(scope="module")
def kept() -> Walks:
    """What the first test of this file got on its way, for the others."""
    return {}


@pytest.fixture
def walks(walked_app: Flask, kept: Walks) -> Walks:
    """Every address that lets each role in, and somebody who is not signed in, with its reply."""
    if not kept:
        words = words_of(walked_app, in_store(walked_app))
        kept |= {role: list(walk(walked_app, reader, words)) for role, reader in readers(walked_app).items()}
    return kept


def readers(app: Flask) -> dict[str, Reader]:
    """One of each role at a browser, and somebody who is not signed in."""
    store = stored(app)
    people = {role: somebody(store, role, districts=MINE) for role in ("worker", "coordinator")}
    people |= {role: somebody(store, role) for role in ROLES if role not in people}
    return {role: at_browser(app, people.get(role)) for role in (*people, "nobody")}


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Endpoint and address of every route that can be read, with every hole filled in every way."""
    with app.test_request_context():
        return [
            (rule.endpoint, url_for(rule.endpoint, **values))
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint[:6] not in ("static", "paper.")
            for values in filled(app, rule)
        ]


def filled(app: Flask, rule: Rule) -> Iterator[dict[str, str]]:
    holes, known = sorted(rule.arguments), {**HOLES, "question": (*names_of(app), "p_age", "l_join")}
    for values in product(*(known[hole] for hole in holes)):
        yield dict(zip(holes, values, strict=True))


def walk(app: Flask, reader: Reader, words: Words) -> Iterator[Visit]:
    """Every address that lets the reader in."""
    for endpoint, address in addresses(app):
        reply = reader.client.get(address)
        if reply.status_code == 200:
            reply.get_data()
            yield Visit(endpoint, address, reply, *_shown(words, endpoint, reply))


def _shown(words: Words, endpoint: str, reply: TestResponse) -> tuple[Shown, dict, dict]:
    """What a page of results shows, which is read once."""
    if not endpoint.startswith(RESULTS) or reply.mimetype == "text/csv":
        return {}, {}, {}
    assert reply.mimetype == "text/html", endpoint
    main, path = main_of(reply), reply.request.path
    figures = {} if endpoint in (*GAPS, *OF_QUESTIONS) else figures_of_page(words, main, path)
    return figures, indices_of_page(main), gaps_of_page(main, path)


# --- what stands in the store -----------------------------------------------------------------------------------


def in_store(app: Flask) -> Shown:
    """Every figure of the stored release, from its bytes."""
    document = release_document.unpack(releases.find(stored(app), CLOSED).content)
    return {name: numbers for topic in document["topics"] for name, numbers in stored_figures(topic)}


def stored_figures(topic) -> Iterator[tuple[Name, tuple[str, ...]]]:
    counts = {tuple(cell["name"]): cell["count"] for cell in topic["cells"]}
    for cell in topic["cells"]:
        if "figure" not in cell or cell["figure"][0] == HIDDEN:
            continue
        province, district, group, answer = cell["name"]
        status, base, count, *rest = cell["figure"]
        assert (base, count) == (counts[province, district, group, TOTAL], cell["count"])
        name = (province, district, group, topic["name"], answer)
        answered = cell.get("answered", ("",) * 4)
        yield name, tuple(map(str, (base, count, *rest, status == FEW, *answered)))


# --- the walks --------------------------------------------------------------------------------------------------


def seen_on(way: Walk) -> tuple[Shown, Shown]:
    """All figures that a reader got: in files and on pages."""
    filed: dict[Name, tuple[str, ...]] = {}
    paged: dict[Name, tuple[str, ...]] = {}
    for visit in way:
        if visit.endpoint in (INDICES, *GAPS, *OF_QUESTIONS):
            continue
        if visit.reply.mimetype == "text/csv" and visit.endpoint.startswith(RESULTS):
            filed |= figures_of_file(visit.reply)
        assert all(paged.get(name, numbers) == numbers for name, numbers in visit.figures.items())
        paged |= visit.figures
    return filed, paged


def without_count(numbers: tuple[str, ...]) -> tuple[str, ...]:
    base, _, *rest = numbers
    return (base, *rest)


def test_every_number_of_every_role_stands_in_the_store_alike_on_pages_and_in_files(
    walked_app: Flask, walks: Walks
) -> None:
    store = in_store(walked_app)
    together = {}
    for role, way in walks.items():
        filed, paged = seen_on(way)
        inside = {name for name in store if name[1] in REACH.get(role, ())}
        above = {name for name in store if inside and cube.is_above_districts(name[1])}
        assert filed == {name: store[name] for name in inside | above}, role
        assert {name: paged[name] for name in filed} == {n: without_count(v) for n, v in filed.items()}, role
        assert paged.items() <= {name: without_count(numbers) for name, numbers in store.items()}.items()
        assert inside | above == set(paged), role
        together |= filed
    assert len(together) > 1000
    assert together.items() <= store.items()
    assert set(store) == set(together)


def test_every_index_of_every_role_stands_in_the_store(walked_app: Flask, walks: Walks) -> None:
    store, together, filed = indices_in_store(walked_app), {}, {}
    for role, way in walks.items():
        for visit in way:
            together |= visit.indices
            assert visit.indices.items() <= store.items()
            if visit.endpoint == INDICES:
                filed[role] = indices_of_file(walked_app, visit.reply)
    assert len(together) >= 3
    assert together == store
    labels = labels_of(walked_app)
    for role, shown in filed.items():
        places = {labels.district(district) for district in REACH[role]}
        others = {labels.district(district) for district in DISTRICTS} - places
        assert shown == {name: cells for name, cells in store.items() if name[0] not in others}
    assert set(filed) == set(REACH)
    assert filed["reviewer"]


def test_every_gap_of_every_role_stands_in_the_store(walked_app: Flask, walks: Walks) -> None:
    store, together = gaps_in_store(walked_app), {}
    labels = labels_of(walked_app)
    for role in REACH:
        mine: dict[tuple[str, str], list[str]] = {}
        filed: dict[tuple[str, str], list[str]] = {}
        for visit in walks[role]:
            mine |= visit.gaps
            if visit.endpoint == GAPS[0]:
                filed = gaps_of_file(walked_app, visit.reply)
        districts = {labels.district(one) for one in DISTRICTS}
        own = {labels.district(one) for one in REACH[role]}
        assert mine == {
            name: cells for name, cells in store.items() if name[0].split(" – ")[0] not in districts - own
        }, role
        assert filed == mine, role
        together |= mine
    assert together == store
    assert len(store) > 100


def test_figures_stand_in_results_alone(walks: Walks) -> None:
    pages = 0
    for way in walks.values():
        for endpoint, address, reply, *_ in way:
            if reply.mimetype != "text/html" or endpoint.startswith((RESULTS, COVERAGE, SAFEGUARDING)):
                continue
            pages += 1
            main = main_of(reply)
            assert "%" not in main.text, address
            assert not CELL.search(main.text), address
            assert not main.all("svg", class_="meter"), address
    assert pages > 30


def test_coverage_shows_numbers_of_interviews_and_nothing_else(walked_app: Flask, walks: Walks) -> None:
    tried = 0
    for role, way in walks.items():
        scope = Scope.of(MINE) if role == "coordinator" else Scope.everywhere()
        for endpoint, address, reply, *_ in way:
            if endpoint.startswith(COVERAGE):
                seen = progress.round_progress(
                    stored(walked_app), scope, CLOSED if CLOSED in address else OPEN
                )
                check_coverage(main_of(reply), seen)
                tried += 1
    assert tried == 9


def test_results_are_the_same_when_no_interview_is_there_any_more(finished_app: Flask) -> None:
    reader = readers(finished_app)["reviewer"]
    addresses = ("/results", f"/results/{CLOSED}/district/swat", f"/rounds/{CLOSED}/summary.csv")
    before = [told_by(reader, address) for address in addresses]
    assert retention.purge(stored(finished_app), CLOSED, after_days=0) > 1500
    assert [told_by(reader, address) for address in addresses] == before


#: The proof against forged requests is signed anew with each second, so it tells nothing about the results.
PROOF: Final = re.compile(r'name="csrf_token"[^>]* value="[^"]+"')


def told_by(reader: Reader, address: str) -> str:
    """What an address replies, but for the proof against forged requests."""
    return PROOF.sub("", reader.client.get(address).get_data(as_text=True))


def check_coverage(main: Element, seen: progress.Progress) -> None:
    done = {(line.district, line.group): str(line.done) for line in seen.lines}
    rows = [row for row in main.all("tr") if row.get("data-group")]
    assert {
        (row.get("data-district"), row.get("data-group")): row.all("td", class_="done")[0].text
        for row in rows
    } == done
    beside = (asdict(one) for one in (*seen.beside, *seen.workers))
    counts = (*beside, dict(seen.by_day), done, {"": 0})
    numbers = {str(number) for one in counts for number in one.values()} | {"–"}
    assert {"".join(cell.own).strip() for cell in main.all("td", class_="number")} <= numbers
    # The only shares are of how a worker's interviews were held, never of what was said in them; reviewers see none.
    shares = {one.worker: [f"{percent}%" for percent in one.shares.values()] for one in seen.workers}
    workers = [row for row in main.all("tr") if row.get("data-worker")]
    manners = {row.get("data-worker"): row.all("span", class_="manner") for row in workers}
    assert {worker: [one.all("span")[0].text for one in spans] for worker, spans in manners.items()} == (
        shares if workers else {}
    )
    assert main.text.count("%") == sum(map(len, manners.values()))
