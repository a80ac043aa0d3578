"""Makes small questionnaires of every kind that authors can write, for property tests with hypothesis.

`made()` draws a `Made`: its rows, with rules as an author writes them, and the questionnaire compiled from them. All
that the survey reads of every questionnaire is there; then come a few questions on two pages: one answer or several,
scales, whole numbers, exclusive options, limits on choices, skip rules of questions and pages (and, or, not, chains),
constraints over two questions, groups that are not asked, and numbers of persons with an index value or shares of
several questions where the drawn names are those of an index or share. `twins()`, `limited()` and `versions()` draw what
seldom comes by chance: several questions under each of two rules that exclude each other, a rule that names some
options of a long list with a limit, and a second version with a few changes. `every_interview()` walks all answer sets of a
group and keeps those that count, by the real rules: nothing of it is known to the code under test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from typing import Any

from hypothesis import strategies as st

from survey.questionnaire.expressions.values import Context, compile_expression
from survey.questionnaire.model import PRIVACY, Choice, Page, Question, Questionnaire, Value
from survey.questionnaire.rules import EXCLUDE, MISSING, compile_validator

GROUPS = ("member", "woman", "youth")
NUMBERS = (0, 1, 2, 3, 7)
#: Answers of somebody of whom nothing is known yet.
BEFORE: Mapping[str, Value] = {"district": "bannu", "mode": "asked", "c_agree": "yes", "p_age": "30_44"}

#: Names with a meaning of their own: items of indices and parts of shares.
SCALES = ("coh_help", "coh_mix", "l_women", "l_youth")
HELP = ("money", "health", "job")


@dataclass(frozen=True, slots=True)
class Row:
    """One question as an author writes it; `options` in the order of the list, `exclusive` those that stand alone."""

    page: str
    name: str
    kind: str
    options: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()
    scored: bool = False
    relevant: str = ""
    constraint: str = ""
    required: bool = False
    publication: str = "district"


@dataclass(frozen=True, slots=True)
class Made:
    """A questionnaire with the rows and page rules that it was compiled from."""

    rows: tuple[Row, ...]
    page_rules: Mapping[str, str]
    questionnaire: Questionnaire

    def __repr__(self) -> str:
        """What a failing test prints."""
        rules = [f"{page}: {rule}" for page, rule in self.page_rules.items() if rule]
        rows = [
            f"{r.name} {r.kind} {r.options} {r.publication} if[{r.relevant}] need[{r.constraint}]"
            for r in self.rows
        ]
        return "\n".join(["", *rules, *rows])


@st.composite
def made(draw: Any, questions: int = 4) -> Made:
    """A questionnaire with up to so many questions beside those that every one has."""
    rows: list[Row] = []
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=2, max_size=questions, unique=True))
    pages = {"first": "", "second": ""}
    cut = draw(st.integers(1, len(names)))
    for place, name in enumerate(names):
        page = "first" if place < cut else "second"
        if place == cut:
            pages["second"] = draw(st.one_of(st.just(""), _rules(rows)))
        rows.append(draw(_row(page, name, rows)))
    return Made(tuple(rows), pages, compiled(rows, pages))


@st.composite
def twins(draw: Any) -> Made:
    """Two rules that no interview meets both of, and two questions under each."""
    gate = replace(
        _bare(draw, "first", "one"), publication=draw(st.sampled_from(("never", "never", "district")))
    )
    rows = [gate]
    under = (
        draw(st.sampled_from((("two", "three"), ("two", "three"), ("two", "many")))),
        draw(st.sampled_from((("four", "five"), ("four", "five"), ("four", "more")))),
    )
    for option, names in zip(gate.options, under, strict=False):
        rows += [replace(_bare(draw, "first", name), relevant=f"${{one}} = '{option}'") for name in names]
    pages = {"first": ""}
    return Made(tuple(rows), pages, compiled(rows, pages))


@st.composite
def limited(draw: Any) -> Made:
    """Six to eight options of which few can be chosen together, and a question or two for those who chose some of them."""
    options = tuple("abcdefgh"[: draw(st.integers(6, 8))])
    limit = draw(st.integers(1, 4))
    rows = [Row("first", "many", "multiple", options, constraint=f"count-selected(.) <= {limit}")]
    for name in ("two", "three")[: draw(st.integers(1, 2))]:
        named = draw(st.lists(st.sampled_from(options), min_size=2, max_size=6, unique=True))
        rule = " or ".join(f"selected(${{many}}, '{option}')" for option in named)
        rows.append(Row("first", name, "choice", ("yes", "99"), relevant=rule))
    pages = {"first": ""}
    return Made(tuple(rows), pages, compiled(rows, pages))


@st.composite
def versions(draw: Any) -> tuple[Made, Made]:
    """A questionnaire and another version of it, in which one or two questions are changed; either may come first."""
    first = draw(made(questions=3))
    rows = list(first.rows)
    for place in draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=2, unique=True)):
        rows[place] = draw(_other(rows[place], rows[:place]))
    rows = [row for row in rows if row.publication != "dropped"]
    names = {row.name for row in first.rows} - {row.name for row in rows}
    rows = [row for row in rows if not any(f"${{{name}}}" in row.relevant + row.constraint for name in names)]
    rules = "".join(first.page_rules.values())
    pages = (
        first.page_rules
        if not any(f"${{{name}}}" in rules for name in names)
        else {"first": "", "second": ""}
    )
    second = Made(tuple(rows), pages, replace(compiled(rows, pages), version="2"))
    return (first, second) if draw(st.booleans()) else (second, first)


def _other(row: Row, before: list[Row]) -> st.SearchStrategy[Row]:
    """The same question with a narrower or wider rule, one option more or less, another limit; or left out."""
    found = [replace(row, publication="dropped")]
    if row.relevant:
        found.append(replace(row, relevant=""))
    if row.kind == "multiple":
        limits = ("", "count-selected(.) <= 1", "count-selected(.) <= 2")
        found += [replace(row, constraint=limit) for limit in limits if limit != row.constraint]
    if row.kind in ("choice", "multiple") and not row.scored:
        found.append(
            replace(row, options=(*row.options[: -len(row.exclusive) or None], "living", *row.exclusive))
        )
    for said in [text for other in before for text in _sayings(other)][:6]:
        found.append(replace(row, relevant=f"({row.relevant}) and ({said})" if row.relevant else said))
    return st.sampled_from(found)


_NAMES = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "many",
    "more",
    "number",
    "i_got",
    "i_want1",
    "i_want2",
    *SCALES,
)


@st.composite
def _row(draw: Any, page: str, name: str, before: list[Row]) -> Row:
    row = _bare(draw, page, name)
    relevant = draw(st.one_of(st.just(""), _rules(before))) if before else ""
    constraint = draw(st.one_of(st.just(""), _constraints(row, before)))
    publication = draw(st.sampled_from(("district", "district", "never")))
    return replace(row, relevant=relevant, constraint=constraint, publication=publication)


def _bare(draw: Any, page: str, name: str) -> Row:
    if name in SCALES:
        return Row(page, name, "choice", ("best", "good", "worst"), scored=True)
    if name == "number":
        return Row(page, name, "integer")
    if name in ("many", "more", "i_got"):
        several = HELP[: draw(st.integers(2, 3))]
        alone = draw(st.sampled_from(((), ("none",), ("98",))))
        return Row(page, name, "multiple", (*several, *alone), alone)
    silent = draw(st.sampled_from(((), ("99",))))
    return Row(page, name, "choice", (*HELP[: draw(st.integers(2, 3))], *silent))


#: What rules say of fields that every questionnaire has: that somebody was interviewed alone is published as a share.
NEAR_OR_WHO = (
    "${p_group} = 'woman'",
    "${s_private} = 'alone'",
    "${s_private} != 'alone'",
    "${s_private} = 'others_near'",
)


def _rules(before: list[Row]) -> st.SearchStrategy[str]:
    """A skip rule over earlier questions: what one of them says, or who was near, and, or, not."""
    said = st.sampled_from([*(text for row in before for text in _sayings(row)), *NEAR_OR_WHO])
    return st.recursive(
        said,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda two: f"({two[0]}) and ({two[1]})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]}) or ({two[1]})"),
            inner.map(lambda one: f"not({one})"),
        ),
        max_leaves=3,
    )


def _sayings(row: Row) -> list[str]:
    it = f"${{{row.name}}}"
    if row.kind == "integer":
        return [f"{it} > 2", f"{it} = 1", f"{it} != ''"]
    if row.kind == "multiple":
        chosen = [f"selected({it}, '{option}')" for option in row.options]
        return [*chosen, f"count-selected({it}) >= 2", f"not(selected({it}, '{row.options[0]}'))"]
    return [*(f"{it} = '{option}'" for option in row.options), f"{it} != '{row.options[0]}'", f"{it} != ''"]


def _constraints(row: Row, before: list[Row]) -> st.SearchStrategy[str]:
    if row.kind == "integer":
        return st.sampled_from((". >= 0", ". < 3"))
    found = [f". != ${{{other.name}}}" for other in before if other.kind == row.kind == "choice"]
    if row.kind == "multiple":
        found += ["count-selected(.) <= 1", "count-selected(.) <= 2", "count-selected(.) = 2"]
        found.append(f"not(selected(., '{row.options[0]}') and selected(., '{row.options[1]}'))")
    for other in before:
        found += [f"selected(., '{row.options[0]}') or not({said})" for said in _sayings(other)[:2]]
    return st.sampled_from(found) if found else st.just("")


def compiled(rows: list[Row], page_rules: Mapping[str, str]) -> Questionnaire:
    """The questionnaire of these rows, after the fields that every one has."""
    pages = [Page("start", {"en": "Start"}, _fields())]
    for name, rule in page_rules.items():
        questions = tuple(_question(row) for row in rows if row.page == name)
        if questions:
            pages.append(Page(name, {"en": name}, questions, relevant=_tree(rule)))
    return Questionnaire("made", "1", {"en": "Made"}, ("en",), "en", tuple(pages))


def _fields() -> tuple[Question, ...]:
    options = {
        "round": ("2026",),
        "district": ("bannu", "swat"),
        "p_group": GROUPS,
        "mode": ("asked", "self"),
        "c_agree": ("yes", "no"),
        "p_gender": ("woman", "man", "99"),
        "p_age": ("under_18", "30_44", "60_up"),
        "s_private": ("alone", "others_near"),
    }
    needed = ("district", "p_group", "mode", "c_agree")
    return tuple(
        Question(
            name, "choice", {"en": name}, _choices(several), required=name in needed, publication="never"
        )
        for name, several in options.items()
    )


def _question(row: Row) -> Question:
    return Question(
        row.name,
        row.kind,
        {"en": row.name},
        _choices(row.options, row.exclusive, row.scored),
        relevant=_tree(row.relevant),
        constraint=_tree(row.constraint, row.name),
        required=row.required,
        direction="up" if row.scored else "",
        publication=row.publication,
    )


def _choices(names: tuple[str, ...], alone: tuple[str, ...] = (), scored: bool = False) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            name,
            {"en": name},
            int(name) if name in ("97", "98", "99") else code,
            score=100 - 50 * (code - 1) if scored else None,
            exclusive=name in alone,
        )
        for code, name in enumerate(names, start=1)
    )


def _tree(rule: str, current: str | None = None) -> Any:
    return compile_expression(rule, current=current) if rule else None


def every_interview(questionnaire: Questionnaire, group: str) -> Iterator[dict[str, Value]]:
    """Every set of answers of a member of a group that counts as it is: no answer is excluded or treated as missing."""
    validator = compile_validator(questionnaire)
    asked = [one for page in questionnaire.pages[1:] for one in page.questions]
    # Who was near is a fact of the interview: rules name it, and its share is published.
    asked.append(questionnaire.questions[PRIVACY])
    for values in product(*(tuple(_values(one)) for one in asked)):
        given = {one.name: value for one, value in zip(asked, values, strict=True) if value not in ("", ())}
        answers: dict[str, Value] = {**BEFORE, "p_group": group, **given}
        flags = validator.check(answers, Context())
        if not any(flag.effect in (MISSING, EXCLUDE) for flag in flags):
            yield answers


def _values(question: Question) -> Iterator[Value]:
    names = [choice.name for choice in question.choices]
    if question.kind == "choice":
        yield from ("", *names)
    elif question.kind == "integer":
        yield from ("", *NUMBERS)
    else:
        yield from chain.from_iterable(combinations(names, number) for number in range(len(names) + 1))
