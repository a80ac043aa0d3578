"""The sheets of a workbook as plain values: headings and cells in the reader's language, every number a kept figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey.problems import N_
from survey.publication.files.codebook import codebook
from survey.publication.reading.change import Change
from survey.publication.reading.change_tables import change_tables
from survey.publication.reading.comparable import SHARE
from survey.publication.reading.csv_files import SUMS
from survey.publication.reading.gap_tables import GapRow, adjusted_p, gap_tables
from survey.publication.reading.indicator_table import Indicator, IndicatorTable, Row, indicator_table
from survey.publication.reading.labels import STATUS, Labels
from survey.publication.release.figures import FEW, HIDDEN, Figure
from survey.publication.release.release import Release, inside
from survey.storage.scope import Scope

PERCENT: Final = "percent"
PLAIN: Final = "plain"


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in a cell: a real number, of `few` answers or not."""

    value: int
    unit: str = PLAIN
    few: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text that stands where a figure would: it is not shown."""

    text: str


Cell = str | Number | Words | None
Cells = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of the first `rows` rows: their names in column `names`, and a bar for each of `values`, columns from 0."""

    title: str
    names: int
    values: tuple[int, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: `fixed` columns stay in sight, and `filtered` says whether its rows can be filtered."""

    title: str
    header: tuple[str, ...]
    rows: tuple[Cells, ...]
    fixed: int = 1
    filtered: bool = True
    bars: Bars | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed since an earlier round, as far as a reader may see it."""

    earlier: str
    changes: tuple[Change, ...]


READ_ME: Final = N_("Read me")
OVERVIEW: Final = N_("Overview")
GAPS: Final = N_("Gaps")
CHANGES: Final = N_("Changes")
DISTRICTS: Final = N_("Districts × indicators")
FIGURES: Final = N_("All figures")
CODEBOOK: Final = N_("Codebook")

CLAIM: Final = N_(
    "These figures describe the people who were interviewed, not everybody who lives in a district. Figures in parentheses rest on few "
    "answers (25 to 49 interviews). “Not shown” is neither zero nor small."
)
RULES: Final = (
    CLAIM,
    N_(
        "Shares are whole per cents of all interviewed in a place and group, and where a column says so of those who were asked or "
        "answered; from and to hold the true share in 95 of 100 such surveys."
    ),
    N_("Indices go from 0 to 100 and are not shares of people. Gaps and changes are in points."),
    N_(
        "Do not try to work out what is not shown, do not rank districts, and do not put figures on a map of danger."
    ),
)
#: What stands for a figure that is not shown.
NOT_SHOWN: Final = N_("not shown")
MADE_UP: Final = N_("Every figure here is made up.")


def sheets(
    release: Release, scope: Scope, labels: Labels, compared: Compared | None, demonstration: bool = False
) -> tuple[Sheet, ...]:
    """All sheets of one reader's workbook."""
    table = indicator_table(release, scope)
    content = (
        _overview(table, labels),
        _gaps(release, scope, labels),
        _change(compared, labels),
        _districts(table, labels),
        _figures(release, scope, labels),
        _codebook(release, labels),
    )
    return (_read_me(release, content, labels, demonstration), *content)


def _read_me(release: Release, content: Sequence[Sheet], labels: Labels, demonstration: bool) -> Sheet:
    say = labels.translate
    facts = (
        (say(N_("Round")), release.round),
        (say(N_("Made on")), release.created_day),
        (say(N_("Fingerprint of the stored figures")), release.digest[:16]),
        (say(N_("Questionnaire")), f"{release.questionnaire} {release.version}"),
        *(((say(N_("Demonstration data")), say(MADE_UP)),) if demonstration else ()),
    )
    rules = [(say(N_("Rules")) if not place else "", say(text)) for place, text in enumerate(RULES)]
    names = [(say(N_("Sheets")) if not place else "", one.title) for place, one in enumerate(content)]
    return Sheet(say(READ_ME), (say(N_("What")), say(N_("Said"))), (*facts, *rules, *names), 0, False)


def _overview(table: IndicatorTable, labels: Labels) -> Sheet:
    """All districts together: a row for each indicator, and for each group its value with its limits."""
    say = labels.translate
    rows = {row.group: row for row in table.rows if row.province == TOTAL}
    groups = sorted(rows, key=lambda group: group == TOTAL)
    header = (
        say(N_("Indicator")),
        *(f"{labels.group(group)}{part}" for group in groups for part in _parts(labels)),
    )
    cells = tuple(
        (one.title(labels), *(cell for group in groups for cell in _limits(rows[group], one, labels)))
        for one in table.indicators
    )
    return Sheet(say(OVERVIEW), header, cells)


def _districts(table: IndicatorTable, labels: Labels) -> Sheet:
    """A row for each place and group, and for each indicator its value with its limits."""
    say = labels.translate
    own = (f"{one.title(labels)}{part}" for one in table.indicators for part in _parts(labels))
    header = (*_place_heads(labels), say(N_("Interviews")), *own)
    cells = tuple(
        (
            *_place(row.province, row.district, row.group, labels),
            _number(row.base, labels),
            *(cell for one in table.indicators for cell in _limits(row, one, labels)),
        )
        for row in table.rows
    )
    return Sheet(say(DISTRICTS), header, cells, fixed=3)


def _parts(labels: Labels) -> tuple[str, str, str]:
    """What is added to a heading for a value and its limits."""
    return ("", f" – {labels.translate(N_('from'))}", f" – {labels.translate(N_('to'))}")


def _limits(row: Row, one: Indicator, labels: Labels) -> Cells:
    value = row.values.get(one)
    if value is None:
        return (None, None, None)
    unit, few = PERCENT if one.kind == SHARE else PLAIN, value.status == FEW
    return tuple(_number(number, labels, unit, few) for number in (value.value, value.low, value.high))


def _number(value: int | None, labels: Labels, unit: str = PLAIN, few: bool = False) -> Cell:
    return Words(labels.translate(NOT_SHOWN)) if value is None else Number(value, unit, few)


def _place_heads(labels: Labels) -> tuple[str, str, str]:
    say = labels.translate
    return (say(N_("Province")), say(N_("District")), say(N_("Group")))


def _place(province: str, district: str, group: str, labels: Labels) -> tuple[str, str, str]:
    """Province, place and group in words; all districts together are in no province."""
    inside = "" if province == TOTAL else labels.place(province, TOTAL)
    return (inside, labels.place(province, district), labels.group(group))


def _gaps(release: Release, scope: Scope, labels: Labels) -> Sheet:
    """The gaps of everybody in all districts first, the largest first and as a chart, then all others in the order of the files."""
    say = labels.translate
    adjusted = adjusted_p(release.gaps)
    figures = release.above_for(release.figures, scope)
    above = gap_tables(release.above_for(release.gaps, scope), figures, adjusted)
    own = gap_tables(inside(release.gaps, scope), release.within(scope), adjusted)
    every = [row for table in (*above, *own) for row in table.rows]
    first = [
        row for row in every if row.gap.province == TOTAL == row.gap.group and row.gap.points is not None
    ]
    first.sort(key=lambda row: -(row.gap.points or 0))
    rest = [row for row in every if row not in first]
    header = (
        *_place_heads(labels),
        *(say(text) for text in (N_("What is compared"), N_("Interviews"))),
        *(say(text) for text in (N_("Wanted, or members"), N_("Received, or the group itself"))),
        *(say(text) for text in (N_("Difference in points"), N_("from"), N_("to"), N_("The difference is"))),
    )
    title = say(N_("Wanted and received, in per cent of all interviewed"))
    bars = Bars(title, names=3, values=(5, 6), rows=len(first)) if first else None
    return Sheet(say(GAPS), header, tuple(_gap_cells(row, labels) for row in (*first, *rest)), 4, bars=bars)


def _gap_cells(row: GapRow, labels: Labels) -> Cells:
    gap = row.gap
    few = gap.status == FEW
    return (
        *_place(gap.province, gap.district, gap.group, labels),
        labels.gap(gap.name),
        _number(gap.base, labels, few=few),
        *(
            _number(None if gap.base is None else one, labels, PERCENT, few)
            for one in (row.first, row.second)
        ),
        *(_number(one, labels, few=few) for one in (gap.points, gap.low, gap.high)),
        labels.verdict(row.says) if row.says else "",
    )


def _change(compared: Compared | None, labels: Labels) -> Sheet:
    say = labels.translate
    if compared is None:
        return Sheet(say(CHANGES), (say(N_("Nothing can be compared between these rounds.")),), (), 0, False)
    levels = change_tables(compared.changes)
    rows: Iterable[Change] = (
        *levels.everywhere,
        *(one for table in (*levels.provinces, *levels.divisions, *levels.districts) for one in table.rows),
    )
    header = (
        *_place_heads(labels),
        say(N_("What is compared")),
        say(N_("Interviews (fewer of the two rounds)")),
        *(say(text) for text in (N_("Earlier round"), N_("This round"))),
        *(say(text) for text in (N_("Difference in points"), N_("from"), N_("to"))),
        *(say(text) for text in (N_("p, adjusted"), N_("The change is"), N_("Shares are of"))),
    )
    return Sheet(say(CHANGES), header, tuple(_change_cells(one, labels) for one in rows), 4)


def _change_cells(one: Change, labels: Labels) -> Cells:
    unit = PERCENT if one.kind == SHARE else PLAIN
    return (
        *_place(one.province, one.district, one.group, labels),
        labels.compared(one.kind, one.name),
        Number(one.n),
        *(Number(value, unit) for value in (one.earlier, one.later)),
        *(Number(value) for value in (one.points, one.low, one.high)),
        one.p_shown,
        labels.verdict(one.verdict),
        _of_whom(one, labels),
    )


def _of_whom(one: Change, labels: Labels) -> str:
    if one.kind != SHARE:
        return ""
    return labels.translate(N_("who answered") if one.answered else N_("All interviewed"))


def _figures(release: Release, scope: Scope, labels: Labels) -> Sheet:
    """Every figure of the reader; of a question that shows nothing in a place and group there is one row that says so."""
    say = labels.translate
    header = (
        *_place_heads(labels),
        *(say(text) for text in (N_("Question"), N_("Answer"), N_("Kind"), N_("Interviews"))),
        *(say(text) for text in (N_("Share"), N_("from"), N_("to"), N_("Status"))),
    )
    figures = (*release.within(scope), *release.above_for(release.figures, scope))
    return Sheet(say(FIGURES), header, tuple(_figure_rows(figures, labels)), 3)


def _figure_rows(figures: Sequence[Figure], labels: Labels) -> Iterator[Cells]:
    say = labels.translate
    kinds = {False: say(N_("answer")), True: say(N_("sum of answers"))}
    shown = {_domain(one) for one in figures if one.status != HIDDEN}
    silent: set[tuple[str, ...]] = set()
    for one in figures:
        if _domain(one) in shown:
            words = (labels.answer(one.question, one.answer), kinds[one.answer in SUMS])
        elif _domain(one) in silent:
            continue
        else:
            silent.add(_domain(one))
            words = (say(N_("every answer")), "")
        yield _figure_cells(one, words, labels)


def _domain(one: Figure) -> tuple[str, ...]:
    return (one.province, one.district, one.group, one.question)


def _figure_cells(one: Figure, words: tuple[str, str], labels: Labels) -> Cells:
    few = one.status == FEW
    return (
        *_place(one.province, one.district, one.group, labels),
        labels.question(one.question),
        *words,
        _number(one.base, labels, few=few),
        *(_number(number, labels, PERCENT, few) for number in (one.percent, one.ci_low, one.ci_high)),
        labels.translate(STATUS[one.status]),
    )


def _codebook(release: Release, labels: Labels) -> Sheet:
    say = labels.translate
    header = (
        *(say(text) for text in (N_("Kind"), N_("Key"), N_("Answer"), N_("Words"), N_("Made of"))),
        say(N_("Hidden by chance")),
    )
    rows = (
        (
            *(one.kind, one.name, one.code(labels), one.label(labels), ", ".join(one.made_of)),
            one.hidden_by(labels),
        )
        for one in codebook(release)
    )
    return Sheet(say(CODEBOOK), header, tuple(rows), 2)
