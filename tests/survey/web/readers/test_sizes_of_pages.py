"""What a meeting reads comes over a slow line: every page of the demonstration, in every language, with its style sheets."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask

from survey.app import create_app
from survey.languages import languages
from survey.made_up import shipped_releases
from survey.server.opening import open_database
from survey.settings import Settings
from survey.storage.people import accounts
from tests.support.readers import Reader, at_browser, somebody, stored

#: Bytes of a page with its style sheets, compressed.
DISTRICT = 30_000
OVERVIEW = 40_000
GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Both released rounds of the demonstration."""
    home = tmp_path_factory.mktemp("shown")
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'survey.sqlite'}", demonstration=True)
    with closing(open_database(settings)) as database:
        for name in shipped_releases.ROUNDS:
            shipped_releases.take(database, name)
        somebody(database, "reviewer", "rashid")
        yield create_app(settings, database)


def size_of(reader: Reader, address: str) -> int:
    """Bytes of a page and of its style sheets."""
    reply = reader.client.get(address, headers=GZIP)
    assert reply.status_code == 200
    size = len(reply.data)
    for sheet in re.findall(r'rel="stylesheet" href="([^"]+)"', gzip.decompress(reply.data).decode()):
        with reader.client.get(sheet, headers=GZIP) as style:
            size += len(style.data)
    return size


@pytest.mark.slow
@pytest.mark.parametrize("code", list(languages()))
def test_every_page_of_a_meeting_is_small(shown: Flask, code: str) -> None:
    database = stored(shown)
    rashid = next(one for one in accounts.all_accounts(database) if one.name == "rashid")
    reader = at_browser(shown, rashid, code)
    for name in shipped_releases.ROUNDS:
        sizes = {
            one: size_of(reader, f"/results/{name}/district/{one}") for one in shipped_releases.DISTRICTS
        }
        assert max(sizes.values()) <= DISTRICT, sizes
        assert size_of(reader, f"/results/{name}") <= OVERVIEW
