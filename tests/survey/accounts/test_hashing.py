"""Hashing passwords: two at once, some who wait, everybody else is refused at once, and everything that hashes shares it."""

from __future__ import annotations

import ast
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from survey import processors
from survey.accounts import hashing, sign_in
from survey.problems import Problem
from survey.settings import PROJECT
from survey.storage.engine.database import Database
from survey.storage.people import accounts, sign_in_failures


class Slow:
    """A hash that takes as long as the test likes, and counts how many are on their way."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._now = self.most = 0

    def check(self, _stored: str, _given: str) -> bool:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.begun.release()
        assert self.go_on.wait(30)
        with self._lock:
            self._now -= 1
        return False


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    one = Slow()
    sign_in._nobodys_hash()
    monkeypatch.setattr(hashing, "check_password_hash", one.check)
    yield one
    one.go_on.set()


def code(function: object, *arguments: object) -> str:
    try:
        function(*arguments)  # type: ignore[operator]
    except Problem as problem:
        return problem.kind.code
    return ""


def test_two_hash_and_some_wait_and_all_others_are_told_at_once(
    sqlite_database: Database, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "_queue", threading.BoundedSemaphore(8))
    with ThreadPoolExecutor(64) as strangers:
        tries = [
            strangers.submit(code, sign_in.sign_in, sqlite_database, f"nobody{number}", "x")
            for number in range(64)
        ]
        for _ in range(hashing.AT_ONCE):
            assert slow.begun.acquire(timeout=30)
        refused = [one.result(30) for one in _first(tries, 56)]
        assert refused == ["sign_in_busy"] * 56
        # A try that is refused so does not count as a wrong password, and the commands and pages share the limit.
        assert code(sign_in.hash_password, "long enough as a password") == "sign_in_busy"
        slow.go_on.set()
        assert sorted(one.result() for one in tries) == ["sign_in_busy"] * 56 + ["wrong_sign_in"] * 8
    assert slow.most == hashing.AT_ONCE
    assert code(sign_in.sign_in, sqlite_database, "nobody", "x") == "wrong_sign_in"


def _first(tries: list, number: int) -> list:  # type: ignore[type-arg]
    """The first that have an answer."""
    found: list = []  # type: ignore[type-arg]
    while len(found) < number:
        time.sleep(0.01)
        found = [one for one in tries if one.done()]
    return found[:number]


@pytest.mark.slow
def test_whoever_waited_too_long_is_not_hashed(
    sqlite_database: Database, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "PATIENCE", 0.2)
    with ThreadPoolExecutor(hashing.INSIDE) as others:
        inside = [
            others.submit(code, sign_in.sign_in, sqlite_database, f"nobody{number}", "x")
            for number in range(hashing.INSIDE)
        ]
        for _ in range(hashing.AT_ONCE):
            assert slow.begun.acquire(timeout=30)
        _until_all_are_inside()
        assert code(sign_in.sign_in, sqlite_database, "Amina", "x") == "sign_in_busy"
        slow.go_on.set()
        assert [one.result() for one in inside] == ["wrong_sign_in"] * hashing.INSIDE
    assert sign_in_failures.failures(sqlite_database, hashlib.sha256(b"Amina").digest()) == 0


def _until_all_are_inside() -> None:
    for _ in range(500):
        if not hashing._places.acquire(blocking=False):
            return
        hashing._places.release()
        time.sleep(0.01)
    raise AssertionError("not all came in")


def test_tries_that_come_together_do_not_pass_together(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five wrong passwords a day are free, also where all are tried at the same moment."""
    monkeypatch.setattr(hashing, "check_password_hash", lambda _stored, _given: False)
    monkeypatch.setattr(hashing, "_places", threading.BoundedSemaphore(32))
    accounts.add(sqlite_database, "reviewer", "Amina", password_hash="x")
    with ThreadPoolExecutor(32) as strangers:
        codes = list(strangers.map(lambda _: code(sign_in.sign_in, sqlite_database, "Amina", "x"), range(32)))
    assert codes.count("wrong_sign_in") == sign_in.FREE_TRIES
    assert codes.count("too_many_attempts") == 32 - sign_in.FREE_TRIES


def test_a_guessed_link_is_told_before_anything_is_hashed(sqlite_database: Database) -> None:
    sign_in.administrator_link(sqlite_database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "generate_password_hash", lambda password, method: 1 / 0)
        given = (sqlite_database, "guess", "boss", "long enough as a password")
        assert code(sign_in.claim_administrator, *given) == "link_used"


@pytest.mark.slow
@pytest.mark.usefixtures("real_passwords")
def test_a_password_is_hashed_at_its_full_cost() -> None:
    with hashing.hashing_slot():
        stored = hashing.hash_of("long enough as a password")
        assert stored.startswith("scrypt:32768:8:1$")
        assert hashing.matches(stored, "long enough as a password")
        assert not hashing.matches(stored, "long enough as another")
    # A name that nobody has must cost as much, or its absence could be timed.
    sign_in._nobodys_hash.cache_clear()
    with hashing.hashing_slot():
        assert sign_in._nobodys_hash().startswith("scrypt:32768:8:1$")
    sign_in._nobodys_hash.cache_clear()


@pytest.mark.skipif(processors.GIVEN is None, reason="this system cannot tell")
def test_hashing_threads_step_back_and_use_every_processor() -> None:
    def standing() -> tuple[int, set[int]]:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), os.sched_getaffinity(0)

    mine = os.getpriority(os.PRIO_PROCESS, 0)
    niceness, allowed = hashing._threads.submit(standing).result()
    assert niceness == min(19, mine + 15)
    assert allowed == processors.GIVEN
    assert os.getpriority(os.PRIO_PROCESS, 0) == mine


SLOW_HASHES = {"generate_password_hash", "check_password_hash", "scrypt", "pbkdf2_hmac", "bcrypt"}


@pytest.mark.slow
def test_nothing_else_hashes_passwords() -> None:
    """Code that hashed outside this module would not share its limit."""
    strangers = [
        str(path.relative_to(PROJECT))
        for path in sorted((PROJECT / "survey").rglob("*.py"))
        if path != Path(hashing.__file__) and SLOW_HASHES & _names(path)
    ]
    assert not strangers


def _names(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found
