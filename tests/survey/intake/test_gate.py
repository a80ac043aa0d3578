"""The gate: what is kept, as what, and what is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey.days import later, today
from survey.intake import gate
from survey.intake.submission import Submission, from_json
from survey.problems import Problem
from survey.questionnaire.codec import unpack
from survey.questionnaire.expressions.parser import compile_expression
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import coverage, responses, rounds
from survey.storage.field import quarantine as field_quarantine
from survey.storage.people import accounts
from survey.storage.scope import Scope
from survey.storage.tables import quarantine, receipts, tallies
from survey.storage.tables import responses as responses_table
from tests.support.factories import ROUND, answers, field, questionnaire, submission

EVERYWHERE = Scope.everywhere()


def count(database: Database, table: object = responses_table) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def flags(database: Database) -> set[tuple[str, ...]]:
    with database.read() as connection:
        texts = connection.execute(select(responses_table.c.flags)).scalars().all()
    return {tuple(flag) for text in texts if text for flag in json.loads(text)}


def refusal(database: Database, sent: Submission) -> str:
    with pytest.raises(Problem) as caught:
        gate.accept(database, sent)
    return caught.value.kind.code


def test_an_interview_is_stored_and_reads_back(database: Database) -> None:
    worker = field(database)
    receipt = gate.accept(database, submission(worker))
    assert (receipt.outcome, receipt.kept) == ("stored", "stored")
    (chunk,) = responses.packed_records(database, EVERYWHERE, ROUND)
    assert unpack(questionnaire().codebook, chunk.answers) == {
        name: value for name, value in answers().items() if name != "round"
    }


def test_the_same_again_is_harmless_by_any_way(database: Database) -> None:
    worker = field(database)
    sent = submission(worker)
    first = gate.accept(database, sent)
    again = gate.accept(
        database, replace(sent, channel="form", worker=accounts.add(database, "worker", "W2", woman=True))
    )
    assert (again.outcome, again.digest, count(database)) == ("repeated", first.digest, 1)


#: Something else said or noted, each of which makes another interview.
OTHERS: dict[str, Any] = {
    "option": {"answers": answers(q1="very")},
    "answer left out": {"answers": answers(q2=None)},
    "options": {"answers": answers(got=("help9",))},
    "number": {"answers": answers(rooms=5)},
    "district": {"answers": answers(district="khyber")},
    "day": {"day": later(today(), -1)},
    "language": {"language": "ps"},
    "minutes": {"minutes": "5_to_9"},
    "odd hours": {"odd_hours": True},
    "seed": {"option_seed": 8},
    "practice": {"practice": True},
    "code": {"withdrawal_code": "1234567890"},
    "quarantined": {"answers": answers(q1="none of them")},
    "refused": {"answers": answers(c_agree="no")},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_another_interview_under_the_same_id_overwrites_nothing(database: Database, name: str) -> None:
    worker = field(database)
    sent = submission(worker)
    gate.accept(database, sent)
    assert refusal(database, replace(sent, **OTHERS[name])) == "conflict"
    (chunk,) = responses.packed_records(database, EVERYWHERE, ROUND)
    assert unpack(questionnaire().codebook, chunk.answers)["q1"] == "fairly"


def test_no_answer_is_the_same_however_it_was_written_and_so_are_several_options(database: Database) -> None:
    worker = field(database)
    sent = submission(worker, answers=answers(q3=None, got=("help1", "help9")))
    gate.accept(database, sent)
    for same in ({"q3": ""}, {"q3": ()}, {"got": ("help9", "help1")}):
        again = gate.accept(database, replace(sent, answers={**sent.answers, **same}))
        assert again.outcome == "repeated"


@pytest.mark.slow
def test_many_senders_of_the_same_interviews_store_each_once(database: Database) -> None:
    worker = field(database)
    sent = [submission(worker) for _ in range(20)]
    outcomes: list[str] = []
    barrier = Barrier(32)

    def send() -> None:
        barrier.wait()
        outcomes.extend(gate.accept(database, one).outcome for one in sent)

    threads = [Thread(target=send) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("stored"), len(outcomes)) == (20, 640)
    assert count(database) == count(database, receipts) == 20


def test_refused_consent_leaves_a_tally_only(database: Database) -> None:
    worker = field(database)
    receipt = gate.accept(database, submission(worker, answers=answers(c_agree="no")))
    assert (receipt.outcome, receipt.kept) == ("stored", "refused")
    assert (count(database), count(database, tallies)) == (0, 1)


def test_people_under_age_are_tallied_once_and_refused(database: Database) -> None:
    worker = field(database)
    sent = submission(worker, answers=answers(p_age="under_18"))
    assert refusal(database, sent) == refusal(database, sent) == "under_age"
    assert (count(database), count(database, tallies)) == (0, 1)
    (beside,) = coverage.not_counted(database, EVERYWHERE, ROUND)
    assert (beside.district, beside.under_age, beside.refused) == ("bannu", 1, 0)


def test_not_even_a_hash_is_kept_of_answers_that_may_not_be_held(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    for stop in ({"c_agree": "no"}, {"p_age": "under_18"}):
        sent = submission(worker, answers=answers(**stop))
        digests = set()
        for q1 in ("very", "unsafe"):
            with suppress(Problem):
                gate.accept(sqlite_database, replace(sent, answers=answers(**stop, q1=q1)))
            with sqlite_database.read() as connection:
                query = select(receipts.c.digest).where(receipts.c.id == sent.id.bytes)
                digests.add(connection.execute(query).scalar_one())
        assert len(digests) == 1
        assert refusal(sqlite_database, replace(sent, answers=answers())) == "conflict"


def test_practice_never_counts(database: Database) -> None:
    worker = field(database)
    receipt = gate.accept(database, submission(worker, practice=True))
    assert (receipt.kept, count(database), coverage.interviews(database, EVERYWHERE, ROUND)) == (
        "practice",
        0,
        (),
    )
    assert coverage.not_counted(database, EVERYWHERE, ROUND)[0].practice == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "broken",
    [{"q1": "marvellous"}, {"q1": 3}, {"rooms": 40_000}, {"rooms": 2.5}, {"got": ("help77",)}, {"new": "x"}],
)
def test_what_cannot_be_decoded_is_kept_sealed_and_opens_again(
    sqlite_database: Database, broken: dict[str, object]
) -> None:
    worker = field(sqlite_database)
    sent = submission(worker, answers=answers(**broken))
    assert gate.accept(sqlite_database, sent).kept == "quarantined"
    assert gate.accept(sqlite_database, sent).outcome == "repeated"
    assert count(sqlite_database) == 0
    (row,) = field_quarantine.quarantined_records(sqlite_database, EVERYWHERE, ROUND)
    assert field_quarantine.quarantined_records(sqlite_database, Scope.of(["kohat"]), ROUND) == ()
    assert b"marvellous" not in row.sealed
    opened = gate.open_quarantined(sqlite_database, row.id, row.sealed)
    name, value = next(iter(broken.items()))
    assert opened["answers"][name] == (list(value) if isinstance(value, tuple) else value)


def test_what_cannot_be_identified_is_refused(database: Database) -> None:
    worker = field(database)
    changes = {
        "unknown_version": {"version": "9"},
        "unknown_round": {"answers": answers(round="1999")},
        "unknown_district": {"answers": answers(district="atlantis")},
    }
    assert {refusal(database, submission(worker, **change)) for change in changes.values()} == set(changes)
    assert refusal(database, submission(worker, answers=answers(round=None))) == "unknown_round"
    assert refusal(database, submission(worker, answers=answers(district=7))) == "unknown_district"
    assert count(database, receipts) == 0


def test_a_closed_round_keeps_new_ones_apart_and_acknowledges_what_it_has(database: Database) -> None:
    worker = field(database)
    sent = submission(worker)
    gate.accept(database, sent)
    rounds.close(database, ROUND)
    late = submission(worker)
    first, again = (gate.accept(database, late) for _ in range(2))
    assert [(one.outcome, one.kept) for one in (first, again)] == [("stored", "late"), ("repeated", "late")]
    assert gate.accept(database, sent).outcome == "repeated"
    assert sum(one.count for one in responses.packed_records(database, Scope.everywhere(), ROUND)) == 1


def test_a_round_of_another_questionnaire_is_no_round_for_this_one(database: Database) -> None:
    worker = field(database)
    other = questionnaires.publish(database, replace(questionnaire(), name="other"))
    rounds.start(database, "2027-spring", other)
    assert refusal(database, submission(worker, answers=answers(round="2027-spring"))) == "unknown_round"


def test_a_worker_sends_from_the_districts_given_to_the_account(database: Database) -> None:
    field(database)
    worker = accounts.add(database, "worker", "W2", woman=True, districts=["kohat"])
    assert refusal(database, submission(worker)) == "district_not_yours"
    assert gate.accept(database, submission(worker, answers=answers(district="kohat"))).outcome == "stored"


def test_a_woman_interviewed_by_a_man_is_kept_and_does_not_count(database: Database) -> None:
    field(database)
    man = accounts.add(database, "worker", "M1")
    gate.accept(database, submission(man))
    assert flags(database) == {("woman_worker", "p_gender", "exclude")}
    assert (count(database), list(responses.packed_records(database, EVERYWHERE, ROUND))) == (1, [])
    gate.accept(database, submission(man, answers=answers(p_gender="man", p_group="youth")))
    assert [chunk.count for chunk in responses.packed_records(database, EVERYWHERE, ROUND)] == [1]
    # Coverage holds both: a number that does not rise would tell of the answers of one of them.
    assert [one.interviews for one in coverage.interviews(database, EVERYWHERE, ROUND)] == [1, 1]


def test_unlikely_days_odd_hours_and_haste_are_noted_and_count(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    gate.accept(sqlite_database, submission(worker, day="2019-01-01", odd_hours=True, minutes="under_5"))
    assert flags(sqlite_database) == {(code, "", "note") for code in ("unlikely_day", "odd_hours", "short")}
    assert coverage.interviews(sqlite_database, EVERYWHERE, ROUND)[0].interviews == 1
    (quality,) = coverage.quality(sqlite_database, EVERYWHERE, ROUND)
    assert (quality.worker, quality.interviews, quality.manner) == ("W1", 1, None)


def test_a_withdrawal_code_removes_the_interview_for_good(database: Database) -> None:
    worker = field(database)
    code = gate.make_withdrawal_code()
    sent, other = submission(worker, withdrawal_code=code), submission(worker, withdrawal_code="0000000000")
    gate.accept(database, sent)
    gate.accept(database, other)
    gate.withdraw(database, "1234567890")
    gate.withdraw(database, "nonsense")
    assert count(database) == 2
    gate.withdraw(database, f" {code[:3]} {code[3:6]}-{code[6:]} ")
    assert count(database) == 1
    # Sent again it stays away, and no digest is left that could confirm a guess.
    assert gate.accept(database, sent).outcome == "repeated"
    assert gate.accept(database, replace(sent, minutes="")).outcome == "repeated"
    assert count(database) == 1
    with database.read() as connection:
        row = connection.execute(select(receipts).where(receipts.c.id == sent.id.bytes)).one()
    assert (row.outcome, row.digest) == ("withdrawn", bytes(32))


def test_nothing_is_withdrawn_after_the_close(database: Database) -> None:
    worker = field(database)
    gate.accept(database, submission(worker, withdrawal_code="1234567890"))
    rounds.close(database, ROUND)
    gate.withdraw(database, "1234567890")
    assert count(database) == 1


def test_a_quarantined_interview_can_be_withdrawn(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    gate.accept(sqlite_database, submission(worker, answers=answers(q1="?"), withdrawal_code="1234567890"))
    gate.withdraw(sqlite_database, "۱۲۳۴۵۶۷۸۹۰")
    assert count(sqlite_database, quarantine) == 0


def test_answers_flagged_as_missing_are_missing_when_read(database: Database) -> None:
    worker = field(database)
    present = questionnaire()
    page = present.pages[1]
    hidden = replace(page.questions[0], relevant=compile_expression("${s_private} = 'alone'"))
    changed = replace(
        present, version="2", pages=(present.pages[0], replace(page, questions=(hidden, *page.questions[1:])))
    )
    questionnaires.publish(database, changed)
    for private in ("alone", "others_near"):
        gate.accept(database, submission(worker, version="2", answers=answers(s_private=private)))
    gate.accept(database, submission(worker, identity=uuid4()))
    read = {
        (record.get("s_private"), record.get("q1"))
        for chunk in responses.packed_records(database, EVERYWHERE, ROUND)
        for record in records(chunk)
    }
    assert read == {("alone", "fairly"), ("others_near", None)}


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-40_000, 40_000),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["very", "yes", "no", "under_18", "30_44", "woman", "man", ROUND, "bannu", "help1", "99"]
    ),
    st.lists(st.sampled_from(["help1", "help2", "99", "x"]), max_size=3),
)
NAMES = st.sampled_from([*questionnaire().questions, "stranger"])


@pytest.mark.slow
def test_whatever_arrives_is_kept_once_or_refused_and_nothing_breaks(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    kept: dict[str, int] = {}

    @settings(max_examples=150, deadline=None)
    @given(
        st.dictionaries(NAMES, VALUES, max_size=4),
        st.booleans(),
        st.sampled_from(["", "under_5", "30_to_59"]),
    )
    def send(changes: dict[str, Any], practice: bool, minutes: str) -> None:
        content = {
            "questionnaire": "pilot",
            "version": "1",
            "answers": {**answers(), **changes},
            "day": "2026-11-23",
            "language": "ps",
            "minutes": minutes,
            "practice": practice,
        }
        body = json.dumps(content).encode()
        identity = str(uuid4())
        outcomes = []
        for _ in range(2):
            try:
                outcomes.append(gate.accept(sqlite_database, from_json(body, identity, worker, "api")).kept)
            except Problem as problem:
                outcomes.append(problem.kind.code)
        assert outcomes[0] == outcomes[1]
        kept[outcomes[0]] = kept.get(outcomes[0], 0) + 1

    send()
    stored = [count(sqlite_database, table) for table in (responses_table, quarantine, tallies)]
    refused = sum(kept.get(code, 0) for code in ("unknown_round", "unknown_district", "not_json"))
    assert sum(stored) == count(sqlite_database, receipts) == sum(kept.values()) - refused
    assert stored[0] == kept["stored"]
    assert {"stored", "quarantined", "practice"} <= set(kept)


def records(chunk: responses.Chunk) -> list[dict[str, object]]:
    codebook = chunk.edition.questionnaire.codebook
    width = codebook.width
    return [
        unpack(codebook, chunk.answers[place : place + width])
        for place in range(0, len(chunk.answers), width)
    ]
