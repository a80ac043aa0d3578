"""Questions whose answers chance hides: designs, probabilities, and what of the question would undo the hiding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Final

from survey.questionnaire.lint.rows import compiled_rules
from survey.questionnaire.model import MISSING, OWN
from survey.questionnaire.sheets import DESIGNS, HIDDEN_BY, Mistake, Row, Workbook
from survey.questionnaire.types.hidden import (
    ANCHOR,
    FIRST,
    ITEMS,
    KNOWN,
    ONE,
    HiddenChoice,
    Hiding,
    parameters_in,
    probability,
)
from survey.questionnaire.types.list_count import FEWEST, MOST, ListCount

COLUMN: Final = "::".join(HIDDEN_BY)
#: So many times as likely from one side a recorded answer hides next to nothing; from the lower number on a warning is due.
LEAST_HIDDEN, LITTLE_HIDDEN = 25, 9
#: Where people with the trait and without differ by less than this in what is recorded, no number of interviews shows a difference.
LEAST_SLOPE: Final = 0.1


def mistakes(book: Workbook) -> Iterator[Mistake]:
    """Every mistake in rows with a design, and every rule that reads such an answer."""
    rows = {row.name: row for row in book.questions() if row.text(*HIDDEN_BY) or row.type in DESIGNS}
    for row in rows.values():
        yield from _row_mistakes(row, book, rows)
    for rule in compiled_rules(book):
        for name in sorted(rule.names & rows.keys()):
            message = f"A rule cannot look at '{name}': chance changes its answer, and what is asked next would show it."
            yield rule.row.mistake(rule.column, message)


def warnings(book: Workbook) -> Iterator[Mistake]:
    """Designs that hide little, alone or together."""
    found = [(row, hiding) for row in book.questions() if (hiding := _hiding(row)) is not None]
    for row, hiding in found:
        if LITTLE_HIDDEN < hiding.ratio <= LEAST_HIDDEN:
            yield row.mistake(COLUMN, f"{_times(hiding.ratio)}: that hides little.")
    # A person has the sensitive item in one of two lists.
    together = prod(hiding.ratio for _, hiding in found if hiding.known is None and not hiding.first)
    if len(found) > 1 and LEAST_HIDDEN < together < float("inf"):
        message = f"{_times(together)} for all such questions together: ask for one thing only once."
        yield found[-1][0].mistake(COLUMN, message)


def _times(ratio: float) -> str:
    return f"What is recorded is up to {ratio:.0f} times as likely from one side as from the other"


def _hiding(row: Row) -> Hiding | None:
    design = DESIGNS.get(row.type)
    parameters = design.normal(dict(parameters_in(row.text(*HIDDEN_BY)))) if design else None
    return None if design is None or parameters is None else design.hiding(parameters)


def _row_mistakes(row: Row, book: Workbook, rows: Mapping[str, Row]) -> Iterator[Mistake]:
    """The mistakes of one row; of a design that is not known nothing else can be said."""
    design = DESIGNS.get(row.type)
    if row.text("type").split()[:1] == [row.type] and design:
        yield row.mistake(
            "type", f"Write select_one and the list here, and '{row.type}' with its parameters in {COLUMN}."
        )
    elif design is None and row.design in DESIGNS:
        yield row.mistake(COLUMN, "Chance can only hide the answer to a select_one.")
    elif design is None:
        yield row.mistake(COLUMN, f"'{row.design[:40]}' is none of {', '.join(DESIGNS)}.")
    else:
        yield from _parameter_mistakes(row, design)
        yield from (_list_mistakes if isinstance(design, ListCount) else _option_mistakes)(row, book)
        yield from _cell_mistakes(row, design)
        yield from _anchor_mistakes(row, rows)
        yield from _first_mistakes(row, rows)


def _parameter_mistakes(row: Row, design: HiddenChoice) -> Iterator[Mistake]:
    written = parameters_in(row.text(*HIDDEN_BY))
    names = [name for name, _ in written]
    needed, allowed = design.needed, design.order
    for name in dict.fromkeys(names):
        if name not in allowed:
            yield row.mistake(COLUMN, f"'{name[:40]}' is not a parameter here: {', '.join(allowed)}.")
        elif names.count(name) > 1:
            yield row.mistake(COLUMN, f"'{name}' is given twice.")
    for name in needed:
        if name not in names:
            yield row.mistake(COLUMN, f"'{name}' is missing: {' '.join(f'{one}=…' for one in needed)}.")
    for name, value in written:
        if name in (*design.chances, KNOWN) and probability(value) is None:
            yield row.mistake(
                COLUMN,
                f"'{name}={value[:40]}': a probability is a fraction or a decimal, such as 1/6 or 0.15.",
            )
    yield from _chance_mistakes(row)


def _chance_mistakes(row: Row) -> Iterator[Mistake]:
    """What is wrong with probabilities that can be read."""
    given = {name: probability(value) for name, value in parameters_in(row.text(*HIDDEN_BY))}
    parts = [given.get(name) for name in ("truth", "yes", "no")]
    numbers = [part for part in parts if part is not None]
    if row.type == "forced_response" and len(numbers) == len(parts) and sum(numbers) != 1:
        message = f"truth, yes and no add up to {sum(numbers)}, not to 1; fractions such as 1/6 are exact."
        yield row.mistake(COLUMN, message)
        return
    hiding = _hiding(row)
    if hiding is None:
        return
    if abs(hiding.with_trait - hiding.without_trait) < LEAST_SLOPE:
        yield row.mistake(COLUMN, "With these probabilities what is recorded says next to nothing.")
    elif hiding.ratio > LEAST_HIDDEN:
        yield row.mistake(
            COLUMN, f"{_times(hiding.ratio)}: that hides nothing. At most {LEAST_HIDDEN} times."
        )


def _option_mistakes(row: Row, book: Workbook) -> Iterator[Mistake]:
    options = book.lists.get(row.list_name, ())
    names = [option.name for option in options]
    if len(names) != 2 or set(names) & set(MISSING):
        message = "Its list has exactly two options and none of 97, 98, 99: who does not answer skips it."
        yield row.mistake("type", message)
    if any(option.text("score") for option in options):
        yield row.mistake("type", "Its options may not have scores: what is recorded is not an opinion.")
    one = dict(parameters_in(row.text(*HIDDEN_BY))).get(ONE, "")
    if one and names and one not in names:
        yield row.mistake(COLUMN, f"'{ONE}={one[:40]}' is none of the options: {', '.join(names[:12])}.")


def _list_mistakes(row: Row, book: Workbook) -> Iterator[Mistake]:
    """The items of a list: the sensitive one, and around it as many others as are declared."""
    options = book.lists.get(row.list_name, ())
    names = [option.name for option in options]
    given = dict(parameters_in(row.text(*HIDDEN_BY)))
    items, one = given.get(ITEMS, ""), given.get(ONE, "")
    if items and items not in map(str, range(FEWEST, MOST + 1)):
        yield row.mistake(
            COLUMN,
            f"'{ITEMS}={items[:40]}': from {FEWEST} to {MOST} items besides the sensitive one. With fewer many lists are"
            " empty or full, and more nobody keeps in mind.",
        )
    elif items and names and len(names) != int(items) + 1:
        yield row.mistake("type", f"Its list has {len(names)} items: the sensitive one and {items} others.")
    if set(names) & set(MISSING) or any(
        option.text("score") or option.yes("exclusive") for option in options
    ):
        message = "Its items may not have scores, be exclusive or be 97, 98, 99: only how many are true is recorded."
        yield row.mistake("type", message)
    if one and names and one not in names:
        yield row.mistake(COLUMN, f"'{ONE}={one[:40]}' is none of the items: {', '.join(names[:12])}.")
    elif one and one in (names[:1] + names[-1:]):
        yield row.mistake(COLUMN, "The sensitive item is neither the first nor the last of its list.")
    if row.yes("bind", "survey:rotated") or row.text("parameters"):
        yield row.mistake("parameters", "Its items are asked in the order written: leave this empty.")


def _first_mistakes(row: Row, rows: Mapping[str, Row]) -> Iterator[Mistake]:
    """The first list of a double one is asked before, has the same sensitive item and is not a second one."""
    given = dict(parameters_in(row.text(*HIDDEN_BY)))
    name = given.get(FIRST)
    if name is None:
        return
    other = rows.get(name)
    there = _hiding(other) if other is not None and other.type == row.type else None
    fits = there is not None and (there.one, there.first) == (given.get(ONE), "")
    if other is None or not fits or other.number >= row.number:
        message = f"'{name[:40]}' is not an earlier list with the sensitive item '{given.get(ONE, '')[:40]}'."
        yield row.mistake(COLUMN, message)
    elif sum(dict(parameters_in(one.text(*HIDDEN_BY))).get(FIRST) == name for one in rows.values()) > 1:
        yield row.mistake(COLUMN, f"'{name[:40]}' is the first list of two others.")
    elif other.list_name == row.list_name:
        yield row.mistake(
            "type", "The two lists have other items around the sensitive one: each its own list."
        )


def _cell_mistakes(row: Row, design: HiddenChoice) -> Iterator[Mistake]:
    """Cells that would undo the hiding, or without which it cannot work."""
    if row.name in OWN:
        yield row.mistake(COLUMN, f"'{row.name}' is read by the survey itself and cannot be hidden.")
    if row.text("bind", "constraint"):
        yield row.mistake("constraint", "What chance has changed cannot be wrong: leave this empty.")
    if row.yes("bind", "required"):
        yield row.mistake("required", "Such a question can always be skipped: leave this empty.")
    if row.text("bind", "survey:sensitivity") != "H":
        yield row.mistake("bind::survey:sensitivity", "A question whose answer is hidden is sensitive: H.")
    if design.instructed and not row.cells.get("hint"):
        yield row.mistake("hint", "Say in the hint what the person does in private and what to answer then.")
    if not design.instructed and not row.yes("bind", "survey:self_entry"):
        message = "The phone hides what the person taps, and not what is said aloud: yes."
        yield row.mistake("bind::survey:self_entry", message)


def _anchor_mistakes(row: Row, rows: Mapping[str, Row]) -> Iterator[Mistake]:
    """An anchor is another question of the same design whose true share is known, far enough from a half."""
    given = dict(parameters_in(row.text(*HIDDEN_BY)))
    if ANCHOR in given and KNOWN in given:
        yield row.mistake(COLUMN, f"A question has an anchor or is one: {ANCHOR} or {KNOWN}.")
    elif ANCHOR in given:
        other = rows.get(given[ANCHOR])
        there = _hiding(other) if other is not None and other.type == row.type else None
        if there is None or there.known is None:
            message = f"'{given[ANCHOR][:40]}' does not ask with {row.type} for something of which the true share is {KNOWN}=…"
            yield row.mistake(COLUMN, f"{message}.")
    hiding = _hiding(row)
    if hiding is not None and hiding.known is not None:
        expected = hiding.without_trait + (hiding.with_trait - hiding.without_trait) * hiding.known
        if abs(expected - 1 / 2) < LEAST_SLOPE:
            yield row.mistake(
                COLUMN, "Half of all would be recorded so whether they follow or not: it shows nothing."
            )
