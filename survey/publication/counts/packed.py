"""Counts packed answers by domain: mergeable sums, from which every published share is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Codes of single answers run from 0 (no answer) to 127.
CODES = 128

Tally = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Column:
    """One question's place in a packed record.

    Attributes
    ----------
    name : str
        The question.
    offset : int
        First byte of the answer.
    options : int
        0 for a single choice of one byte; else the number of options of a multiple choice, one bit each,
        the first option in the lowest bit of the first byte.
    """

    name: str
    offset: int
    options: int = 0


@dataclass(frozen=True, slots=True)
class Derived:
    """A yes/no made from answers row by row: yes where any of its parts holds.

    Attributes
    ----------
    name : str
        What it is called.
    parts : tuple of (Column, tuple of int)
        A question and the codes of a single choice, or the option numbers of a multiple choice, that make a yes.
    """

    name: str
    parts: tuple[tuple[Column, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records of each domain gave each answer.

    Attributes
    ----------
    base : ndarray of int64, shape (domains,)
        Records per domain.
    answers : mapping of str to ndarray of int64
        Per question, shape (domains, 128) for a single choice by code, or (domains, options) for the records
        that name each option of a multiple choice; shape (domains, 1) for the yes of something derived.

    Notes
    -----
    Counts of disjoint sets of records add: ``merge`` of any split equals the counts of the whole.
    """

    base: Tally
    answers: Mapping[str, Tally]


def count(
    records: bytes, width: int, columns: Sequence[Column | Derived], domain: NDArray[np.intp], domains: int
) -> Counts:
    """Count the answers of packed records.

    Parameters
    ----------
    records : bytes
        Records of `width` bytes, one after the other.
    width : int
        Bytes per record.
    columns : sequence of Column or Derived
        What to count.
    domain : ndarray of intp, shape (n,)
        The domain of each record, 0 to ``domains - 1``.
    domains : int
        Number of domains.

    Returns
    -------
    Counts

    Raises
    ------
    ValueError
        If the records are not a whole number of `width` bytes, or not as many as `domain`.
    """
    if width * len(domain) != len(records):
        raise ValueError(f"{len(records)} bytes are not {len(domain)} records of {width} bytes")
    # One contiguous row per byte of the record: strided reads would cost several times the counting.
    by_byte = np.ascontiguousarray(np.frombuffer(records, np.uint8).reshape(-1, width).T)
    start = domain * CODES
    answers = {column.name: _tally(by_byte, column, domain, start, domains) for column in columns}
    return Counts(np.bincount(domain, minlength=domains), answers)


def merge(parts: Sequence[Counts]) -> Counts:
    """Add the counts of disjoint sets of records over the same domains and questions.

    Parameters
    ----------
    parts : sequence of Counts, at least one

    Returns
    -------
    Counts

    Raises
    ------
    ValueError
        If there is nothing to add.
    """
    if not parts:
        raise ValueError("there are no counts to merge")
    answers = {name: sum(part.answers[name] for part in parts) for name in parts[0].answers}
    return Counts(sum(part.base for part in parts), answers)  # type: ignore[arg-type]


def _tally(
    by_byte: NDArray[np.uint8],
    column: Column | Derived,
    domain: NDArray[np.intp],
    start: NDArray[np.intp],
    domains: int,
) -> Tally:
    if isinstance(column, Derived):
        return np.bincount(domain[_holds(by_byte, column)], minlength=domains).reshape(domains, 1)
    if column.options:
        return _options(by_byte, column, domain, domains)
    return np.bincount(start + by_byte[column.offset], minlength=domains * CODES).reshape(domains, CODES)


def _options(by_byte: NDArray[np.uint8], column: Column, domain: NDArray[np.intp], domains: int) -> Tally:
    named = np.empty((domains, column.options), np.int64)
    for option in range(column.options):
        named[:, option] = np.bincount(domain[_named(by_byte, column, option)], minlength=domains)
    return named


def _named(by_byte: NDArray[np.uint8], column: Column, option: int) -> NDArray[np.bool_]:
    named: NDArray[np.bool_] = (by_byte[column.offset + option // 8] >> (option % 8) & 1).astype(np.bool_)
    return named


def _holds(by_byte: NDArray[np.uint8], derived: Derived) -> NDArray[np.bool_]:
    holds = np.zeros(by_byte.shape[1], np.bool_)
    for column, wanted in derived.parts:
        if column.options:
            for option in wanted:
                holds |= _named(by_byte, column, option)
        else:
            holds |= np.isin(by_byte[column.offset], np.array(wanted, np.uint8))
    return holds
