"""The telephone lines that a worker can name when somebody needs help; each is checked by phone every round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey.problems import N_

KHYBER_PAKHTUNKHWA: Final = "PK5"
BALOCHISTAN: Final = "PK2"


@dataclass(frozen=True, slots=True)
class Referral:
    """One line: its number, who answers, and the P-code of the province it serves; "" serves everywhere."""

    number: str
    label: str
    province: str = ""

    @property
    def dialled(self) -> str:
        """The number as a telephone takes it."""
        return self.number.replace("-", "")


#: Sources and the day of the last check: docs/form.md.
LINES: Final = (
    Referral("0800-22227", N_("Bolo helpline of Khyber Pakhtunkhwa"), KHYBER_PAKHTUNKHWA),
    Referral("1097", N_("Bolo helpline, short number"), KHYBER_PAKHTUNKHWA),
    Referral("1121", N_("Child protection helpline"), KHYBER_PAKHTUNKHWA),
    Referral("1089", N_("Women’s helpline of Balochistan; it may not answer in Makran"), BALOCHISTAN),
    Referral("15", N_("Police emergency")),
)


def lines_of_province(province: str) -> tuple[Referral, ...]:
    """The lines that serve a province, by its P-code."""
    return tuple(line for line in LINES if line.province in ("", province))
