"""Tied tables as a release shows them, with what it tells of pairs: what other figures are attacked together with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.disclosure.cube import Cube
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.ties import Tie
from survey.publication.release.paired.blocks import Block
from survey.storage.results.release_document import Name


@dataclass(frozen=True, slots=True)
class ToldTable:
    """A table of pairs as a release shows it."""

    cube: Cube
    sensitive: bool
    counts: Mapping[Name, int]

    def count(self, name: Name, /) -> int | None:
        """The number of people in a cell, None where it is hidden."""
        return self.counts.get(name)


#: A table as a release shows it.
ShownTable = ProtectedTable | ToldTable


@dataclass(frozen=True, slots=True)
class ToldUnit:
    """Tables that are tied, the ties, and the pairs that are told of them."""

    tables: Mapping[str, ShownTable]
    ties: Sequence[Tie]
    blocks: Sequence[Block] = field(default=())
