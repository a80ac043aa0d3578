"""The example in the documentation runs and shows the figures that R gives."""

import runpy
from pathlib import Path

import pytest

from tests.analysis.r_reference import r

EXAMPLE = Path(__file__).parent.parent.parent / "docs" / "notebook_example.py"


def test_the_example_runs(capsys):
    shown = runpy.run_path(str(EXAMPLE))
    # svymean(~api00, d, deff = TRUE)
    expected = r("A02-clus1_fpc", "svymean(~api00, d, deff = TRUE)")
    assert shown["overall"].se[0] == pytest.approx(expected["se", "api00"], rel=1e-6)
    assert shown["report"].all_margins_hit
    assert "183 schools are worth 20" in capsys.readouterr().out
