"""The format in which a release is frozen: one JSON document with its cube, rules and figures."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from analysis.disclosure.cube import Cube
from analysis.disclosure.linear.programs import ContradictionError, Reals
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.recheck import exposed_cells
from analysis.disclosure.tied.recheck import Published, exposed_tied_cells
from analysis.disclosure.tied.rows import Sum
from analysis.disclosure.tied.ties import Same, Term, Tie, Ties, clusters
from survey.storage.field.lengths import BAND_NAMES
from survey.storage.results import earlier_forms, pooled_means
from survey.storage.results.gaps import paired

#: Raised when the format changes; a release keeps the format it was frozen in.
FORMAT: Final = 2

#: The leaf of those without an answer, which every table of a question with one answer has.
NO_ANSWER: Final = "no answer"
#: The member that holds how long interviews took; releases of before have none.
LENGTHS: Final = "lengths"
#: Its bands are published of so many interviews or more.
LEAST_LENGTHS: Final = 50

#: Raised by what reads a document that is not as this program writes them: a part is missing, or is something else.
MALFORMED: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

Document = Mapping[str, Any]
Name = tuple[str, ...]


def pack(document: Document) -> bytes:
    """The document as canonical JSON, compressed; equal for equal documents."""
    return zlib.compress(_text(document), 9)


def _text(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def unpack(content: bytes) -> dict[str, Any]:
    """The document that `pack` packed, in today's form; raises ValueError for anything else."""
    try:
        document = json.loads(zlib.decompress(content))
    except (zlib.error, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("this is no release") from error
    form = document.get("format") if isinstance(document, dict) else None
    if form not in (1, FORMAT):
        raise ValueError("this is no release, or one of another format")
    return earlier_forms.from_form_1(document) if form == 1 else dict(document)


def is_packed(content: bytes) -> bool:
    """Whether it is what `pack` wrote and nothing more: no bytes after its end, and no word in what a reader skips.

    Another version of zlib may compress the same text to other bytes.
    """
    reader = zlib.decompressobj()
    text = reader.decompress(content)
    return reader.eof and not reader.unused_data and text == _text(json.loads(text))


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


def describe_ties(ties: Ties) -> dict[str, Any]:
    """What joins the tables of a release, as JSON."""
    return {
        "inequalities": [
            {
                "name": tie.name,
                "terms": [[term.table, term.answer, term.factor] for term in tie.terms],
                "base": tie.base,
                "groups": list(tie.groups),
            }
            for tie in ties.inequalities
        ],
        "same": [
            {
                "first": same.first,
                "second": same.second,
                "leaves": [list(pair) for pair in same.leaves],
                "groups": list(same.groups),
            }
            for same in ties.same
        ],
    }


def ties_from(described: Mapping[str, Any]) -> Ties:
    """The ties that `describe_ties` described."""
    return Ties(
        tuple(
            Tie(row["name"], tuple(Term(*term) for term in row["terms"]), row["base"], tuple(row["groups"]))
            for row in described["inequalities"]
        ),
        tuple(
            Same(
                pair["first"],
                pair["second"],
                tuple((first, second) for first, second in pair["leaves"]),
                tuple(pair["groups"]),
            )
            for pair in described["same"]
        ),
    )


#: By the names of tied tables, inner counts that agree with all that is published of them.
Worlds = Mapping[tuple[str, ...], Sequence[Reals]]


def complaints(document: Document, worlds: Worlds | None = None, ties: Ties | None = None) -> Iterator[str]:
    """What an attacker who reads nothing but the release and the questionnaire finds in it, table by table.

    `ties` are those of the questionnaire, for a release from before they were kept. Each of `worlds` is verified; they
    only spare work.
    """
    known = ties or (ties_from(document["ties"]) if "ties" in document else Ties())
    tables = {table["name"]: table for table in (*document["topics"], *document.get("valid", ()))}
    # A table of the same people as another is held to it, and the other is attacked for both.
    copies = {same.second: same for same in known.same if {same.first, same.second} <= tables.keys()}
    apart = [name for name in tables if name not in copies]
    tied = paired.joined_clusters(clusters(known), document.get(paired.PAIRED, ()), apart)
    sums = pooled_means.sums_of(document)
    for table in (*document["bases"], *tables.values()):
        if not any(table["name"] in cluster for cluster in tied):
            proof = (worlds or {}).get((table["name"],), ())
            yield from _complaints([table], (), proof, document, sums)
    for same in copies.values():
        yield from _differences(same, counts_of(tables[same.first]), counts_of(tables[same.second]))
    for cluster in tied:
        proof = (worlds or {}).get(cluster, ())
        yield from _complaints([tables[name] for name in cluster], known.inequalities, proof, document, sums)
    yield from _means_over_hidden_answers(document)
    yield from _workloads_of_hidden_bases(document)
    yield from _wrong_lengths(document)
    yield from contradictions(document)


#: What sets the entries of a member apart, besides their names.
_SET_APART: Final = ("name", "question", "answer", "first", "second", "groups", "dimension", "node", "base")
#: The members that hold entries; "topics" and "valid" are one list of tables.
_LISTS: Final = (
    ("bases",),
    ("topics", "valid"),
    ("indices",),
    ("fixed_mix",),
    ("gaps",),
    (paired.PAIRED,),
    ("ratios",),
    ("weighted",),
    (pooled_means.POOLED,),
    ("weighting",),
    ("workloads",),
    (LENGTHS,),
)


def contradictions(document: Document) -> Iterator[str]:
    """What a document says twice and not in the same way: one of them would be attacked, and the other one read."""
    for members in _LISTS:
        entries = [one for member in members for one in document.get(member, ())]
        yield from _doubled(members[0], entries)
        for entry in entries:
            yield from _doubled(str(key_of(entry)), entry.get("cells", ()))


def _doubled(what: str, entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    first: dict[str, Mapping[str, Any]] = {}
    for one in entries:
        key = key_of(one)
        if first.setdefault(key, one) != one:
            yield f"{what}: {key} is said twice, in two ways"


def key_of(entry: Mapping[str, Any]) -> str:
    """What sets an entry apart from the others of its list."""
    return " / ".join(json.dumps(entry[part], ensure_ascii=False) for part in _SET_APART if part in entry)


def _differences(
    same: Same, first: Mapping[Name, int | None], second: Mapping[Name, int | None]
) -> Iterator[str]:
    """Where two tables of the same people do not say the same."""
    other = {theirs: ours for ours, theirs in same.leaves}
    for name, count in second.items():
        twin = (*name[:-1], other.get(name[-1], name[-1]))
        if first.get(twin) != count:
            yield f"{same.second}: {' / '.join(name)} is not as in {same.first}"
            return


def _complaints(
    tables: Sequence[Mapping[str, Any]],
    ties: Sequence[Tie],
    worlds: Sequence[Reals],
    document: Document,
    sums: Sequence[Sum],
) -> Iterator[str]:
    names = {table["name"] for table in tables}
    name = " + ".join(table["name"] for table in tables)
    here = [one for one in sums if all(table in names for table, _ in one.factors)]
    try:
        told = [_published_table(table, document["rules"]) for table in tables]
        found = _exposed_cells(*paired.with_pairs(told, ties, document), worlds, here)
    except (ContradictionError, KeyError, ValueError) as error:
        yield f"{name}: {error}"
        return
    if found:
        yield f"{name}: {len(found)} cell(s), first {' / '.join(found[0])}"


def _published_table(table: Mapping[str, Any], rules: Mapping[str, Any]) -> Published:
    k = rules["sensitive_k" if table.get("sensitive") else "k"]
    return Published(table["name"], cube_from(table["cube"]), counts_of(table), k, rules["k"])


def _exposed_cells(
    tables: Sequence[Published], ties: Sequence[Tie], worlds: Sequence[Reals], sums: Sequence[Sum]
) -> tuple[Name, ...]:
    if len(tables) == 1 and not sums:
        return exposed_cells(tables[0].cube, tables[0].counts, tables[0].k, tables[0].k_of_hidden)
    return tuple((table, *name) for table, name in exposed_tied_cells(tables, ties, worlds, sums))


def _means_over_hidden_answers(document: Document) -> Iterator[str]:
    """The means in a domain where an answer to one of their questions is hidden, or how many people have a value."""
    tables = {table["name"]: table for table in document["topics"]}
    for entry in document.get("indices", ()):
        shown = {tuple(cell["name"]) for cell in entry["cells"] if len(cell["figure"]) > 1}
        for cell in entry["cells"]:
            if numberless(entry, cell):
                yield f"{entry['name']}: the number of people with a value is hidden in {' / '.join(cell['name'])}"
        for item in entry["components"]:
            hidden = {name[:-1] for name, count in counts_of(tables[item]).items() if count is None}
            for name in sorted(shown & hidden):
                yield f"{entry['name']}: {item} has a hidden answer in {' / '.join(name)}"


def _workloads_of_hidden_bases(document: Document) -> Iterator[str]:
    """The numbers of interviews of a base that is not published: no attack looks at them."""
    published = {
        name for table in document["bases"] for name, count in counts_of(table).items() if count is not None
    }
    for entry in document.get("workloads", ()):
        if tuple(entry["name"]) not in published:
            yield f"workloads: {' / '.join(entry['name'])} has no published base"


def _wrong_lengths(document: Mapping[str, Any]) -> Iterator[str]:
    """The bands of a place whose base is hidden or small, of one group alone, and what is no band."""
    bases = {name: count for table in document["bases"] for name, count in counts_of(table).items()}
    for one in document.get(LENGTHS, ()):
        name = tuple(one["name"])
        large = (bases.get(name) or 0) >= LEAST_LENGTHS and name[-1] == TOTAL
        if not large or one["band"] not in BAND_NAMES or len(one) > 2:
            yield f"{LENGTHS}: {' / '.join(name)} may not be published of so few, or in this way"


def numberless(entry: Mapping[str, Any], cell: Mapping[str, Any]) -> bool:
    """Whether a cell of an index of several questions shows a mean and not of how many people."""
    return len(entry["components"]) > 1 and len(cell["figure"]) > 1 and cell["figure"][2] is None


def counts_of(table: Mapping[str, Any]) -> dict[Name, int | None]:
    """The counts of a frozen table by name, None where hidden."""
    return {tuple(cell["name"]): cell["count"] for cell in table["cells"]}
