"""What a worker's phone asks for, apart from delivering: enrolment, its questionnaire, its recordings."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request, send_from_directory
from flask_babel import force_locale, gettext

from survey import geography
from survey.accounts import enrolment, own_part
from survey.accounts.own_part import Part
from survey.days import today
from survey.intake import envelope
from survey.keys import record_keys
from survey.languages import languages
from survey.parsing import json_of
from survey.problems import NO_OPEN_ROUND, NOT_FOUND, NOT_JSON, Problem
from survey.questionnaire.for_phones import questionnaire_for_phone
from survey.questionnaire.model import Questionnaire
from survey.storage import questionnaires, runtime_settings
from survey.storage.field import envelopes, rounds
from survey.storage.field.lengths import BANDS
from survey.storage.people import devices, phones
from survey.storage.people.accounts import Account
from survey.storage.people.phones import Report
from survey.web.frame import guard
from survey.web.frame.current import database, settings
from survey.web.helplines import LINES
from survey.web.phone import gzip, recordings

pages = Blueprint("devices", __name__)

#: Bytes that the two secrets of an enrolment take at most.
LARGEST: Final = 1024
#: The version of an app, as its bundle names it.
_APP: Final = re.compile(r"[0-9a-f]{12}")


@pages.post("/api/devices")
@guard.public
def enrol() -> tuple[Response, int]:
    """Enrol a phone with an unused invitation; it may ask again with the same token.

    The token that the phone had before, if it names one, opens nothing from then on.
    """
    content = json_of(request.get_data()) if (request.content_length or 0) <= LARGEST else None
    named = content if isinstance(content, dict) else {}
    code, token, former = named.get("code"), named.get("token"), named.get("former", "")
    if not (isinstance(code, str) and isinstance(token, str) and isinstance(former, str)):
        raise Problem(NOT_JSON)
    guard.show_token(token)
    new = enrolment.enrol(database(), code, token, former)
    return jsonify(enrolled=True), 201 if new else 200


@pages.get("/api/devices/pack")
@guard.needs_token("submission.send")
def pack() -> Response:
    """Round, questionnaire, key and districts of this worker; 304 when nothing of it has changed."""
    devices.note_contact(database(), guard.token())
    content = _pack(guard.account())
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    tag = hashlib.sha256(body).hexdigest()[:32]
    if request.if_none_match.contains(tag):
        return Response(status=304)
    # Added to the text, for the digest of a text cannot be inside it.
    reply = gzip.reply(body[:-1] + f',"digest":"{tag}","day":"{today()}"}}'.encode(), "application/json")
    reply.headers["Cache-Control"] = "no-store"
    return reply


@pages.put("/api/devices/report")
@guard.needs_token("submission.send")
def report() -> Response:
    """Note what a phone says of itself: how many records wait and need help, its app, whether its worker practised."""
    content = json_of(request.get_data()) if (request.content_length or 0) <= LARGEST else None
    said = _said(content) if isinstance(content, dict) else None
    if said is None:
        raise Problem(NOT_JSON)
    phones.report(database(), guard.token(), said)
    return jsonify(noted=True)


def _said(content: Mapping[str, Any]) -> Report | None:
    """What a phone may say of itself, and nothing else."""
    numbers = [content.get(name) for name in ("waiting", "help")]
    app, practised = content.get("app"), content.get("practised")
    sound = all(type(number) is int and 0 <= number <= phones.MOST for number in numbers)
    if not sound or not isinstance(practised, bool) or not isinstance(app, str) or not _APP.fullmatch(app):
        return None
    waiting, help_needed = map(int, numbers)  # type: ignore[arg-type]
    return Report(waiting, help_needed, app, practised)


@pages.get("/api/devices/counts")
@guard.needs_token("submission.send")
def counts() -> Response:
    """How many interviews of this worker are stored in the round, and are wanted: the only figures a phone may ask for."""
    assigned, worker = devices.assignment(database(), guard.token()), guard.account()
    chosen = _current_round(assigned.round if assigned else "")
    parts = own_part.parts(database(), worker, chosen.name)
    sealed = sum(
        count
        for (name, _), count in envelopes.arrivals_by_day(database(), chosen.name).items()
        if name == worker.name
    )
    return jsonify(
        round=chosen.name,
        stored=sum(part.stored for part in parts) + sealed,
        # Where the key is elsewhere, nobody here can say to which district and group an interview belongs.
        parts=[] if sealed else [_described(part) for part in parts],
    )


def _described(part: Part) -> dict[str, Any]:
    district = geography.districts()[part.district]
    names = {code: district.name(code) for code in languages()}
    return {"district": names, "group": part.group, "stored": part.stored, "target": part.target}


def _pack(worker: Account) -> dict[str, Any]:
    assigned = devices.assignment(database(), guard.token())
    chosen = _current_round(assigned.round if assigned else "")
    questionnaire = questionnaires.find(database(), chosen.questionnaire, chosen.version).questionnaire
    key = record_keys.current_key(settings().home)
    districts = _assigned_districts(worker)
    return {
        "worker": worker.name,
        "woman": worker.woman,
        "language": assigned.language if assigned else questionnaire.default_language,
        "round": chosen.name,
        # Whether a new interview may be begun; what waits is taken in any case.
        "taking": chosen.open,
        "questionnaire": questionnaire_for_phone(_with_own_consent(questionnaire), districts),
        "local": _local_bodies(districts),
        "key": {"id": key.id, "point": base64.urlsafe_b64encode(key.point).decode().rstrip("=")},
        "size": envelope.size_of(questionnaire),
        "bands": BANDS,
        "referrals": [
            {"number": line.number, "label": in_every_language(line.label), "province": line.province}
            for line in LINES
        ],
        "provinces": {name: geography.districts()[name].adm1_pcode for name in sorted(districts)},
        "recordings": recordings.recordings(settings().home, questionnaire),
    }


def _current_round(name: str) -> rounds.Round:
    """The round the phone was invited for while it is open, else the newest open one.

    Where none is open, the phone hears of its own that nothing new is begun in it.
    """
    known = rounds.open_rounds(database()) or rounds.all_rounds(database())
    if not known:
        raise Problem(NO_OPEN_ROUND)
    return next((round_ for round_ in known if round_.name == name), known[0])


def _with_own_consent(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire with what the office says before consent, which a phone keeps behind its PIN."""
    if not set(runtime_settings.CONSENT_TEXTS) & set(questionnaire.fills):
        return questionnaire
    said = runtime_settings.consent_texts(database())
    fills = {name: {**texts, **said.get(name, {})} for name, texts in questionnaire.fills.items()}
    return replace(questionnaire, fills=fills)


def _local_bodies(districts: set[str]) -> dict[str, dict[str, dict[str, str]]]:
    """What a district calls its local body, where it has words of its own."""
    own = runtime_settings.local_bodies(database())
    reporting = {district: geography.reporting_of(district).id for district in sorted(districts)}
    return {district: {"local_body": own[place]} for district, place in reporting.items() if place in own}


def _assigned_districts(worker: Account) -> set[str]:
    return {
        district.id
        for district in geography.current_districts()
        if not worker.districts or geography.reporting_of(district.id).id in worker.districts
    }


@lru_cache(maxsize=64)
def in_every_language(text: str) -> dict[str, str]:
    """A text of the interface in every language."""
    found = {}
    for code, language in languages().items():
        with force_locale(language.locale):
            found[code] = str(gettext(text))
    return found


def sound(file: str) -> Response:
    """One recording, for a phone that will play it where there is no network."""
    folder = settings().home / recordings.FOLDER
    if not folder.is_dir():
        raise Problem(NOT_FOUND)
    return send_from_directory(folder, file, max_age=0)
