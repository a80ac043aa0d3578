"""Targets as files hold them: with commas or semicolons, keys or names, and every mistake with its row."""

from __future__ import annotations

import pytest

from survey import geography
from survey.problems import Problem
from survey.storage.field.targets_file import TargetsError, read


@pytest.mark.parametrize("place", ["bannu", "Bannu", "BANNU", "بنوں"])
@pytest.mark.parametrize("sign", [",", ";"])
def test_targets_are_read_as_spreadsheet_programs_write_them(place, sign):
    rows = [("district", "group", "target"), (place, "woman", "30"), ("swat", "youth", "12")]
    text = "\ufeff" + "".join(sign.join(row) + "\r\n" for row in rows)
    assert read(text.encode(), ("woman", "youth")) == {("bannu", "woman"): 30, ("swat", "youth"): 12}


def test_no_name_stands_for_two_districts():
    places = geography.reporting_districts()
    named = {(name.casefold(), place.id) for place in places for name in (*place.names.values(), place.id)}
    assert len(named) == len({name for name, _ in named})


@pytest.mark.parametrize("column", ["district", "group", "target"])
def test_what_a_file_holds_turns_no_message(column):
    row = {"district": "bannu", "group": "woman", "target": "30", column: "\u202e\x1b[31mneve"}
    with pytest.raises(TargetsError) as caught:
        read(",".join(row).encode() + b"\n" + ",".join(row.values()).encode(), ("woman",))
    assert "\ufffd\ufffd[31mneve" in str(caught.value)


def test_targets_on_a_terminal_tell_the_row_too():
    with pytest.raises(TargetsError, match=r"row 2: .*atlantis"):
        read(b"district,group,target\natlantis,woman,3\n", ("woman",))
    assert not issubclass(TargetsError, Problem)
