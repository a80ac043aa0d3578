"""The districts of an account as a terminal reads and shows them: named ones, or expressly all."""

from __future__ import annotations

from survey.storage.people.accounts import ALL, Account
from survey.storage.scope import check_districts

# A reviewer gets all districts on purpose only, and a coordinator gets named districts only.
_MUST_SAY = ("reviewer", "coordinator")


def read(role: str, text: str) -> tuple[str, ...]:
    """The districts of `--districts`, empty for all of them; raises ValueError where that is not clear."""
    named = tuple(part.strip() for part in text.split(",") if part.strip())
    if not named and role not in _MUST_SAY:
        return ()
    if named == (ALL,) and role != "coordinator":
        return ()
    if not named or ALL in named:
        choice = "" if role == "coordinator" else f", or --districts {ALL} for all of them"
        raise ValueError(f"name the districts of this {role}: --districts bannu,karak{choice}")
    check_districts(named)
    return named


def district_list(account: Account) -> str:
    """The districts of an account, for a list."""
    if account.districts:
        return ",".join(sorted(account.districts))
    return "no districts" if account.role == "coordinator" else "all districts"
