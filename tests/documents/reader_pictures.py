"""The pictures of the guides of coordinators, reviewers and administrators: pages of the demonstration, as its accounts see them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser
from werkzeug.serving import make_server

from survey.accounts import sign_in
from survey.app import create_app
from survey.languages import languages
from survey.made_up import demonstration, shipped_releases
from survey.server.opening import open_database
from survey.settings import Settings
from survey.storage.engine.database import Database
from survey.storage.people import accounts
from survey.web.frame.current import KEY

#: Pixels of a picture, and how many interviews the round in the field has.
VIEW: Final = {"width": 900, "height": 620}
INTERVIEWS: Final = 400
#: Bytes that a picture may have.
MOST: Final = 120_000
LAST: Final = tuple(shipped_releases.ROUNDS)[-1]
BANNU: Final = f"/results/{LAST}/district/bannu"
ROUND: Final = f"/administration/rounds/{demonstration.OPEN_ROUND}"


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as an account of a role sees it, from its top or from an element on."""

    role: str
    address: str
    begins: str = ""


#: Pages that are shown in every language.
MAIN: Final = {
    "overview": Shot("reviewer", f"/results/{LAST}"),
    "district": Shot("reviewer", BANNU),
    "coverage": Shot("coordinator", "/coverage", "#reached"),
}
#: Pages that are shown in English.
OTHERS: Final = {
    "map": Shot("reviewer", f"/results/{LAST}", "#box-map"),
    "help": Shot("reviewer", BANNU, "#box-help"),
    "questions": Shot("reviewer", BANNU, "details:has(#saf_day)"),
    "change": Shot("reviewer", f"/results/{LAST}/change/{next(iter(shipped_releases.ROUNDS))}"),
    "actions": Shot("coordinator", f"{BANNU}/actions"),
    "flags": Shot("coordinator", "/coverage", "#workers"),
    "round": Shot("administrator", ROUND),
    "close": Shot("administrator", f"{ROUND}/close"),
    "account": Shot("administrator", "/administration/accounts/coordinator"),
    "preview": Shot(
        "administrator", "/administration/questionnaires/1/preview?form=woman:ur", "#shown-w_voice"
    ),
}
#: Pages of a survey that has only its first administrator.
FIRST: Final = {
    "first-steps": Shot("administrator", "/administration"),
    "questionnaires": Shot("administrator", "/administration/questionnaires"),
}


def make(browser: Browser, folder: Path, images: Path) -> None:
    """Take every picture; `folder` is for the databases. Raises ValueError for one that is too large."""
    demo = demonstration.demonstration_settings(_settings(folder / "shown"))
    demonstration.make_whole(demo, INTERVIEWS, 3)
    with _serving(demo) as (address, database):
        people = demonstration.passwords(database)
        for code in languages():
            _take(
                browser,
                address,
                people,
                {f"{name}-{code}": shot for name, shot in MAIN.items()},
                code,
                images,
            )
        _take(browser, address, people, {f"{name}-en": shot for name, shot in OTHERS.items()}, "en", images)
    with _serving(_settings(folder / "new")) as (address, database):
        password = sign_in.make_password()
        accounts.add(
            database, "administrator", "administrator", password_hash=sign_in.hash_password(password)
        )
        people = {"administrator": ("administrator", password)}
        _take(browser, address, people, {f"{name}-en": shot for name, shot in FIRST.items()}, "en", images)


def _settings(home: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{home / demonstration.DATABASE}")


@contextmanager
def _serving(settings: Settings) -> Iterator[tuple[str, Database]]:
    """A server of these settings in a thread."""
    with closing(open_database(settings)) as database:
        app = create_app(settings, database)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}", app.extensions[KEY].database
        server.shutdown()


def _take(
    browser: Browser,
    address: str,
    people: demonstration.People,
    shots: dict[str, Shot],
    code: str,
    images: Path,
) -> None:
    for role in {shot.role for shot in shots.values()}:
        context = browser.new_context(viewport=VIEW, base_url=address)
        context.add_cookies([{"name": "language", "value": code, "url": address}])
        page = context.new_page()
        page.goto("/sign-in")
        for field, value in zip(("name", "password"), people[role], strict=True):
            page.fill(f"main [name={field}]", value)
        page.click("main button[type=submit]")
        for name, shot in shots.items():
            if shot.role != role:
                continue
            page.goto(shot.address)
            if shot.begins:
                page.eval_on_selector(shot.begins, "one => { one.open = true; one.scrollIntoView() }")
            picture = images / f"{name}.png"
            page.screenshot(path=picture)
            demand_small(picture)
        context.close()


def demand_small(picture: Path) -> None:
    """Raise ValueError for a picture that is too large."""
    if picture.stat().st_size > MOST:
        raise ValueError(f"{picture.name} has {picture.stat().st_size:,} bytes")
