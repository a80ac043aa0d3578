"""Several tables of the same people: what one gives away of another is hidden, found by the attack, or refused."""

from pathlib import Path

import numpy as np
import pytest

from analysis.disclosure.cube import Cube, Table, without_answers
from analysis.disclosure.declared.declaration import Declaration
from analysis.disclosure.declared.linked_tables import Linked, linked_cubes, protect_linked
from analysis.disclosure.linear.effort import Effort, EffortError
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules, Step
from analysis.disclosure.protect import protect, protect_bases, protect_together
from analysis.disclosure.tied.formulas import tie_of
from analysis.disclosure.tied.ties import line
from tests.analysis.commands.test_tables import read, run
from tests.analysis.disclosure.disclosure_cubes import shown as shown_flags

CUBE = (
    'table = "question"\nties = ["enough[good + poor] <= reached[yes]"]\n'
    '[[dimension]]\nname = "group"\n'
    '[[dimension]]\nname = "answer"\nanswers = true\n'
    '[ladder]\n10 = ["Total", "yes", "no", "good", "poor"]\n'
)
#: By group: interviewed, reached, help was good enough, and poor.
SWAT = {"member": (50, 13, 11, 2), "woman": (63, 20, 16, 4), "youth": (57, 21, 20, 1)}


def cells() -> str:
    """By hand: in each group those who were reached answered, and what is hidden of them is reached less good."""
    lines = ["question,group,answer,n"]
    for group, (base, reached, good, poor) in SWAT.items():
        lines += [f"reached,{group},yes,{reached}", f"reached,{group},no,{base - reached}"]
        lines += [f"enough,{group},good,{good}", f"enough,{group},poor,{poor}"]
        lines += [f"enough,{group},not asked,{base - good - poor}"]
    return "\n".join(lines) + "\n"


def files(folder: Path, text: str | None = None, cube: str = CUBE) -> tuple[object, ...]:
    (folder / "cells.csv").write_text(cells() if text is None else text)
    (folder / "cube.toml").write_text(cube)
    return "--cube", folder / "cube.toml", "--out", folder / "out.csv"


def shown(path: Path) -> dict[tuple[str, str, str], str]:
    return {(row["question"], row["group"], row["answer"]): row["n"] for row in read(path)}


def test_tables_that_are_safe_alone_hide_more_together(tmp_path: Path) -> None:
    apart = tmp_path / "apart.csv"
    without = CUBE.replace('ties = ["enough[good + poor] <= reached[yes]"]\n', "")
    options = files(tmp_path, cube=without)
    assert run("protect", tmp_path / "cells.csv", *options[:3], apart) == 0
    options = files(tmp_path)
    assert run("protect", tmp_path / "cells.csv", *options) == 0
    attack = (
        "--cube",
        tmp_path / "cube.toml",
        "--out",
        tmp_path / "bounds.csv",
        "--truth",
        tmp_path / "cells.csv",
    )
    assert run("attack", apart, *attack) == 1
    failing = [row for row in read(tmp_path / "bounds.csv") if row["fails"] == "true"]
    assert {row["question"] for row in failing} == {"enough"}
    assert any(row["high"] == str(SWAT[row["group"]][3]) for row in failing if row["group"] in SWAT)
    assert run("attack", tmp_path / "out.csv", *attack) == 0
    assert run("attack", tmp_path / "out.csv", *attack[:4]) == 0
    assert len([n for n in shown(tmp_path / "out.csv").values() if n]) < len(
        [n for n in shown(apart).values() if n]
    )


def test_a_node_belongs_to_the_tables_that_have_its_leaves(tmp_path: Path) -> None:
    ladder = '[ladder]\n10 = ["Total", "yes", "no", "good", "poor"]\n'
    cube = CUBE.replace(ladder, '[dimension.tree]\nany = ["good", "poor"]\nall = ["any", "not asked"]\n')
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path, cube=cube)) == 0
    out = shown(tmp_path / "out.csv")
    assert ("enough", "woman", "any") in out
    assert ("enough", "woman", "all") in out
    assert ("reached", "woman", "any") not in out
    attack = (
        "attack",
        tmp_path / "out.csv",
        "--cube",
        tmp_path / "cube.toml",
        "--out",
        tmp_path / "bounds.csv",
    )
    assert run(*attack) == run(*attack, "--truth", tmp_path / "cells.csv") == 0


BAD = {
    "The counts break the tie 'enough[good + poor] <= reached[yes]'": (
        cells().replace("good,11", "good,12"),
        CUBE,
    ),
    "'enough' 51": (cells().replace("good,11", "good,12"), CUBE.replace("<= reached[yes]", "<= interviewed")),
    "names 'late', which is no answer of 'enough'": (cells(), CUBE.replace("poor]", "late]")),
    "names 'gone', which is no table": (cells(), CUBE.replace("reached[", "gone[")),
    "is no table[answer + answer] and not interviewed": (cells(), CUBE.replace("reached[yes]", "reached")),
    "one <= or >= in it": (cells(), CUBE.replace("<=", "=")),
    "names no table": (cells(), CUBE.replace("enough[good + poor] <= reached[yes]", "0 <= interviewed")),
    "Ties need an entry table": (cells(), CUBE.replace('table = "question"\n', "")),
    "no column 'topic'": (cells(), CUBE.replace('"question"', '"topic"')),
    "one without": (cells(), CUBE.replace('[[dimension]]\nname = "group"\n', "")),
    "the ladder names 'all'".replace("the", "The"): (cells(), CUBE.replace('"good", "poor"', '"all"')),
}


@pytest.mark.parametrize("words", BAD)
def test_bad_links_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    text, cube = BAD[words]
    if words.startswith("The counts"):
        text = text.replace("not asked,37", "not asked,36")
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path, text, cube)) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_tables_that_are_too_large_are_refused_before_they_are_laid_out() -> None:
    group, answer = Dimension("group", ("group",), ()), Dimension("answer", ("answer",), (), answers=True)
    rows = [{"question": "asked", "group": str(n), "answer": "yes"} for n in range(20_001)]
    with pytest.raises(ValueError, match="The cube is too large: 20002 cells over 20001 inner cells"):
        linked_cubes(Declaration("n", (group, answer), table="question"), rows)


@pytest.mark.slow
def test_the_joint_search_counts_its_effort_too() -> None:
    place = Dimension("place", ("place",), tuple((name,) for name in SWAT))
    yes, poor = [
        Table(
            Cube((place, Dimension("answer", ("answer",), leaves, answers=True))), np.array(counts), name=name
        )
        for name, leaves, counts in (
            ("reached", (("yes",), ("no",)), [[r, b - r] for b, r, _, _ in SWAT.values()]),
            (
                "enough",
                (("good",), ("poor",), ("none",)),
                [[g, p, b - g - p] for b, _, g, p in SWAT.values()],
            ),
        )
    ]
    tie = tie_of("enough[good + poor] <= reached[yes]", tuple(SWAT))
    ladder = (Step(10, ("Total", "yes", "no", "good", "poor")),)
    rules = Rules(k=5, sensitive_k=5, base=10, raised=(), ladder=ladder)
    bases = protect_bases(without_answers(yes), rules)
    patterns = [shown_flags(protect(table, rules, bases)) for table in (yes, poor)]
    with pytest.raises(EffortError):
        protect_together((yes, poor), rules, bases, patterns, [tie], Effort(allowed=1, patience=1))
    spent = Effort()
    together = protect_together((yes, poor), rules, bases, patterns, [tie], spent)
    assert spent.spent > 0
    made = protect_linked(Linked((yes, poor), (tie,)), rules)
    assert [shown_flags(table).tolist() for table in made] == [flags.tolist() for flags in together]


@pytest.mark.parametrize(
    "formula",
    ["further[yes + late] <= asked[yes]", "2 a[x] + b[y] <= interviewed + 3 c[z]", "a[x] <= 0"],
)
def test_a_tie_is_written_as_it_is_read(formula: str) -> None:
    tie = tie_of(formula, ("youth",))
    assert tie_of(line(tie), ("youth",)).terms == tie.terms
    left, right = formula.split(" <= ")
    assert tie_of(f"{right} >= {left}", ()).terms == tie.terms


def test_two_groupings_of_the_same_regions_are_protected_together() -> None:
    """The example of sdcTable's `protect_linked_tables` (tests/testthat/test-linked-tables.r, version 0.34.0).

    Counts of up to 3 are sensitive: A, B, K, L and M. county-1 less small is I, J and so on: K is small less county-1
    less N, so that N, of 7, has to be hidden too, and nothing else.
    """
    leaves = [("county-1", name) for name in "ABIJ"] + [("county-2", name) for name in "KLMN"]
    tree = (("big", ("L", "M")), ("small", ("A", "B", "I", "J", "K", "N")))
    cube = Cube((Dimension("region", ("county", "region"), tuple(leaves), tree),))
    table = Table(cube, np.array([2, 2, 8, 8, 3, 3, 3, 7]))
    protected = protect(table, Rules(k=4, sensitive_k=4, base=0, raised=(), ladder=None))
    hidden = {name[1] for name, count, _ in protected.rows() if count is None}
    assert hidden == {"A", "B", "K", "L", "M", "N"}
