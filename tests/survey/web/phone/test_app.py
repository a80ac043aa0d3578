"""What the server gives a phone: its page and files, small and unchanging, and the questionnaire for one worker."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from survey.accounts import enrolment
from survey.days import today
from survey.intake import envelope, gate
from survey.intake.submission import Submission
from survey.keys import record_keys
from survey.settings import PROJECT
from survey.storage import questionnaires, runtime_settings
from survey.storage.engine.database import Database
from survey.storage.field import envelopes, rounds
from survey.storage.field.envelopes import Sealed
from survey.storage.people import accounts, devices
from survey.storage.people.accounts import Account
from survey.storage.people.devices import Assignment
from survey.web.frame.current import KEY
from survey.web.phone import app as phone_app
from survey.web.phone import bundle as phone_bundle
from tests.support import envelopes as phone
from tests.survey.web.conftest import ROUND

#: Bytes over the network that the first visit may take, without and with the font.
FIRST_VISIT = 60_000
FONT = 22_000
TOKEN = "A" * 43


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def enrolled(client: FlaskClient, field: Database, worker: Account) -> dict[str, str]:
    """The headers of a phone that was let in."""
    code = enrolment.invite(field, worker, Assignment(ROUND, "ur")).code
    assert client.post("/api/devices", json={"code": code, "token": TOKEN}).status_code == 201
    return {"Authorization": f"Bearer {TOKEN}"}


def bundle(app: Flask) -> phone_app.Bundle:
    return phone_app.bundle(app.extensions[KEY].settings)


def compressed(client: FlaskClient, path: str, **headers: str) -> int:
    reply = client.get(path, headers={"Accept-Encoding": "gzip", **headers})
    assert reply.status_code == 200, path
    return len(reply.data)


@pytest.mark.slow
def test_the_first_visit_is_small(app: Flask, client: FlaskClient, enrolled: dict[str, str]) -> None:
    whole = bundle(app)
    sizes = {name: compressed(client, f"/notes/{whole.version}/{name}") for name in whole.files}
    font = sizes.pop("naskh.woff2")
    total = sum(sizes.values()) + sum(compressed(client, f"/notes/{page}") for page in ("", "worker.js"))
    total += compressed(client, "/api/devices/pack", **enrolled)
    print(f"first visit: {total} bytes, font {font} bytes")
    assert total <= FIRST_VISIT
    assert font <= FONT


def test_the_page_says_nothing_and_runs_nothing_of_its_own(client: FlaskClient) -> None:
    reply = client.get("/notes/")
    page = reply.get_data(as_text=True)
    seen = re.sub(r"<[^>]*>", " ", page)
    assert not re.search(r"survey|interview|committee|district", seen, re.IGNORECASE)
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|style=", page)
    policy = reply.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types phone" in policy


def test_without_scripts_the_page_names_the_plain_form(client: FlaskClient) -> None:
    page = client.get("/notes/").get_data(as_text=True)
    said = page[page.index("<noscript>") : page.index("</noscript>")]
    assert 'href="/form"' in said
    assert "JavaScript" in said


def test_files_never_change_under_an_address(app: Flask, client: FlaskClient) -> None:
    version = bundle(app).version
    reply = client.get(f"/notes/{version}/app.js")
    assert "immutable" in reply.headers["Cache-Control"]
    assert client.get("/notes/000000000000/app.js").status_code == 404
    assert client.get(f"/notes/{version}/nothing.js").status_code == 404


def test_every_module_is_in_the_bundle_and_every_import_is_a_module() -> None:
    whole = phone_bundle.bundle(phone_app.SCRIPTS / "app.js").decode()
    modules = set(phone_bundle.modules(phone_app.SCRIPTS / "app.js"))
    assert len(modules) > 20
    for module in modules:
        text = module.read_text(encoding="utf-8")
        for imported in re.findall(r'from "([^"]+)"', text):
            path = (module.parent / imported).resolve()
            assert path in modules
            assert f"M.{path.stem} = (" in whole
        assert "innerHTML" not in text
    others = set(phone_app.SCRIPTS.rglob("*.js")) - modules
    assert {path.stem for path in others} == {"service-worker", "eraser"}


def test_the_worker_lists_every_file(app: Flask, client: FlaskClient) -> None:
    text = client.get("/notes/worker.js").get_data(as_text=True)
    listed = json.loads(text[len("const BUNDLE = ") : text.index(";\n")])
    assert "waitUntil" in text
    assert "/*" not in text
    assert set(listed["files"]) == {
        "/notes/",
        *(f"/notes/{bundle(app).version}/{name}" for name in bundle(app).files),
    }


def test_the_words_hold_every_language(app: Flask) -> None:
    languages = json.loads(bundle(app).files["words.json"])
    assert [one["code"] for one in languages] == ["en", "ur", "ps"]
    assert [one["direction"] for one in languages] == ["ltr", "rtl", "rtl"]
    assert "New interview" in phone_app.texts()


def test_a_phone_gets_round_key_and_its_own_districts(
    client: FlaskClient, app: Flask, enrolled: dict[str, str]
) -> None:
    reply = client.get("/api/devices/pack", headers=enrolled)
    pack = json.loads(reply.data)
    home = app.extensions[KEY].settings.home
    assert (pack["round"], pack["language"], pack["worker"], pack["woman"]) == (ROUND, "ur", "W1", True)
    assert pack["key"]["id"] == record_keys.current_key(home).id
    assert pack["size"] == 3759
    text = json.dumps(pack, ensure_ascii=False)
    assert "Lakki Marwat" in text
    assert "Zhob" not in text
    again = client.get("/api/devices/pack", headers={**enrolled, "If-None-Match": f'"{pack["digest"]}"'})
    assert again.status_code == 304
    record_keys.new_key(home)
    later = client.get("/api/devices/pack", headers={**enrolled, "If-None-Match": f'"{pack["digest"]}"'})
    assert later.status_code == 200


def test_a_phone_says_local_body_as_its_district_does(
    client: FlaskClient, field: Database, enrolled: dict[str, str]
) -> None:
    runtime_settings.name_local_body(field, "bannu", {"en": "council of elders", "ur": "کونسل", "ps": "شورا"})
    pack = client.get("/api/devices/pack", headers=enrolled).json
    assert pack["local"]["bannu"]["local_body"]["en"] == "council of elders"
    assert "lakki-marwat" not in pack["local"]


def test_a_phone_gets_its_pack_with_as_many_reads_for_all_districts_as_for_one(
    client: FlaskClient, field: Database, worker: Account, enrolled: dict[str, str]
) -> None:
    def reads() -> tuple[int, int]:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        event.listen(field.engine, "before_cursor_execute", note)
        pack = client.get("/api/devices/pack", headers=enrolled).json
        event.remove(field.engine, "before_cursor_execute", note)
        pages = pack["questionnaire"]["pages"]
        asked = {question["name"]: question for page in pages for question in page["questions"]}
        return len(asked["district"]["choices"]), sum("FROM preferences" in one for one in seen)

    assert worker.districts
    (few, for_few) = reads()
    accounts.set_districts(field, worker.name, None)
    (every, for_every) = reads()
    assert few < 5 < 50 < every
    assert for_few == for_every == 1


def test_a_phone_may_only_send(client: FlaskClient, enrolled: dict[str, str]) -> None:
    for page in ("/coverage", "/results", "/form"):
        assert client.get(page, headers=enrolled).status_code == 302


def test_a_phone_that_was_signed_out_is_told_so(
    client: FlaskClient, field: Database, worker: Account, enrolled: dict[str, str]
) -> None:
    accounts.revoke_tokens(field, worker.name)
    reply = client.get("/api/devices/pack", headers=enrolled)
    assert (reply.status_code, reply.json["code"]) == (401, "device_revoked")
    stranger = client.get("/api/devices/pack", headers={"Authorization": "Bearer x"})
    assert stranger.json["code"] == "no_token"


def sealed(app: Flask, identity: str) -> bytes:
    answers = {
        "round": ROUND,
        "district": "bannu",
        "p_group": "woman",
        "mode": "interviewer",
        "c_agree": "yes",
    }
    record = phone.record(
        {**answers, "p_gender": "woman", "p_age": "30_44"}, questionnaire="community_security"
    )
    home = app.extensions[KEY].settings.home
    return phone.sealed(home, identity, record, questionnaire="community_security", round=ROUND)


def test_a_sealed_interview_gets_a_receipt_that_names_it(
    app: Flask, client: FlaskClient, enrolled: dict[str, str]
) -> None:
    identity = phone.new_id()
    body = sealed(app, identity)
    headers = {**enrolled, "Content-Type": envelope.MEDIA_TYPE}
    replies = [client.put(f"/api/submissions/{identity}", data=body, headers=headers) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 200]
    assert [reply.json for reply in replies] == [{"id": identity, "digest": envelope.digest(body)}] * 2
    other = client.put(f"/api/submissions/{identity}", data=sealed(app, identity), headers=headers)
    assert other.status_code == 200  # sealed anew, the same interview


def test_in_custody_only_sealed_interviews_are_taken(
    app: Flask, client: FlaskClient, enrolled: dict[str, str]
) -> None:
    home = app.extensions[KEY].settings.home
    key = record_keys.current_key(home)
    (home / "keys" / "records" / f"{key.id}.pem").unlink()
    identity = phone.new_id()
    plain = client.put(f"/api/submissions/{identity}", json={}, headers=enrolled)
    assert (plain.status_code, plain.json["code"]) == (403, "custody")
    headers = {**enrolled, "Content-Type": envelope.MEDIA_TYPE}
    assert (
        client.put(f"/api/submissions/{identity}", data=sealed(app, identity), headers=headers).status_code
        == 201
    )


def test_an_enrolment_must_be_well_formed(client: FlaskClient) -> None:
    for body in (b"", b"[]", b'{"code": 1, "token": "x"}', b'{"code": "' + b"x" * 2000 + b'"}'):
        assert client.post("/api/devices", data=body).status_code == 400


def test_compression_is_for_who_takes_it(client: FlaskClient) -> None:
    packed = client.get("/notes/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == client.get("/notes/").data


def test_a_bundle_takes_spaces_away_but_out_of_no_text(tmp_path: Path) -> None:
    module = tmp_path / "a.js"
    module.write_text("function f() {\n  const text = `  ${1}  `;\n\n  return text;\n}\nf();\n")
    assert "{\nconst text = `  ${1}  `;\nreturn text;\n}" in phone_bundle.bundle(module).decode()
    module.write_text("const text = `one\n  two`;\n")
    with pytest.raises(ValueError, match="several lines"):
        phone_bundle.bundle(module)


def test_a_bundle_follows_imports_up_and_down_folders(tmp_path: Path) -> None:
    deep = tmp_path / "screens" / "question"
    deep.mkdir(parents=True)
    (tmp_path / "core.js").write_text("export const one = 1;\n")
    (deep / "look.js").write_text('import { one } from "../../core.js";\nexport const two = one + one;\n')
    (tmp_path / "app.js").write_text('import { two } from "./screens/question/look.js";\nconsole.log(two);\n')
    made = phone_bundle.bundle(tmp_path / "app.js").decode()
    assert made.index("M.core =") < made.index("M.look =") < made.index("M.app =")
    assert "const { one } = M.core;" in made


def test_a_bundle_keeps_what_modules_say(tmp_path: Path) -> None:
    (tmp_path / "b.js").write_text(
        "/** Adds. */\nexport const one = 1;\nexport async function add(x) {\n  return x + one;\n}\n"
    )
    (tmp_path / "a.js").write_text(
        'import { add as plus, one } from "./b.js";\nimport * as b from "./b.js";\n// said\nplus(one + b.one);\n'
    )
    made = phone_bundle.bundle(tmp_path / "a.js").decode()
    assert made.index("M.b =") < made.index("M.a =")
    assert "const { add: plus, one } = M.b;" in made
    assert "const b = M.b;" in made
    assert "return { one, add };" in made
    assert "said" not in made
    assert "Adds" not in made


def test_a_bundle_leaves_types_out_and_the_code_behind_them_in(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(
        "/** Adds.\n * @param {number} x\n */\nexport const add = (/** @type {number} */ y) => y + 1;\n"
        "/** @type {any} */ (window).sum = add(2);\n/** Ends. */\nadd(3);\n"
    )
    made = phone_bundle.bundle(tmp_path / "a.js").decode()
    assert "const add = (y) => y + 1;\n(window).sum = add(2);\nadd(3);\n" in made
    assert "/*" not in made


def test_two_modules_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.js").write_text("export const one = 1;\n")
    (tmp_path / "b.js").write_text('import { one } from "./deep/b.js";\nexport const two = one + 1;\n')
    (tmp_path / "a.js").write_text('import { two } from "./b.js";\nmain(two);\n')
    with pytest.raises(ValueError, match="one name"):
        phone_bundle.bundle(tmp_path / "a.js")


def test_a_bundle_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("export default 1;\n")
    with pytest.raises(ValueError, match=r"a\.js"):
        phone_bundle.bundle(tmp_path / "a.js")


def test_a_phone_may_ask_for_its_own_count_and_nothing_else(
    client: FlaskClient, field: Database, worker: Account, enrolled: dict[str, str]
) -> None:
    nothing = {"round": ROUND, "stored": 0, "parts": []}
    assert client.get("/api/devices/counts", headers=enrolled).json == nothing
    given = {"round": ROUND, "district": "bannu", "mode": "interviewer", "p_group": "woman", "c_agree": "yes"}
    for brought_by in (worker, accounts.add(field, "worker", "W9", woman=True)):
        gate.accept(field, one_interview(brought_by, given))
    told = client.get("/api/devices/counts", headers=enrolled).json
    (part,) = told.pop("parts")
    assert told == {"round": ROUND, "stored": 1}
    assert part.pop("district").keys() == {"en", "ur", "ps"}
    assert part == {"group": "woman", "stored": 1, "target": 0}
    assert client.get("/api/devices/counts").status_code == 401


def test_where_the_key_is_elsewhere_a_phone_hears_how_many_and_not_of_whom(
    client: FlaskClient, field: Database, worker: Account, enrolled: dict[str, str]
) -> None:
    held = Sealed(uuid4().bytes, b"d" * 32, "k", ROUND, worker.name, b"sealed")
    envelopes.keep(field, held, questionnaires.all_editions(field)[-1])
    told = client.get("/api/devices/counts", headers=enrolled).json
    assert told == {"round": ROUND, "stored": 1, "parts": []}


def test_a_phone_hears_that_nothing_new_begins(
    client: FlaskClient, field: Database, enrolled: dict[str, str]
) -> None:
    def pack() -> tuple[str, bool]:
        told = client.get("/api/devices/pack", headers=enrolled).json
        return told["round"], told["taking"]

    assert pack() == (ROUND, True)
    rounds.end(field, ROUND, 14)
    assert [one.worker for one in devices.phones_awaited(field, ROUND)] == ["W1"]
    assert pack() == (ROUND, False)
    assert devices.phones_awaited(field, ROUND) == ()
    rounds.close(field, ROUND)
    assert pack() == (ROUND, False)
    rounds.start(field, "2027-1", questionnaires.all_editions(field)[-1])
    assert pack() == ("2027-1", True)


def test_a_sealed_interview_that_comes_late_is_told_so_and_leaves_the_phone(
    app: Flask, client: FlaskClient, field: Database, enrolled: dict[str, str]
) -> None:
    identity = str(uuid4())
    body, headers = sealed(app, identity), {**enrolled, "Content-Type": envelope.MEDIA_TYPE}
    rounds.end(field, ROUND, 14)
    rounds.close(field, ROUND)
    replies = [client.put(f"/api/submissions/{identity}", data=body, headers=headers) for _ in range(2)]
    told = {"id": identity, "digest": envelope.digest(body), "kept": "late"}
    assert [(one.status_code, one.json) for one in replies] == [(201, told), (200, told)]


def one_interview(worker: Account, given: dict[str, str]) -> Submission:
    return Submission(
        uuid4(),
        "community_security",
        "1",
        {**given, "p_gender": "woman", "p_age": "30_44"},
        today(),
        "ur",
        worker,
    )


def test_no_text_of_the_phone_shows_a_code_of_the_program():
    """A worker reads what a refusal means, never bad_field."""
    for script in (PROJECT / "static" / "js").rglob("*.js"):
        assert "({code})" not in script.read_text(encoding="utf-8"), script.name
