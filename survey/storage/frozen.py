"""The form in which a release is frozen: one JSON document that carries its cube, rules and figures."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from analysis.disclosure.attack import ContradictionError
from analysis.disclosure.recheck import exposed
from analysis.tables import Cube, Dimension
from survey.storage import earlier_forms

#: Raised when the form changes; a release keeps the form it was frozen in.
FORMAT: Final = 2

Document = Mapping[str, Any]
Name = tuple[str, ...]


def pack(document: Document) -> bytes:
    """The document as canonical JSON, compressed; alike for alike documents."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def unpack(content: bytes) -> dict[str, Any]:
    """The document that `pack` packed, in today's form; raises ValueError for anything else."""
    try:
        document = json.loads(zlib.decompress(content))
    except (zlib.error, UnicodeDecodeError) as error:
        raise ValueError("this is no release") from error
    form = document.get("format") if isinstance(document, dict) else None
    if form not in (1, FORMAT):
        raise ValueError("this is no release, or one of another format")
    return earlier_forms.from_form_1(document) if form == 1 else dict(document)


def describe(cube: Cube) -> list[dict[str, Any]]:
    """A cube as JSON."""
    return [
        {
            "name": dimension.name,
            "columns": list(dimension.columns),
            "leaves": [list(leaf) for leaf in dimension.leaves],
            "tree": [[node, list(children)] for node, children in dimension.tree],
            "answers": dimension.answers,
            "total": dimension.total,
        }
        for dimension in cube.dimensions
    ]


def cube_from(described: list[dict[str, Any]]) -> Cube:
    """The cube that `describe` described."""
    return Cube(tuple(_dimension(entry) for entry in described))


def _dimension(entry: Mapping[str, Any]) -> Dimension:
    return Dimension(
        entry["name"],
        tuple(entry["columns"]),
        tuple(tuple(leaf) for leaf in entry["leaves"]),
        tuple((node, tuple(children)) for node, children in entry["tree"]),
        answers=entry["answers"],
        total=entry["total"],
    )


def complaints(document: Document) -> Iterator[str]:
    """What an attacker who reads nothing but the release finds in it, table by table."""
    for table in (*document["bases"], *document["topics"]):
        k = document["rules"]["sensitive_k" if table.get("sensitive") else "k"]
        try:
            found = exposed(cube_from(table["cube"]), counts_of(table), k)
        except (ContradictionError, KeyError, ValueError) as error:
            yield f"{table['name']}: {error}"
            continue
        if found:
            yield f"{table['name']}: {len(found)} cell(s), first {' / '.join(found[0])}"
    yield from _untold(document)


def _untold(document: Document) -> Iterator[str]:
    """The means in a domain where an answer to one of their questions is hidden."""
    tables = {table["name"]: table for table in document["topics"]}
    for entry in document.get("indices", ()):
        told = {tuple(cell["name"]) for cell in entry["cells"] if len(cell["figure"]) > 1}
        for item in entry["components"]:
            hidden = {name[:-1] for name, count in counts_of(tables[item]).items() if count is None}
            for name in sorted(told & hidden):
                yield f"{entry['name']}: {item} has a hidden answer in {' / '.join(name)}"


def counts_of(table: Mapping[str, Any]) -> dict[Name, int | None]:
    """The counts of a frozen table by name, None where hidden."""
    return {tuple(cell["name"]): cell["count"] for cell in table["cells"]}
