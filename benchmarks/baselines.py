"""Serves the baselines with the server and the settings that serve the survey: `python -m benchmarks.baselines empty`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from typing import Final

import waitress
from flask import Flask

from survey.settings import Settings

ADDRESS: Final = "/api/submissions/<submission_id>"
#: As in survey/serving.py, which is not imported here: an empty application loads nothing of the survey's.
BACKLOG: Final = 1024


def empty(_settings: Settings) -> Flask:
    """An application that takes anything and answers with nothing."""
    app = Flask("empty")
    app.put(ADDRESS)(lambda submission_id: "")  # noqa: ARG005 - named by the address
    return app


def naive(settings: Settings) -> Flask:
    """Flask with WTForms and an ORM, on the questionnaire of the survey's own database."""
    from benchmarks import naive_app
    from survey.storage import questionnaires, rounds
    from survey.storage.database import Database

    database = Database(settings.database_url, settings.home)
    (present,) = rounds.current(database)
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    return naive_app.create(asked, f"sqlite:///{settings.home / 'naive.sqlite'}")


APPLICATIONS: Final[Mapping[str, Callable[[Settings], Flask]]] = {"empty": empty, "naive": naive}


def main() -> None:
    """Serve until stopped."""
    settings = Settings.from_environment()
    logging.getLogger("waitress").setLevel(logging.ERROR)
    app = APPLICATIONS[sys.argv[1]](settings)
    waitress.serve(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        backlog=BACKLOG,
        connection_limit=BACKLOG,
        ident=None,
    )


if __name__ == "__main__":
    main()
