"""What is allowed in a table and is most often a slip: it is shown, and the table is made all the same."""

from collections.abc import Iterator, Sequence

from analysis.disclosure.cube_file import leaves_in
from analysis.disclosure.declared.csv_rows import Row
from analysis.disclosure.declared.declaration import Declaration
from analysis.disclosure.nodes import Dimension


def oddities(declaration: Declaration, rows: Sequence[Row]) -> Iterator[str]:
    """Say what looks like a slip in a declaration and the inner cells.

    Parameters
    ----------
    declaration, rows
        What the cube file says, and the inner cells, texts by column.

    Yields
    ------
    str
        One line each: a leaf of a tree that no row has, and a text that is under two others.

    Examples
    --------
    >>> answer = Dimension("answer", ("answer",), (), (("some", ("yes", "maybe")),))
    >>> place = Dimension("place", ("province", "district"), ())
    >>> rows = [{"province": text, "district": "a", "answer": "yes"} for text in "NS"]
    >>> for line in oddities(Declaration("n", (answer, place)), rows):
    ...     print(line)
    No row has 'maybe', which the tree of 'answer' names: it is taken to have nobody.
    'a' is under 'N' and under 'S': they are two different leaves of 'place'.
    """
    for dimension in declaration.dimensions:
        texts = [tuple(row[column] for column in dimension.columns) for row in rows]
        yield from _absent(leaves_in(dimension, rows), set(texts))
        yield from _doubled(dimension, texts)


def _absent(dimension: Dimension, present: set[tuple[str, ...]]) -> Iterator[str]:
    for leaf in dimension.leaves:
        if leaf not in present:
            yield (
                f"No row has {leaf[-1]!r}, which the tree of {dimension.name!r} names: "
                "it is taken to have nobody."
            )


def _doubled(dimension: Dimension, texts: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for depth in range(1, len(dimension.columns)):
        heads: dict[str, dict[tuple[str, ...], None]] = {}
        for text in texts:
            heads.setdefault(text[depth], {})[text[:depth]] = None
        for name, above in heads.items():
            if len(above) > 1:
                places = " and under ".join(repr(" / ".join(head)) for head in above)
                yield f"{name!r} is under {places}: they are two different leaves of {dimension.name!r}."
