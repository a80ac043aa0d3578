"""The app on the phone: its one page, its files under an address that changes with them, its service worker."""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.messages.extract import extract_from_file
from flask import Blueprint, Response, render_template
from flask.blueprints import BlueprintSetupState
from flask_babel import force_locale, gettext

from survey import installation
from survey.keys import replies
from survey.languages import languages
from survey.problems import N_, NOT_FOUND, Problem
from survey.settings import Settings
from survey.web.frame import guard, headers
from survey.web.frame.current import KEY, settings
from survey.web.phone import api, gzip
from survey.web.phone import bundle as phone_bundle

pages = Blueprint("offline", __name__)

SCRIPTS: Final = installation.path("static", "js")
OTHERS: Final = {
    "eraser.js": SCRIPTS / "vault" / "eraser.js",
    "phone.css": installation.path("static", "css", "phone.css"),
    "naskh.woff2": installation.path("static", "fonts", "noto-naskh-arabic.woff2"),
    "icon-192.png": installation.path("static", "icons", "notes-192.png"),
    "icon-512.png": installation.path("static", "icons", "notes-512.png"),
}
#: A setting's own icons are here, under the same names.
OWN: Final = "icons"
WITHOUT_SCRIPTS: Final = N_(
    "Without JavaScript nothing can be kept on this phone: no work without a network, no lock. "
    "The plain form still works while there is a network."
)
TO_THE_FORM: Final = N_("Open the plain form")
FOREVER: Final = "public, max-age=31536000, immutable"
#: The app makes two script addresses itself: those of its workers (static/js/device/scripts.js). Recordings are locked on the
#: phone, so that it plays what it has opened in memory and nothing from an address.
POLICY: Final = headers.POLICY.replace("media-src 'self'", "media-src blob:") + "; trusted-types phone"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Every file of the app by name, the version that their contents make, who signs what the server refuses, and the script of its worker."""

    version: str
    files: Mapping[str, bytes]
    signer: str
    worker: str


@lru_cache(maxsize=4)
def bundle(chosen: Settings) -> Bundle:
    """The files as they are served, read once."""
    files = {"app.js": phone_bundle.bundle(SCRIPTS / "app.js")}
    for name, path in OTHERS.items():
        own = chosen.home / OWN / name
        files[name] = (own if own.is_file() else path).read_bytes()
    files["words.json"] = _json([_language_texts(code) for code in languages()])
    files["app.webmanifest"] = _json(_manifest(chosen))
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        whole.update(f"{name} {len(content)} ".encode() + content)
    signer = base64.urlsafe_b64encode(replies.reply_point(chosen.home)).decode().rstrip("=")
    # Without what only its authors read.
    script = phone_bundle.without_comments((SCRIPTS / "service-worker.js").read_text(encoding="utf-8"))
    whole.update(f"{script}{chosen.app_name}{signer}".encode())
    return Bundle(whole.hexdigest()[:12], files, signer, script)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _language_texts(code: str) -> dict[str, object]:
    """One language as the app knows it: only the texts that differ from the source."""
    language = languages()[code]
    with force_locale(language.locale):
        found = {text: str(gettext(text)) for text in texts()}
    return {
        "code": code,
        "tag": language.tag,
        "name": language.name,
        "direction": language.direction,
        "numerals": language.numerals,
        "words": {text: translated for text, translated in found.items() if translated != text},
    }


@lru_cache(maxsize=1)
def texts() -> tuple[str, ...]:
    """Every text of the app's modules, as the catalogues know it."""
    return tuple(
        sorted({text for path in phone_bundle.modules(SCRIPTS / "app.js") for text in _extract_texts(path)})
    )


def _extract_texts(path: Path) -> Iterator[str]:
    for _, message, _, _ in extract_from_file("javascript", path):
        yield message if isinstance(message, str) else message[0]


def _manifest(chosen: Settings) -> dict[str, object]:
    base = f"/{chosen.app_address}/"
    icons = [
        {"src": f"icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
        for size in (192, 512)
    ]
    return {
        "name": chosen.app_name,
        "short_name": chosen.app_name,
        "id": base,
        "start_url": base,
        "scope": base,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1f4e5f",
        "icons": icons,
    }


@pages.record
def _addresses(state: BlueprintSetupState) -> None:
    """The app's address is a setting: nothing in it says what the app is for."""
    base = f"/{state.app.extensions[KEY].settings.app_address}/"
    for rule, view in (
        ("", shell),
        ("worker.js", worker),
        ("<version>/<name>", file),
        ("sound/<file>", sound),
    ):
        state.add_url_rule(f"{base}{rule}", view.__name__, view, methods=["GET"])


@guard.public
def shell() -> Response:
    """The one page of the app; it is the same for everybody and says nothing."""
    body = render_template(
        "offline/app.html",
        bundle=bundle(settings()),
        address=settings().app_address,
        texts=api.in_every_language(WITHOUT_SCRIPTS),
        links=api.in_every_language(TO_THE_FORM),
    )
    reply = gzip.reply(body.encode(), "text/html")
    reply.headers["Content-Security-Policy"] = POLICY
    reply.headers["Cache-Control"] = "no-cache"
    return reply


@guard.public
def file(version: str, name: str) -> Response:
    """One file of the app; its address holds the version, so that it never changes."""
    present = bundle(settings())
    if version != present.version or name not in present.files:
        raise Problem(NOT_FOUND)
    reply = gzip.reply(present.files[name], mimetypes.guess_type(name)[0] or "application/octet-stream")
    reply.headers["Cache-Control"] = FOREVER
    return reply


@guard.public
def worker() -> Response:
    """The service worker, with the list of the files that it keeps."""
    present = bundle(settings())
    base = f"/{settings().app_address}/"
    files = [base, *(f"{base}{present.version}/{name}" for name in sorted(present.files))]
    listed = f"const BUNDLE = {json.dumps({'version': present.version, 'files': files})};\n"
    body = (listed + present.worker).encode()
    reply = gzip.reply(body, "text/javascript")
    reply.headers["Cache-Control"] = "no-cache"
    return reply


@guard.needs_token("submission.send")
def sound(file: str) -> Response:
    """One recording of the questionnaire."""
    return api.sound(file)
