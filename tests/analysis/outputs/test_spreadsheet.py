"""Spreadsheet files open rightly and run nothing."""

import csv
import io

import pytest

from analysis.outputs import spreadsheet


@pytest.mark.parametrize("text", ["=1+1", "+92", "-x", "@SUM(A1)", "\t=1", "\r=1", "\x00"])
def test_a_cell_that_could_run_is_neutralised(text):
    assert spreadsheet.neutral(text) == "'" + text


@pytest.mark.parametrize(
    ("value", "cell"), [("بنوں", "بنوں"), (-3, "-3"), (None, ""), ("", ""), ("a=b", "a=b")]
)
def test_other_cells_stay_as_they_are(value, cell):
    assert spreadsheet.neutral(value) == cell


def test_a_file_starts_with_the_mark_and_reads_back():
    file = spreadsheet.csv_bytes(("district", "n"), [("لکی, مروت", 3), ('say "yes"', None)])
    assert file.startswith(b"\xef\xbb\xbfdistrict,n\r\n")
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert rows == [["district", "n"], ["لکی, مروت", "3"], ['say "yes"', ""]]


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="2 cells under 1"):
        spreadsheet.csv_bytes(("n",), [(1, 2)])
