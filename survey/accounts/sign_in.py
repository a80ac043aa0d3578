"""Signing in: passwords, the growing wait after wrong ones, and what an account may see."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

from survey.accounts import hashing
from survey.problems import LINK_USED, TOO_MANY_ATTEMPTS, WEAK_PASSWORD, WRONG_SIGN_IN, Problem
from survey.storage import runtime_settings
from survey.storage.engine.database import Database
from survey.storage.people import accounts, sign_in_failures
from survey.storage.people.accounts import Account
from survey.storage.scope import Scope

#: Characters that a password needs; length protects, prescribed kinds of characters do not.
SHORTEST: Final = 10
#: Wrong passwords a day before each further try has to wait, twice as long every time.
FREE_TRIES: Final = 5
LONGEST_WAIT: Final = 900
_MOST_WAITING: Final = 10_000
_LINK: Final = "administrator_link"
#: Letters and digits that cannot be confused when read aloud.
_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def sign_in(database: Database, name: str, password: str) -> Account:
    """The account of that name and password.

    Raises WRONG_SIGN_IN, the same for a wrong name and a wrong password, TOO_MANY_ATTEMPTS while the name waits, and
    SIGN_IN_BUSY.
    """
    digest = hashlib.sha256(name.encode("utf-8", "replace")).digest()
    with hashing.hashing_slot():
        _patience(database).begin(database, digest)
        stored = accounts.password_hash(database, name)
        if not hashing.matches(stored or _nobodys_hash(), password) or stored is None:
            raise Problem(WRONG_SIGN_IN)
    sign_in_failures.clear(database, digest)
    return accounts.find(database, name)


def resume(database: Database, account_id: object, session_version: object) -> Account | None:
    """The account of a session, unless it was suspended, or signed out everywhere, in the meantime."""
    if not isinstance(account_id, int) or not isinstance(session_version, int):
        return None
    return accounts.account_of_session(database, account_id, session_version)


def by_token(database: Database, token: str) -> Account | None:
    """The account of a bearer token, unless either was revoked."""
    return accounts.account_of_token(database, token)


def hash_password(password: str) -> str:
    """The hash to store for a password; raises WEAK_PASSWORD for a short one, and SIGN_IN_BUSY."""
    if len(password) < SHORTEST:
        raise Problem(WEAK_PASSWORD, length=str(SHORTEST))
    with hashing.hashing_slot():
        return hashing.hash_of(password)


def set_password(database: Database, name: str, password: str, by: str = "") -> None:
    """Give an account a password and end its sessions; raises as `hash_password` does."""
    accounts.set_password(database, name, hash_password(password), by)


def make_password() -> str:
    """A random password of 79 bits that can be read aloud: four groups of four signs."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    """A hash to check for names that do not exist, so that they take as long as those that do."""
    return hashing.hash_of(secrets.token_hex())


class _Patience:
    """How long names have to wait; times are in memory only, numbers of failures in the database."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._since: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, database: Database, name_digest: bytes) -> None:
        """Count a try as a wrong one until it proves right; raises TOO_MANY_ATTEMPTS while the name has to wait.

        One try looks and counts at a time: tries that come together would all find that there were few before.
        """
        with self._lock:
            # After a restart the wait begins again.
            since = self._since.get(name_digest, self._began)
            left = since + wait_after(sign_in_failures.failures(database, name_digest)) - time.monotonic()
            if left > 0:
                raise Problem(TOO_MANY_ATTEMPTS, seconds=str(int(left) + 1))
            if wait_after(sign_in_failures.count(database, name_digest)):
                self._since[name_digest] = time.monotonic()
                if len(self._since) > _MOST_WAITING:
                    self._since.popitem(last=False)


def wait_after(failures: int) -> int:
    """Seconds to wait after so many wrong passwords of a day."""
    return 0 if failures < FREE_TRIES else min(LONGEST_WAIT, 2 ** min(failures - FREE_TRIES, 20))


_patiences: WeakKeyDictionary[Database, _Patience] = WeakKeyDictionary()
_patiences_lock: Final = threading.Lock()


def _patience(database: Database) -> _Patience:
    with _patiences_lock:
        return _patiences.setdefault(database, _Patience())


def _own_or_none(account: Account) -> Scope:
    return Scope.of(account.districts)


def _own_or_all(account: Account) -> Scope:
    return Scope.of(account.districts) if account.districts else Scope.everywhere()


#: A coordinator without districts sees nothing; the others see everything unless districts were given to them.
_SCOPES: Final[Mapping[str, Callable[[Account], Scope]]] = {
    "worker": _own_or_all,
    "coordinator": _own_or_none,
    "reviewer": _own_or_all,
    "administrator": _own_or_all,
}


def scope_of(account: Account) -> Scope:
    """The reporting districts that an account may see, or send interviews from."""
    return _SCOPES[account.role](account)


def may_send(account: Account, reporting_district: str) -> bool:
    """Whether an account may send interviews from a reporting district."""
    return not account.districts or reporting_district in account.districts


def check_districts(districts: Iterable[str]) -> None:
    """Raise UNKNOWN_DISTRICT for a key that is not a reporting district."""
    Scope.of(districts)


def administrator_link(database: Database) -> str | None:
    """The secret of a new one-time link that makes the first administrator; None when there is one."""
    if any(account.role == "administrator" for account in accounts.all_accounts(database)):
        return None
    secret = secrets.token_urlsafe(24)
    runtime_settings.put(database, _LINK, hashlib.sha256(secret.encode()).hexdigest())
    return secret


def claim_administrator(database: Database, secret: str, name: str, password: str) -> Account:
    """Make the first administrator by the one-time link; raises LINK_USED, WEAK_PASSWORD and SIGN_IN_BUSY."""
    digest = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
    # Checked before anything is hashed, because anybody may guess; checked again when it is used.
    _demand_link(runtime_settings.get(database, _LINK, ""), digest)
    row = {
        "name": name,
        "role": "administrator",
        "woman": False,
        "password_hash": hash_password(password),
        "active": True,
        "session_version": 1,
    }
    database.change(_claim, digest, row)
    return accounts.find(database, name)


def demand_link(database: Database, secret: str) -> None:
    """Raise LINK_USED unless the one-time link still makes the first administrator."""
    with database.read() as connection:
        expected = runtime_settings.value(connection, _LINK, "")
    _demand_link(expected, hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest())


def _claim(connection: Any, digest: str, row: dict[str, Any]) -> None:
    _demand_link(runtime_settings.value(connection, _LINK, ""), digest)
    runtime_settings.replace(connection, _LINK, None)
    accounts.insert_account(connection, row, (), row["name"])


def _demand_link(expected: str, digest: str) -> None:
    if not expected or not hmac.compare_digest(expected, digest):
        raise Problem(LINK_USED)
