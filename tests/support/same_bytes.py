"""What must come out byte for byte alike of the same input, whatever moves inside: files, documents, packs, records.

`python -m tests.support.same_bytes` keeps what the present code makes in tests/testdata/same_bytes.tar.xz.
"""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from flask_babel import force_locale, gettext

from survey.app import create_app
from survey.intake import submission
from survey.languages import languages
from survey.publication.reading import csv_files
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.questionnaire import codec, xlsform
from survey.questionnaire.for_phones import questionnaire_for_phone
from survey.questionnaire.model import Questionnaire
from survey.settings import PROJECT
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.people import accounts
from survey.storage.results import release_document, releases
from survey.storage.scope import Scope
from tests.support import earlier_survey
from tests.support.earlier_survey import CLOSED, Earlier

KEPT: Final = Path(__file__).parent.parent / "testdata" / "same_bytes.tar.xz"


def opened(home: Path) -> Earlier:
    """The earlier survey in a folder of its own, migrated by today's code."""
    earlier_survey.unpack("home.tar.xz", home)
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    return Earlier(Database(url, home), earlier_survey.known("sqlite"))


def made(earlier: Earlier) -> Iterator[tuple[str, bytes]]:
    """Name and content of all that is compared."""
    yield from _records()
    yield from _packs(earlier)
    yield from _submissions(earlier)
    release.close(earlier.database, CLOSED)
    yield f"{CLOSED}.json", _document(earlier)
    yield from _files(earlier)


def _document(earlier: Earlier) -> bytes:
    """The release that is made today, without the version of the program."""
    document = release_document.unpack(releases.find(earlier.database, CLOSED).content)
    document["code_version"] = ""
    return release_document.pack(document)


def _files(earlier: Earlier) -> Iterator[tuple[str, bytes]]:
    app = create_app(earlier.settings, earlier.database)
    for name in releases.released_rounds(earlier.database):
        told = release.read(earlier.database, name)
        asked = questionnaires.find(earlier.database, told.questionnaire, told.version).questionnaire
        for code, language in languages().items():
            with app.test_request_context(), force_locale(language.locale):
                labels = Labels(asked, code, gettext)
                yield f"{name}-{code}-summary.csv", csv_files.summary_csv(told, Scope.everywhere(), labels)
                yield f"{name}-{code}-indices.csv", csv_files.indices_csv(told, Scope.everywhere(), labels)


def _packs(earlier: Earlier) -> Iterator[tuple[str, bytes]]:
    """What a phone gets of a questionnaire, and what it gets in all but for keys and days."""
    shipped = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    yield "questionnaire.json", _json(questionnaire_for_phone(shipped, {"bannu", "quetta-east"}))
    app = create_app(earlier.settings, earlier.database)
    headers = {"Authorization": f"Bearer {earlier.known['device_token']}"}
    reply = app.test_client().get("/api/devices/pack", headers=headers)
    pack = json.loads(reply.data)
    yield "pack.json", _json({name: pack[name] for name in pack if name not in ("day", "digest")})


def _records() -> Iterator[tuple[str, bytes]]:
    """The packed answers of every kept interview."""
    shipped = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    lines = (_packed(shipped, one["answers"]) for one in earlier_survey.interviews())
    yield "records.txt", "\n".join(lines).encode()


def _packed(asked: Questionnaire, answers: dict[str, Any]) -> str:
    try:
        return codec.pack(asked.codebook, answers).hex()
    except codec.Undecodable as problem:
        return str(problem)


def _submissions(earlier: Earlier) -> Iterator[tuple[str, bytes]]:
    """What the digest of every kept interview is taken of."""
    worker = accounts.find(earlier.database, earlier_survey.WORKER)
    lines = (
        submission.from_json(_json(earlier_survey.body_of(one)), one["id"], worker, "api").canonical()
        for one in earlier_survey.interviews()
    )
    yield "canonical.txt", b"\n".join(lines)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


def kept() -> dict[str, bytes]:
    """The files of before."""
    with tarfile.open(KEPT) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]


def main() -> None:
    """Keep what the present code makes."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(KEPT, "w:xz") as archive:
        for name, content in made(opened(Path(folder) / "home")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    main()
