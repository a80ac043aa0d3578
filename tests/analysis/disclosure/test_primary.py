"""The rules as data: stricter, never looser."""

from dataclasses import replace

import pytest

from analysis.disclosure.primary import RaisedBase, Rules, Step, looser, stricter

SHIPPED = Rules()


def test_stricter_rules_pass() -> None:
    ladder = (Step(15, ("Total",)), Step(60, ("top two",)), Step(80, ("*",)))
    rules = Rules(7, 12, 15, (RaisedBase("group", "member", 30),), ladder)
    assert stricter(rules, SHIPPED)
    assert stricter(SHIPPED, SHIPPED)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"k": 4}, "k"),
        ({"sensitive_k": 9}, "sensitive_k"),
        ({"base": 9}, "base"),
        ({"raised": ()}, "raised"),
        ({"raised": (RaisedBase("group", "member", 19),)}, "raised"),
        ({"ladder": None}, "ladder"),
        (
            {
                "ladder": (
                    Step(10, ("Total", "top two")),
                    Step(25, ("all others", "said yes")),
                    Step(50, ("*",)),
                )
            },
            "ladder",
        ),
        ({"ladder": (Step(10, ("Total",)), Step(25, ("*",)))}, "ladder"),
    ],
)
def test_looser_rules_are_named(changes: dict[str, object], part: str) -> None:
    assert looser(replace(SHIPPED, **changes), SHIPPED) == (part,)  # type: ignore[arg-type]
