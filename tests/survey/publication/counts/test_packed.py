"""Counting against a plain loop, and merging of any split."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.publication.counts.packed import CODES, Column, Derived, count, merge

SAFE, HELP = Column("safe", 0), Column("help", 1, options=10)
COLUMNS = (SAFE, HELP, Derived("either", ((SAFE, (3, 5)), (HELP, (0, 9)))))
WIDTH = 3

records = st.lists(
    st.tuples(st.integers(0, 127), st.integers(0, 255), st.integers(0, 3), st.integers(0, 4)),
    min_size=1,
    max_size=40,
)


def counted(rows):
    packed = b"".join(bytes(row[:3]) for row in rows)
    return count(packed, WIDTH, COLUMNS, np.array([row[3] for row in rows], np.intp), 5)


@pytest.mark.slow
@given(records)
def test_counts_equal_a_plain_loop(rows):
    counts = counted(rows)
    safe, named = np.zeros((5, CODES), int), np.zeros((5, 10), int)
    for code, low, high, domain in rows:
        safe[domain, code] += 1
        for option in range(10):
            named[domain, option] += (low | high << 8) >> option & 1
    assert (counts.answers["safe"] == safe).all()
    assert (counts.answers["help"] == named).all()
    assert counts.answers["either"].ravel().tolist() == [
        sum(
            code in (3, 5) or bool((low | high << 8) & 0b1000000001)
            for code, low, high, d in rows
            if d == domain
        )
        for domain in range(5)
    ]
    assert counts.base.tolist() == [sum(row[3] == domain for row in rows) for domain in range(5)]


@given(records, st.integers(1, 39))
def test_the_parts_of_any_split_merge_to_the_whole(rows, cut):
    parts = [counted(part) for part in (rows[:cut], rows[cut:]) if part]
    merged, whole = merge(parts), counted(rows)
    assert (merged.base == whole.base).all()
    assert all((merged.answers[name] == whole.answers[name]).all() for name in whole.answers)


def test_records_of_the_wrong_length_are_refused():
    with pytest.raises(ValueError, match="7 bytes are not 2 records of 3 bytes"):
        count(b"1234567", 3, COLUMNS, np.zeros(2, np.intp), 1)


def test_merging_nothing_is_refused():
    with pytest.raises(ValueError, match="no counts"):
        merge([])
