"""The R script that makes the reference figures: whole, and about the same tests, cases and calls as those figures.

Where R is not installed the script is read and not run.
"""

from __future__ import annotations

import csv
import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
SCRIPT = TESTS / "testdata" / "make_reference.R"
#: All scripts: those of regression and small areas make files of their own.
SCRIPTS = sorted((TESTS / "testdata").glob("make_*reference.R"))
PAIRS = {")": "(", "]": "[", "}": "{"}

#: A comment of a test that names a call of R, the sign of figures that R made.
CALLS = re.compile(
    r"#.*\b(svy\w+|postStratify|rake|calibrate|trimWeights|p\.adjust|qt|degf|confint|glm|lmer|aov)\("
)
SHARED = "tests.analysis.r_reference"


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield what can unbalance a script: its brackets, and its strings without their quotation marks."""
    place = 0
    while place < len(text):
        sign = text[place]
        if sign == "#":
            place = text.find("\n", place) if "\n" in text[place:] else len(text)
        elif sign in "\"'`":
            end = place + 1
            while text[end] != sign:
                end += 2 if text[end] == "\\" else 1
            yield "string", re.sub(r"\\(.)", r"\1", text[place + 1 : end])
            place = end
        elif sign in "()[]{}":
            yield "bracket", sign
        place += 1


def unbalanced(text: str) -> str:
    """Say what does not close in an R script; nothing if all does."""
    opened: list[str] = []
    try:
        brackets = [token for kind, token in tokens(text) if kind == "bracket"]
    except IndexError:
        return "a string does not end"
    for sign in brackets:
        if sign not in PAIRS:
            opened.append(sign)
        elif not opened or opened.pop() != PAIRS[sign]:
            return f"{sign} closes nothing"
    return f"{opened[-1]} is not closed" if opened else ""


def sections() -> list[str]:
    texts = [script.read_text(encoding="utf-8") for script in SCRIPTS]
    return [name for text in texts for name in re.findall(r"^# ---- (\S+) ----$", text, re.MULTILINE)]


def with_figures_of_r() -> list[str]:
    """Tests that share the reference figures or name a call of R beside a number."""
    return [
        str(path.relative_to(TESTS.parent))
        for path in sorted(TESTS.rglob("test_*.py"))
        if path != Path(__file__)
        for text in [path.read_text(encoding="utf-8")]
        if f"from {SHARED} import" in text or CALLS.search(text)
    ]


def reference(folder: Path = SCRIPT.parent) -> list[dict[str, str]]:
    with (folder / "reference_survey.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_call(rows: list[dict[str, str]]) -> dict[tuple[str, ...], float]:
    """The figures by what they are of; of what R refuses it may say so in other words."""
    keys = [(*(row[name] for name in ("case", "call", "quantity")), _level(row)) for row in rows]
    values = [math.nan if row["value"] == "NA" else float(row["value"]) for row in rows]
    return dict(zip(keys, values, strict=True))


def _level(row: dict[str, str]) -> str:
    return row["level"].partition(":")[0] if row["quantity"] == "ERROR" else row["level"]


def r_with(package: str) -> bool:
    if shutil.which("Rscript") is None:
        return False
    return (
        subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True, check=False).returncode
        == 0
    )


def patterns() -> list[re.Pattern[str]]:
    """The strings of the script, its places for text (%s) and numbers (%g) open."""
    texts = [token for kind, token in tokens(SCRIPT.read_text(encoding="utf-8")) if kind == "string"]
    opened = [re.escape(text).replace("%s", ".+").replace("%g", r"[\d.]+") for text in texts if len(text) > 3]
    return [re.compile(text) for text in opened]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_the_script_is_balanced(script):
    assert unbalanced(script.read_text(encoding="utf-8")) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("f(a[1], ')')  # (", ""),
        ('f("\\"")', ""),
        ("f(a", "( is not closed"),
        ("f(a])", "] closes nothing"),
        ("f('a)", "a string does not end"),
    ],
)
def test_what_is_not_balanced_would_be_found(text, found):
    assert unbalanced(text) == found


def test_every_test_with_figures_of_r_has_its_section_and_the_other_way_round():
    """A new test with figures of R needs a section in a script of tests/testdata that makes them."""
    assert sorted(sections()) == with_figures_of_r()
    assert len(sections()) > 5


def test_every_case_and_call_of_the_reference_is_made():
    text = SCRIPT.read_text(encoding="utf-8")
    families = {row["case"].partition("-")[0] for row in reference()}
    assert families == set(re.findall(r'"([A-F]\d\d)\b', text))
    known = patterns()
    for call in sorted({row["call"] for row in reference()}):
        # The script puts the calls of svyciprop together from their beginnings.
        ways = {call, call.removesuffix(")")}
        assert any(pattern.fullmatch(way) for pattern in known for way in ways), call


def test_every_design_of_the_reference_is_in_the_script():
    text = SCRIPT.read_text(encoding="utf-8")
    for design in {row["design"] for row in reference() if row["design"].startswith("svydesign")}:
        assert design.partition(";")[0] in text


def test_the_script_says_what_it_was_run_with():
    text = SCRIPT.read_text(encoding="utf-8")
    assert text.rstrip().endswith("sessionInfo()")
    readme = (SCRIPT.parent / "README.md").read_text(encoding="utf-8")
    for version in ("survey` 4.5", "R 4.2.2"):
        assert version in readme
        assert version.replace("`", "") in text


def made_again(script: Path, folder: Path, package: str = "survey") -> None:
    if not r_with(package):
        pytest.skip(
            f"R with its package {package} is missing: apt-get install r-base, then install.packages('{package}')"
        )
    done = subprocess.run(
        ["Rscript", script.name, str(folder)],
        cwd=script.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_script_makes_the_reference_again(tmp_path):
    made_again(SCRIPT, tmp_path)
    made, kept = by_call(reference(tmp_path)), by_call(reference())
    assert made.keys() == kept.keys()
    assert list(made.values()) == pytest.approx([kept[key] for key in made], rel=1e-9, abs=1e-12, nan_ok=True)


def values_by_key(path: Path) -> dict[tuple[str, ...], float]:
    """The last column by all columns before it; NaN where R has none."""
    with path.open(encoding="utf-8") as file:
        rows = [list(row.values()) for row in csv.DictReader(file)]
    return {tuple(keys): math.nan if value == "NA" else float(value) for *keys, value in rows}


#: What scripts draw besides, and every figure depends on.
DRAWN = {"make_tables_reference.R": ("replicate_factors.csv",)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "package", "name", "tolerance"),
    [
        # The search of svyolr ends where rounding leaves it.
        ("make_regression_reference.R", "survey", "reference_regression.csv", 1e-6),
        ("make_small_areas_reference.R", "sae", "reference_small_areas.csv", 1e-9),
        ("make_small_areas_reference.R", "sae", "fay_herriot_grapes.csv", 1e-12),
        ("make_tables_reference.R", "survey", "reference_tables.csv", 1e-9),
    ],
)
def test_a_script_makes_the_figures_of_a_file_again(tmp_path, script, package, name, tolerance):
    made_again(SCRIPT.with_name(script), tmp_path, package)
    made, kept = values_by_key(tmp_path / name), values_by_key(SCRIPT.with_name(name))
    assert made.keys() == kept.keys()
    assert len(kept) > 100
    expected = pytest.approx([kept[key] for key in made], rel=tolerance, abs=1e-9, nan_ok=True)
    assert list(made.values()) == expected
    for drawn in DRAWN.get(script, ()):
        assert (tmp_path / drawn).read_text() == SCRIPT.with_name(drawn).read_text()


@pytest.mark.slow
def test_the_script_of_sensitive_questions_makes_its_figures_again(tmp_path):
    """All but those of two further packages, which are run by hand."""
    script = SCRIPT.with_name("make_sensitive_reference.R")
    made_again(script, tmp_path)
    name = "reference_sensitive.csv"
    made, kept = values_by_key(tmp_path / name), values_by_key(script.with_name(name))
    assert {key for key in kept if key not in made} <= {key for key in kept if key[0] == "counts"}
    assert len(made) > 300
    assert list(made.values()) == pytest.approx([kept[key] for key in made], rel=1e-9, abs=1e-12)
    people = "sensitive_people.csv"
    assert (tmp_path / people).read_bytes() == script.with_name(people).read_bytes()
