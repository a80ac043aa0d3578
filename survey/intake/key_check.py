"""The link between a database and its keys: with other keys repetitions look like conflicts and codes do not work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from survey.keys import digests
from survey.problems import KEYS_DIFFER, KEYS_WITHOUT_DATABASE, Problem
from survey.storage import key_fingerprints
from survey.storage.engine.database import Database

#: The command that makes a new database accept the keys that are here.
ADOPT: Final = "python -m survey key adopt"


def demand_no_keys(home: Path) -> None:
    """Refuse a new database where there are keys of a survey: most likely the old database is only somewhere else."""
    if digests.fingerprints(home):
        raise Problem(KEYS_WITHOUT_DATABASE, folder=str(digests.folder_of(home)), command=ADOPT)


def bind(database: Database, replace: bool = False) -> bool:
    """Make the keys that are missing and store all fingerprints; returns whether there were interviews but none of these.

    Raises KEYS_DIFFER where the database knows other keys, unless `replace`. A key in custody has the fingerprint of
    its public half, which is all that has to be here.
    """
    known = key_fingerprints.known_fingerprints(database)
    filled = not known and key_fingerprints.hang_on_keys(database)
    if not replace:
        _demand_keys(database.home, known, filled)
    digests.make_secrets(database.home)
    present = digests.fingerprints(database.home)
    if present != known:
        key_fingerprints.keep(database, present)
    return filled


def _demand_keys(home: Path, known: Mapping[str, str], filled: bool) -> None:
    present = digests.fingerprints(home)
    # A database from before fingerprints accepts any keys, but having no keys at all is still wrong.
    needed = known or ({digests.DIGESTS: ""} if filled else {})
    wrong = [f"{name} is missing" for name in needed if name not in present]
    wrong += [f"{name} is another one" for name in known if present.get(name, known[name]) != known[name]]
    if wrong:
        folder = str(digests.folder_of(home))
        raise Problem(KEYS_DIFFER, folder=folder, names=", ".join(sorted(wrong)), setting="SURVEY_HOME")
