"""Tables for the tests of disclosure control, and a reader who joins what was published."""

import numpy as np

from analysis.disclosure.bounds import Ranges, insider_ranges
from analysis.disclosure.cube import Cube, Flags, Table
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules, Step
from analysis.disclosure.protected_table import ProtectedTable

TREE = (("top2", ("4", "5")), ("rest", ("3", "low")), ("low", ("1", "2")))
FIVE = Dimension("answer", ("answer",), tuple((str(point),) for point in range(1, 6)), TREE, answers=True)
GROUPS = Dimension("group", ("group",), (("member",), ("woman",), ("youth",)))
LADDER = (Step(10, ("Total",)), Step(25, ("top2", "rest", "3", "low")), Step(50, ("1", "2", "4", "5")))
PLAIN = Rules(k=5, sensitive_k=5, base=10, raised=(), ladder=None)
LADDERED = Rules(k=5, sensitive_k=5, base=10, raised=(), ladder=LADDER)


def districts(number: int, provinces: int = 4) -> Dimension:
    """Districts spread over provinces."""
    leaves = tuple((f"province {i % provinces}", f"district {i:02d}") for i in range(number))
    return Dimension("district", ("province", "district"), leaves)


def people(seed: int, size: float, number: int = 75, uneven: bool = False) -> Table:
    """Answers of about `size` people in every district and group."""
    random = np.random.default_rng(seed)
    factor = random.gamma(2.0, 0.5, size=(number, 1)) if uneven else np.ones((number, 1))
    interviewed = random.poisson(size * factor, size=(number, 3))
    shares = random.dirichlet([1.5, 2, 2.5, 2, 1.2], size=(number, 3))
    cube = Cube((districts(number, 4 if number > 8 else 2), GROUPS, FIVE))
    return Table(cube, random.multinomial(interviewed, shares))


def shown(protected: ProtectedTable) -> Flags:
    """Which cells are published."""
    return np.array([count is not None for count in protected.counts])


def attacked(table: Table, published: Flags, rules: Rules = PLAIN) -> Ranges:
    """What a reader who knows every base concludes."""
    return insider_ranges(table, published, rules)
