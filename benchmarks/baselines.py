"""Serves the baselines with the server and the settings that serve the survey: `python -m benchmarks.baselines empty`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

from flask import Flask

from survey import processors
from survey.server import http
from survey.settings import Settings

ADDRESS: Final = "/api/submissions/<submission_id>"


def empty(_settings: Settings) -> Flask:
    """An application that takes anything and answers with nothing."""
    app = Flask("empty")
    app.put(ADDRESS)(lambda submission_id: "")  # noqa: ARG005 - named by the address
    return app


def naive(settings: Settings) -> Flask:
    """Flask with WTForms and an ORM, on the questionnaire of the survey's own database."""
    from benchmarks import naive_app
    from survey.storage import questionnaires
    from survey.storage.engine.database import Database
    from survey.storage.field import rounds

    database = Database(settings.database_url, settings.home)
    (present,) = rounds.open_rounds(database)
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    return naive_app.create(asked, f"sqlite:///{settings.home / 'naive.sqlite'}")


#: Each baseline runs as it runs fastest: the ordinary application, which often waits for its lock, on all processors.
ON_ONE_PROCESSOR: Final = frozenset({"empty"})

APPLICATIONS: Final[Mapping[str, Callable[[Settings], Flask]]] = {"empty": empty, "naive": naive}


def main() -> None:
    """Serve until stopped."""
    settings = Settings.from_environment()
    name = sys.argv[1]
    if name in ON_ONE_PROCESSOR:
        processors.keep_to_one()
    http.listen(APPLICATIONS[name](settings), settings)


if __name__ == "__main__":
    main()
