"""A tool that a machine lacks skips a test here and fails it where every tool was promised: by one rule, in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.running import miss

TESTS = Path(__file__).resolve().parent.parent
RULE = TESTS / "support" / "running.py"
#: R makes figures that are kept in files; it is asked for by `make referee` and never promised.
OF_R = {"benchmarks/test_referee.py", "analysis/test_make_reference.py"}
WAYS_ROUND = (
    "pytest.skip(",
    "importorskip",
    "SURVEY_TEST_REQUIRE_TOOLS",
    "skipif(not shutil.which",
    "skipif(shutil.which",
)


def test_no_test_skips_past_the_rule() -> None:
    others = [file for file in TESTS.rglob("*.py") if file not in {RULE, Path(__file__).resolve()}]
    ways = {
        str(file.relative_to(TESTS))
        for file in others
        if any(way in file.read_text(encoding="utf-8") for way in WAYS_ROUND)
    }
    assert ways - {"documents/guide_pictures.py"} == OF_R


@pytest.mark.parametrize(("promised", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_what_is_promised_fails(
    monkeypatch: pytest.MonkeyPatch, promised: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("SURVEY_TEST_REQUIRE_TOOLS", promised)
    with pytest.raises(outcome, match="Node is not installed"):
        miss("Node is not installed")
