"""A worker's own part of a round: what is stored of it, and what is wanted, by reporting district and group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from survey import geography
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts, devices
from survey.storage.people.accounts import Account

#: The group whom only women interview.
WOMEN: Final = "woman"


@dataclass(frozen=True, slots=True)
class Part:
    """A group of a reporting district: one worker's stored interviews, and this worker's part of the target."""

    district: str
    group: str
    stored: int
    target: int


def parts(database: Database, worker: Account, round_name: str) -> tuple[Part, ...]:
    """Every group of a reporting district in which the worker has a target or an interview.

    A target belongs to a district: it is shared evenly, rounded up, among the active workers who may hold such interviews
    there. What the others have done is left out.
    """
    stored = devices.count_sent(database, worker, round_name)
    workers = [one for one in accounts.all_accounts(database) if one.role == "worker" and one.active]
    wanted = {
        place: _even_part(target, place, workers)
        for place, target in rounds.targets_of(database, round_name).items()
        if _may_hold(worker, *place)
    }
    order = {district.id: place for place, district in enumerate(geography.reporting_districts())}
    places = sorted({*stored, *wanted}, key=lambda place: (order[place[0]], place[1]))
    return tuple(Part(*place, stored.get(place, 0), wanted.get(place, 0)) for place in places)


def _even_part(target: int, place: tuple[str, str], workers: Iterable[Account]) -> int:
    several = max(1, sum(_may_hold(one, *place) for one in workers))
    return -(-target // several)


def _may_hold(worker: Account, district: str, group: str) -> bool:
    return (not worker.districts or district in worker.districts) and (worker.woman or group != WOMEN)
