"""The released rounds of the demonstration: worked out once and shipped as files, taken in like those of another server.

No key ships with them: the demonstration signs what it has checked with its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from survey import installation
from survey.made_up import send
from survey.made_up.interviews import GROUPS
from survey.made_up.shipped_round import open_shipped_round
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.results import release_document, releases

#: Few districts with many interviews: figures to read. Fewer districts by group than 20 would leave the worker's part unmeasured.
DISTRICTS: Final = ("bannu", "lakki-marwat", "peshawar", "swat", "mardan", "quetta", "khuzdar", "kech")
INTERVIEWS: Final = 3000
#: Interviews that were wanted of each group in each of them.
WANTED: Final = 100
#: What is put into the later rounds: opinions that are better, or worse, than in the first one.
CHANGES: Final[Mapping[str, float]] = {"bannu": 0.8, "swat": 0.5, "khuzdar": -0.6}
#: Round → where its interviews are drawn from, and what changed.
ROUNDS: Final[Mapping[str, tuple[int, Mapping[str, float]]]] = {"demo-1": (1, {}), "demo-2": (2, CHANGES)}

Progress = Callable[[float, int, float | None], None]


def file_of(name: str) -> Path:
    """Where the release of a round ships."""
    return installation.path("demonstration", f"{name}.release")


def take(database: Database, name: str) -> None:
    """Attack the release that ships as an import does, store it, and sign it with the key of this demonstration."""
    from survey.keys import release_signing
    from survey.publication.release import purges, transfer

    content = file_of(name).read_bytes()
    wanted = {(district, group): WANTED for district in DISTRICTS for group in GROUPS}
    open_shipped_round(database, name, wanted)
    rounds.close(database, name)
    transfer.take(database, content)
    releases.keep_signature(database, name, release_signing.sign_release(database.home, content))
    # Their interviews were never here.
    purges.purge_due(database, after_days=0)


def hold_interviews(database: Database, name: str, records: Path | None = None) -> None:
    """Open a round and hold its interviews; what was sent goes to a file, if one is named."""
    seed, changes = ROUNDS[name]
    open_shipped_round(database, name)
    send.simulate(
        database, INTERVIEWS, seed, round_name=name, records=records, districts=DISTRICTS, changes=changes
    )


def work_out(database: Database, name: str, progress: Progress) -> bytes:
    """The release of a made-up round, for the file that ships; the code that made it is not named."""
    from survey.publication.release import release

    hold_interviews(database, name)
    release.close(database, name, progress=progress)
    document = release_document.unpack(releases.find(database, name).content)
    return release_document.pack({**document, "code_version": "demonstration"})
