"""Two real rounds, one of each version of the shipped questionnaire: their comparison says that the words were others."""

from __future__ import annotations

import pytest

from survey.made_up import send
from survey.publication.reading.change import OTHER_WORDS, changes
from survey.publication.reading.comparable import GAP, RATIO, SHARE
from survey.publication.release import release
from survey.questionnaire import xlsform
from survey.settings import SHIPPED_VERSIONS
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds


def released(database: Database, version: str) -> release.Release:
    """A round of that version with made-up interviews, closed and released."""
    name = f"round-{version}"
    edition = questionnaires.publish(database, xlsform.read(SHIPPED_VERSIONS[version]))
    rounds.start(database, name, edition)
    # Another seed: the same one would send the same interviews again, and they are stored once.
    send.simulate(database, 600, int(version), round_name=name, districts=("swat",))
    return release.close(database, name)


@pytest.mark.slow
def test_what_was_asked_in_other_words_is_marked_and_no_change_is_called(sqlite_database: Database) -> None:
    earlier, later = (released(sqlite_database, version) for version in ("1", "2"))
    found = changes(earlier, later)
    compared = {one.name for one in found}
    # Options with other names as well: without them the question would be missing and nobody would know why.
    assert {"mob_avoid", "saf_night", "tr_police", "i_fair"} <= compared
    assert {SHARE, GAP, RATIO} <= {one.kind for one in found}
    assert {one.verdict for one in found if one.name != "private"} == {OTHER_WORDS}
    assert not [one for one in found if one.name != "private" and one.p is not None]
