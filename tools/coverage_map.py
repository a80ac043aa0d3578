"""Draws docs/coverage.md from what `make coverage` measured: `python -m tools.coverage_map FILE.json "which tests"`."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from survey import installation
from survey.days import today

MAP: Final = Path("docs/coverage.md")
HEAD: Final = """# What the tests reach

A map, not a goal: where nothing is reached, somebody should look before changing anything there. `make coverage` draws it
again and writes every line to `htmlcov/index.html`. Templates and what runs in a browser are not in it: no plugin that counts
the lines of Jinja templates is kept up to date; every page is rendered by the tests of `tests/survey/web`.

Measured on {day} at `{code}`, with {tests}.

| Folder | Files | Lines | Reached | Branches | Reached |
|---|---:|---:|---:|---:|---:|
"""


def main() -> None:
    """Write the map of a report in JSON."""
    report, tests = sys.argv[1:]
    files = json.loads(Path(report).read_text(encoding="utf-8"))["files"]
    head = HEAD.format(day=today(), code=installation.code_version(), tests=tests)
    MAP.write_text(head + "".join(f"{row}\n" for row in rows(files)), encoding="utf-8")


def rows(files: Mapping[str, Any]) -> Iterable[str]:
    """One row a folder, and one of all."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for name, file in sorted(files.items()):
        for folder in (Path(name).parent.as_posix(), "all"):
            sums[folder].update(
                {key: value for key, value in file["summary"].items() if isinstance(value, int)}
            )
            sums[folder]["files"] += 1
    for folder in [name for name in sums if name != "all"] + ["all"]:
        known = sums[folder]
        lines = f"{known['num_statements']} | {_share(known['covered_lines'], known['num_statements'])}"
        branches = f"{known['num_branches']} | {_share(known['covered_branches'], known['num_branches'])}"
        yield f"| `{folder}` | {known['files']} | {lines} | {branches} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


if __name__ == "__main__":
    main()
