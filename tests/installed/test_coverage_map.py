"""The map of what the tests reach adds up by folder."""

from __future__ import annotations

from tools.coverage_map import rows


def file(lines: int, reached: int, branches: int, ways: int) -> dict[str, dict[str, int]]:
    return {
        "summary": {
            "num_statements": lines,
            "covered_lines": reached,
            "num_branches": branches,
            "covered_branches": ways,
        }
    }


def test_lines_and_branches_are_added_up_by_folder() -> None:
    files = {"survey/days.py": file(30, 30, 0, 0), "survey/web/a.py": file(10, 4, 4, 1)}
    files["survey/web/b.py"] = file(10, 6, 0, 0)
    assert list(rows(files)) == [
        "| `survey` | 1 | 30 | 100 % | 0 | – |",
        "| `survey/web` | 2 | 20 | 50 % | 4 | 25 % |",
        "| `all` | 3 | 50 | 80 % | 4 | 25 % |",
    ]
