"""Rounds, accounts and files with names in any script, through the server as it runs: every page, file and redirect."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from survey.app import create_app
from survey.storage.engine.database import Database
from survey.web.frame.file_names import attachment
from tests.support import earlier_survey
from tests.support.running import Reader, Survey

#: A released round of the earlier survey, and one that is opened here.
ROUND, OPENED = "بہار-2026", "خزاں_2026.ب"
PLACE = {
    "district": "bannu",
    "question": "saf_day",
    "indicator": "index:safety",
    "earlier": "2026-spring",
    "name": "salma",
    "picture": "indicators",
    "ending": "svg",
    "step": "draft",
}
PASSWORD = earlier_survey.known("sqlite")["password"]
PEOPLE = ("boss", "reviewer", "salma")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    survey = Survey(earlier_survey.unpack("home.tar.xz", tmp_path_factory.mktemp("names") / "home"))
    survey.start()
    yield survey
    survey.stop()


@pytest.fixture(scope="module")
def people(running: Survey) -> dict[str, Reader]:
    """Everybody who reads, signed in."""
    found = {name: Reader(running) for name in PEOPLE}
    for name, reader in found.items():
        reader.sign_in(name, PASSWORD)
    return found


@pytest.fixture(scope="module")
def addresses(running: Survey) -> list[str]:
    """Every address of a page or file that names a round."""
    database = Database(f"sqlite:///{running.home / 'survey.sqlite'}", running.home)
    app = create_app(earlier_survey.Earlier(database, {}).settings, database)
    rules = [
        rule for rule in app.url_map.iter_rules() if "round_name" in rule.arguments and "GET" in rule.methods
    ]
    database.close()
    filled = [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda hole: (PLACE | {"round_name": ROUND})[hole[1]], str(r))
        for r in rules
    ]
    return [quote(address) for address in filled]


@pytest.mark.slow
def test_every_page_and_file_of_a_round_comes_through_the_server(people, addresses: list[str]) -> None:
    assert len(addresses) > 12
    came = {address: [people[name].get(address)[0] for name in PEOPLE] for address in addresses}
    assert not {address: found for address, found in came.items() if max(found) >= 500}
    assert {unquote(a).rpartition("/")[2] for a, found in came.items() if 200 in found} >= {
        "summary.csv",
        "indices.csv",
        "gaps.csv",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("summary.csv", "summary-بہار-2026-of-those-interviewed.csv"),
        ("indices.csv", "indices-بہار-2026-of-those-interviewed.csv"),
        ("gaps.csv", "gaps-بہار-2026-of-those-interviewed.csv"),
        ("bannu/summary.csv", "summary-بہار-2026-bannu-of-those-interviewed.csv"),
    ],
)
def test_a_file_bears_the_name_of_its_round(people, file: str, name: str) -> None:
    status, body, headers = people["reviewer"].get(f"/rounds/{quote(ROUND)}/{file}")
    assert status == 200
    given = headers["Content-Disposition"]
    assert given.isascii()
    assert unquote(given.partition("filename*=UTF-8''")[2]) == name
    fallback = re.search(r'filename="([^"]+)"', given)
    assert fallback
    assert fallback[1] == re.sub(r"[^ -~]", "_", name)
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert {row["round"] for row in rows} <= {ROUND}
    assert rows or file in ("indices.csv", "gaps.csv")


@pytest.mark.slow
def test_redirects_lead_to_names_in_any_script(people) -> None:
    boss = people["boss"]
    page = f"/results/{quote(ROUND)}"
    for back in (page, unquote(page)):
        status, _, headers = boss.post("/language", page, next=back, language="ur")
        assert (status, headers["Location"]) == (302, page)
    status, _, headers = Reader(boss.survey).get(page)
    assert status == 302
    assert headers["Location"].isascii()
    assert page in unquote(headers["Location"]) or page in headers["Location"]


@pytest.mark.slow
def test_a_round_is_opened_and_closed_under_a_name_in_any_script(people) -> None:
    boss = people["boss"]
    form = "/administration/open-round"
    status, page, _ = boss.post(form, form, name=OPENED, questionnaire="community_security 1")
    assert status == 302, page.decode()
    close = f"/administration/rounds/{quote(OPENED)}/close"
    status, page, headers = boss.post(close, close, name=OPENED)
    assert status < 500, page.decode()
    assert status != 302 or quote(OPENED) in headers["Location"]


@pytest.mark.slow
def test_files_at_the_terminal_bear_any_name(running: Survey, tmp_path: Path) -> None:
    exported, queue = tmp_path / "اجرا.release", tmp_path / "قطار.txt"
    assert "اجرا.release" in running.do("release", "export", ROUND, str(exported))
    assert exported.read_bytes().startswith(b"survey release 1\n")
    queue.write_bytes(earlier_survey.SEALED.read_bytes())
    assert "stored: 3" in running.do("intake", str(queue), "--worker", earlier_survey.WORKER)
    assert ROUND in running.do("release", "list")
    key = running.do("key", "list").split("\t")[0]
    running.do("key", "export", key, str(tmp_path / "چابی.pem"))
    assert "PUBLIC KEY" in (tmp_path / "چابی.pem").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["plain.csv", "بہار.csv", 'a"b\\c.csv', "naïve.csv", "a\r\nSet-Cookie: x.csv", "50%.csv"]
)
def test_no_name_ends_its_header(name: str) -> None:
    value = attachment(name)
    assert value.isascii()
    assert value.isprintable()
    told = re.fullmatch(r"""attachment; filename="([^"\\]*)"(?:; filename\*=UTF-8''([^;\s"]+))?""", value)
    assert told
    assert (unquote(told[2]) if told[2] else told[1]) == name
